"""Tenants in the queue, workers that are alive, and tickets: written as their contexts write them."""

from uuid import UUID

import pytest

from apps.core import db
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch


@pytest.fixture
def queue(transactional_db):
    """Two tenants with a place in the queue and no tickets."""
    dispatch.admit("t_one", cap=40)
    dispatch.admit("t_two", cap=40)


def make_worker() -> UUID:
    worker_id = uuid7()
    dispatch.register(worker_id, name="test", pid=1)
    return worker_id


def make_ticket(schema: str = "t_one", **changes) -> UUID:
    execution_id = uuid7()
    dispatch.open_run(
        dispatch.NewTicket(schema=schema, execution_id=execution_id, workflow_id=uuid7(), **changes)
    )
    return execution_id


def take(
    worker_id: UUID,
    schema: str = "t_one",
    *,
    pure: int = 16,
    external: int = 16,
    floor: float = 0.0,
):
    return dispatch.claim(
        worker_id, schema, pool="threads", room=dispatch.Room(pure, external), floor=floor
    )


def column(ticket_id: UUID, name: str):
    statement = f"SELECT {name} FROM public.dispatch_ticket WHERE id = %(id)s"  # noqa: S608 - a column of ours
    return db.fetch(statement, {"id": ticket_id})[0][0]


def die(worker_id: UUID) -> None:
    """Let a worker's lease be over, as if it had been killed long ago."""
    db.execute(
        "UPDATE public.dispatch_worker SET alive_until = clock_timestamp() - interval '1 s' WHERE id = %(id)s",
        {"id": worker_id},
    )
