"""Connections that are cut, at the worst moment and at any other: what was committed is known, and never done twice."""

import threading

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core import db
from apps.core.failpoints import hooked
from apps.executions import facade as executions
from apps.executions.services import hearing, manual, seats
from apps.executions.services.worker import Worker
from apps.workflows.services import drafts, publish
from tests.executions.crew import (
    Beside,
    beside,
    hasten,
    ticket,
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
from tests.executions.waiting import CALL, WAIT, waiting_for_a_call


def cut() -> None:
    """Cut this thread's connection, as a restart of the database or of the network would."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    beside(lambda: db.fetch("SELECT pg_terminate_backend(%(pid)s, 5000)", {"pid": pid}))


@pytest.fixture
def unanswered(monkeypatch):
    """The next commit in a waiting slot (or in the thread called so) happens, and nobody hears of it.

    It is a COMMIT, or a statement that is its own transaction and writes down how a call began or ended.
    """
    commit, execute = BaseDatabaseWrapper._commit, psycopg.Cursor.execute
    left = {"node": 0}

    def is_next() -> bool:
        is_it = left["node"] > 0 and threading.current_thread().name.startswith("node")
        left["node"] -= is_it
        return is_it

    def commit_and_cut(self) -> None:
        commit(self)
        if is_next():
            cut()
            with self.wrap_database_errors:
                self.connection.execute("SELECT 1")

    def execute_and_cut(self, query, *rest, **more):
        done = execute(self, query, *rest, **more)
        if str(query).strip().startswith(("WITH kept AS", "WITH gone AS")) and is_next():
            cut()
            execute(self, "SELECT 1")
        return done

    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", commit_and_cut)
    monkeypatch.setattr(psycopg.Cursor, "execute", execute_and_cut)
    return left


def alone(receiver) -> dict:
    return chain(
        ("one", "action:http", call(f"{receiver.url}/ok", method="POST")),
        ("two", "action:http", call(f"{receiver.url}/ok", method="POST")),
    )


def abreast(receiver) -> dict:
    return {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("one", "action:http", call(f"{receiver.url}/ok", method="POST")),
            ("two", "action:http", call(f"{receiver.url}/ok", method="POST")),
        ),
        "edges": edges("start>one", "start>two"),
    }


@pytest.mark.parametrize("document", [alone, abreast])
@pytest.mark.parametrize(
    "place", ["step.before_running", "step.after_running", "step.after_effect"]
)
def test_a_result_whose_commit_nobody_answered_is_asked_after_and_not_done_again(
    receiver, unanswered, document, place
) -> None:
    execution_id = begin(make_version(document(receiver)), {})

    def lose_the_next() -> None:
        unanswered["node"] = 1

    with hooked(place, lose_the_next):
        work_to_the_end(worker := Worker())

    assert unanswered["node"] == 0
    done = execution(execution_id)
    assert done.status == "completed"
    assert len(paths(receiver)) == 2
    assert [step.status for step in steps(execution_id).values()] == ["completed"] * 3
    if document is alone:
        assert done.seq == undisturbed_seq(receiver)  # nothing was written twice
    assert worker._held == {}


def undisturbed_seq(receiver) -> int:
    execution_id = begin(make_version(alone(receiver)), {})
    work_to_the_end(Worker())
    return execution(execution_id).seq


def test_a_call_to_a_waiting_step_whose_commit_nobody_answered_is_heard_and_not_refused(
    demo, unanswered
) -> None:
    execution_id = begin(make_version(waiting_for_a_call()), {})
    work(Worker())
    unanswered["node"] = 1

    Beside(lambda: hearing.hear(execution_id, WAIT, CALL), name="node-caller").join_it()
    work_to_the_end(Worker())

    assert unanswered["node"] == 0
    assert execution(execution_id).output == CALL["body"]


@pytest.mark.parametrize("document", [alone, abreast])
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_a_connection_cut_before_the_commit_costs_a_repetition_of_the_commit_alone(
    receiver, document, nth
) -> None:
    execution_id = begin(make_version(document(receiver)), {})

    with hooked("record.before_commit", cut, nth=nth):
        work_to_the_end(Worker())

    done = execution(execution_id)
    assert done.status == "completed"
    assert len(paths(receiver)) == 2
    if document is alone:
        assert done.seq == undisturbed_seq(receiver)


@pytest.mark.parametrize("document", [alone, abreast])
def test_a_connection_cut_at_a_load_is_no_crash_of_the_execution(receiver, document) -> None:
    execution_id = begin(make_version(document(receiver)), {})
    worker = Worker()

    with hooked("turn.after_load", cut):
        beside(lambda: work(worker))

    assert ticket(execution_id, "token", "crash_count") == (None, 0)
    hasten(execution_id)
    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"


def test_an_unanswered_commit_that_nobody_named_is_refused_rather_than_done_twice(
    demo, unanswered
) -> None:
    execution_id = begin(make_version(chain(("rest", "control:no_op", {}))), {})
    unanswered["node"] = 1

    def count_up() -> None:
        db.execute(
            "UPDATE public.dispatch_ticket SET priority = priority + 1 WHERE id = %(id)s",
            {"id": execution_id},
        )

    with pytest.raises(OperationalError):
        Beside(lambda: db.in_transaction(count_up), name="node").join_it()

    assert ticket(execution_id, "priority") == (2,)


@pytest.fixture
def order(demo):
    """An order for a live workflow of one pure node."""
    workflow = drafts.create(
        name="w", description="", draft=chain(("rest", "control:no_op", {})), actor_id=None
    )
    publish.publish(workflow.pk, actor_id=None)
    publish.activate(workflow.pk)
    return manual.Order(workflow_id=workflow.pk, input={"n": 1}, key="k1")


def test_an_order_whose_commit_nobody_answered_is_asked_after_and_started_once(
    order, unanswered
) -> None:
    unanswered["node"] = 1

    ordered = Beside(lambda: manual.execute(order), name="node").join_it()

    assert unanswered["node"] == 0
    assert (ordered.is_duplicate, tickets()) == (False, 1)
    assert execution(ordered.execution_id).status == "queued"
    assert manual.execute(order) == manual.Ordered(ordered.execution_id, is_duplicate=True)


@pytest.mark.parametrize("place", ["start.before_ticket", "start.after_ticket"])
def test_an_order_whose_connection_is_cut_before_the_commit_is_started_once(order, place) -> None:
    with hooked(place, cut):
        ordered = Beside(lambda: manual.execute(order)).join_it()

    assert (ordered.is_duplicate, tickets()) == (False, 1)
    assert execution(ordered.execution_id).trigger == {"n": 1}


@pytest.mark.parametrize("expression", ["steps.one", "steps[trigger.which]"])
def test_a_connection_cut_while_outputs_are_read_is_no_failure_of_the_node(
    demo, expression
) -> None:
    version = make_version(
        chain(
            ("one", "action:formula", {"config": {"expression": "20 + 1"}}),
            ("rest", "control:delay", {"config": {"duration": "1h"}}),
            ("two", "action:formula", {"config": {"expression": f"{expression} * 2"}}),
        )
    )
    execution_id = begin(version, {"which": "one"})
    work(Worker())
    db.execute(
        f"UPDATE {SCHEMA}.executions_execution SET frontier = replace(frontier::text, to_char(now() + interval '1h', 'YYYY-MM-DD'), '2020-01-01')::json WHERE id = %(id)s",  # noqa: S608 - a constant
        {"id": execution_id},
    )
    hasten(execution_id)

    with hooked("turn.after_decide", cut, nth=2):
        beside(lambda: work(Worker()))
    assert "two" not in steps(execution_id)

    hasten(execution_id)
    work_to_the_end(Worker())
    done = execution(execution_id)
    assert (done.status, done.output, done.error) == ("completed", 42, None)


def test_a_caller_that_waits_gets_its_answer_although_a_look_was_cut(demo, monkeypatch) -> None:
    execution_id = begin(make_version(chain(("rest", "control:no_op", {}))), {})
    looks: list[object] = []

    def look(of: object) -> object:
        looks.append(of)
        if len(looks) == 1:
            cut()
        return answer_of(of)

    answer_of = seats.answer_of
    monkeypatch.setattr(seats, "answer_of", look)
    with executions.seat(execution_id) as seat:
        work_to_the_end(Worker())
        answer = seat.wait(5.0)

    assert answer.status == "completed"
    assert len(looks) == 2
