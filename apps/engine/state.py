"""The words for where an execution and its steps stand, and the moves that are allowed between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from apps.engine.errors import TransitionError
from apps.engine.value import StepKey


class ExecutionStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"

    @property
    def is_final(self) -> bool:
        """Whether the execution has ended and can never change again."""
        return self in FINAL_STATUSES


FINAL_STATUSES = frozenset(
    {
        ExecutionStatus.COMPLETED,
        ExecutionStatus.FAILED,
        ExecutionStatus.CANCELLED,
        ExecutionStatus.TIMED_OUT,
    }
)


class StepStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_settled(self) -> bool:
        """Whether the step has come to its end and never runs again."""
        return self in SETTLED_STATUSES


SETTLED_STATUSES = frozenset(
    {StepStatus.COMPLETED, StepStatus.FAILED, StepStatus.SKIPPED, StepStatus.CANCELLED}
)


class Reason(StrEnum):
    """Why an execution waits, or how it ended."""

    TENANT_LIMIT = "tenant_limit"
    WORKFLOW_LIMIT = "workflow_limit"
    KEY_LIMIT = "key_limit"
    RATE_LIMIT = "rate_limit"
    DELAY = "delay"
    RETRY = "retry"
    APPROVAL = "approval"
    CALLBACK = "callback"
    CIRCUIT_OPEN = "circuit_open"
    SUB_WORKFLOW = "sub_workflow"
    NODE_FAILED = "node_failed"
    WORKER_LOST = "worker_lost"
    DEADLINE = "deadline"
    OUT_OF_MEMORY = "out_of_memory"
    CANCELLED_BY_USER = "cancelled_by_user"


# Waits that somebody ends by coming back to the step, before its time is up.
CALLED = frozenset({Reason.CALLBACK, Reason.APPROVAL})

STEP_MOVES: Mapping[StepStatus, frozenset[StepStatus]] = {
    StepStatus.QUEUED: frozenset({StepStatus.RUNNING, StepStatus.SKIPPED, StepStatus.CANCELLED}),
    StepStatus.RUNNING: frozenset(
        {
            StepStatus.QUEUED,
            StepStatus.WAITING,
            StepStatus.COMPLETED,
            StepStatus.FAILED,
            StepStatus.CANCELLED,
            StepStatus.UNKNOWN,
        }
    ),
    StepStatus.WAITING: frozenset(
        {StepStatus.RUNNING, StepStatus.COMPLETED, StepStatus.FAILED, StepStatus.CANCELLED}
    ),
    StepStatus.UNKNOWN: frozenset(
        {StepStatus.QUEUED, StepStatus.COMPLETED, StepStatus.FAILED, StepStatus.CANCELLED}
    ),
    StepStatus.COMPLETED: frozenset(),
    StepStatus.FAILED: frozenset(),
    StepStatus.SKIPPED: frozenset(),
    StepStatus.CANCELLED: frozenset(),
}


def refuse_unless(here: StepStatus, there: StepStatus, key: StepKey) -> None:
    """Let a step go from `here` to `there`.

    Raises:
        TransitionError: a step in that state never goes there.
    """
    if there not in STEP_MOVES[here]:
        raise TransitionError(f"step {key} is {here} and cannot become {there}")
