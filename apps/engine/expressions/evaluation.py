"""One evaluation under way: what it reads, and what it may still spend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.scope import Scope
from apps.engine.value import Limits

# Long texts are paid for by the block, so that no loop over them is free.
TEXT_BLOCK = 64
# A failure that an operator absorbs has cost as much as this many steps (measured).
STEPS_OF_A_FAILURE = 8


class BudgetExceededError(ExpressionError):
    """The expression does or builds too much; no operator ever absorbs this."""


class Evaluation:
    """The state that the closures of one expression share while it is evaluated."""

    __slots__ = (
        "built_left",
        "draws",
        "frame",
        "limits",
        "links",
        "nulls",
        "roots",
        "salt",
        "seed",
        "steps_left",
    )

    def __init__(self, scope: Scope, limits: Limits, salt: str) -> None:
        self.roots = scope.roots
        self.seed = scope.seed
        self.links = scope.links
        self.nulls = scope.on_missing == "null"
        self.limits = limits
        self.salt = salt
        self.draws = 0
        self.steps_left = limits.expression_steps
        self.built_left = limits.expression_built_bytes
        self.frame: list[Any] = [None] * limits.expression_nesting

    @property
    def zone(self) -> str:
        """Return the name of the time zone where dates are read and shown if the expression names none."""
        return "UTC" if self.seed is None else self.seed.zone

    def spend(self, steps: int) -> None:
        """Take `steps` from the budget.

        Raises:
            BudgetExceededError: `too_many_steps`, they are used up.
        """
        self.steps_left -= steps
        if self.steps_left < 0:
            raise self.out_of_steps()

    def out_of_steps(self) -> BudgetExceededError:
        """Return the failure of an expression that does too much."""
        return BudgetExceededError(
            "too_many_steps",
            f"The expression does more than {self.limits.expression_steps:,} steps of work. "
            "Use a loop, or pass it less data.",
        )

    def build(self, length: int) -> None:
        """Ask for room for a text of `length` characters before it is made.

        Raises:
            BudgetExceededError: `result_too_large`, for this text or all texts so far;
                `too_many_steps`.
        """
        self.built_left -= length
        if length > self.limits.expression_result_bytes or self.built_left < 0:
            raise too_large(self.limits)
        self.spend(length // TEXT_BLOCK)


Run: TypeAlias = Callable[[Evaluation], Any]


def too_large(limits: Limits) -> BudgetExceededError:
    """Return the failure of an expression that builds too much."""
    return BudgetExceededError(
        "result_too_large",
        f"The expression makes more than {limits.expression_result_bytes:,} bytes of data.",
    )


def located(error: ExpressionError, position: int) -> ExpressionError:
    """Return `error` with the place that caused it."""
    error.position = position
    return error
