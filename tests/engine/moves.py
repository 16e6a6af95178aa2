"""Short words for the moves of an execution, for the tests of the plan."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.engine import plan
from apps.engine.failure import Failure
from apps.engine.frontier import Frontier
from apps.engine.graph import Graph, Node
from apps.engine.plan import Completed, Decision
from apps.engine.runner import DAWN
from apps.engine.state import StepStatus
from apps.engine.value import NodeId, StepKey

BROKEN = Failure("broken", "it broke")
PASSING = Failure("timeout", "late", is_retryable=True)
ANY = Node(NodeId("any"), "test:any")
T, A, B, C, D = (StepKey(name) for name in "tabcd")


def at(seconds: float) -> datetime:
    return DAWN + timedelta(seconds=seconds)


def begun(graph: Graph) -> Frontier:
    return plan.begin(graph, NodeId("t"), at(0))


def started(graph: Graph, *keys: StepKey) -> Frontier:
    return plan.started(begun(graph), keys, at(0))


def settle(
    graph: Graph, frontier: Frontier, key: StepKey, port: str | None = None, seconds: float = 0
) -> Frontier:
    """Start (if it was not) and complete a step."""
    if frontier.steps[key].status is not StepStatus.RUNNING:
        frontier = plan.started(frontier, [key], at(seconds))
    return plan.settled(graph, frontier, key, Completed(port), at(seconds))


def fail(graph: Graph, frontier: Frontier, key: StepKey, failure: Failure = BROKEN) -> Frontier:
    return plan.settled(graph, frontier, key, failure, at(0))


def decide(graph: Graph, frontier: Frontier, seconds: float = 0) -> Decision:
    return plan.decide(graph, frontier, at(seconds))
