"""The sweep: once a second, frees what the dead held, rings for what is due, and works itself when nobody answers."""

import contextlib
import logging
import os
import socket
import threading
import time
from uuid import UUID

from django.conf import settings

from apps.core import db
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.executions.services import loop, metrics, worker

logger = logging.getLogger(__name__)

# Due for longer than this: the broker is down, or its consumers are deaf. Then the sweep works by itself.
UNANSWERED_S = 2.0


def pools() -> tuple[str, ...]:
    """Return the pools that this installation has processes for."""
    return ("threads", "prefork") if settings.GORAX_CODE_PROCESSES else ("threads",)


def sweep(*, works: bool, takes_over: bool = True) -> int:
    """Look once, and let in who may. Return how many tickets were freed or seized, and how many pools have any due.

    With `works`, advance what nobody answers in the pool of this process. Unless it `takes_over`, the dead and the deaf
    keep their tickets for now.
    """
    taken = _take_over() if takes_over else []
    for ticket_id, schema, _ in taken:
        logger.warning("ticket.taken_over", extra={"ticket_id": str(ticket_id), "schema": schema})
    for schema, workflow_id in dispatch.waiting_gates():
        dispatch.let_in(schema, workflow_id)
    oldest_s = {pool: dispatch.oldest_due_s(pool) for pool in pools()}
    if works:
        worker.current().note_poll()  # an idle worker hears no bell; it has looked all the same
    due = [pool for pool, seconds in oldest_s.items() if seconds > 0]
    for pool in due:
        dispatch.ring(pool)
    if works and oldest_s.get(worker.served(), 0.0) > UNANSWERED_S:
        loop.work(worker.served())
    return len(taken) + len(due)


def _take_over() -> list[tuple[UUID, str, str]]:
    freed = dispatch.reap()
    seized = dispatch.seize()
    metrics.TAKEN_OVER.labels("dead").inc(len(freed))
    metrics.TAKEN_OVER.labels("deaf").inc(len(seized))
    return freed + seized


def sweep_forever(stopping: threading.Event, *, works: bool) -> None:
    """Sweep every `GORAX_SWEEP_S` seconds until asked to stop; a failing sweep is logged and tried again.

    After a failure nothing is taken over for one renewal period: the others may only be back a moment later. The
    process that only sweeps writes down each sweep, so that others see when it stands still.
    """
    trusts_at = float("-inf")
    process_id, name, pid = uuid7(), socket.gethostname(), os.getpid()
    while not stopping.wait(settings.GORAX_SWEEP_S):
        try:
            sweep(works=works, takes_over=time.monotonic() >= trusts_at)
            if not works:  # the process that only sweeps has the time to look
                dispatch.note_sweep(process_id, name=name, pid=pid)
                metrics.look(dispatch.oldest_due_s())
        except Exception:
            logger.exception("sweep.failed")
            trusts_at = time.monotonic() + settings.GORAX_RENEW_S
        finally:
            db.give_back()
    if not works:
        with contextlib.suppress(
            *db.DATABASE_ERRORS
        ):  # what is left says "stands still" soon enough
            dispatch.unregister(process_id)
        db.give_back()
