"""Calls, the end of a wait's time, cancellation, and workers that die: in whatever order they fall, one ends the wait."""

from collections.abc import Callable
from uuid import UUID

import pytest

from apps.core.failpoints import hooked
from apps.executions.errors import WaitOverError
from apps.executions.services import cancel, hearing
from apps.executions.services.worker import Worker
from tests.eventually import eventually
from tests.executions.crew import (
    Beside,
    Gate,
    Killed,
    beside,
    bury,
    due,
    dying_at,
    ticket,
    waiting_for_locks,
    work,
    work_to_the_end,
)
from tests.executions.makers import begin, execution, make_version, steps, tickets
from tests.executions.waiting import CALL, WAIT, heard, run_out_of_time, waiting_for_a_call


@pytest.fixture
def waiting(demo) -> UUID:
    """An execution that waits for a call, and nobody holds it."""
    execution_id = begin(make_version(waiting_for_a_call()), {})
    work(Worker())
    assert execution(execution_id).status == "waiting"
    return execution_id


def calling(execution_id: UUID, body: object = "first") -> Callable[[], str]:
    """A call; it says what became of it."""

    def call() -> str:
        try:
            hearing.hear(execution_id, WAIT, {**CALL, "body": body})
        except WaitOverError as refused:
            return refused.code
        return "heard"

    return call


def test_of_two_calls_at_once_one_is_heard(waiting) -> None:
    gate = Gate()
    with hooked("hear.before_commit", gate):
        first = Beside(calling(waiting, "first"))
        gate.wait_for_arrival()
        second = Beside(calling(waiting, "second"))
        assert eventually(waiting_for_locks)
        gate.open()
        said = [first.join_it(), second.join_it()]
    work_to_the_end(Worker())

    assert said == ["heard", "already_answered"]
    assert execution(waiting).output == "first"


def test_a_call_that_comes_before_the_owner_has_seen_that_the_time_is_up_wins(waiting) -> None:
    said: list[object] = []
    run_out_of_time(waiting, "wait")

    with hooked("turn.after_decide", lambda: said.append(beside(calling(waiting)))):
        work(Worker())

    assert said == ["heard"]
    assert execution(waiting).output == "first"
    assert tickets() == 0


def test_a_call_that_comes_after_the_owner_has_seen_that_the_time_is_up_is_too_late(
    waiting,
) -> None:
    said: list[object] = []
    run_out_of_time(waiting, "wait")

    # The owner has not committed yet that the step has ended.
    with hooked("hear.after_settling", lambda: said.append(beside(calling(waiting)))):
        work(Worker())

    assert said == ["wait_expired"]
    assert execution(waiting).output == "late"


def test_an_owner_killed_after_it_has_seen_that_the_time_is_up_has_decided(waiting) -> None:
    run_out_of_time(waiting, "wait")
    with dying_at("hear.after_settling"), pytest.raises(Killed):
        work(killed := Worker())
    assert steps(waiting)["wait"].status == "waiting"

    assert calling(waiting)() == "wait_expired"
    bury(killed)
    work_to_the_end(Worker())

    assert execution(waiting).output == "late"
    assert heard(waiting) == [("timeout", None)]


def test_an_owner_killed_after_it_has_heard_the_call_leaves_it_to_the_next_one(waiting) -> None:
    calling(waiting)()
    with dying_at("finish.before_commit"), pytest.raises(Killed):
        work(killed := Worker())
    assert steps(waiting)["wait"].status == "waiting"

    bury(killed)
    work_to_the_end(Worker())

    assert execution(waiting).output == "first"


@pytest.mark.parametrize("nth", [1, 2])
def test_a_call_while_the_step_begins_to_wait_is_not_lost(demo, nth) -> None:
    execution_id = begin(make_version(waiting_for_a_call()), {})

    # Decisions of the turn: to start the wait, and to rest.
    with hooked("turn.after_decide", lambda: beside(calling(execution_id)), nth=nth):
        work(Worker())

    assert execution(execution_id).output == "first"
    assert tickets() == 0


def test_a_call_right_before_the_owner_rests_is_not_lost(demo) -> None:
    execution_id = begin(make_version(waiting_for_a_call()), {})
    callers: list[Beside] = []

    def call_beside() -> None:
        # It waits for the ticket, which the owner has locked to write and to let go.
        callers.append(Beside(calling(execution_id)))
        assert eventually(waiting_for_locks)

    with hooked("release.before", call_beside):
        work(Worker())
    assert callers[0].join_it() == "heard"
    work_to_the_end(Worker())

    assert execution(execution_id).output == "first"


def test_a_door_killed_before_its_commit_has_changed_nothing(waiting) -> None:
    with dying_at("hear.before_commit"), pytest.raises(Killed):
        beside(calling(waiting))

    assert heard(waiting) == []
    assert ticket(waiting, "is_poked") == (False,)
    assert due() == []
    assert calling(waiting, "second")() == "heard"


def test_a_door_killed_after_its_commit_has_woken_the_execution(waiting) -> None:
    with dying_at("hear.after_commit"), pytest.raises(Killed):
        beside(calling(waiting))

    assert [row[0] for row in due()] == [waiting]
    work_to_the_end(Worker())
    assert execution(waiting).output == "first"


def test_once_an_execution_is_asked_to_end_nobody_is_heard(waiting) -> None:
    cancel.request_cancel(waiting)

    assert calling(waiting)() == "wait_over"
    work_to_the_end(Worker())

    assert execution(waiting).status == "cancelled"
    assert heard(waiting) == []


def test_a_call_that_was_heard_stays_so_when_the_execution_is_cancelled_next(waiting) -> None:
    assert calling(waiting)() == "heard"
    cancel.request_cancel(waiting)
    work_to_the_end(Worker())

    assert execution(waiting).status == "cancelled"
    assert steps(waiting)["wait"].status == "cancelled"
    assert [kind for kind, _ in heard(waiting)] == ["call"]


def test_a_call_while_the_owner_ends_the_execution_waits_and_is_refused(waiting) -> None:
    cancel.request_cancel(waiting)
    callers: list[Beside] = []

    def call_beside() -> None:
        callers.append(Beside(calling(waiting)))
        assert eventually(waiting_for_locks)

    with hooked("finish.before_commit", call_beside):
        work(Worker())

    assert callers[0].join_it() == "wait_over"
    assert heard(waiting) == []
    assert execution(waiting).status == "cancelled"


def test_whoever_calls_after_the_end_is_refused(waiting) -> None:
    calling(waiting)()
    work_to_the_end(Worker())

    assert calling(waiting, "second")() == "wait_over"
    assert execution(waiting).output == "first"
