"""A compiled expression: made once, cached, evaluated as often as needed."""

from __future__ import annotations

from typing import Any

from apps.engine.expressions.ast import Node, Path, Segment, children, weigh
from apps.engine.expressions.compiler import SECRETS_ROOT, compile_node
from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.evaluation import Evaluation, too_large
from apps.engine.expressions.kinds import called, fits
from apps.engine.expressions.lookup import MissingError, explain
from apps.engine.expressions.measure import builds
from apps.engine.expressions.parser import parse
from apps.engine.expressions.scope import Scope
from apps.engine.expressions.shelf import Shelf
from apps.engine.value import DEFAULT_LIMITS, Json, Limits

# A node of a tree takes up to 1 KB as closures, a usual condition has a dozen: 50 MB, or 4,000 conditions.
KEPT_NODES = 50_000


class Expression:
    """A condition or a formula, ready to be evaluated; immutable and shared between threads."""

    __slots__ = ("_builds", "_limits", "_run", "paths", "source", "weight")

    def __init__(self, source: str, node: Node, limits: Limits) -> None:
        self.source = source
        self.paths = paths_of(node)
        self._run = compile_node(node)
        self._builds = builds(node)
        self.weight = weigh(node)
        self._limits = limits

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def evaluate(self, scope: Scope) -> Json:
        """Return the value as JSON; parts of the scope are shared with it, not copied.

        Raises:
            ExpressionError: `missing_path`, `wrong_type`, `bad_value`, `division_by_zero`,
                `number_out_of_range`, `too_many_steps`, `result_too_large`, …
        """
        value: Json = self.run(self.begin(scope))
        return value

    def test(self, scope: Scope) -> bool:
        """Return what the condition says.

        Raises:
            ExpressionError: as `evaluate`; `not_boolean`, the value is neither true nor false.
        """
        value = self.run(self.begin(scope))
        if type(value) is bool:
            return value
        raise ExpressionError(
            "not_boolean", f"A condition must be true or false; this one is {called(value)}."
        )

    def begin(self, scope: Scope, salt: str = "") -> Evaluation:
        """Return an evaluation with a full budget.

        `salt` tells apart what `uuid()` and `random()` draw in different places of one step.
        """
        return Evaluation(scope, self._limits, f"{self.source}\0{salt}")

    def run(self, evaluation: Evaluation) -> Any:
        """Return the value; a Secret if the expression may reach one, which only templates allow.

        Raises:
            ExpressionError: as `evaluate`.
        """
        try:
            evaluation.spend(self.weight)
            value = self._run(evaluation)
            if self._builds and not fits(value, self._limits.expression_result_bytes):
                raise too_large(self._limits)
        except MissingError as missing:
            raise explain(missing) from None
        except RecursionError:
            raise ExpressionError("too_deep", "The data lies too deep to be worked on.") from None
        return value


def compile_expression(
    source: str, *, node_ids: frozenset[str] = frozenset(), limits: Limits = DEFAULT_LIMITS
) -> Expression:
    """Return the compiled condition or formula; the same one for the same arguments.

    `node_ids` are the ids of the document's nodes: after `steps.` they may hold hyphens before
    digits. The whole source, or parts of it, may stand in `{{ }}` or `${ }`.

    Raises:
        ExpressionError: the source is no expression, breaks a limit or reads `credentials`.
    """

    def make() -> tuple[Expression, int]:
        node = parse(source, node_ids, limits)
        refuse_secrets(node)
        expression = Expression(source, node, limits)
        return expression, expression.weight

    return _EXPRESSIONS.get((source, node_ids, limits), make)


_EXPRESSIONS: Shelf[Expression] = Shelf(KEPT_NODES)


def paths_of(node: Node) -> tuple[tuple[Segment, ...], ...]:
    """Return the static paths below `node`, each once, in the order in which they are written."""
    found: dict[tuple[Segment, ...], None] = {}
    todo = [node]
    while todo:
        item = todo.pop()
        if isinstance(item, Path):
            found[item.segments] = None
        todo.extend(reversed(children(item)))
    return tuple(found)


def refuse_secrets(node: Node) -> None:
    """Refuse a tree that reads `credentials` anywhere.

    Raises:
        ExpressionError: `secret_not_allowed`.
    """
    todo = [node]
    while todo:
        item = todo.pop()
        if isinstance(item, Path) and item.segments[0] == SECRETS_ROOT:
            raise ExpressionError(
                "secret_not_allowed",
                "A credential cannot be read here: only fields that send it may hold it, "
                "whole or inside a text.",
                position=item.position,
            )
        todo.extend(children(item))
