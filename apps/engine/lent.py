"""What belongs to the frontier before, and is copied when it is first written to."""

from __future__ import annotations

from bisect import bisect_left, insort
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from apps.engine.frontier import ScopeState
from apps.engine.value import StepKey

Timer: TypeAlias = tuple[datetime, StepKey]
K = TypeVar("K")
V = TypeVar("V")


class Lent(Generic[K, V]):
    """A mapping taken in hand. A thousand open steps must not be copied six times because one of them has settled."""

    __slots__ = ("_is_mine", "now")

    def __init__(self, lent: dict[K, V]) -> None:
        self.now = lent
        self._is_mine = False

    def put(self, key: K, value: V) -> None:
        """Set one entry."""
        self._mine()[key] = value

    def drop(self, key: K) -> None:
        """Remove one entry, if it is there."""
        if key in self.now:
            del self._mine()[key]

    def clear(self) -> None:
        """Remove every entry."""
        if self.now:
            self.now, self._is_mine = {}, True

    def _mine(self) -> dict[K, V]:
        if not self._is_mine:
            self.now, self._is_mine = dict(self.now), True
        return self.now


class LentScope:
    """One scope taken in hand."""

    __slots__ = ("decided", "ending", "leaves", "open", "pending")

    def __init__(self, was: ScopeState) -> None:
        self.pending = Lent(was.pending)
        self.open = Lent(was.open)
        self.leaves = was.leaves
        self.ending = was.ending
        self.decided = was.decided

    def done(self) -> ScopeState:
        """Return the scope as it is now."""
        return ScopeState(self.pending.now, self.leaves, self.ending, self.decided, self.open.now)


def with_call(timers: tuple[Timer, ...], timer: Timer) -> tuple[Timer, ...]:
    """Return timers, the earliest first, with one more."""
    more = list(timers)
    insort(more, timer)
    return tuple(more)


def without_call(timers: tuple[Timer, ...], timer: Timer) -> tuple[Timer, ...]:
    """Return timers without one of them, if it is there."""
    place = bisect_left(timers, timer)
    if timers[place : place + 1] == (timer,):
        return timers[:place] + timers[place + 1 :]
    return timers
