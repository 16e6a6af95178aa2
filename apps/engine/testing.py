"""In-memory ports, and graphs drawn in lines: whole workflows without a network or a database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from apps.engine.errors import PortError
from apps.engine.graph import ERROR_PORT, MAIN_PORT, Edge, Graph, Node, OnError, make_graph
from apps.engine.ports import HttpReply, HttpRequest, Ports
from apps.engine.runner import DAWN
from apps.engine.secret import Secret
from apps.engine.value import Json, NodeId

Handler: TypeAlias = Callable[[HttpRequest], HttpReply]

_ARROW = re.compile(r"\s*─+(?:(\w+)─+)?►\s*")


def nobody_home(request: HttpRequest) -> HttpReply:
    """Answer no call at all, as a machine that is off.

    Raises:
        PortError: `connection_failed`, always.
    """
    raise PortError("connection_failed", "nobody answers here", is_retryable=True)


@dataclass(slots=True)
class FakeHttp:
    """A client whose world is one function; it keeps every request it was asked to send."""

    handler: Handler = nobody_home
    requests: list[HttpRequest] = field(default_factory=list)

    def send(self, request: HttpRequest) -> HttpReply:
        """Hand the request to the handler."""
        self.requests.append(request)
        return self.handler(request)


@dataclass(slots=True)
class FakeClock:
    """A clock that stands still until it is moved."""

    moment: datetime = DAWN
    seconds: float = 0.0

    def monotonic_s(self) -> float:
        """Return the seconds it was moved."""
        return self.seconds

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.moment


@dataclass(slots=True)
class FakeLog:
    """Keeps every line."""

    lines: list[tuple[str, str, Mapping[str, Json]]] = field(default_factory=list)

    def write(self, level: str, message: str, facts: Mapping[str, Json]) -> None:
        """Keep one line."""
        self.lines.append((level, message, facts))


def in_memory_ports(handler: Handler = nobody_home) -> Ports:
    """Return ports that touch nothing: calls go to `handler`, the clock stands still."""
    return Ports(FakeHttp(handler), FakeClock(), FakeLog())


def revealed(value: str | Secret | bytes | None) -> str:
    """Return what a port would put on the wire."""
    if isinstance(value, Secret):
        return value.reveal()
    return value.decode() if isinstance(value, bytes) else value or ""


def draw(picture: str, /, *, timeout_s: float | None = None, **nodes: Node) -> Graph:
    """Return the graph of a picture: lines such as `t ──► a ──no──► b`, one chain each.

    The first node of the picture is the trigger. A node has the ports by which edges leave it; what
    else it is says the keyword of its id.
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
    normal = tuple(port for port in ports if port != ERROR_PORT) or (MAIN_PORT,)
    return replace(
        node,
        id=NodeId(name),
        ports=(*normal, ERROR_PORT) if node.on_error is OnError.BRANCH else normal,
        default_port=normal[0],
        is_trigger=is_trigger or node.is_trigger,
    )
