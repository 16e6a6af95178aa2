"""The macros: a name is bound to each element in turn, and every pass is paid for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.evaluation import (
    STEPS_OF_A_FAILURE,
    BudgetExceededError,
    Evaluation,
    Run,
    located,
)
from apps.engine.expressions.functions.convert import as_text
from apps.engine.expressions.functions.lists import sorted_by
from apps.engine.expressions.kinds import called
from apps.engine.expressions.lookup import MissingError


@dataclass(frozen=True, slots=True)
class Parts:
    """A macro, compiled. `weight` is what one pass costs, in steps."""

    kind: str
    source: Run
    slot: int
    condition: Run | None
    body: Run
    weight: int
    position: int


def comprehension(parts: Parts) -> Run:
    """Return the closure of a macro."""
    return _MAKERS[parts.kind](parts)


def boolean(value: Any, what: str, position: int) -> bool:
    """Return `value`, which must be true or false.

    Raises:
        ExpressionError: `wrong_type`.
    """
    if type(value) is bool:
        return value
    raise ExpressionError(
        "wrong_type", f"{what} needs true or false, not {called(value)}.", position=position
    )


def _passes(parts: Parts, evaluation: Evaluation) -> Iterator[Any]:
    """Bind each element, or each name of an object, in turn and yield it."""
    values = parts.source(evaluation)
    if type(values) is not list and type(values) is not dict:
        raise ExpressionError(
            "wrong_type",
            f"{parts.kind}() goes through a list or an object, not {called(values)}.",
            position=parts.position,
        )
    frame, slot, weight = evaluation.frame, parts.slot, parts.weight
    for value in values:
        evaluation.steps_left -= weight
        if evaluation.steps_left < 0:
            raise evaluation.out_of_steps()
        frame[slot] = value
        yield value


def _judged(parts: Parts, evaluation: Evaluation, judge: Run) -> bool:
    return boolean(judge(evaluation), f"The condition of {parts.kind}()", parts.position)


def _filter(parts: Parts) -> Run:
    return lambda evaluation: [
        value for value in _passes(parts, evaluation) if _judged(parts, evaluation, parts.body)
    ]


def _map(parts: Parts) -> Run:
    condition, body = parts.condition, parts.body
    if condition is None:
        return lambda evaluation: [body(evaluation) for _ in _passes(parts, evaluation)]
    return lambda evaluation: [
        body(evaluation)
        for _ in _passes(parts, evaluation)
        if _judged(parts, evaluation, condition)
    ]


def _find(parts: Parts) -> Run:
    def find(evaluation: Evaluation) -> Any:
        for value in _passes(parts, evaluation):
            if _judged(parts, evaluation, parts.body):
                return value
        return None

    return find


def _deciding(*, decisive: bool) -> Callable[[Parts], Run]:
    """Return all() or exists(): an element that decides outweighs others that fail, as in CEL."""

    def make(parts: Parts) -> Run:
        def decide(evaluation: Evaluation) -> bool:
            failure: Exception | None = None
            for _ in _passes(parts, evaluation):
                try:
                    if _judged(parts, evaluation, parts.body) is decisive:
                        return decisive
                except BudgetExceededError:
                    raise
                except (ExpressionError, MissingError) as error:
                    failure = failure or error
                    evaluation.spend(STEPS_OF_A_FAILURE)
            if failure is not None:
                raise failure
            return not decisive

        return decide

    return make


def _exists_one(parts: Parts) -> Run:
    return lambda evaluation: (
        sum(_judged(parts, evaluation, parts.body) for _ in _passes(parts, evaluation)) == 1
    )


def _sort_by(parts: Parts) -> Run:
    def sort_by(evaluation: Evaluation) -> list[Any]:
        values: list[Any] = []
        keys: list[Any] = []
        for value in _passes(parts, evaluation):
            values.append(value)
            keys.append(parts.body(evaluation))
        try:
            return sorted_by(evaluation, "sortBy", keys, values)
        except ExpressionError as error:
            raise located(error, parts.position) from None

    return sort_by


def _group_by(parts: Parts) -> Run:
    def group_by(evaluation: Evaluation) -> dict[str, list[Any]]:
        groups: dict[str, list[Any]] = {}
        for value in _passes(parts, evaluation):
            groups.setdefault(as_text(evaluation, parts.body(evaluation)), []).append(value)
        return groups

    return group_by


_MAKERS: dict[str, Callable[[Parts], Run]] = {
    "filter": _filter,
    "map": _map,
    "find": _find,
    "all": _deciding(decisive=False),
    "exists": _deciding(decisive=True),
    "existsOne": _exists_one,
    "sortBy": _sort_by,
    "groupBy": _group_by,
}
