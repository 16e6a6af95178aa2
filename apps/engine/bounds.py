"""What ends an execution whatever its nodes say: its time is up, or it has come to too many steps."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.engine.ending import Ending
from apps.engine.frontier import Frontier
from apps.engine.graph import Graph
from apps.engine.state import ExecutionStatus, Reason
from apps.engine.value import Json, Limits

OVERDUE = Ending(
    ExecutionStatus.TIMED_OUT,
    Reason.DEADLINE,
    {"code": "deadline", "message": "The time for this execution is up."},
    is_aborting=True,
)


def overstepped(
    frontier: Frontier, now: datetime, limits: Limits, deadline: datetime | None
) -> Ending | None:
    """Return how an execution that is beyond its bounds has to end; None within them. `deadline` is its `deadline_at`."""
    if frontier.step_count > limits.steps:
        message = f"This execution came to more than {limits.steps:,} steps, so it was ended."
        error: dict[str, Json] = {"code": "step_limit", "message": message}
        return Ending(ExecutionStatus.FAILED, Reason.NODE_FAILED, error)
    return OVERDUE if deadline is not None and deadline <= now else None


def deadline_at(graph: Graph, frontier: Frontier) -> datetime | None:
    """Return when the execution's time will be up; None while its clock stands still, or without a timeout."""
    if graph.timeout_s is None or frontier.active_since is None:
        return None
    return frontier.active_since + timedelta(seconds=max(0.0, graph.timeout_s - frontier.used_s))
