"""A pause: nothing starts, what flies lands, time stands still."""

from __future__ import annotations

from datetime import timedelta

from apps.engine import bounds, hold, passes, plan, stored
from apps.engine.graph import Edge, Node, make_graph
from apps.engine.state import ExecutionStatus, Reason
from apps.engine.value import NodeId
from tests.engine.moves import A, B, C, D, at, begun, decide, settle

TRIGGER = Node(NodeId("t"), "test:any", is_trigger=True)
LINE = make_graph(
    [
        TRIGGER,
        Node(NodeId("a"), "test:any"),
        Node(NodeId("b"), "test:any"),
        Node(NodeId("c"), "test:any"),
    ],
    [
        Edge(0, NodeId("t"), NodeId("a")),
        Edge(1, NodeId("t"), NodeId("b")),
        Edge(2, NodeId("a"), NodeId("c")),
    ],
    timeout_s=100,
)


def test_nothing_starts_in_a_pause_and_what_flies_lands() -> None:
    flying = plan.started(begun(LINE), [A], at(0))

    paused = settle(LINE, hold.paused(flying, at(1)), A, seconds=2)

    assert decide(LINE, paused, 2) == plan.Decision()
    assert plan.standing(paused) == (ExecutionStatus.PAUSED, None)
    assert decide(LINE, hold.resumed(paused, at(3)), 3).start == (B, C)


def test_a_wait_whose_time_comes_in_a_pause_is_over_when_it_goes_on() -> None:
    waiting = plan.started(begun(LINE), [A], at(0))
    waiting = plan.waiting(waiting, A, at(10), Reason.DELAY, at(0))

    paused = hold.paused(waiting, at(1))

    assert decide(LINE, paused, 50).wake_at is None
    assert A in decide(LINE, hold.resumed(paused, at(50)), 50).start
    early = decide(LINE, hold.resumed(paused, at(5)), 5)
    assert (A in early.start, early.wake_at) == (False, at(10))


def test_the_time_of_the_execution_stands_still_in_a_pause() -> None:
    paused = hold.paused(begun(LINE), at(40))

    resumed = hold.resumed(paused, at(1_000))

    assert decide(LINE, paused, 900).ending is None
    assert (paused.used_s, resumed.used_s) == (40.0, 40.0)
    assert bounds.deadline_at(LINE, resumed) == at(1_000) + timedelta(seconds=60)


def test_a_cancel_ends_a_pause() -> None:
    cancelled = plan.cancel(hold.paused(begun(LINE), at(1)), at(2))

    assert decide(LINE, cancelled, 2).cancel == (A, B)
    assert plan.standing(cancelled) == (ExecutionStatus.CANCELLING, None)


def test_a_pause_is_stored() -> None:
    paused = hold.paused(begun(LINE), at(1))

    assert stored.load(stored.dump(paused)) == paused
    assert stored.dump(paused)["is_paused"] is True
    assert "is_paused" not in stored.dump(begun(LINE))


def test_nothing_is_left_to_go_on_with_when_the_last_step_lands_in_a_pause() -> None:
    shape = make_graph(
        [TRIGGER, Node(NodeId("a"), "test:any")], [Edge(0, NodeId("t"), NodeId("a"))]
    )
    flying = plan.started(begun(shape), [A], at(0))

    ended = settle(shape, hold.paused(flying, at(1)), A, seconds=2)

    finish = decide(shape, ended, 2).finish
    assert finish is not None
    assert finish.status is ExecutionStatus.COMPLETED


def test_of_two_joins_that_are_out_of_time_at_once_the_outer_lets_go_of_the_inner() -> None:
    outer, inner = (Node(NodeId(name), "test:any", wait_s=10) for name in "de")
    plain = [Node(NodeId(name), "test:any") for name in "abc"]
    ways = ("ta", "tb", "tc", "ae", "be", "ed", "cd")
    edges = [Edge(index, NodeId(way[0]), NodeId(way[1])) for index, way in enumerate(ways)]
    shape = make_graph([TRIGGER, *plain, outer, inner], edges)
    waiting = settle(shape, settle(shape, begun(shape), A), C)
    due = decide(shape, waiting, 10).expire

    after = passes.expired(shape, waiting, due, at(10))

    assert due == (D, "e")
    assert D in decide(shape, after, 10).start
    assert "e" not in after.steps
