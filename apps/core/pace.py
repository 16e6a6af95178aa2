"""Log lines at a pace that somebody could read, and words of a socket at one that a person could have."""

import threading
import time


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

    def admits(self) -> dict[str, str] | None:
        """Return what the line of now must say of those before it, None if it is not to be written."""
        passes, unlogged = self.passes(time.monotonic())
        if not passes:
            return None
        return {"unlogged": str(unlogged)} if unlogged else {}
