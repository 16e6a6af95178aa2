"""Synchronous callers that wait: at most half of the web threads, holding no connection."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings

from apps.core import db, tenancy
from apps.executions.services import news
from apps.executions.services.inline import Answer, answer_of

# A lost wake-up costs a quarter of a second.
READ_AGAIN_S = 0.25

_seats = threading.BoundedSemaphore(max(1, settings.GORAX_WEB_THREADS // 2))


class Seat:
    """The right to wait in this thread for one execution; taken before the commit that makes it possible."""

    def __init__(self, execution_id: UUID, woken: threading.Event) -> None:
        self._id = execution_id
        self._woken = woken

    def wait(self, wait_s: float) -> Answer | None:
        """Return the answer within `wait_s` seconds, None if it is not there by then; call it after the commit."""
        over_at = time.monotonic() + wait_s
        while True:
            answer = self._look()
            left_s = over_at - time.monotonic()
            if answer is not None or left_s <= 0:
                return answer
            self._woken.wait(min(READ_AGAIN_S, left_s))
            self._woken.clear()

    def _look(self) -> Answer | None:
        try:
            return answer_of(self._id)
        except db.DATABASE_ERRORS:
            return None  # it is stored already, so a look that fails is no refusal
        finally:
            db.give_back()


@contextmanager
def seat(execution_id: UUID) -> Iterator[Seat | None]:
    """Yield a seat, subscribed already, or None at once if half of this process's threads wait."""
    if not _seats.acquire(blocking=False):
        yield None
        return
    db.give_back()  # the subscription may take a moment
    try:
        with news.waiting_for(tenancy.current_schema(), execution_id) as woken:
            yield Seat(execution_id, woken)
    finally:
        _seats.release()
