"""Asking an execution to end, while its owner is at any point of its work."""

import pytest

from apps.core import db
from apps.core.failpoints import hooked
from apps.dispatch import facade as dispatch
from apps.executions.errors import ExecutionFinishedError
from apps.executions.services import cancel
from apps.executions.services.worker import Worker
from tests.eventually import eventually
from tests.executions.crew import (
    ONE_TURN,
    Beside,
    Gate,
    Killed,
    beside,
    bury,
    dying_at,
    let_finish,
    ticket,
    waiting_for_locks,
    work,
    work_to_the_end,
)
from tests.executions.makers import (
    SCHEMA,
    begin,
    call,
    chain,
    edges,
    execution,
    make_version,
    nodes,
    paths,
    steps,
    tickets,
)

REST = ("rest", "control:delay", {"config": {"duration": "1h"}})


def test_a_cancel_that_arrives_while_the_owner_decides_to_rest_is_heard_before_it_rests(
    demo,
) -> None:
    execution_id = begin(make_version(chain(REST)), {})

    with hooked("turn.after_decide", lambda: beside(lambda: cancel.request_cancel(execution_id))):
        work(Worker())

    done = execution(execution_id)
    assert (done.status, done.reason) == ("cancelled", "cancelled_by_user")
    assert tickets() == 0


def slow_pair(receiver) -> dict:
    """
    start ──► slow-0, slow-1, each a call of half a minute
    """
    names = ["slow-0", "slow-1"]
    return {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            *((name, "action:http", call(f"{receiver.url}/slow/30000")) for name in names),
        ),
        "edges": edges(*(f"start>{name}" for name in names)),
    }


def test_an_owner_killed_between_recalling_calls_and_recording_it_leaves_nothing_stuck(
    receiver,
) -> None:
    execution_id = begin(make_version(slow_pair(receiver)), {})
    work(Worker())
    assert tickets() == 3
    cancel.request_cancel(execution_id)
    first = Worker()
    with dying_at("finish.before_commit"), pytest.raises(Killed):
        work(first, ONE_TURN)
    assert bury(first) == [execution_id]

    work_to_the_end(Worker())

    assert execution(execution_id).status == "cancelled"
    assert {steps(execution_id)[name].status for name in ("slow-0", "slow-1")} == {"cancelled"}
    assert (tickets(), paths(receiver)) == (0, [])


def test_a_cancel_that_meets_the_commit_of_the_end_is_refused_and_the_end_stands(demo) -> None:
    execution_id = begin(make_version(chain(("last", "control:no_op", {}))), {})
    askers: list[Beside] = []

    def ask_while_it_ends() -> None:
        askers.append(Beside(lambda: cancel.request_cancel(execution_id)))
        assert eventually(lambda: beside(waiting_for_locks))

    with hooked("finish.before_commit", ask_while_it_ends):
        work(Worker())

    with pytest.raises(ExecutionFinishedError):
        askers[0].join_it()
    done = execution(execution_id)
    assert (done.status, done.reason) == ("completed", "")
    assert tickets() == 0


def test_an_execution_that_has_ended_refuses_to_be_cancelled_and_does_not_change(demo) -> None:
    execution_id = begin(make_version(chain(REST)), {})
    work(Worker())
    cancel.request_cancel(execution_id)
    cancel.request_cancel(execution_id)
    work(Worker())
    ended = execution(execution_id)
    assert ended.status == "cancelled"

    with pytest.raises(ExecutionFinishedError):
        cancel.request_cancel(execution_id)

    assert execution(execution_id).seq == ended.seq


def test_a_result_that_arrives_before_the_end_is_recorded_although_a_cancel_was_asked(
    receiver,
) -> None:
    version = make_version(
        chain(
            ("call", "action:http", call(f"{receiver.url}/ok")),
            ("never", "action:http", call(f"{receiver.url}/ok")),
        )
    )
    execution_id = begin(version, {})
    with hooked("step.after_effect", lambda: beside(lambda: cancel.request_cancel(execution_id))):
        work(worker := Worker())
        let_finish(worker)
    work_to_the_end(worker)

    assert execution(execution_id).status == "cancelled"
    assert steps(execution_id)["call"].status == "completed"
    assert len(paths(receiver)) == 1


def test_the_ticket_of_a_step_whose_execution_has_ended_is_deleted_and_calls_nobody(
    receiver,
) -> None:
    execution_id = begin(make_version(slow_pair(receiver)), {})
    work(Worker())
    db.execute(
        f"UPDATE {SCHEMA}.executions_execution SET status = 'cancelled', ended_at = clock_timestamp() WHERE id = %(id)s",  # noqa: S608 - a constant
        {"id": execution_id},
    )

    work_to_the_end(Worker())

    assert (tickets(), paths(receiver)) == (1, [])
    assert ticket(execution_id, "token") == (None,)


def test_an_owner_that_hangs_although_asked_loses_the_ticket_and_its_late_answer(receiver) -> None:
    version = make_version(chain(("hung", "action:http", call(f"{receiver.url}/ok"))))
    execution_id = begin(version, {})
    hanging = Worker()
    gate = Gate()
    with hooked("step.after_effect", gate):
        work(hanging)
        gate.wait_for_arrival()
        cancel.request_cancel(execution_id)
        assert dispatch.seize(patience_s=3600.0) == []
        assert [row[0] for row in dispatch.seize(patience_s=0.0)] == [execution_id]
        work_to_the_end(Worker())
        ended = execution(execution_id)
        gate.open()
        let_finish(hanging)

    assert ended.status == "cancelled"
    assert steps(execution_id)["hung"].status == "cancelled"
    assert execution(execution_id).seq == ended.seq
