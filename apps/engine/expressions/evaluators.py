"""The port behind which conditions and formulas are evaluated, and the evaluator of every day."""

from __future__ import annotations

from typing import Protocol

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.expression import Expression, compile_expression
from apps.engine.expressions.scope import Scope
from apps.engine.value import Json


class Compiled(Protocol):
    """An expression that an evaluator has compiled."""

    @property
    def source(self) -> str:
        """Return what was compiled."""

    def evaluate(self, scope: Scope) -> Json:
        """Return the value.

        Raises:
            ExpressionError: there is none.
        """

    def test(self, scope: Scope) -> bool:
        """Return what the condition says.

        Raises:
            ExpressionError: as `evaluate`; `not_boolean`.
        """


class Evaluator(Protocol):
    """Compiles expressions. The engine is given one; which one is a setting far above it."""

    def compile(self, source: str, *, node_ids: frozenset[str] = frozenset()) -> Compiled:
        """Return the compiled expression.

        Raises:
            ExpressionError: the source is no expression for this evaluator.
        """


class Closures:
    """Our own compiler: JSON numbers, the sugar of paths, budgets, microseconds."""

    def compile(self, source: str, *, node_ids: frozenset[str] = frozenset()) -> Expression:
        """Return the compiled expression.

        Raises:
            ExpressionError: as `compile_expression`.
        """
        return compile_expression(source, node_ids=node_ids)


def evaluator(name: str) -> Evaluator:
    """Return the evaluator called `closures` (what production runs), `cel-python` or `cel-expr-python`.

    The two libraries are references: plain CEL without sugar, and the whole scope is converted at
    each call.

    Raises:
        ExpressionError: `unknown_evaluator`.
    """
    if name == "closures":
        return Closures()
    from apps.engine.expressions import references

    if name in references.BY_NAME:
        return references.BY_NAME[name]()
    raise ExpressionError(
        "unknown_evaluator",
        f"There is no evaluator “{name}”; there is closures, {', '.join(references.BY_NAME)}.",
    )
