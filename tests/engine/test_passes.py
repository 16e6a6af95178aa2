"""How the passes of containers follow each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.engine import loss, passes, plan, stored
from apps.engine.blocks import Opening, PassEnd
from apps.engine.drawing import draw
from apps.engine.ending import Ending
from apps.engine.errors import TransitionError
from apps.engine.frontier import Frontier
from apps.engine.graph import Container, Graph, Node, OnError
from apps.engine.plan import Completed
from apps.engine.retry import Backoff, RetryPolicy
from apps.engine.state import ExecutionStatus, Reason, StepStatus
from apps.engine.value import ROOT_SCOPE, NodeId, StepKey, compact
from tests.engine.moves import BROKEN, at, begun, decide, fail, settle

LOOP = Node(NodeId("c"), "test:loop", container=Container.LOOP, handles=("body",))
RETRY = replace(LOOP, container=Container.RETRY)
TRY = replace(LOOP, container=Container.TRY, handles=("try", "catch", "finally"))
PARALLEL = replace(LOOP, container=Container.PARALLEL, handles=("x", "y"))
C = StepKey("c")
FIVE = Opening(count=5, concurrency=2)


def looped(container: Node = LOOP) -> Graph:
    return draw(
        """
        t ──► c ──body──► a ──► b
              c ──done──► d
        """,
        c=container,
    )


def opened(graph: Graph, opening: Opening) -> Frontier:
    frontier = plan.started(begun(graph), [C], at(0))
    return passes.opened(graph, frontier, C, opening, at(0))


def entered(graph: Graph, frontier: Frontier) -> Frontier:
    return passes.entered(graph, frontier, decide(graph, frontier).enter, at(0))


def closed(
    graph: Graph, frontier: Frontier, key: str, end: PassEnd = passes.UNDISTURBED
) -> Frontier:
    return passes.closed(graph, frontier, StepKey(key), at(0), end=end)


def passed(graph: Graph, frontier: Frontier, index: int, *nodes: str) -> Frontier:
    """Let pass `index` go through `nodes` and close it."""
    for node in nodes:
        frontier = settle(graph, frontier, StepKey(f"c[{index}]/{node}"))
    return closed(graph, frontier, f"c[{index}]/c")


def broken(graph: Graph, frontier: Frontier, key: str) -> Frontier:
    return fail(graph, plan.started(frontier, [StepKey(key)], at(0)), StepKey(key))


def test_only_so_many_passes_begin_as_may_be_under_way() -> None:
    graph = looped()
    frontier = opened(graph, FIVE)

    assert decide(graph, frontier).enter == ("c[0]/c", "c[1]/c")
    assert decide(graph, entered(graph, frontier)).start == ("c[0]/a", "c[1]/a")


def test_the_next_pass_begins_when_one_is_closed() -> None:
    graph = looped()
    frontier = entered(graph, opened(graph, FIVE))

    frontier = passed(graph, frontier, 1, "a", "b")

    assert decide(graph, frontier).enter == ("c[2]/c",)
    assert set(frontier.scopes) == {"", "c[0]"}


def test_a_long_loop_takes_no_more_room_than_a_short_one() -> None:
    graph = looped()
    frontier = opened(graph, Opening(count=200, concurrency=1))
    sizes = []
    for index in range(101):
        frontier = passed(graph, entered(graph, frontier), index, "a", "b")
        sizes.append(len(compact(stored.dump(frontier))))

    assert sizes[100] - sizes[10] < 20  # some numbers have another digit


def test_what_follows_a_loop_runs_when_its_last_pass_is_closed() -> None:
    graph = looped()
    frontier = opened(graph, Opening(count=1))
    frontier = passed(graph, entered(graph, frontier), 0, "a", "b")

    assert decide(graph, frontier).close == (C,)
    assert passes.standing(frontier, C).status is StepStatus.COMPLETED
    assert decide(graph, closed(graph, frontier, "c")).start == ("d",)


def test_a_loop_over_nothing_is_over_at_once() -> None:
    graph = looped()

    assert decide(graph, opened(graph, Opening(count=0))).close == (C,)


def test_a_pass_with_nothing_inside_is_over_when_it_begins() -> None:
    graph = draw("t ──► c ──done──► d", c=LOOP)
    frontier = entered(graph, opened(graph, Opening(count=1)))

    assert decide(graph, frontier).close == ("c[0]/c",)
    assert frontier.step_count == 3  # t, c, and the pass: a loop without a body has a bound too


def test_the_leaves_of_a_pass_are_told_when_it_is_over() -> None:
    graph = looped()
    frontier = entered(graph, opened(graph, FIVE))
    for node in "ab":
        frontier = settle(graph, frontier, StepKey(f"c[0]/{node}"))

    stood = passes.standing(frontier, StepKey("c[0]/c"))

    assert (stood.status, stood.leaves) == (StepStatus.COMPLETED, ("c[0]/b",))


def test_a_failed_pass_fails_the_loop_and_others_get_no_further_attempt() -> None:
    graph = looped()
    frontier = broken(graph, entered(graph, opened(graph, FIVE)), "c[0]/a")

    frontier = closed(graph, frontier, "c[0]/c")

    decision = decide(graph, frontier)
    assert (decision.cancel, decision.enter) == (("c[1]/a",), ())
    frontier = closed(graph, plan.dropped(frontier, decision.cancel, at(0)), "c[1]/c")
    assert passes.standing(frontier, C).error == BROKEN.facts(NodeId("a"))
    assert closed(graph, frontier, "c").ending is not None


def test_a_running_step_beside_a_failed_pass_may_land() -> None:
    graph = looped()
    frontier = plan.started(entered(graph, opened(graph, FIVE)), [StepKey("c[1]/a")], at(0))
    frontier = closed(graph, broken(graph, frontier, "c[0]/a"), "c[0]/c")

    assert decide(graph, frontier).abort == ()
    frontier = settle(graph, frontier, StepKey("c[1]/a"))
    assert passes.standing(frontier, StepKey("c[1]/c")).status is StepStatus.CANCELLED


def test_a_patient_loop_goes_on_after_a_failed_pass() -> None:
    graph = looped()
    frontier = opened(graph, replace(FIVE, is_patient=True))
    frontier = closed(graph, broken(graph, entered(graph, frontier), "c[0]/a"), "c[0]/c")

    assert decide(graph, frontier).enter == ("c[2]/c",)
    assert frontier.had_errors


@pytest.mark.parametrize(
    ("on_error", "start"),
    [(OnError.CONTINUE, ("d",)), (OnError.BRANCH, ("e",))],
)
def test_a_failed_container_does_what_its_on_error_says(on_error, start) -> None:
    graph = draw(
        """
        t ──► c ──body──► a
              c ──done──► d
              c ──error──► e
        """,
        c=replace(LOOP, on_error=on_error),
    )
    frontier = broken(graph, entered(graph, opened(graph, Opening(count=1))), "c[0]/a")

    frontier = closed(graph, closed(graph, frontier, "c[0]/c"), "c")

    assert decide(graph, frontier).start == start


def test_passes_are_judged_in_order_and_later_ones_are_left_out() -> None:
    graph = looped()
    frontier = entered(graph, opened(graph, Opening(count=9, concurrency=3, has_break=True)))
    for node in "ab":
        frontier = settle(graph, frontier, StepKey(f"c[1]/{node}"))

    frontier = closed(graph, frontier, "c[1]/c", PassEnd(is_break=True))

    assert decide(graph, frontier).enter == ()  # pass 1 takes up room until pass 0 is judged
    assert frontier.blocks[C].ending is None
    for node in "ab":
        frontier = settle(graph, frontier, StepKey(f"c[0]/{node}"))
    frontier = closed(graph, frontier, "c[0]/c")
    assert frontier.blocks[C].broke_at == 1
    assert decide(graph, frontier).cancel == ("c[2]/a",)


def test_needless_passes_are_told_to_stop() -> None:
    graph = looped()
    frontier = entered(graph, opened(graph, Opening(count=2, has_break=True)))
    frontier = plan.started(frontier, [StepKey("c[1]/a")], at(0))
    for node in "ab":
        frontier = settle(graph, frontier, StepKey(f"c[0]/{node}"))

    frontier = closed(graph, frontier, "c[0]/c", PassEnd(is_break=True))

    assert decide(graph, frontier).abort == ("c[1]/a",)


def test_a_pass_that_was_to_begin_is_dropped_when_it_has_become_needless() -> None:
    graph = looped()
    frontier = opened(graph, Opening(count=2, need=1))
    frontier = passes.entered(graph, frontier, [StepKey("c[0]/c")], at(0))

    frontier = passed(graph, frontier, 0, "a", "b")

    assert decide(graph, frontier).cancel == ("c[1]/c",)
    with pytest.raises(TransitionError):
        passes.entered(graph, frontier, [StepKey("c[1]/c")], at(0))
    frontier = plan.dropped(frontier, [StepKey("c[1]/c")], at(0))
    assert decide(graph, frontier).close == (C,)


def test_a_retry_waits_before_it_tries_again() -> None:
    graph = looped(RETRY)
    policy = RetryPolicy(attempts=2, backoff=Backoff.FIXED, first_wait_s=90, longest_wait_s=90)
    frontier = entered(graph, opened(graph, Opening(count=2, retry=policy)))

    frontier = closed(graph, broken(graph, frontier, "c[0]/a"), "c[0]/c")

    assert plan.standing(frontier) == (ExecutionStatus.WAITING, Reason.RETRY)
    assert decide(graph, frontier).wake_at == at(90)
    assert frontier.active_since is None  # so long a wait does not count
    assert decide(graph, frontier, 90).enter == ("c[1]/c",)
    assert not frontier.had_errors


def test_a_retry_that_succeeds_tries_no_more() -> None:
    graph = looped(RETRY)
    opening = Opening(count=2, retry=RetryPolicy(attempts=2))

    frontier = passed(graph, entered(graph, opened(graph, opening)), 0, "a", "b")

    assert passes.standing(frontier, C).status is StepStatus.COMPLETED


def test_a_retry_after_its_last_try_fails_with_that_error() -> None:
    graph = looped(RETRY)
    opening = Opening(count=1, retry=RetryPolicy(attempts=1))
    frontier = broken(graph, entered(graph, opened(graph, opening)), "c[0]/a")

    frontier = closed(graph, frontier, "c[0]/c")

    assert passes.standing(frontier, C).error == BROKEN.facts(NodeId("a"))


def test_when_the_time_of_a_block_is_up_it_fails_and_what_is_under_way_is_aborted() -> None:
    graph = draw(
        """
        t ──► c ──x──► a
              c ──y──► b
        """,
        c=PARALLEL,
    )
    frontier = entered(graph, opened(graph, Opening(count=2, timeout_s=5)))
    frontier = plan.started(frontier, [StepKey("c[0]/a")], at(0))

    assert decide(graph, frontier).wake_at == at(5)
    assert decide(graph, frontier, 5).expire == (C,)
    frontier = passes.expired(graph, frontier, [C], at(5))
    decision = decide(graph, frontier, 5)
    assert (decision.abort, decision.cancel, decision.expire) == (("c[0]/a",), ("c[1]/b",), ())


def test_a_block_whose_time_is_up_is_no_reason_to_wait() -> None:
    graph = looped()
    frontier = entered(graph, opened(graph, Opening(count=1, timeout_s=5)))
    frontier = plan.started(frontier, [StepKey("c[0]/a")], at(0))

    frontier = plan.waiting(frontier, StepKey("c[0]/a"), at(9), Reason.APPROVAL, at(0))

    assert plan.standing(frontier) == (ExecutionStatus.WAITING, Reason.APPROVAL)


def test_a_cancelled_execution_closes_its_passes_and_blocks_as_cancelled() -> None:
    graph = looped()
    frontier = plan.cancel(entered(graph, opened(graph, FIVE)), at(0))
    frontier = plan.dropped(frontier, decide(graph, frontier).cancel, at(0))

    assert {passes.standing(frontier, key).status for key in decide(graph, frontier).close} == {
        StepStatus.CANCELLED
    }
    for key in ("c[0]/c", "c[1]/c", "c"):
        frontier = closed(graph, frontier, key)
    finish = decide(graph, frontier).finish
    assert finish is not None
    assert finish.status is ExecutionStatus.CANCELLED


def test_a_block_that_fails_already_is_not_disturbed_by_another_failure_beside_it() -> None:
    graph = draw(
        """
        t ──► c ──body──► a
        t ──► b
        """,
        c=LOOP,
    )
    frontier = entered(graph, opened(graph, FIVE))
    frontier = plan.started(frontier, [StepKey("c[1]/a")], at(0))
    frontier = closed(graph, broken(graph, frontier, "c[0]/a"), "c[0]/c")
    before = frontier.blocks[C]

    frontier = broken(graph, frontier, "b")

    assert frontier.blocks[C] is before
    assert decide(graph, frontier).abort == ()


def test_an_open_step_ends_as_what_it_lies_in() -> None:
    graph = looped()
    frontier = passes.entered(graph, opened(graph, FIVE), [StepKey("c[0]/c")], at(0))
    assert {frontier.ending_of(key) for key in frontier.steps} == {None}

    frontier = plan.cancel(frontier, at(0))

    endings = {key: frontier.ending_of(key) for key in frontier.steps}
    assert set(endings) == {"c[0]/a", "c[1]/c"}
    assert all(ending is not None and ending.is_aborting for ending in endings.values())


def test_a_container_that_opens_while_the_execution_ends_begins_no_pass() -> None:
    graph = looped()
    frontier = plan.started(begun(graph), [C], at(0))
    frontier = plan.ended(frontier, plan_failure(), at(0))

    frontier = passes.opened(graph, frontier, C, FIVE, at(0))

    assert passes.standing(frontier, C).status is StepStatus.CANCELLED


def plan_failure() -> Ending:
    return Ending(ExecutionStatus.FAILED, Reason.NODE_FAILED, {"code": "x"})


def test_a_stop_inside_of_a_pass_ends_the_whole_execution_as_completed() -> None:
    graph = looped()
    frontier = plan.started(entered(graph, opened(graph, FIVE)), [StepKey("c[0]/a")], at(0))

    frontier = plan.settled(graph, frontier, StepKey("c[0]/a"), Completed(is_stop=True), at(0))

    assert frontier.ending is not None
    assert frontier.ending.status is ExecutionStatus.COMPLETED
    assert frontier.scopes[ROOT_SCOPE].leaves == ("c[0]/a",)
    assert decide(graph, frontier).close == ("c[0]/c",)


@pytest.mark.parametrize(
    ("handles", "after_success", "after_failure"),
    [
        (("try",), None, None),
        (("try", "catch"), None, 1),
        (("try", "finally"), 2, 2),
        (("try", "catch", "finally"), 2, 1),
    ],
)
def test_the_regions_of_a_try_follow_each_other(handles, after_success, after_failure) -> None:
    lines = "\n".join(f"c ──{handle}──► in_{handle}" for handle in handles)
    graph = draw(f"t ──► c\n{lines}", c=TRY)
    begun_try = entered(graph, opened(graph, Opening(count=3)))

    fine = closed(graph, settle(graph, begun_try, StepKey("c[0]/in_try")), "c[0]/c")
    bad = closed(graph, broken(graph, begun_try, "c[0]/in_try"), "c[0]/c")

    for frontier, index in ((fine, after_success), (bad, after_failure)):
        assert decide(graph, frontier).enter == (() if index is None else (f"c[{index}]/c",))


def test_finally_runs_after_a_catch_too() -> None:
    graph = draw("t ──► c\nc ──try──► a\nc ──catch──► b\nc ──finally──► z", c=TRY)
    failed = broken(graph, entered(graph, opened(graph, Opening(count=3))), "c[0]/a")

    caught = passed(graph, entered(graph, closed(graph, failed, "c[0]/c")), 1, "b")

    assert decide(graph, caught).enter == ("c[2]/c",)


def test_what_is_no_pass_or_not_over_is_refused() -> None:
    graph = looped()
    running = plan.started(begun(graph), [C], at(0))
    frontier = entered(graph, opened(graph, FIVE))

    for move in (
        lambda: passes.entered(graph, running, [C], at(0)),
        lambda: passes.closed(graph, frontier, C, at(0)),
        lambda: passes.expired(graph, running, [C], at(0)),
        lambda: passes.opened(graph, begun(graph), C, FIVE, at(0)),
    ):
        with pytest.raises(TransitionError):
            move()


def test_only_a_container_opens_passes() -> None:
    graph = draw("t ──► c")
    frontier = plan.started(begun(graph), [C], at(0))

    with pytest.raises(TransitionError):
        passes.opened(graph, frontier, C, FIVE, at(0))


# --- races ----------------------------------------------------------------------------------------


FIRST = Node(NodeId("join"), "test:join", wants=1)


def test_an_early_join_lets_go_of_all_that_leads_nowhere_else() -> None:
    graph = draw(
        """
        t ──► a ──► join ──► end
        t ──► b ──► join
        t ──► c ──body──► d
              c ──done──► join
        t ──► keep ──► join
              keep ──► other
        """,
        join=FIRST,
        c=LOOP,
    )
    frontier = entered(graph, opened(graph, Opening(count=1)))
    frontier = plan.started(frontier, [StepKey("b")], at(0))

    frontier = settle(graph, frontier, StepKey("a"))

    decision = decide(graph, frontier)
    assert decision.start == ("keep", "join")
    ending = frontier.ending_of(StepKey("b"))
    assert ending is not None
    assert ending.is_aborting
    assert (decision.cancel, decision.abort) == (("c[0]/d",), ("b",))


def test_what_arrives_at_a_join_that_has_run_is_ignored() -> None:
    graph = draw(
        """
        t ──► a ──► join
        t ──► keep ──► join
              keep ──► other
        """,
        join=FIRST,
    )
    frontier = settle(graph, begun(graph), StepKey("a"))

    frontier = settle(graph, frontier, StepKey("keep"))

    assert decide(graph, frontier).start == ("join", "other")
    frontier = settle(graph, settle(graph, frontier, StepKey("join")), StepKey("other"))
    assert decide(graph, frontier).finish is not None


def test_a_loser_that_fails_or_waits_for_another_try_harms_nobody() -> None:
    passing = replace(BROKEN, is_retryable=True)
    graph = draw(
        """
        t ──► a ──► join
        t ──► b ──► join
        """,
        join=FIRST,
        b=Node(NodeId("b"), "test:any", retry=RetryPolicy(attempts=3)),
    )
    frontier = plan.started(begun(graph), [StepKey("b")], at(0))
    frontier = settle(graph, frontier, StepKey("a"))

    frontier = fail(graph, frontier, StepKey("b"), passing)

    assert (frontier.ending, list(frontier.steps)) == (None, ["join"])


def test_a_loser_whose_worker_is_lost_is_dropped() -> None:
    graph = draw(
        """
        t ──► a ──► join
        t ──► b ──► join
        """,
        join=FIRST,
    )
    frontier = plan.started(begun(graph), [StepKey("b")], at(0))
    frontier = settle(graph, frontier, StepKey("a"))

    frontier = loss.lost(graph, frontier, StepKey("b"), at(0))

    assert decide(graph, frontier).cancel == ("b",)


def test_a_disabled_join_lets_go_of_the_others_too() -> None:
    graph = draw(
        """
        t ──► a ──► join ──► end
        t ──► b ──► join
        """,
        join=replace(FIRST, is_disabled=True),
    )

    frontier = settle(graph, begun(graph), StepKey("a"))

    assert decide(graph, frontier).start == ("end",)
    assert decide(graph, frontier).cancel == ("b",)


# --- patience -------------------------------------------------------------------------------------


PATIENT = Node(NodeId("join"), "test:join", wait_s=5)


def waiting_join() -> tuple[Graph, Frontier]:
    #  t ──► a ──► join ──► end
    #  t ──► b ──► join
    graph = draw(
        """
        t ──► a ──► join ──► end
        t ──► b ──► join
        """,
        join=PATIENT,
    )
    return graph, settle(graph, plan.started(begun(graph), [StepKey("b")], at(0)), StepKey("a"))


def test_a_node_that_waits_for_others_only_so_long_runs_with_what_has_come() -> None:
    graph, frontier = waiting_join()

    assert decide(graph, frontier).wake_at == at(5)
    assert decide(graph, frontier, 5).expire == ("join",)
    frontier = passes.expired(graph, frontier, [StepKey("join")], at(5))
    decision = decide(graph, frontier, 5)
    assert (decision.start, decision.abort) == (("join",), ("b",))
    assert frontier.steps[StepKey("join")].woken is Reason.DEADLINE


def test_a_node_that_has_all_its_edges_in_time_forgets_how_long_it_would_have_waited() -> None:
    graph, frontier = waiting_join()

    frontier = settle(graph, frontier, StepKey("b"))

    assert (frontier.timers, decide(graph, frontier, 9).start) == ((), ("join",))


def test_a_disabled_node_whose_time_is_up_is_passed_by() -> None:
    graph = draw(
        """
        t ──► a ──► join ──► end
        t ──► b ──► join
        """,
        join=replace(PATIENT, is_disabled=True),
    )
    frontier = settle(graph, begun(graph), StepKey("a"))

    frontier = passes.expired(graph, frontier, [StepKey("join")], at(5))

    assert decide(graph, frontier, 5).start == ("end",)


def test_what_waits_for_others_is_forgotten_when_its_pass_ends() -> None:
    graph = draw(
        """
        t ──► c ──body──► a ──► join
              c ──body──► b ──► join
        """,
        c=LOOP,
        join=PATIENT,
    )
    frontier = settle(graph, entered(graph, opened(graph, Opening(count=1))), StepKey("c[0]/a"))
    assert frontier.timers == ((at(5), "c[0]/join"),)

    assert broken(graph, frontier, "c[0]/b").timers == ()
    frontier = plan.started(frontier, [StepKey("c[0]/b")], at(0))
    frontier = plan.settled(graph, frontier, StepKey("c[0]/b"), plan.Aborted(), at(0))
    assert closed(graph, frontier, "c[0]/c").timers == ()


def test_a_node_that_does_not_wait_has_no_time_to_be_up() -> None:
    graph, frontier = waiting_join()

    with pytest.raises(TransitionError):
        passes.expired(graph, frontier, [StepKey("end")], at(5))
