"""The words for where things stand, and the moves between them."""

from __future__ import annotations

import pytest

from apps.engine.errors import TransitionError
from apps.engine.state import (
    STEP_MOVES,
    ExecutionStatus,
    StepStatus,
    refuse_unless,
)
from apps.engine.value import StepKey


def test_the_words_are_these_and_no_others() -> None:
    assert [str(status) for status in ExecutionStatus] == [
        "queued",
        "running",
        "waiting",
        "paused",
        "cancelling",
        "completed",
        "failed",
        "cancelled",
        "timed_out",
    ]
    assert [str(status) for status in StepStatus] == [
        "queued",
        "running",
        "waiting",
        "completed",
        "failed",
        "skipped",
        "cancelled",
        "unknown",
    ]


def test_an_execution_is_over_in_four_of_its_states() -> None:
    assert [str(status) for status in ExecutionStatus if status.is_final] == [
        "completed",
        "failed",
        "cancelled",
        "timed_out",
    ]


@pytest.mark.parametrize("status", StepStatus)
def test_a_settled_step_goes_nowhere_and_every_other_can_settle(status: StepStatus) -> None:
    moves = STEP_MOVES[status]

    assert bool(moves) is not status.is_settled
    assert status.is_settled or any(there.is_settled for there in moves)
    assert status not in moves


def test_a_move_that_does_not_exist_is_refused_by_name() -> None:
    refuse_unless(StepStatus.QUEUED, StepStatus.RUNNING, StepKey("a"))

    with pytest.raises(TransitionError, match="step a is completed and cannot become running"):
        refuse_unless(StepStatus.COMPLETED, StepStatus.RUNNING, StepKey("a"))
