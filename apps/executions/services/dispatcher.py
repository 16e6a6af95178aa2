"""The sweep: once a second, frees what the dead held, rings for what is due, and works itself when nobody answers."""

import logging
import threading

from django.conf import settings

from apps.core import db
from apps.core.failpoints import failpoint
from apps.dispatch import facade as dispatch
from apps.executions.services import loop, worker

logger = logging.getLogger(__name__)

# Due for longer than this: the broker is down, or its consumers are deaf. Then the sweep works by itself.
UNANSWERED_S = 2.0
POOLS = ("threads",)


def sweep(*, works: bool) -> int:
    """Look once. Return how many tickets were due, freed or seized; with `works`, advance what nobody answers."""
    freed = dispatch.reap()
    failpoint("reap.after_commit")
    seized = dispatch.seize()
    for ticket_id, schema, _ in freed + seized:
        logger.warning("ticket.taken_over", extra={"ticket_id": str(ticket_id), "schema": schema})
    oldest_s = dispatch.oldest_due_s()
    if works:
        worker.current().has_polled()  # an idle worker hears no bell; it has looked all the same
    if oldest_s > 0:
        for pool in POOLS:
            dispatch.ring(pool)
    if works and oldest_s > UNANSWERED_S:
        for pool in POOLS:
            loop.work(pool)
    return len(freed) + len(seized) + int(oldest_s > 0)


def sweep_forever(stopping: threading.Event, *, works: bool) -> None:
    """Sweep every `GORAX_SWEEP_S` seconds until asked to stop; a failing sweep is logged and tried again."""
    while not stopping.wait(settings.GORAX_SWEEP_S):
        try:
            sweep(works=works)
        except Exception:
            logger.exception("sweep.failed")
        finally:
            db.give_back()
