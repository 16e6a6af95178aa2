"""Graphs drawn in lines, for whoever wants to see in a test what is decided about."""

from __future__ import annotations

import re
from dataclasses import replace

from apps.engine.graph import ERROR_PORT, MAIN_PORT, Edge, Graph, Node, OnError, make_graph
from apps.engine.value import NodeId

_ARROW = re.compile(r"\s*─+(?:(\w+)─+)?►\s*")


def draw(picture: str, /, *, timeout_s: float | None = None, **nodes: Node) -> Graph:
    """Return the graph of a picture: lines such as `t ──► a ──no──► b`, one chain each.

    The first node of the picture is the trigger. A node has the ports by which edges leave it, a container
    also its handles and `done`; what else it is says the keyword of its id.
    """
    ports: dict[str, dict[str, None]] = {}
    edges: list[Edge] = []
    for line in filter(None, (line.strip() for line in picture.splitlines())):
        names = _ARROW.split(line)
        for name in names[::2]:
            ports.setdefault(name, {})
        for source, port, target in zip(names[::2], names[1::2], names[2::2], strict=False):
            leaves_by = port or MAIN_PORT
            ports[source][leaves_by] = None
            edges.append(Edge(len(edges), NodeId(source), NodeId(target), leaves_by))
    first = next(iter(ports))
    drawn = [
        _drawn(name, tuple(found), nodes.get(name), is_trigger=name == first)
        for name, found in ports.items()
    ]
    return make_graph(drawn, edges, timeout_s=timeout_s)


def _drawn(name: str, ports: tuple[str, ...], given: Node | None, *, is_trigger: bool) -> Node:
    node = given or Node(NodeId(name), "test:any")
    exits = tuple(port for port in ports if port not in {ERROR_PORT, *node.handles})
    normal = exits or (("done",) if node.handles else (MAIN_PORT,))
    known = (*node.handles, *normal)
    return replace(
        node,
        id=NodeId(name),
        ports=(*known, ERROR_PORT) if node.on_error is OnError.BRANCH else known,
        default_port=normal[0],
        is_trigger=is_trigger or node.is_trigger,
    )
