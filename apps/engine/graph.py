"""Nodes and edges, frozen, with everything precomputed that the decision asks for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from apps.engine.errors import EngineError
from apps.engine.regions import NO_REGIONS, OUTSIDE, Place, Regions, regions_of
from apps.engine.retry import RetryPolicy
from apps.engine.value import Json, NodeId

MAIN_PORT = "main"
ERROR_PORT = "error"
ONE_TRY = RetryPolicy()


class Effect(StrEnum):
    """Whether running a node again could be seen by the world.

    `code` is somebody's script: nobody sees it, but it takes a process and time, so it is run as what is external is.
    """

    PURE = "pure"
    CODE = "code"
    EXTERNAL = "external"


class OnError(StrEnum):
    STOP = "stop"
    CONTINUE = "continue"
    BRANCH = "branch"


class OnUnknown(StrEnum):
    """What happens to a step whose worker vanished: run it again with its key, or ask a person."""

    RERUN = "rerun"
    STOP = "stop"


class Container(StrEnum):
    """What a node does with the regions of its handles: how their passes follow each other, and when they end.

    Loop: one region, passed for each item. Parallel: each region is passed once, side by side. Retry: one region,
    passed until it succeeds. Try: three regions, one after the other. Circuit: one region, passed once or not at all.
    """

    CIRCUIT = "circuit"
    LOOP = "loop"
    PARALLEL = "parallel"
    RETRY = "retry"
    TRY = "try"


class CycleError(EngineError):
    """The edges lead back to where they began. `path` starts and ends with the same node."""

    code = "cycle"

    def __init__(self, path: Sequence[NodeId]) -> None:
        super().__init__(f"These nodes lead back to themselves: {' → '.join(path)}.")
        self.path = tuple(path)


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a checked document, with the facts of its type that the decision needs.

    `handles` are those of a container's ports that open regions. `wants` is how many taken edges are enough to run
    the node; None: every edge is waited for. `wait_s` is for how long it waits once the first has come; None: for ever.
    """

    id: NodeId
    type: str
    config: Mapping[str, Json] = field(default_factory=dict)
    name: str = ""
    ports: tuple[str, ...] = (MAIN_PORT,)
    default_port: str = MAIN_PORT
    effect: Effect = Effect.PURE
    on_error: OnError = OnError.STOP
    on_unknown: OnUnknown = OnUnknown.RERUN
    retry: RetryPolicy = ONE_TRY
    is_trigger: bool = False
    is_disabled: bool = False
    container: Container | None = None
    handles: tuple[str, ...] = ()
    wants: int | None = None
    wait_s: float | None = None

    def handle_of(self, index: int) -> str:
        """Return the handle whose region pass `index` of this container leads through."""
        return self.handles[index if len(self.handles) > 1 else 0]


@dataclass(frozen=True, slots=True)
class Edge:
    """One connection. `index` is its place in the document, which orders the inputs of its target."""

    index: int
    source: NodeId
    target: NodeId
    port: str = MAIN_PORT


@dataclass(frozen=True)
class Graph:
    """A whole workflow, immutable. Build it with `make_graph`, which refuses circles.

    An edge that hangs on a container (`regions.hanging`) stands here as an edge of that container's default port.
    """

    nodes: Mapping[NodeId, Node]
    edges: tuple[Edge, ...]
    outgoing: Mapping[NodeId, tuple[Edge, ...]]
    incoming: Mapping[NodeId, tuple[Edge, ...]]
    order: tuple[NodeId, ...]
    timeout_s: float | None = None
    regions: Regions = NO_REGIONS

    def place(self, node_id: NodeId) -> Place:
        """Return the regions that a node stands in, the outermost first."""
        return self.regions.places.get(node_id, OUTSIDE)

    @cached_property
    def has_retries(self) -> bool:
        """Whether a step may run anew under another key: a retry block stands somewhere."""
        return any(node.container is Container.RETRY for node in self.nodes.values())

    @cached_property
    def exits(self) -> Mapping[NodeId, tuple[Edge, ...]]:
        """The edges that follow a node once it has settled: all but those by the handles of a container."""
        return {
            node_id: tuple(edge for edge in edges if edge.port not in self.nodes[node_id].handles)
            if self.nodes[node_id].handles
            else edges
            for node_id, edges in self.outgoing.items()
        }

    @cached_property
    def entries(self) -> Mapping[tuple[NodeId, str], tuple[Edge, ...]]:
        """The edges that lead into the region of a container's handle."""
        return {
            (node.id, handle): tuple(edge for edge in self.outgoing[node.id] if edge.port == handle)
            for node in self.nodes.values()
            for handle in node.handles
        }

    @cached_property
    def losers(self) -> Mapping[NodeId, frozenset[NodeId]]:
        """For each node that may run before all its edges have settled: the nodes all of whose ways lead to it."""
        return {
            node.id: self._losers_of(node.id)
            for node in self.nodes.values()
            if node.wants is not None or node.wait_s is not None
        }

    def _losers_of(self, join: NodeId) -> frozenset[NodeId]:
        lost = {join}
        for node_id in reversed(self.order):
            targets = [edge.target for edge in self.exits[node_id]]
            if targets and lost.issuperset(targets) and self.place(node_id) == self.place(join):
                lost.add(node_id)
        return frozenset(lost - {join})

    @cached_property
    def contests(self) -> Mapping[NodeId, frozenset[NodeId]]:
        """For each node after which nothing counts once a join has run: those joins, itself among them."""
        found: dict[NodeId, set[NodeId]] = {}
        for join, losers in self.losers.items():
            for node_id in (join, *losers):
                found.setdefault(node_id, set()).add(join)
        return {node_id: frozenset(joins) for node_id, joins in found.items()}

    @cached_property
    def sources(self) -> tuple[NodeId, ...]:
        """The nodes that nothing leads to, in document order: triggers, and whatever hangs loose."""
        return tuple(node_id for node_id in self.nodes if not self.incoming[node_id])

    @cached_property
    def triggers(self) -> tuple[NodeId, ...]:
        """The triggers, in document order."""
        return tuple(node.id for node in self.nodes.values() if node.is_trigger)

    @cached_property
    def leaves(self) -> frozenset[NodeId]:
        """The ends of the normal flow: nodes that nothing follows, but perhaps by the error port."""
        return frozenset(
            node_id
            for node_id, edges in self.exits.items()
            if all(edge.port == ERROR_PORT for edge in edges)
        )

    def parents(self, node_id: NodeId) -> tuple[NodeId, ...]:
        """Return the nodes that lead to `node_id`, each once, in the order of the edges."""
        return tuple(dict.fromkeys(edge.source for edge in self.incoming[node_id]))

    def children(self, node_id: NodeId) -> tuple[NodeId, ...]:
        """Return the nodes that `node_id` leads to, each once, in the order of the edges."""
        return tuple(dict.fromkeys(edge.target for edge in self.outgoing[node_id]))


