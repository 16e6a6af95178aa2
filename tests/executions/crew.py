"""Workers in the test's own process that live, die and freeze exactly when a test says so.

None of them renews by itself, so whatever happens to their leases, the test has done it. Death is `Killed`: nobody
catches it, so nothing of the thread runs on, and what it had not committed never was.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar
from uuid import UUID
from weakref import WeakSet

from django.db import connection

from apps.core import db
from apps.core.failpoints import hooked
from apps.dispatch import facade as dispatch
from apps.executions.services import loop
from apps.executions.services.worker import Holding, Worker
from tests.eventually import eventually
from tests.executions.makers import SCHEMA


class Killed(BaseException):
    """What a kill does to one thread."""


def kill() -> None:
    """Be killed here."""
    raise Killed


ONE_TURN = dispatch.Room(pure=1, external=0)
ONE_CALL = dispatch.Room(pure=0, external=1)


def claim(worker: Worker, room: dispatch.Room | None = None) -> list[Holding]:
    """Claim the tenant's due tickets as a bell would have it, or only as many as fit into `room`."""
    room = room or worker.room(SCHEMA)
    claimed = dispatch.claim(worker.id, SCHEMA, pool="threads", room=room, floor=0.0)
    return [worker.take(ticket) for ticket in claimed or []]


def work(worker: Worker, room: dispatch.Room | None = None) -> list[Holding]:
    """Claim once and advance: pure turns here and now, calls in the worker's waiting slots."""
    batch = claim(worker, room)
    if batch:
        loop.advance(worker, batch)
    return batch


def let_finish(worker: Worker) -> None:
    """Wait until nothing of the worker runs any more."""
    assert eventually(lambda: not worker._held)


def work_to_the_end(worker: Worker) -> None:
    """Work until nothing is due and nothing is in hand."""
    assert eventually(lambda: not work(worker) and not worker._held and not due())


def due() -> list[tuple[UUID, ...]]:
    """The tickets that anybody may claim now."""
    return db.fetch(
        "SELECT id FROM public.dispatch_ticket WHERE token IS NULL AND due_at <= clock_timestamp()"
    )


@contextmanager
def dying_at(name: str, *, nth: int | None = 1) -> Iterator[None]:
    """Kill the thread that arrives at failpoint `name` as the nth (None: every one)."""
    with hooked(name, kill, nth=nth):
        yield


def bury(worker: Worker) -> list[UUID]:
    """Let the worker's lease be over and others take what it held; return the freed tickets."""
    expire(worker)
    return [row[0] for row in dispatch.reap()]


def expire(worker: Worker) -> None:
    """Let the worker's lease be over, as if it had been frozen for longer than that."""
    db.execute(
        "UPDATE public.dispatch_worker SET alive_until = clock_timestamp() - interval '1 s' WHERE id = %(id)s",
        {"id": worker.id},
    )


def ticket(ticket_id: UUID, *names: str):
    """Columns of one ticket; None if it is gone."""
    found = db.fetch(
        f"SELECT {', '.join(names)} FROM public.dispatch_ticket WHERE id = %(id)s",  # noqa: S608 - names of columns
        {"id": ticket_id},
    )
    return found[0] if found else None


def hasten(ticket_id: UUID) -> None:
    """Make a resting ticket due now."""
    db.execute(
        "UPDATE public.dispatch_ticket SET due_at = clock_timestamp() WHERE id = %(id)s",
        {"id": ticket_id},
    )


def step_ticket(execution_id: UUID, step_key: str, attempt: int = 1) -> UUID:
    """The id of the ticket of a handed out step."""
    return dispatch.step_ticket_id(execution_id, step_key, attempt)


class Beside(threading.Thread):
    """A thread that runs `function` beside the test; `join_it` hands its answer or its failure back."""

    def __init__(self, function: Callable[[], object], *, name: str | None = None) -> None:
        super().__init__(daemon=True, name=name)
        self._function = function
        self._answer: object = None
        self._failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        connection.set_schema(SCHEMA)
        try:
            self._answer = self._function()
        except BaseException as failure:  # noqa: BLE001 - handed to whoever joins
            self._failure = failure
        finally:
            db.give_back()

    def join_it(self, within_s: float = 10.0) -> object:
        self.join(within_s)
        assert not self.is_alive(), "still busy"
        if self._failure is not None:
            raise self._failure
        return self._answer


def beside(function: Callable[[], object]) -> object:
    """Run `function` to its end in another thread, with a connection of its own."""
    return Beside(function).join_it()


class Gate:
    """A place where one thread waits until the test lets it go on, or is over."""

    every: ClassVar[WeakSet["Gate"]] = WeakSet()

    def __init__(self) -> None:
        self.every.add(self)
        self._reached = threading.Event()
        self._opened = threading.Event()

    def __call__(self) -> None:
        self._reached.set()
        assert self._opened.wait(10.0), "nobody opened the gate"

    def wait_for_arrival(self) -> None:
        assert self._reached.wait(10.0), "nobody arrived at the gate"

    def open(self) -> None:
        self._opened.set()


def waiting_for_locks() -> list[tuple[int, ...]]:
    """The sessions that wait for somebody else's lock."""
    return db.fetch("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
