"""One log line per finished execution, while they come at a pace that somebody could read."""

import logging
import threading
import time

logger = logging.getLogger("apps.executions.finished")

# A line costs two processes a third of a millisecond; beyond this pace nobody reads them, and the metrics count all.
MOST_PER_S = 50


class Pace:
    """Lets so many pass in each second, and says how many did not."""

    def __init__(self, most_per_s: int) -> None:
        self._most = most_per_s
        self._lock = threading.Lock()
        self._second = 0
        self._passed = 0
        self._held_back = 0

    def passes(self, now_s: float) -> tuple[bool, int]:
        """Return whether this one passes at `now_s` (steady seconds), and how many were held back before it."""
        with self._lock:
            if int(now_s) != self._second:
                self._second, self._passed = int(now_s), 0
            if self._passed >= self._most:
                self._held_back += 1
                return False, 0
            self._passed += 1
            held_back, self._held_back = self._held_back, 0
            return True, held_back


_pace = Pace(MOST_PER_S)


def note(execution_id: str, *, schema: str, status: str, reason: str) -> None:
    """Write the line of a finished execution, or count it for the next line that is written."""
    passes, unlogged = _pace.passes(time.monotonic())
    if not passes:
        return
    facts = {"execution_id": execution_id, "schema": schema, "status": status, "reason": reason}
    if unlogged:
        facts["unlogged"] = str(unlogged)
    logger.info("execution.finished", extra=facts)
