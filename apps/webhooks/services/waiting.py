"""A sender that waits: its execution is run on the spot if that is safe, else queued, and waited for."""

from contextlib import ExitStack

import psycopg
from django.db import InterfaceError, OperationalError

from apps.core import db
from apps.core.failpoints import failpoint
from apps.executions import facade as executions
from apps.executions.facade import Answer, Begun, Seat
from apps.webhooks.services import storing
from apps.webhooks.services.storing import Accepted, Arrival


def store(arrival: Arrival) -> tuple[Accepted, Answer | None]:
    """Store an arrival and return its answer with it; None: it is not there in time, or half of all threads wait.

    No connection is held while waiting, and the seat is taken before the commit, so that no answer is missed.

    Raises:
        Everything that `storing.store` raises.
    """
    failpoint("accept.before_insert")
    with ExitStack() as seats:
        waiter = _Waiter(arrival, seats)
        try:
            known = db.in_transaction(waiter.store)
        except (OperationalError, InterfaceError, psycopg.OperationalError) as lost:
            storing.refuse_unless_stored(arrival, lost)
            known = None
        if known is not None:
            return known, None
        failpoint("accept.after_commit")
        return Accepted(arrival.event_id, arrival.execution_id), waiter.answer()


class _Waiter:
    """One arrival on its way from the transaction to the answer."""

    def __init__(self, arrival: Arrival, seats: ExitStack) -> None:
        self.arrival = arrival
        self.seats = seats
        self.seat: Seat | None = None
        self.begun: Begun | None = None

    def store(self) -> Accepted | None:
        """Write key, event and execution in the open transaction; return what is known of the delivery instead."""
        known = storing.record(self.arrival)
        if known is not None:
            return known
        self.begun = executions.start_and_run(
            self.arrival.start(), body_bytes=len(self.arrival.delivery.body)
        )
        if self.begun.answer is None and self.seat is None:
            self.seat = self.seats.enter_context(executions.seat(self.begun.execution_id))
        failpoint("accept.before_commit")
        return None

    def answer(self) -> Answer | None:
        """Return the answer, waited for if there is a seat; after the commit."""
        if self.begun is not None:
            self.begun.published()
            if self.begun.answer is not None:
                return self.begun.answer
        return None if self.seat is None else self.seat.wait(self.arrival.door.rules.wait_s)
