"""Things that are dear to make, remembered; whoever makes a new one at run time pays for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from apps.engine.expressions.evaluation import Evaluation

Made = TypeVar("Made")
# A compiled pattern takes up to 256 KB.
REMEMBERED = 256


class Memo(Generic[Made]):
    """Remembers what `make` gives for a text; a new text costs `steps`. Safe between threads."""

    def __init__(self, make: Callable[[str], Made], steps: int) -> None:
        self._make = make
        self._steps = steps
        self._made: dict[str, Made] = {}

    def __call__(self, text: str, evaluation: Evaluation | None = None) -> Made:
        """Return what is made of `text`; without an evaluation nobody pays.

        Raises:
            BudgetExceededError: `too_many_steps`.
            ExpressionError: what `make` says.
        """
        known = self._made.get(text)
        if known is not None:
            return known
        if evaluation is not None:
            evaluation.spend(self._steps)
        made = self._make(text)
        # Forgetting all at once needs no lock and no order; a busy worker refills in milliseconds.
        if len(self._made) >= REMEMBERED:
            self._made.clear()
        self._made[text] = made
        return made
