"""What each tenant costs when there are many: one claim."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from apps.core import db
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.executions.services import loop
from apps.executions.services.worker import Holding, Worker


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


def test_a_tenant_with_more_than_a_batch_stays_where_it_is(claims) -> None:
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
    has_looked = threading.Event()
    get = loop.due_list.get

    def looked(pool: str) -> list[dispatch.DueTenant]:
        tenants = get(pool)
        has_looked.set()
        return tenants

    monkeypatch.setattr(loop.due_list, "get", looked)
    with ThreadPoolExecutor(1) as threads:
        with worker.claiming:
            waiting = threads.submit(_claim_and_give_back, worker)
            assert has_looked.wait(20)
            dispatch.claim(worker.id, "t_a", pool="threads", room=dispatch.Room(), floor=0.0)
            loop.due_list.forget("t_a")

        assert waiting.result(20) == []
    assert claims == ["t_a"]


def _claim_and_give_back(worker: Worker) -> list[Holding]:
    try:
        return loop.claim_next(worker, "threads")
    finally:
        db.give_back()
