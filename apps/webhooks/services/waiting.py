"""A sender that waits: its execution is run on the spot if that is safe, else queued, and waited for."""

from contextlib import ExitStack

from apps.executions import facade as executions
from apps.executions.facade import Answer
from apps.webhooks.rules.bodies import size_of
from apps.webhooks.services import storing
from apps.webhooks.services.storing import Accepted, Arrival


def store(arrival: Arrival) -> tuple[Accepted, Answer | None]:
    """Store an arrival and return its answer with it; None: it is not there in time, or half of all threads wait.

    No connection is held while waiting, and the seat is taken before the commit, so that no answer is missed.

    Raises:
        Everything that `storing.store` raises.
    """
    assert arrival.execution_id is not None  # noqa: S101 - who was filtered has nothing to wait for
    ran = executions.run_ahead(arrival.start(), body_bytes=size_of(arrival.delivery.body))
    if ran is not None and ran.answer is not None:
        accepted = storing.store(arrival, ran)
        return accepted, None if accepted.is_duplicate else ran.answer
    with ExitStack() as seats:
        seat = seats.enter_context(executions.seat(arrival.execution_id))
        accepted = storing.store(arrival, ran)
        if accepted.is_duplicate or seat is None:
            return accepted, None
        return accepted, seat.wait(arrival.door.rules.wait_s)
