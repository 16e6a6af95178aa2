"""Nodes and edges, frozen, with everything precomputed that the decision asks for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from apps.engine.errors import EngineError
from apps.engine.retry import RetryPolicy
from apps.engine.value import Json, NodeId

MAIN_PORT = "main"
ERROR_PORT = "error"
ONE_TRY = RetryPolicy()


class Effect(StrEnum):
    """Whether running a node again could be seen by the world."""

    PURE = "pure"
    EXTERNAL = "external"


class OnError(StrEnum):
    STOP = "stop"
    CONTINUE = "continue"
    BRANCH = "branch"


class OnUnknown(StrEnum):
    """What happens to a step whose worker vanished: run it again with its key, or ask a person."""

    RERUN = "rerun"
    STOP = "stop"


class CycleError(EngineError):
    """The edges lead back to where they began. `path` starts and ends with the same node."""

    code = "cycle"

    def __init__(self, path: Sequence[NodeId]) -> None:
        super().__init__(f"These nodes lead back to themselves: {' → '.join(path)}.")
        self.path = tuple(path)


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a checked document, with the facts of its type that the decision needs."""

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


@dataclass(frozen=True, slots=True)
class Edge:
    """One connection. `index` is its place in the document, which orders the inputs of its target."""

    index: int
    source: NodeId
    target: NodeId
    port: str = MAIN_PORT


@dataclass(frozen=True)
class Graph:
    """A whole workflow, immutable. Build it with `make_graph`, which refuses circles."""

    nodes: Mapping[NodeId, Node]
    edges: tuple[Edge, ...]
    outgoing: Mapping[NodeId, tuple[Edge, ...]]
    incoming: Mapping[NodeId, tuple[Edge, ...]]
    order: tuple[NodeId, ...]
    timeout_s: float | None = None

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
            for node_id, edges in self.outgoing.items()
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
    outgoing: dict[NodeId, list[Edge]] = {node_id: [] for node_id in nodes_by_id}
    incoming: dict[NodeId, list[Edge]] = {node_id: [] for node_id in nodes_by_id}
    for edge in all_edges:
        outgoing[edge.source].append(edge)
        incoming[edge.target].append(edge)
    order = topological_order(nodes_by_id, [(edge.source, edge.target) for edge in all_edges])
    return Graph(
        nodes=nodes_by_id,
        edges=all_edges,
        outgoing={node_id: tuple(found) for node_id, found in outgoing.items()},
        incoming={node_id: tuple(found) for node_id, found in incoming.items()},
        order=order,
        timeout_s=timeout_s,
    )


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
