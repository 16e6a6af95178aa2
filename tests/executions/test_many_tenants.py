"""What each tenant costs when there are many: one claim, and the months in which its executions lie."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from apps.core import db, partitions
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.executions.services import loop, record
from apps.executions.services.record import Change, StepRecord
from apps.executions.services.worker import Holding, Worker
from tests.executions.makers import SCHEMA


@pytest.fixture
def claims(demo, monkeypatch) -> list[str]:
    """The schemas that were asked for tickets, in order."""
    asked: list[str] = []
    claim = dispatch.claim

    def counted(worker_id: UUID, schema: str, **how):
        asked.append(schema)
        return claim(worker_id, schema, **how)

    monkeypatch.setattr(dispatch, "claim", counted)
    loop.due_list.__init__()
    return asked


def open_tickets(schema: str, count: int) -> None:
    dispatch.admit(schema, cap=100)
    for _ in range(count):
        dispatch.open_run(
            dispatch.NewTicket(schema=schema, execution_id=uuid7(), workflow_id=uuid7())
        )


def test_a_tenant_whose_last_due_ticket_was_claimed_is_not_asked_once_more(claims) -> None:
    for schema in ("t_a", "t_b", "t_c"):
        open_tickets(schema, 2)
    worker = Worker()

    batches = [loop.claim_next(worker, "threads") for _ in range(3)]

    assert [[held.claimed.schema for held in batch] for batch in batches] == [
        ["t_a", "t_a"],
        ["t_b", "t_b"],
        ["t_c", "t_c"],
    ]
    assert claims == ["t_a", "t_b", "t_c"]
    for batch in batches:
        worker.hand_back(batch)


def test_a_tenant_with_more_than_a_batch_stays_where_it_is(claims, monkeypatch) -> None:
    monkeypatch.setattr(loop, "age_s", lambda _took_s: 60.0)
    open_tickets("t_a", 20)
    open_tickets("t_b", 1)
    worker = Worker()

    batches = [loop.claim_next(worker, "threads") for _ in range(2)]

    assert [len(batch) for batch in batches] == [16, 4]
    assert claims == ["t_a", "t_a"]
    for batch in batches:
        worker.hand_back(batch)


def test_a_thread_that_waited_does_not_ask_for_what_another_has_just_claimed(
    claims, monkeypatch
) -> None:
    open_tickets("t_a", 1)
    worker = Worker()
    has_looked = _seen_looking(monkeypatch)
    with ThreadPoolExecutor(1) as threads:
        with worker.claiming:
            waiting = threads.submit(_claim_and_give_back, worker)
            assert has_looked.wait(20)
            dispatch.claim(worker.id, "t_a", pool="threads", room=dispatch.Room(), floor=0.0)
            loop.due_list.forget("t_a")

        assert waiting.result(20) == []
    assert claims == ["t_a"]


def test_whoever_may_claim_claims_for_the_least_served_of_that_moment(claims, monkeypatch) -> None:
    open_tickets("t_busy", 40)
    monkeypatch.setattr(loop, "age_s", lambda _took_s: 60.0)
    worker = Worker()
    assert [tenant.schema for tenant in loop.due_list.get("threads")] == ["t_busy"]
    has_looked = _seen_looking(monkeypatch)
    with ThreadPoolExecutor(1) as threads:
        with worker.claiming:
            waiting = threads.submit(_claim_and_give_back, worker)
            assert has_looked.wait(20)
            open_tickets("t_newcomer", 1)
            db.execute("UPDATE public.dispatch_fair SET virtual_time = 9 WHERE schema = 't_busy'")
            loop.due_list._read("threads")

        batch = waiting.result(20)

    assert [held.claimed.schema for held in batch] == ["t_newcomer"]
    assert claims == ["t_newcomer"]
    worker.hand_back(batch)


def test_a_tenant_at_its_cap_is_asked_once_and_the_next_one_is_served(claims) -> None:
    open_tickets("t_full", 2)
    open_tickets("t_next", 1)
    db.execute("UPDATE public.dispatch_fair SET cap = 0 WHERE schema = 't_full'")
    worker = Worker()

    batch = loop.claim_next(worker, "threads")

    assert [held.claimed.schema for held in batch] == ["t_next"]
    assert claims == ["t_full", "t_next"]
    assert loop.claim_next(worker, "threads") == []
    worker.hand_back(batch)


def test_while_one_thread_reads_who_has_work_the_others_go_on_by_what_they_know(
    claims, monkeypatch
) -> None:
    known, fresh = dispatch.DueTenant("t_a", 0.0), dispatch.DueTenant("t_b", 0.0)
    is_read, may_go_on = threading.Event(), threading.Event()
    reads = iter([lambda: [known], lambda: [is_read.set(), may_go_on.wait(20), [fresh]][-1]])
    monkeypatch.setattr(dispatch, "tenants_due", lambda _pool: next(reads)())
    monkeypatch.setattr(loop, "age_s", lambda _took_s: -1.0)
    due = loop.DueList()
    assert due.get("threads") == [known]

    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(due.get, "threads")
        assert is_read.wait(20)
        assert due.get("threads") == [known]
        may_go_on.set()

        assert reading.result(20) == [fresh]


def test_who_knows_of_no_work_waits_for_the_list_and_reads_it_anew(claims, monkeypatch) -> None:
    fresh = dispatch.DueTenant("t_a", 0.0)
    is_read, may_go_on = threading.Event(), threading.Event()
    reads = iter([lambda: [is_read.set(), may_go_on.wait(20), []][-1], lambda: [fresh]])
    monkeypatch.setattr(dispatch, "tenants_due", lambda _pool: next(reads)())
    due = loop.DueList()

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(due.get, "threads")
        assert is_read.wait(20)
        second = threads.submit(due.get, "threads")
        may_go_on.set()

        assert (first.result(20), second.result(20)) == ([], [fresh])


def _seen_looking(monkeypatch) -> threading.Event:
    """An event that is set when somebody has looked at the list of tenants with due work."""
    has_looked = threading.Event()
    get = loop.due_list.get

    def looked(pool: str) -> list[dispatch.DueTenant]:
        tenants = get(pool)
        has_looked.set()
        return tenants

    monkeypatch.setattr(loop.due_list, "get", looked)
    return has_looked


def _claim_and_give_back(worker: Worker) -> list[Holding]:
    try:
        return loop.claim_next(worker, "threads")
    finally:
        db.give_back()


def test_a_result_is_written_without_a_look_at_other_months(demo) -> None:
    months = partitions.months()
    change = Change(
        execution_id=uuid7(),
        token=uuid4(),
        status="completed",
        began_at=None,
        is_final=True,
        steps=[StepRecord("n", "control:no_op", "completed")],
    )
    params = {**record._executions([change]), **record._steps([change])}

    plan = db.fetch(f"EXPLAIN {db.in_schema(record.WRITE, SCHEMA)}", params)

    text = "\n".join(line for (line,) in plan)
    touched = [month for month in months if f"executions_execution{month.suffix}" in text]
    assert touched == [months[0]]
    assert "executions_execution_default" not in text
