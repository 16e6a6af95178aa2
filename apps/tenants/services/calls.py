"""How often tenants call the API: counted in the process, written down now and then for all of them by one statement.

A row for each call, or one that all calls of a tenant lock, would cost more than what it counts. So a process that dies
takes along what it has counted in its last seconds: good enough for a bill, and no limit hangs on it.
"""

import logging
import time
from collections import Counter
from threading import Lock
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.core import db

log = logging.getLogger(__name__)

# In the order of the tenants, so that two processes never wait for each other.
ADD = """
INSERT INTO public.tenants_callday AS kept (tenant_id, day, calls)
SELECT t.id, (clock_timestamp() AT TIME ZONE 'UTC')::date, c.calls
FROM unnest(%(tenants)s::uuid[], %(calls)s::bigint[]) AS c(tenant_id, calls)
JOIN public.tenants_tenant t ON t.id = c.tenant_id ORDER BY t.id
ON CONFLICT (tenant_id, day) DO UPDATE SET calls = kept.calls + excluded.calls
"""


class _Counted:
    """What this process has counted and not written down yet."""

    def __init__(self) -> None:
        self._calls: Counter[UUID] = Counter()
        self._lock = Lock()
        self._taken_at = time.monotonic()

    def add(self, calls: Counter[UUID]) -> None:
        with self._lock:
            self._calls.update(calls)

    def is_due(self) -> bool:
        """Say whether something has waited long enough; asked after each request, so without the lock."""
        waited_s = time.monotonic() - self._taken_at
        return bool(self._calls) and waited_s >= settings.GORAX_CALLS_WRITTEN_S

    def take(self) -> Counter[UUID]:
        with self._lock:
            taken, self._calls = self._calls, Counter()
            self._taken_at = time.monotonic()
        return taken


_counted = _Counted()


def note(tenant_id: UUID) -> None:
    """Count one call of a tenant."""
    _counted.add(Counter([tenant_id]))


def write_if_due(**_: Any) -> None:
    """Write down what was counted, if the last time was a while ago. Called when a request has been answered."""
    if _counted.is_due():
        write()
        db.let_go()


def write() -> None:
    """Write down what was counted until now; without a database it is kept for the next time."""
    taken = _counted.take()
    if not taken:
        return
    try:
        db.execute(ADD, {"tenants": list(taken), "calls": list(taken.values())})
    except db.DATABASE_ERRORS as lost:
        _counted.add(taken)
        log.warning("calls.not_written", extra={"reason": type(lost).__name__})
