"""What has been compiled, kept within a bound: the size of what is kept counts, not its number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Shelf(Generic[Made]):
    """Keeps what was asked for last, up to `most_weight` together.

    Safe between threads without a lock: each step on the dictionary is one, and the weight, which
    two threads may count wrongly together, is counted anew whenever room is made.
    """

    def __init__(self, most_weight: int) -> None:
        self._most_weight = most_weight
        self._weight = 0
        self._kept: OrderedDict[Hashable, tuple[Made, int]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], tuple[Made, int]]) -> Made:
        """Return what is kept under `key`, or what `make` gives with its weight.

        Two threads may both make the same, and one is kept.

        Raises:
            Exception: what `make` raises; nothing is kept then.
        """
        found = self._kept.get(key)
        if found is not None:
            self._touch(key)
            return found[0]
        made, weight = make()
        self._kept[key] = (made, weight)
        self._weight += weight
        if self._weight > self._most_weight:
            self._make_room()
        return made

    def _touch(self, key: Hashable) -> None:
        try:
            self._kept.move_to_end(key)
        except KeyError:  # another thread has just made room
            return

    def _make_room(self) -> None:
        # A quarter at once, so that a full shelf is not counted for each new thing.
        weight = sum(weight for _, weight in list(self._kept.values()))
        while weight > self._most_weight * 3 // 4 and self._kept:
            weight -= self._kept.popitem(last=False)[1][1]
        self._weight = weight

    def __len__(self) -> int:
        return len(self._kept)
