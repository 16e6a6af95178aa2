"""A chain goes on by one statement per call: what it costs, and what it writes when another was faster."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.utils import timezone

from apps.core import db
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.executions.services import record
from apps.executions.services.worker import Holding, Worker
from tests.eventually import eventually
from tests.executions.crew import (
    Beside,
    beside,
    claim,
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
)


@pytest.fixture
def sent(tmp_path):
    """The messages sent to the database since the last look, by libpq's trace of each connection that is taken."""
    with (tmp_path / "trace").open("wb") as into, (tmp_path / "trace").open() as trace:

        def begin_to_trace(**_: object) -> None:
            connection.connection.pgconn.trace(into.fileno())

        connection_created.connect(begin_to_trace)
        yield lambda: [line.split("\t")[3].strip() for line in trace if "\tF\t" in line]
        connection_created.disconnect(begin_to_trace)
        connection.close()
        connection.close_pool()  # the traced ones, before their file


def calls(receiver, count: int) -> dict:
    return chain(
        *((f"call{n}", "action:http", call(f"{receiver.url}/ok?n={n}")) for n in range(count))
    )


def test_each_further_call_of_a_chain_costs_one_statement_which_is_its_own_transaction(
    receiver, sent
) -> None:
    def statements(count: int) -> int:
        execution_id = begin(make_version(calls(receiver, count)), {})
        sent()
        work(worker := Worker())
        assert eventually(lambda: not worker._held)
        assert execution(execution_id).status == "completed"
        return sum(message in {"Execute", "Query"} for message in sent())

    def fewest(count: int) -> int:
        # What is known of a tenant is read anew every few seconds, in the middle of some run.
        return min(statements(count) for _ in range(2))

    assert fewest(6) - fewest(3) == 3
    assert len(paths(receiver)) == 18


@pytest.fixture
def holding(demo) -> Holding:
    """A claimed run ticket of an execution that is about to make its first call."""
    begin(make_version(chain(("call", "action:http", call("http://nobody.test/")))), {})
    (held,) = claim(Worker())
    return held


def first_call(holding: Holding, **more) -> record.Change:
    """The trigger is settled, the call begins."""
    return record.Change(
        execution_id=holding.claimed.execution_id,
        token=holding.claimed.token,
        status="running",
        began_at=timezone.now(),
        frontier={"at": "call"},
        steps=[
            record.StepRecord("start", "trigger:manual", "completed"),
            record.StepRecord("call", "action:http", "running"),
        ],
        **more,
    )


def go_on(change: record.Change):
    return record.go_on(SCHEMA, change, deadline_s=5.0, has_progressed=True)


def stored(execution_id: UUID) -> tuple:
    """Everything that a record writes, but for its times."""
    row = execution(execution_id)
    seqs = {name: (step.status, step.seq) for name, step in steps(execution_id).items()}
    has_deadline = ticket(execution_id, "deadline_at IS NOT NULL")
    return row.status, row.frontier, row.seq, seqs, has_deadline


UNTOUCHED = ("queued", None, 0, {}, (False,))
GONE_ON = (
    "running",
    {"at": "call"},
    2,
    {"start": ("completed", 1), "call": ("running", 2)},
    (True,),
)


def test_a_record_of_the_owner_is_stored_whole_and_keeps_the_ticket(holding) -> None:
    written = go_on(first_call(holding))

    assert written == (record.Written(0, 2), dispatch.Asked(""))
    assert stored(holding.claimed.execution_id) == GONE_ON


def test_a_worker_that_lost_its_token_writes_nothing(holding) -> None:
    written = go_on(replace(first_call(holding), token=uuid7()))

    assert written is None
    assert stored(holding.claimed.execution_id) == UNTOUCHED


def test_a_record_that_waited_while_its_ticket_was_taken_writes_nothing(holding) -> None:
    execution_id = holding.claimed.execution_id
    with transaction.atomic():
        db.execute(
            "UPDATE public.dispatch_ticket SET token = gen_random_uuid() WHERE id = %(id)s",
            {"id": execution_id},
        )
        late = Beside(lambda: go_on(first_call(holding)))
        assert eventually(waiting_for_locks)
        # Tickets before executions: who waits for the ticket holds nothing of the execution.
        assert locked("executions_execution", execution_id) is False

    assert late.join_it() is None
    assert stored(execution_id) == UNTOUCHED


def test_a_request_written_while_a_record_waited_for_the_ticket_is_heard(holding) -> None:
    execution_id = holding.claimed.execution_id
    with transaction.atomic():
        assert dispatch.ask(SCHEMA, execution_id, "cancel")
        late = Beside(lambda: go_on(first_call(holding)))
        assert eventually(waiting_for_locks)

    assert late.join_it() == (record.Written(0, 2), dispatch.Asked("cancel"))
    assert stored(execution_id) == GONE_ON


