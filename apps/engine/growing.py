"""A text that is still growing, shown to whoever watches: now and then, bounded, never stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from apps.engine.value import StepKey

# A person reads no faster than this.
SHOWN_EVERY_S = 0.2
# More than is shown, so that a secret that begins before the part shown is still known as a whole.
KEPT_CHARACTERS = 16_384


@dataclass(frozen=True, slots=True)
class Partial:
    """How far a step's text has come: its last part, and how many characters it has in all."""

    text: str
    length: int


class Live(Protocol):
    def show(self, key: StepKey, attempt: int, partial: Partial) -> None:
        """Show those who watch how far a step's text has come; may be lost, never blocks, never raises."""
        ...


class Unwatched:
    """Nobody watches."""

    def show(self, key: StepKey, attempt: int, partial: Partial) -> None:
        """Show nothing."""


@dataclass(slots=True)
class Growing:
    """Takes the pieces of a text as they come and shows it at most every SHOWN_EVERY_S."""

    show: Callable[[Partial], None]
    now_s: Callable[[], float]
    _tail: str = ""
    _length: int = 0
    _shown_at_s: float | None = None

    def hear(self, piece: str) -> None:
        """Take the next piece."""
        self._tail = (self._tail + piece)[-KEPT_CHARACTERS:]
        self._length += len(piece)
        now_s = self.now_s()
        if self._shown_at_s is None or now_s - self._shown_at_s >= SHOWN_EVERY_S:
            self._shown_at_s = now_s
            self.show(Partial(self._tail, self._length))
