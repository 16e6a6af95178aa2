"""The doorbell: a Celery message that says *there is work*, and nothing else.

Losing every bell costs a second (the dispatcher looks too), so ringing never blocks and never fails a caller. It is
done by one background thread per process, at most every 5 ms, because publishing costs 0.4–1 ms of CPU.
"""

import logging
import os
import threading
from contextlib import suppress
from typing import Any

from django.conf import settings

from apps.core.failpoints import failpoint

logger = logging.getLogger(__name__)

COALESCE_S = 0.005
# Whoever has so many bells to read needs none for a moment, and to ask each time cost 4 % of an accept.
CROWDED_S = 0.05
EXPIRES_S = 30
# Beyond this many unread bells another one wakes nobody; a deaf consumer must not grow the queue either.
MOST_UNREAD = 8
TASK_BY_POOL = {"threads": "executions.work", "prefork": "executions.work"}
QUEUE_BY_POOL = {"threads": "celery", "prefork": "code"}


class Doorbell:
    """Rings the pools asked for; one per process, its thread started by the first ring after a fork."""

    def __init__(self) -> None:
        self._wanted: set[str] = set()
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._pid = 0
        self._connection: Any = None

    def ring(self, pool: str) -> None:
        """Ask for a bell on `pool`. Returns at once; rings asked for within 5 ms become one."""
        with self._lock:
            self._wanted.add(pool)
            if self._pid != os.getpid():
                self._pid = os.getpid()
                self._wake = threading.Event()
                self._connection = None  # the parent's, after a fork
                threading.Thread(target=self._run, name="doorbell", daemon=True).start()
        self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            with self._lock:
                pools, self._wanted = self._wanted, set()
            pause_s = COALESCE_S
            for pool in sorted(pools):
                failpoint("ring.before")
                if self._publish(pool):
                    pause_s = CROWDED_S
                failpoint("ring.after")
            threading.Event().wait(pause_s)

    def _publish(self, pool: str) -> bool:
        """Send a bell, unless enough lie unread; say whether they do."""
        from celery import current_app

        queue = QUEUE_BY_POOL[pool]
        try:
            # Opening a connection costs more than the whole accept that rings; the thread keeps one.
            self._connection = self._connection or current_app.connection_for_write()
            if self._is_crowded(self._connection, queue):
                return True
            current_app.send_task(
                TASK_BY_POOL[pool],
                args=[pool],
                queue=queue,
                expires=EXPIRES_S,
                retry=False,
                ignore_result=True,
                connection=self._connection,
            )
        except Exception as failure:  # noqa: BLE001 - a dead broker may raise anything; the dispatcher rings again
            logger.warning(
                "doorbell not rung", extra={"pool": pool, "reason": type(failure).__name__}
            )
            self._hang_up()
        return False

    def _hang_up(self) -> None:
        """Forget a connection that failed; the next ring opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.release()

    @staticmethod
    def _is_crowded(connection: Any, queue: str) -> bool:
        """Say whether enough bells lie unread. Only Redis can count cheaply; other brokers always get the bell."""
        if settings.CELERY_BROKER_URL.startswith("sqs"):
            return False
        unread: int = connection.default_channel.client.llen(queue)
        return unread >= MOST_UNREAD


bell = Doorbell()


def ring(pool: str = "threads") -> None:
    """Wake a worker of `pool`, if one is listening. Never raises, never blocks; call it after commit."""
    bell.ring(pool)