def test_a_record_follows_a_step_beside_it_that_moves_the_seq_while_it_waits(holding) -> None:
    execution_id = holding.claimed.execution_id
    with transaction.atomic():
        move_on(execution_id)
        late = Beside(lambda: go_on(first_call(holding)))
        assert eventually(waiting_for_locks)
        assert locked("dispatch_ticket", execution_id) is True

    assert late.join_it() == (record.Written(1, 3), dispatch.Asked(""))
    assert {name: step.seq for name, step in steps(execution_id).items()} == {"start": 2, "call": 3}
    assert execution(execution_id).seq == 3


def test_a_record_sent_twice_because_nobody_answered_is_written_once(holding) -> None:
    first = go_on(first_call(holding))

    assert go_on(first_call(holding)) == first
    assert stored(holding.claimed.execution_id) == GONE_ON


def test_of_a_record_and_its_repetition_that_meet_at_the_ticket_one_writes(holding) -> None:
    execution_id = holding.claimed.execution_id
    with transaction.atomic():
        assert dispatch.poke(execution_id)
        both = [Beside(lambda: go_on(first_call(holding))) for _ in range(2)]
        assert eventually(lambda: len(waiting_for_locks()) == 2)

    assert [each.join_it() for each in both] == [(record.Written(0, 2), dispatch.Asked(""))] * 2
    assert stored(execution_id) == GONE_ON


def test_a_record_that_moved_with_the_seq_is_known_again_too(holding) -> None:
    execution_id = holding.claimed.execution_id
    move_on(execution_id)
    change = first_call(holding)

    first = go_on(change)

    assert (first, go_on(change)) == ((record.Written(1, 3), dispatch.Asked("")), first)
    assert execution(execution_id).seq == 3


def test_a_record_that_arrives_after_its_owner_has_gone_on_changes_nothing(holding) -> None:
    execution_id = holding.claimed.execution_id
    go_on(first_call(holding))
    done = record.StepRecord("call", "action:http", "completed")
    second = record.StepRecord("second", "action:http", "running")
    go_on(replace(first_call(holding), after=2, frontier={"at": "second"}, steps=[done, second]))
    before = stored(execution_id)

    # It hung in the network, and the database carries it out only now.
    rows = beside(lambda: send(first_call(holding)))

    assert rows == [("", False)]
    assert stored(execution_id) == before
    assert before[:3] == ("running", {"at": "second"}, 4)


def test_nothing_goes_on_that_has_ended(holding) -> None:
    execution_id = holding.claimed.execution_id
    db.execute(
        f"UPDATE {SCHEMA}.executions_execution SET status = 'failed', ended_at = now() WHERE id = %(id)s",  # noqa: S608 - a constant
        {"id": execution_id},
    )

    assert go_on(first_call(holding)) is None
    assert (execution(execution_id).status, steps(execution_id)) == ("failed", {})


def test_a_call_after_calls_side_by_side_goes_on_from_what_their_workers_wrote(receiver) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("one", "action:http", call(f"{receiver.url}/ok")),
            ("two", "action:http", call(f"{receiver.url}/ok")),
            ("join", "control:merge", {"config": {"mode": "append"}}),
            ("last", "action:http", call(f"{receiver.url}/ok")),
        ),
        "edges": edges("start>one", "start>two", "one>join", "two>join", "join>last"),
    }
    execution_id = begin(make_version(document), {})

    work_to_the_end(Worker())

    done = execution(execution_id)
    seqs = [step.seq for step in steps(execution_id).values()]
    assert (done.status, len(paths(receiver))) == ("completed", 3)
    assert len(set(seqs)) == 5
    assert max(seqs) <= done.seq


def send(change: record.Change) -> list[tuple]:
    """Send the statement once, whatever it finds."""
    keeping = dispatch.keeping_params(
        change.execution_id, change.token, has_progressed=True, deadline_s=5.0
    )
    params = record._going_on(change) | keeping | {"after": change.after}
    return db.fetch(db.in_schema(record.GO_ON, SCHEMA), params)


def move_on(execution_id: UUID) -> None:
    """What the worker of a step beside does to the execution."""
    db.execute(
        f"UPDATE {SCHEMA}.executions_execution SET seq = seq + 1 WHERE id = %(id)s",  # noqa: S608 - a constant
        {"id": execution_id},
    )


def locked(table: str, row_id: UUID) -> bool:
    """Whether somebody else's transaction holds a row."""
    schema = "public" if table.startswith("dispatch") else SCHEMA
    statement = f"SELECT 1 FROM {schema}.{table} WHERE id = %(id)s FOR UPDATE SKIP LOCKED"  # noqa: S608 - constants
    return db.fetch(statement, {"id": row_id}) == []
