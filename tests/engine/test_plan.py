"""What happens next: which nodes run, and what comes of failing, trying again and waiting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.engine import loss, plan
from apps.engine.drawing import draw
from apps.engine.errors import TransitionError
from apps.engine.failure import Failure
from apps.engine.graph import OnError
from apps.engine.plan import Completed, Decision, Finish
from apps.engine.retry import Backoff, RetryPolicy
from apps.engine.state import ExecutionStatus, Reason, StepStatus
from apps.engine.value import NodeId, StepKey
from apps.engine.waking import woken
from tests.engine.moves import ANY, PASSING, A, B, C, T, at, begun, decide, fail, settle, started

# --- beginning


def test_the_fired_trigger_is_settled_and_what_follows_may_start() -> None:
    graph = draw("""
        t ──► a
        t ──► b
    """)

    frontier = begun(graph)

    assert decide(graph, frontier) == Decision(start=(A, B))
    assert frontier.seq == 1


def test_the_other_triggers_and_loose_nodes_are_skipped_with_all_that_hangs_on_them() -> None:
    graph = draw(
        """
        t ──► a
        u ──► b ──► c
        loose ──► c
        """,
        u=replace(ANY, is_trigger=True),
    )

    assert decide(graph, begun(graph)) == Decision(start=(A,), skip=("u", "b", "loose", "c"))


def test_a_trigger_alone_is_the_whole_execution() -> None:
    graph = draw("t")

    assert decide(graph, begun(graph)).finish == Finish(ExecutionStatus.COMPLETED, leaves=(T,))


@pytest.mark.parametrize("trigger", ["a", "x"])
def test_only_a_trigger_of_the_graph_begins_an_execution(trigger: str) -> None:
    with pytest.raises(TransitionError, match="no trigger"):
        plan.begin(draw("t ──► a"), NodeId(trigger), at(0))


# --- which nodes run


def test_a_node_runs_when_all_its_edges_have_settled_and_one_is_taken() -> None:
    #  t ──► if ──true──► a ──► c
    #         └───false──► b ──►
    graph = draw("""
        t ──► if ──true──► a ──► c
        if ──false──► b ──► c
    """)
    frontier = settle(graph, begun(graph), StepKey("if"), "true")

    assert decide(graph, frontier) == Decision(start=(A,), skip=(B,))

    frontier = settle(graph, plan.skips_recorded(frontier, [B], at(0)), A)
    assert decide(graph, frontier) == Decision(start=(C,))
    assert frontier.steps[C].taken == (2,)


def test_a_node_waits_for_every_edge() -> None:
    graph = draw("""
        t ──► a ──► c
        t ──► b ──► c
    """)
    frontier = settle(graph, begun(graph), A)

    assert decide(graph, frontier) == Decision(start=(B,))

    frontier = settle(graph, frontier, B)
    assert decide(graph, frontier) == Decision(start=(C,))


def test_inputs_stand_in_the_order_of_the_document_whoever_came_first() -> None:
    graph = draw("""
        t ──► a ──► c
        t ──► b ──► c
    """)
    frontier = settle(graph, settle(graph, begun(graph), B), A)

    assert [graph.edges[index].source for index in frontier.steps[C].taken] == ["a", "b"]


def test_skipping_goes_on_through_a_whole_branch() -> None:
    graph = draw("t ──► if ──true──► a ──► b ──► c")

    frontier = settle(graph, begun(graph), StepKey("if"), "false")

    assert decide(graph, frontier) == Decision(skip=(A, B, C))
    frontier = plan.skips_recorded(frontier, [A, B, C], at(0))
    assert decide(graph, frontier).finish == Finish(ExecutionStatus.COMPLETED)


def test_a_disabled_node_is_passed_by_its_default_port_and_recorded_as_skipped() -> None:
    graph = draw("t ──► a ──► b", a=replace(ANY, is_disabled=True))

    assert decide(graph, begun(graph)) == Decision(start=(B,), skip=(A,))


def test_two_edges_to_one_node_count_each_for_itself() -> None:
    graph = draw("""
        t ──► if ──true──► a
        if ──false──► a
    """)

    frontier = settle(graph, begun(graph), StepKey("if"), "false")

    assert decide(graph, frontier) == Decision(start=(A,))
    assert frontier.steps[A].taken == (2,)


# --- starting and settling


def test_a_started_step_is_not_started_again() -> None:
    graph = draw("t ──► a")
    frontier = started(graph, A)

    assert decide(graph, frontier) == Decision()
    assert (frontier.steps[A].attempt, frontier.steps[A].first_start) == (1, at(0))
    with pytest.raises(TransitionError, match="running and cannot become running"):
        plan.started(frontier, [A], at(0))


def test_a_settled_step_never_starts_or_settles_again() -> None:
    graph = draw("t ──► a")
    frontier = settle(graph, begun(graph), A)

    with pytest.raises(TransitionError, match="not open"):
        plan.started(frontier, [A], at(0))
    with pytest.raises(TransitionError, match="not open"):
        plan.settled(graph, frontier, A, Completed(), at(0))


def test_a_step_that_did_not_start_cannot_settle() -> None:
    graph = draw("t ──► a")
    frontier = begun(graph)

    with pytest.raises(TransitionError, match="queued and cannot become completed"):
        plan.settled(graph, frontier, A, Completed(), at(0))
    assert frontier == begun(graph)


def test_a_handed_step_is_left_to_whoever_has_it() -> None:
    graph = draw("t ──► a ──► b")
    frontier = plan.handed(begun(graph), [A], at(0))

    assert decide(graph, frontier) == Decision()
    assert not frontier.is_over

    frontier = settle(graph, frontier, A)
    assert decide(graph, frontier) == Decision(start=(B,))


def test_transitions_leave_the_old_frontier_as_it_was() -> None:
    graph = draw("t ──► a ──► b")
    before = started(graph, A)
    copy = started(graph, A)

    plan.settled(graph, before, A, Completed(), at(0))

    assert before == copy


def test_every_settled_step_has_its_number_in_the_order_of_settling() -> None:
    graph = draw("t ──► if ──true──► a")

    frontier = settle(graph, begun(graph), StepKey("if"), "false")

    assert frontier.seq == 3  # t, if, a


# --- failing


def test_a_failure_fails_the_execution_and_tells_the_node() -> None:
    graph = draw("t ──► a ──► b")

    frontier = fail(graph, started(graph, A), A)

    assert decide(graph, frontier) == Decision(
        finish=Finish(
            ExecutionStatus.FAILED,
            Reason.NODE_FAILED,
            {"code": "broken", "message": "it broke", "node": "a"},
        )
    )


def test_after_a_failure_what_flies_lands_and_what_has_not_started_is_cancelled() -> None:
    graph = draw("""
        t ──► a
        t ──► b ──► d
        t ──► c
    """)

    frontier = fail(graph, started(graph, A, B), A)

    assert decide(graph, frontier) == Decision(cancel=(C,))
    frontier = plan.dropped(frontier, [C], at(0))
    assert decide(graph, frontier) == Decision()

    frontier = plan.settled(graph, frontier, B, Completed(), at(0))
    decision = decide(graph, frontier)
    assert decision.finish is not None
    assert decision.finish.status is ExecutionStatus.FAILED
    assert decision.finish.leaves == ()


def test_the_first_failure_is_the_one_that_is_told() -> None:
    graph = draw("""
        t ──► a
        t ──► b
    """)
    frontier = fail(graph, started(graph, A, B), B)

    frontier = fail(graph, frontier, A, Failure("later", "too"))

    finish = decide(graph, frontier).finish
    assert finish is not None
    assert finish.error == {"code": "broken", "message": "it broke", "node": "b"}


def test_after_a_failure_nobody_gets_another_attempt() -> None:
    graph = draw(
        """
        t ──► a
        t ──► b
        """,
        b=replace(ANY, retry=RetryPolicy(attempts=3)),
    )
    frontier = fail(graph, started(graph, A, B), A)

    frontier = fail(graph, frontier, B, PASSING)

    assert decide(graph, frontier).finish is not None


def test_on_error_continue_goes_on_by_the_default_port() -> None:
    graph = draw("t ──► a ──► b", a=replace(ANY, on_error=OnError.CONTINUE))

    frontier = fail(graph, started(graph, A), A)

    assert decide(graph, frontier) == Decision(start=(B,))
    finish = decide(graph, settle(graph, frontier, B)).finish
    assert finish == Finish(ExecutionStatus.COMPLETED, had_errors=True, leaves=(B,))


def test_a_leaf_that_fails_and_continues_has_an_output() -> None:
    graph = draw("t ──► a", a=replace(ANY, on_error=OnError.CONTINUE))

    finish = decide(graph, fail(graph, started(graph, A), A)).finish

    assert finish == Finish(ExecutionStatus.COMPLETED, had_errors=True, leaves=(A,))


def test_on_error_branch_leaves_by_the_error_port_alone() -> None:
    graph = draw(
        """
        t ──► a ──► b
        a ──error──► c
        """,
        a=replace(ANY, on_error=OnError.BRANCH),
    )

    failed = fail(graph, started(graph, A), A)
    passed = settle(graph, started(graph, A), A)

    assert decide(graph, failed) == Decision(start=(C,), skip=(B,))
    assert decide(graph, passed) == Decision(start=(B,), skip=(C,))
    assert failed.had_errors
    assert not passed.had_errors


# --- trying again


FIXED = replace(ANY, retry=RetryPolicy(attempts=3, backoff=Backoff.FIXED, first_wait_s=10))


def test_a_retried_step_waits_and_starts_again_with_the_next_attempt() -> None:
    graph = draw("t ──► a", a=FIXED)

    frontier = fail(graph, started(graph, A), A, PASSING)

    assert frontier.steps[A].status is StepStatus.WAITING
    assert frontier.steps[A].reason is Reason.RETRY
    assert decide(graph, frontier, 9) == Decision(wake_at=at(10))
    assert decide(graph, frontier, 10) == Decision(start=(A,))

    frontier = plan.started(frontier, [A], at(10))
    assert (frontier.steps[A].attempt, frontier.steps[A].first_start) == (2, at(0))


def test_after_its_last_attempt_a_step_has_failed() -> None:
    graph = draw("t ──► a", a=FIXED)
    frontier = begun(graph)

    for _ in range(3):
        frontier = fail(graph, plan.started(frontier, [A], at(0)), A, PASSING)

    finish = decide(graph, frontier).finish
    assert finish is not None
    assert finish.status is ExecutionStatus.FAILED


def test_what_time_does_not_heal_is_not_tried_again() -> None:
    graph = draw("t ──► a", a=FIXED)

    assert decide(graph, fail(graph, started(graph, A), A)).finish is not None


def test_a_handed_retry_is_left_to_whoever_has_it() -> None:
    graph = draw("t ──► a", a=FIXED)
    frontier = fail(graph, started(graph, A), A, PASSING)

    frontier = plan.handed(frontier, [A], at(10))

    assert decide(graph, frontier, 99) == Decision()
    assert plan.started(frontier, [A], at(11)).steps[A].attempt == 2


# --- waiting


def test_a_delay_holds_nobody_and_comes_back_with_the_same_attempt() -> None:
    graph = draw("t ──► a")

    frontier = plan.waiting(started(graph, A), A, at(90), Reason.DELAY, at(0))

    assert decide(graph, frontier, 89) == Decision(wake_at=at(90))
    assert plan.standing(frontier) == (ExecutionStatus.WAITING, Reason.DELAY)
    frontier = plan.started(frontier, decide(graph, frontier, 90).start, at(90))
    assert frontier.steps[A].attempt == 1
    assert frontier.steps[A].woken is Reason.DELAY


def test_a_node_finds_its_note_again_also_after_a_crash_and_a_retry() -> None:
    graph = draw("t ──► a", a=FIXED)
    frontier = plan.waiting(started(graph, A), A, at(5), Reason.DELAY, at(0), note={"n": 1})

    frontier = plan.started(frontier, [A], at(5))
    assert frontier.steps[A].note == {"n": 1}
    frontier = plan.started(loss.lost(graph, frontier, A, at(6)), [A], at(6))
    frontier = plan.started(fail(graph, frontier, A, PASSING), [A], at(99))

    assert frontier.steps[A].note == {"n": 1}
    assert plan.waiting(frontier, A, at(99), Reason.DELAY, at(99)).steps[A].note is None


def test_timers_ring_in_their_order() -> None:
    graph = draw("""
        t ──► a
        t ──► b
        t ──► c
    """)
    frontier = started(graph, A, B, C)
    for key, seconds in ((A, 30), (B, 10), (C, 20)):
        frontier = plan.waiting(frontier, key, at(seconds), Reason.DELAY, at(0))

    assert decide(graph, frontier, 20) == Decision(start=(B, C), wake_at=at(30))


def test_what_waits_for_somebody_has_no_timer() -> None:
    graph = draw("t ──► a")

    frontier = plan.waiting(started(graph, A), A, None, Reason.APPROVAL, at(0))

    assert decide(graph, frontier, 1e6) == Decision()
    assert plan.standing(frontier) == (ExecutionStatus.WAITING, Reason.APPROVAL)
    assert plan.started(frontier, [A], at(7)).steps[A].woken is Reason.APPROVAL


def test_whoever_comes_back_to_a_waiting_step_starts_it_before_its_time_is_up() -> None:
    graph = draw("t ──► a")
    frontier = plan.waiting(started(graph, A), A, at(90), Reason.CALLBACK, at(0))

    after = woken(frontier, A, at(7))

    assert decide(graph, after, 7) == Decision(start=(A,))
    assert plan.started(after, [A], at(7)).steps[A].woken is Reason.CALLBACK
    with pytest.raises(TransitionError, match="queued and waits for nobody"):
        woken(begun(graph), A, at(7))


def test_an_execution_that_waits_and_works_is_running() -> None:
    graph = draw("""
        t ──► a
        t ──► b
    """)

    frontier = plan.waiting(started(graph, A), A, at(90), Reason.DELAY, at(0))

    assert plan.standing(frontier) == (ExecutionStatus.RUNNING, None)


def test_only_a_running_step_can_wait() -> None:
    graph = draw("t ──► a")

    with pytest.raises(TransitionError, match="queued and cannot become waiting"):
        plan.waiting(begun(graph), A, at(1), Reason.DELAY, at(0))
