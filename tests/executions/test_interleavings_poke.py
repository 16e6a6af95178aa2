"""A result and its poke, a poke and a release: in whatever order they fall, no execution is left asleep."""

import pytest
from django.db import transaction

from apps.core import db
from apps.core.failpoints import hooked
from apps.dispatch import facade as dispatch
from apps.executions.services import fanout
from apps.executions.services.worker import Worker
from tests.eventually import eventually
from tests.executions.crew import (
    ONE_CALL,
    ONE_TURN,
    Beside,
    Gate,
    beside,
    bury,
    due,
    dying_at,
    let_finish,
    step_ticket,
    ticket,
    waiting_for_locks,
    work,
    work_to_the_end,
)
from tests.executions.makers import (
    SCHEMA,
    begin,
    call,
    edges,
    execution,
    make_version,
    nodes,
    steps,
    tickets,
)


def fan_out(receiver, *names: str) -> dict:
    """
    start ──► each name ──► join
    """
    return {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            *((name, "action:http", call(f"{receiver.url}/ok?n={name}")) for name in names),
            ("join", "control:merge", {"config": {"mode": "append"}}),
        ),
        "edges": edges(*(f"start>{name}" for name in names), *(f"{name}>join" for name in names)),
    }


@pytest.fixture
def handed(receiver):
    """An execution at rest whose two calls were handed out, and its worker."""
    execution_id = begin(make_version(fan_out(receiver, "a", "b")), {})
    worker = Worker()
    work(worker)
    assert ticket(execution_id, "token", "due_at")[0] is None
    return execution_id, worker


def test_handed_out_calls_are_due_in_rows_although_no_bell_was_heard(handed) -> None:
    execution_id, _ = handed

    assert {row[0] for row in due()} == {
        step_ticket(execution_id, "a"),
        step_ticket(execution_id, "b"),
    }
    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"


def test_whoever_records_a_result_waits_for_the_runs_ticket_before_the_execution(handed) -> None:
    execution_id, worker = handed
    gate = Gate()

    def own_the_run() -> list[tuple]:
        with transaction.atomic():
            db.fetch(LOCK_TICKET, {"id": execution_id})
            gate()
            return db.fetch(LOCK_EXECUTION, {"id": execution_id})

    owner = Beside(own_the_run)
    gate.wait_for_arrival()
    work(worker)
    assert eventually(lambda: len(waiting_for_locks()) == 2)
    gate.open()

    assert owner.join_it() == [(execution_id,)]
    work_to_the_end(worker)
    assert execution(execution_id).status == "completed"


LOCK_TICKET = "SELECT id FROM public.dispatch_ticket WHERE id = %(id)s FOR UPDATE"
LOCK_EXECUTION = f"SELECT id FROM {SCHEMA}.executions_execution WHERE id = %(id)s FOR UPDATE NOWAIT"  # noqa: S608 - a constant


def test_a_worker_killed_before_the_poke_has_recorded_no_result_either(handed) -> None:
    execution_id, _ = handed
    with dying_at("step_ticket.before_poke", nth=None):
        work(first := Worker())
        let_finish(first)
    assert {steps(execution_id)[name].status for name in "ab"} == {"running"}
    assert ticket(execution_id, "is_poked") == (False,)

    assert len(bury(first)) == 2
    work_to_the_end(Worker())

    assert execution(execution_id).status == "completed"
    assert tickets() == 0


def test_a_worker_killed_after_its_result_has_left_the_poke_that_wakes_the_run(handed) -> None:
    execution_id, _ = handed
    with dying_at("step_ticket.after_poke", nth=None):
        work(first := Worker())
        let_finish(first)

    assert {steps(execution_id)[name].status for name in "ab"} == {"completed"}
    assert ticket(execution_id, "is_poked") == (True,)
    assert [row[0] for row in due()] == [execution_id]
    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"


def test_a_result_between_the_owners_look_and_its_release_is_taken_in_at_once(receiver) -> None:
    execution_id = begin(make_version(fan_out(receiver, "a", "b")), {})
    work(Worker())
    finisher = Worker()

    def finish_both() -> None:
        work(finisher)
        let_finish(finisher)

    # The owner has looked at the steps, decided to rest, and then both results arrive.
    dispatch.poke(execution_id)
    with hooked("turn.after_decide", lambda: beside(finish_both)):
        work(owner := Worker(), ONE_TURN)

    assert execution(execution_id).status == "completed"
    assert owner._held == {}
    assert tickets() == 0


def test_a_result_right_after_the_owner_has_read_its_steps_is_not_forgotten(
    receiver, monkeypatch
) -> None:
    execution_id = begin(make_version(fan_out(receiver, "a", "b")), {})
    work(Worker())
    finish_one = Worker()
    work(finish_one, ONE_CALL)
    let_finish(finish_one)
    read = fanout.rows_of
    reads: list[list[fanout.Row]] = []

    def read_then_finish_the_other(*args: object) -> list[fanout.Row]:
        rows = read(*args)
        reads.append(rows)
        if len(reads) == 1:
            other = Worker()
            beside(lambda: work(other, ONE_CALL))
            let_finish(other)
        return rows

    monkeypatch.setattr(fanout, "rows_of", read_then_finish_the_other)
    work(Worker(), ONE_TURN)

    assert [len(rows) for rows in reads] == [1, 1]
    assert execution(execution_id).status == "completed"
    assert tickets() == 0
