"""An execution that begins in the middle: what an earlier one has settled is kept, and the rest runs.

Pure, as the decision is. What is kept goes through the same transitions as if it had just happened, in the order in
which it did, so the frontier is one that a whole execution could have come to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush
from typing import TypeAlias

from apps.engine import plan
from apps.engine.failure import Failure
from apps.engine.frontier import Frontier
from apps.engine.graph import Graph, OnError
from apps.engine.plan import Completed
from apps.engine.program import Program
from apps.engine.value import NodeId, StepKey

# How a step came to its end. What was cancelled, skipped or stopped the execution is never kept: it comes to that anew.
Outcome: TypeAlias = Completed | Failure


@dataclass(frozen=True, slots=True)
class Past:
    """A step outside of every region that has settled, in an earlier execution or by a pin."""

    node_id: NodeId
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Rewound:
    """Where the new execution begins, and the nodes whose steps it takes over, in the order in which they settled."""

    frontier: Frontier
    kept: tuple[NodeId, ...]


def outermost(graph: Graph, node_id: NodeId) -> NodeId:
    """Return the container around a node that stands in no other, or the node itself: a pass is never entered half-way."""
    place = graph.place(node_id)
    return place[0][0] if place else node_id


def following(graph: Graph, starts: Iterable[NodeId]) -> frozenset[NodeId]:
    """Return the nodes to run anew: the starts, and whatever they lead to."""
    found = set(starts)
    todo = list(found)
    while todo:
        for edge in graph.outgoing[todo.pop()]:
            if edge.target not in found:
                found.add(edge.target)
                todo.append(edge.target)
    return frozenset(found)


def leading(graph: Graph, ends: Iterable[NodeId]) -> frozenset[NodeId]:
    """Return the nodes that lead to `ends`, these included."""
    found = set(ends)
    todo = list(found)
    while todo:
        for edge in graph.incoming[todo.pop()]:
            if edge.source not in found:
                found.add(edge.source)
                todo.append(edge.source)
    return frozenset(found)


def cut(program: Program, ends: Collection[str]) -> Program:
    """Return the program without what does not lead to one of `ends`; containers stay whole."""
    graph = program.graph
    wanted = leading(graph, (outermost(graph, NodeId(end)) for end in ends if end in graph.nodes))
    nodes = {
        node_id: node
        for node_id, node in graph.nodes.items()
        if outermost(graph, node_id) in wanted
    }
    # Edges stay in their places, by which steps remember those that brought them.
    smaller = replace(
        graph,
        nodes=nodes,
        order=tuple(node_id for node_id in graph.order if node_id in nodes),
        outgoing={
            node_id: tuple(edge for edge in graph.outgoing[node_id] if edge.target in nodes)
            for node_id in nodes
        },
        incoming={node_id: graph.incoming[node_id] for node_id in nodes},
    )
    return replace(program, graph=smaller)


def rewound(
    graph: Graph,
    trigger: NodeId,
    past: Sequence[Past],
    starts: Collection[NodeId],
    now: datetime,
) -> Rewound:
    """Return the frontier of an execution in which the nodes `starts`, and all that follows them, run again.

    Of `past`, which stands in the order in which it happened, is kept what neither is a start nor follows one, what
    this graph still knows, and what it leads to by what is kept: behind a node that runs, everything runs.

    Raises:
        TransitionError: the graph has no such trigger.
    """
    frontier = plan.begin(graph, trigger, now)
    anew = following(graph, starts)
    places = {
        StepKey(each.node_id): place
        for place, each in enumerate(past)
        if each.node_id not in anew and _fits(graph, each)
    }
    kept: list[NodeId] = []
    due: list[int] = []
    seen: set[StepKey] = set()
    while True:
        # What came to be ready since stands behind the rest, so a wide fan costs its width and not its square.
        for key in reversed(frontier.ready):
            if key in seen:
                break
            seen.add(key)
            if key in places:
                heappush(due, places[key])
        while due and StepKey(past[due[0]].node_id) not in frontier.ready:
            heappop(due)  # it lost a race meanwhile
        if not due:
            break
        each = past[heappop(due)]
        key = StepKey(each.node_id)
        frontier = plan.started(frontier, [key], now)
        frontier = plan.settled(graph, frontier, key, each.outcome, now)
        kept.append(each.node_id)
    # Its time runs from its first turn.
    return Rewound(replace(frontier, used_s=0.0, active_since=None), tuple(kept))


def _fits(graph: Graph, each: Past) -> bool:
    node = graph.nodes.get(each.node_id)
    if node is None or node.is_trigger or graph.place(node.id):
        return False
    if isinstance(each.outcome, Failure):
        return node.on_error is not OnError.STOP and each.outcome.is_final
    return not each.outcome.is_stop and each.outcome.port in {None, *node.ports}


def is_dead(rewound: Rewound, node_id: NodeId) -> bool:
    """Say whether no way leads to a node any more: what is kept has gone elsewhere."""
    return StepKey(node_id) in rewound.frontier.skips
