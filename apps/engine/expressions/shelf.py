"""What has been compiled, kept within a bound: the size of what is kept counts, not its number."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Shelf(Generic[Made]):
    """Keeps what was asked for last, up to `most_weight` together. Safe between threads."""

    def __init__(self, most_weight: int) -> None:
        self._most_weight = most_weight
        self._weight = 0
        self._kept: dict[Hashable, tuple[Made, int]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], tuple[Made, int]]) -> Made:
        """Return what is kept under `key`, or what `make` gives with its weight.

        `make` runs outside of the lock: two threads may both make the same, and one is kept.

        Raises:
            Exception: what `make` raises; nothing is kept then.
        """
        with self._lock:
            found = self._kept.pop(key, None)
            if found is not None:
                self._kept[key] = found
                return found[0]
        made, weight = make()
        with self._lock:
            self._weight += weight - self._kept.pop(key, (made, 0))[1]
            self._kept[key] = (made, weight)
            while self._weight > self._most_weight:
                oldest = next(iter(self._kept))
                self._weight -= self._kept.pop(oldest)[1]
        return made

    def __len__(self) -> int:
        return len(self._kept)
