"""What happens next: executions that end early or run out of time, and workers that vanish."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.engine import loss, plan
from apps.engine.bounds import OVERDUE
from apps.engine.drawing import draw
from apps.engine.errors import TransitionError
from apps.engine.failure import Failure
from apps.engine.graph import OnUnknown
from apps.engine.plan import Completed, Decision, Finish
from apps.engine.retry import Backoff, RetryPolicy
from apps.engine.state import ExecutionStatus, Reason
from apps.engine.value import Limits
from tests.engine.moves import ANY, PASSING, A, B, C, D, at, begun, decide, fail, settle, started

# --- ending early


def test_a_stop_completes_the_execution_and_aborts_what_flies() -> None:
    graph = draw("""
        t ──► a ──► d
        t ──► b
        t ──► c
    """)
    frontier = plan.waiting(started(graph, A, B, C), C, at(90), Reason.DELAY, at(0))

    frontier = plan.settled(graph, frontier, A, Completed(is_stop=True, has_error=True), at(0))

    assert decide(graph, frontier) == Decision(cancel=(C,), abort=(B,))
    frontier = plan.dropped(frontier, [C], at(0))
    frontier = plan.settled(graph, frontier, B, plan.Aborted(), at(0))
    assert decide(graph, frontier).finish == Finish(
        ExecutionStatus.COMPLETED, had_errors=True, leaves=(A,)
    )


def test_the_first_answer_counts() -> None:
    graph = draw("""
        t ──► a
        t ──► b
    """)
    frontier = started(graph, A, B)

    for key in (B, A):
        frontier = plan.settled(graph, frontier, key, Completed(is_response=True), at(0))

    finish = decide(graph, frontier).finish
    assert finish == Finish(ExecutionStatus.COMPLETED, responded=B, leaves=(B, A))


def test_cancelling_drops_what_waits_and_aborts_what_flies() -> None:
    graph = draw("""
        t ──► a
        t ──► b
        t ──► c
    """)
    frontier = plan.waiting(started(graph, A, B), A, at(90), Reason.DELAY, at(0))

    frontier = plan.cancel(frontier, at(5))

    assert plan.standing(frontier) == (ExecutionStatus.CANCELLING, None)
    assert decide(graph, frontier, 999) == Decision(cancel=(A, C), abort=(B,))
    frontier = plan.dropped(frontier, [A, C], at(5))
    frontier = plan.settled(graph, frontier, B, plan.Aborted(), at(6))
    assert decide(graph, frontier).finish == Finish(
        ExecutionStatus.CANCELLED, Reason.CANCELLED_BY_USER
    )


def test_a_result_that_comes_before_the_end_is_taken() -> None:
    graph = draw("t ──► a ──► b")
    frontier = plan.cancel(started(graph, A), at(0))

    frontier = plan.settled(graph, frontier, A, Completed(), at(1))

    finish = decide(graph, frontier).finish
    assert finish is not None
    assert finish.status is ExecutionStatus.CANCELLED


def test_the_first_ending_stands_but_a_later_one_may_still_abort() -> None:
    graph = draw("""
        t ──► a
        t ──► b
    """)
    frontier = fail(graph, started(graph, A, B), A)
    assert decide(graph, frontier).abort == ()

    frontier = plan.cancel(plan.cancel(frontier, at(1)), at(2))

    assert decide(graph, frontier).abort == (B,)
    assert plan.standing(frontier) == (ExecutionStatus.RUNNING, None)
    frontier = plan.settled(graph, frontier, B, plan.Aborted(), at(3))
    finish = decide(graph, frontier).finish
    assert finish is not None
    assert finish.status is ExecutionStatus.FAILED


def test_a_step_that_lets_go_while_the_execution_ends_is_dropped() -> None:
    graph = draw("t ──► a")
    frontier = plan.cancel(started(graph, A), at(0))

    frontier = plan.waiting(frontier, A, at(90), Reason.DELAY, at(1))

    assert decide(graph, frontier) == Decision(cancel=(A,))


def test_a_handed_step_that_turns_out_to_be_running_is_aborted_instead_of_dropped() -> None:
    graph = draw("t ──► a")
    frontier = plan.cancel(plan.handed(begun(graph), [A], at(0)), at(1))
    assert decide(graph, frontier) == Decision(cancel=(A,))

    frontier = plan.started(frontier, [A], at(1))

    assert decide(graph, frontier) == Decision(abort=(A,))


def test_only_what_is_to_be_cancelled_can_be_dropped() -> None:
    graph = draw("t ──► a")

    with pytest.raises(TransitionError, match="not to be cancelled"):
        plan.dropped(begun(graph), [A], at(0))


# --- time


def test_an_execution_whose_time_is_up_is_ended() -> None:
    graph = draw("t ──► a", timeout_s=60)
    frontier = started(graph, A)

    assert decide(graph, frontier, 59) == Decision(wake_at=at(60))
    assert decide(graph, frontier, 60) == Decision(ending=OVERDUE)

    frontier = plan.ended(frontier, OVERDUE, at(60))
    assert decide(graph, frontier, 60) == Decision(abort=(A,))
    frontier = plan.settled(graph, frontier, A, plan.Aborted(), at(61))
    finish = decide(graph, frontier, 61).finish
    assert finish is not None
    assert (finish.status, finish.reason) == (ExecutionStatus.TIMED_OUT, Reason.DEADLINE)
    assert finish.error == {"code": "deadline", "message": "The time for this execution is up."}


# --- size


def test_an_execution_may_come_to_as_many_steps_as_the_limit_and_ends_at_one_more() -> None:
    graph = draw("t ──► a ──► b")
    frontier = settle(graph, begun(graph), A)

    assert plan.decide(graph, frontier, at(0), Limits(steps=3)) == Decision(start=(B,))

    too_small = Limits(steps=2)
    ending = plan.decide(graph, frontier, at(0), too_small).ending
    assert ending is not None
    assert ending.error == {
        "code": "step_limit",
        "message": "This execution came to more than 2 steps, so it was ended.",
    }
    frontier = plan.ended(frontier, ending, at(0))
    assert plan.decide(graph, frontier, at(0), too_small) == Decision(cancel=(B,))
    frontier = plan.dropped(frontier, [B], at(0))
    finish = plan.decide(graph, frontier, at(0), too_small).finish
    assert finish is not None
    assert (finish.status, finish.reason) == (ExecutionStatus.FAILED, Reason.NODE_FAILED)


@pytest.mark.parametrize("reason", [Reason.OUT_OF_MEMORY, Reason.WORKER_LOST])
def test_what_is_no_fault_of_the_node_is_named_as_the_reason_of_the_end(reason: Reason) -> None:
    graph = draw("t ──► a")
    failure = Failure(reason, "The script needs more than 64 MB of memory.")

    finish = decide(graph, fail(graph, started(graph, A), A, failure)).finish

    assert finish is not None
    assert (finish.status, finish.reason) == (ExecutionStatus.FAILED, reason)
    assert finish.error == {"code": reason, "message": failure.message, "node": "a"}


def test_skipped_steps_count_and_what_flies_may_land_when_there_are_too_many() -> None:
    graph = draw(
        """
        t ──► a
        t ──► b ──no──► c
        b ──yes──► d
        """
    )
    limits = Limits(steps=4)
    frontier = settle(graph, started(graph, A, B), B, "yes")

    decision = plan.decide(graph, frontier, at(0), limits)

    assert decision.skip == (C,)
    assert decision.ending is not None
    frontier = plan.ended(frontier, decision.ending, at(0))
    assert plan.decide(graph, frontier, at(0), limits) == Decision(skip=(C,), cancel=(D,))
    frontier = settle(graph, plan.dropped(frontier, [D], at(0)), A)
    frontier = plan.skips_recorded(frontier, [C], at(0))
    finish = plan.decide(graph, frontier, at(0), limits).finish
    assert finish is not None
    assert finish.status is ExecutionStatus.FAILED


def test_the_limit_of_steps_is_a_quarter_of_a_million() -> None:
    graph = draw("t ──► a")
    full = replace(begun(graph), step_count=250_000)

    assert decide(graph, full).ending is None
    assert decide(graph, replace(full, step_count=250_001)).ending is not None


# --- time


def test_the_clock_stands_still_while_the_execution_only_waits() -> None:
    graph = draw("t ──► a ──► b", timeout_s=60)
    frontier = plan.waiting(started(graph, A), A, at(100_000), Reason.DELAY, at(20))

    assert decide(graph, frontier, 99_999) == Decision(wake_at=at(100_000))

    frontier = settle(graph, frontier, A, seconds=100_000)
    assert decide(graph, frontier, 100_039) == Decision(start=(B,), wake_at=at(100_040))
    assert decide(graph, frontier, 100_040).ending == OVERDUE


def test_the_clock_runs_while_anything_else_is_open() -> None:
    graph = draw(
        """
        t ──► a
        t ──► b
        """,
        timeout_s=60,
    )
    frontier = plan.waiting(started(graph, A, B), A, at(100), Reason.DELAY, at(10))

    assert decide(graph, frontier, 20) == Decision(wake_at=at(60))


@pytest.mark.parametrize(("wait_s", "is_running"), [(60, True), (61, False)])
def test_the_clock_runs_through_a_short_retry_and_not_through_a_long_one(
    wait_s: float, is_running: bool
) -> None:
    policy = RetryPolicy(2, Backoff.FIXED, first_wait_s=wait_s, longest_wait_s=99)
    graph = draw("t ──► a", a=replace(ANY, retry=policy), timeout_s=3600)

    frontier = fail(graph, started(graph, A), A, PASSING)

    assert (frontier.active_since is not None) is is_running


# --- lost workers


def test_a_lost_step_runs_again_with_its_first_start() -> None:
    graph = draw("t ──► a")

    frontier = loss.lost(graph, started(graph, A), A, at(20))

    assert decide(graph, frontier) == Decision(start=(A,))
    frontier = plan.started(frontier, [A], at(21))
    assert (frontier.steps[A].attempt, frontier.steps[A].first_start) == (2, at(0))


def test_a_lost_step_still_knows_that_its_delay_is_over() -> None:
    graph = draw("t ──► a")
    frontier = plan.waiting(started(graph, A), A, at(90), Reason.DELAY, at(0))
    frontier = plan.started(frontier, [A], at(90))

    frontier = plan.started(loss.lost(graph, frontier, A, at(99)), [A], at(99))

    assert frontier.steps[A].woken is Reason.DELAY


STOP = replace(ANY, on_unknown=OnUnknown.STOP)


def test_a_lost_step_may_wait_for_a_person_instead() -> None:
    graph = draw("t ──► a ──► b", a=STOP)

    frontier = loss.lost(graph, started(graph, A), A, at(20))

    assert decide(graph, frontier) == Decision()
    assert plan.standing(frontier) == (ExecutionStatus.WAITING, Reason.WORKER_LOST)


def test_a_person_says_what_became_of_an_unknown_step() -> None:
    graph = draw("t ──► a ──► b", a=STOP)
    frontier = loss.lost(graph, started(graph, A), A, at(20))

    assert decide(graph, loss.again(frontier, A, at(30))) == Decision(start=(A,))
    done = plan.settled(graph, frontier, A, Completed(), at(30))
    assert decide(graph, done) == Decision(start=(B,))


def test_nobody_decides_about_a_step_that_is_not_unknown() -> None:
    graph = draw("t ──► a")

    with pytest.raises(TransitionError, match="nobody has to decide"):
        loss.again(started(graph, A), A, at(0))


def test_a_step_that_is_lost_while_the_execution_ends_is_dropped() -> None:
    graph = draw("t ──► a")
    frontier = plan.cancel(started(graph, A), at(0))

    frontier = loss.lost(graph, frontier, A, at(20))

    assert decide(graph, frontier) == Decision(cancel=(A,))
