"""Which deliveries start an execution: comparisons of one field each, ANDed inside a group, ORed between groups."""

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from apps.engine.expressions import ExpressionError
from apps.engine.expressions.evaluation import BudgetExceededError, Evaluation
from apps.engine.expressions.jsonpath import shared
from apps.engine.expressions.patterns import compiled, found_in, search_cost
from apps.engine.problem import clipped
from apps.engine.value import Json
from apps.webhooks.rules.paths import FieldPath

# All filters together may do with a delivery what so many expressions may do alone: a second or two.
AT_FULL_BUDGET = 4


@dataclass(frozen=True, slots=True)
class Filter:
    """One comparison. `path` is a JSONPath into the trigger's data: `$.body.ref`, `$.headers.x-github-event`."""

    path: FieldPath
    operator: str
    value: Json
    group: int = 0


def why_filtered(filters: Sequence[Filter], trigger: Json) -> str | None:
    """Return None if the delivery passes (no filters: always), else a sentence naming what failed in each group.

    A plain path yields its value; any other the list of all its matches. Of a field that is not
    there only `not_exists` holds.

    Raises:
        ExpressionError: they do more with this data than they may.
    """
    evaluation = shared(AT_FULL_BUDGET)
    try:
        return _why_filtered(filters, trigger, evaluation)
    except BudgetExceededError as reason:
        message = (
            "The filters do too much work on this delivery. Use plain paths and shorter patterns."
        )
        raise ExpressionError(reason.code, message) from None


def _why_filtered(filters: Sequence[Filter], trigger: Json, evaluation: Evaluation) -> str | None:
    reasons = []
    ordered = sorted(filters, key=lambda each: each.group)
    for _, group in groupby(ordered, key=lambda each: each.group):
        failed = next((each for each in group if not _passes(each, trigger, evaluation)), None)
        if failed is None:
            return None
        reasons.append(f"{failed.path.source} {failed.operator} did not hold")
    return "; ".join(reasons) or None


def problem(operator: str, value: Json) -> str | None:
    """Return what is wrong with an operator and its value, as a sentence, or None."""
    if operator not in OPERATORS:
        return f"There is no operator {clipped(operator)!r}."
    if operator in {"in", "not_in", "matches_any", "matches_all"} and not isinstance(value, list):
        return f"{operator} compares with a list."
    if operator == "between" and _bounds(value) is None:
        return "between compares with an object of two numbers or two texts, min and max."
    if operator == "regex":
        return _regex_problem(value)
    return None


def _passes(each: Filter, trigger: Json, evaluation: Evaluation) -> bool:
    found = each.path.find(trigger, evaluation)
    if not found:
        return each.operator == "not_exists"
    value = found[0] if each.path.is_plain else list(found)
    evaluation.spend(_cost(each, value))
    return OPERATORS[each.operator](value, each.value)


def _cost(each: Filter, value: Json) -> int:
    """Return the steps that a comparison costs: a sender may write a list of millions."""
    if each.operator == "regex" and isinstance(value, str):
        return search_cost(compiled(str(each.value)), value)
    if not isinstance(value, list | dict):
        return 1
    if each.operator in {"matches_any", "matches_all"}:
        return _parts(value)
    return len(value) if each.operator in {"contains", "not_contains"} else 1


def _parts(value: Json) -> int:
    """Return how many values there are in one, itself among them."""
    count, waiting = 0, [value]
    while waiting:
        item = waiting.pop()
        count += 1
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())
    return count


def _regex_problem(value: Json) -> str | None:
    if not isinstance(value, str):
        return "regex compares with an expression in a text."
    try:
        compiled(value)
    except ExpressionError as reason:
        return reason.message
    return None


def _equals(value: Json, other: Json) -> bool:
    """JSON equality: 1 equals 1.0, but true is not 1."""
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(_equals, value, other))
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(
            _equals(value[name], other[name]) for name in value
        )
    return value == other