def make_graph(
    nodes: Iterable[Node], edges: Iterable[Edge], *, timeout_s: float | None = None
) -> Graph:
    """Return the graph of nodes and edges that exist and fit each other.

    Raises:
        CycleError: the edges lead back to where they began.
    """
    nodes_by_id = {node.id: node for node in nodes}
    all_edges = tuple(edges)
    order = topological_order(nodes_by_id, [(edge.source, edge.target) for edge in all_edges])
    handles = {node.id: node.handles for node in nodes_by_id.values() if node.handles}
    ways = [(edge.source, edge.port, edge.target) for edge in all_edges]
    regions = regions_of(order, ways, handles)
    if regions.hanging:
        all_edges = tuple(_hung(edge, regions, nodes_by_id) for edge in all_edges)
    outgoing: dict[NodeId, list[Edge]] = {node_id: [] for node_id in nodes_by_id}
    incoming: dict[NodeId, list[Edge]] = {node_id: [] for node_id in nodes_by_id}
    for edge in all_edges:
        outgoing[edge.source].append(edge)
        incoming[edge.target].append(edge)
    return Graph(
        nodes=nodes_by_id,
        edges=all_edges,
        outgoing={node_id: tuple(found) for node_id, found in outgoing.items()},
        incoming={node_id: tuple(found) for node_id, found in incoming.items()},
        order=order,
        timeout_s=timeout_s,
        regions=regions,
    )


def _hung(edge: Edge, regions: Regions, nodes: Mapping[NodeId, Node]) -> Edge:
    container = regions.hanging.get(edge.index)
    if container is None:
        return edge
    return Edge(edge.index, container, edge.target, nodes[container].default_port)


def topological_order(
    node_ids: Iterable[NodeId], pairs: Iterable[tuple[NodeId, NodeId]]
) -> tuple[NodeId, ...]:
    """Return the nodes so that each stands after all that lead to it; ties keep the given order.

    Raises:
        CycleError: there is no such order; the error names one circle.
    """
    children: dict[NodeId, list[NodeId]] = {node_id: [] for node_id in node_ids}
    missing = dict.fromkeys(children, 0)
    for source, target in pairs:
        children[source].append(target)
        missing[target] += 1
    todo = deque(node_id for node_id, count in missing.items() if count == 0)
    order: list[NodeId] = []
    while todo:
        node_id = todo.popleft()
        order.append(node_id)
        for child in children[node_id]:
            missing[child] -= 1
            if missing[child] == 0:
                todo.append(child)
    if len(order) < len(children):
        raise CycleError(_one_circle(children, {n for n, count in missing.items() if count}))
    return tuple(order)


def _one_circle(children: Mapping[NodeId, list[NodeId]], stuck: set[NodeId]) -> list[NodeId]:
    # A stuck node has a stuck parent, so walking up among them must meet itself.
    parent = {
        child: node_id for node_id in children if node_id in stuck for child in children[node_id]
    }
    node_id = next(node_id for node_id in children if node_id in stuck)
    seen: list[NodeId] = []
    while node_id not in seen:
        seen.append(node_id)
        node_id = parent[node_id]
    circle = seen[seen.index(node_id) :]
    return [node_id, *reversed(circle)]
