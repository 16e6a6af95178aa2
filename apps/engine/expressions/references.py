"""The two CEL libraries behind our port: references of the differential tests, not for every day.

Each knows plain CEL only, and converts all roots at each call. The only importer of both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.kinds import called, plain
from apps.engine.expressions.scope import Scope
from apps.engine.value import Json

# What the checker of a library must be told: every root that an expression may read.
ROOTS: Final = (
    "trigger", "input", "steps", "env", "vars", "error", "item", "index", "key", "loop",
)  # fmt: skip


class Reference:
    """An expression that a library has compiled."""

    def __init__(self, source: str, run: Callable[[Mapping[str, Any]], Any]) -> None:
        self.source = source
        self._run = run

    def evaluate(self, scope: Scope) -> Json:
        """Return the library's value as JSON.

        Raises:
            ExpressionError: `reference_failed`, with the library's words; `not_json`.
        """
        return plain(self._run(scope.roots))

    def test(self, scope: Scope) -> bool:
        """Return what the condition says.

        Raises:
            ExpressionError: as `evaluate`; `not_boolean`.
        """
        value = self.evaluate(scope)
        if isinstance(value, bool):
            return value
        raise ExpressionError(
            "not_boolean", f"A condition must be true or false; this one is {called(value)}."
        )


class CelPython:
    """cel-python, interpreted: its compiled runner works in the first environment of a process only."""

    def compile(self, source: str, *, node_ids: frozenset[str] = frozenset()) -> Reference:
        """Return the compiled expression; `node_ids` mean nothing to plain CEL.

        Raises:
            ExpressionError: `syntax_error`, with the library's words.
        """
        import celpy
        from celpy.adapter import json_to_cel
        from celpy.celparser import CELParseError
        from celpy.evaluation import CELEvalError, CELSyntaxError

        environment = celpy.Environment()
        try:
            program = environment.program(environment.compile(source))
        except CELParseError as refusal:
            raise ExpressionError("syntax_error", str(refusal.args[0])) from None

        def run(roots: Mapping[str, Any]) -> Any:
            try:
                converted = {name: json_to_cel(plain(value)) for name, value in roots.items()}
                return _unwrapped(program.evaluate(converted))
            except (CELEvalError, CELSyntaxError, ValueError, TypeError) as failure:
                raise ExpressionError("reference_failed", str(failure)) from None

        return Reference(source, run)


def _unwrapped(value: Any) -> Any:
    """Return a value of celpy's own types as Python's."""
    from celpy import celtypes

    if isinstance(value, dict):
        return {str(name): _unwrapped(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_unwrapped(item) for item in value]
    kinds: dict[type, Callable[[Any], Any]] = {
        celtypes.BoolType: bool,
        celtypes.IntType: int,
        celtypes.UintType: int,
        celtypes.DoubleType: float,
        celtypes.StringType: str,
    }
    return kinds.get(type(value), _itself)(value)


def _itself(value: Any) -> Any:
    return value


class CelExprPython:
    """cel-expr-python, unchecked, so that values of the scope may be of any type."""

    def __init__(self, roots: tuple[str, ...] = ROOTS) -> None:
        self._roots = roots

    def compile(self, source: str, *, node_ids: frozenset[str] = frozenset()) -> Reference:
        """Return the compiled expression; `node_ids` mean nothing to plain CEL.

        Raises:
            ExpressionError: `syntax_error`, with the library's words.
        """
        from cel_expr_python import cel

        environment = cel.NewEnv(variables=dict.fromkeys(self._roots, cel.Type.DYN))
        try:
            program = environment.compile(source, disable_check=True)
        except RuntimeError as refusal:
            raise ExpressionError("syntax_error", str(refusal)) from None

        def run(roots: Mapping[str, Any]) -> Any:
            try:
                value = program.eval(data={name: plain(value) for name, value in roots.items()})
            except RuntimeError as failure:
                raise ExpressionError("reference_failed", str(failure)) from None
            if value.type() == cel.Type.ERROR:
                raise ExpressionError("reference_failed", str(value.plain_value()))
            return value.plain_value()

        return Reference(source, run)


BY_NAME: Final[dict[str, Callable[[], CelPython | CelExprPython]]] = {
    "cel-python": CelPython,
    "cel-expr-python": CelExprPython,
}