def _contains(value: Json, other: Json) -> bool:
    if isinstance(value, str):
        return isinstance(other, str) and other in value
    if isinstance(value, list):
        return _is_among(other, value)
    return isinstance(value, dict) and isinstance(other, str) and other in value


def _is_among(value: Json, others: Json) -> bool:
    return isinstance(others, list) and any(_equals(value, other) for other in others)


def _starts_with(value: Json, other: Json) -> bool:
    return isinstance(value, str) and isinstance(other, str) and value.startswith(other)


def _ends_with(value: Json, other: Json) -> bool:
    return isinstance(value, str) and isinstance(other, str) and value.endswith(other)


def _regex(value: Json, other: Json) -> bool:
    return isinstance(value, str) and isinstance(other, str) and found_in(compiled(other), value)


def _order(value: Json, other: Json) -> int | None:
    """Return -1, 0 or 1 for two numbers or two texts, None for what has no order."""
    if isinstance(value, str) and isinstance(other, str):
        return (value > other) - (value < other)
    if _is_number(value) and _is_number(other):
        return (value > other) - (value < other)  # type: ignore[operator]  # both are numbers
    return None


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bounds(value: Json) -> tuple[Json, Json] | None:
    if not isinstance(value, dict) or not {"min", "max"} <= value.keys():
        return None
    low, high = value["min"], value["max"]
    return (low, high) if _order(low, high) is not None else None


def _between(value: Json, other: Json) -> bool:
    bounds = _bounds(other)
    return (
        bounds is not None
        and _order(value, bounds[0]) in {0, 1}
        and _order(value, bounds[1]) in {-1, 0}
    )


def _as_list(value: Json) -> Iterable[Json]:
    return value if isinstance(value, list) else [value]


# Up to here each whole number has a hash of its own, and is a decimal, too.
EXACT = 2**53


def key_of(value: Json) -> Hashable:
    """Return what is the same for values that are equal as JSON, and for no others.

    A sender may write millions of values, so what is most common comes first, and as it is.
    """
    if value is None or isinstance(value, (str, float)):
        return value
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, int):
        return value if -EXACT <= value <= EXACT else _key_of_large(value)
    if isinstance(value, list):
        return ("list", *map(key_of, value))
    return ("object", frozenset((name, key_of(item)) for name, item in value.items()))


def _key_of_large(value: int) -> Hashable:
    # Python hashes endlessly many whole numbers alike, and a sender may know which; of decimals there are only few.
    try:
        decimal = float(value)
    except OverflowError:
        decimal = math.inf
    return decimal if decimal == value else ("number", str(value))


def _matches_any(value: Json, other: Json) -> bool:
    if not isinstance(other, list):
        return False
    wanted = {key_of(one) for one in other}
    return any(key_of(one) in wanted for one in _as_list(value))


def _matches_all(value: Json, other: Json) -> bool:
    if not isinstance(other, list):
        return False
    missing = {key_of(one) for one in other}
    for one in _as_list(value):
        missing.discard(key_of(one))
        if not missing:
            return True
    return not missing


def _is_empty(value: Json, _: Json) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


OPERATORS: Mapping[str, Callable[[Any, Json], bool]] = {
    "equals": _equals,
    "not_equals": lambda value, other: not _equals(value, other),
    "contains": _contains,
    "not_contains": lambda value, other: not _contains(value, other),
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "regex": _regex,
    "gt": lambda value, other: _order(value, other) == 1,
    "gte": lambda value, other: _order(value, other) in {0, 1},
    "lt": lambda value, other: _order(value, other) == -1,
    "lte": lambda value, other: _order(value, other) in {-1, 0},
    "in": _is_among,
    "not_in": lambda value, other: not _is_among(value, other),
    "exists": lambda value, other: True,
    "not_exists": lambda value, other: False,
    "is_empty": _is_empty,
    "is_not_empty": lambda value, other: not _is_empty(value, other),
    "between": _between,
    "matches_any": _matches_any,
    "matches_all": _matches_all,
}
