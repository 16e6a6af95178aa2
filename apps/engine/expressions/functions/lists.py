"""Functions of lists, and the macros that bind a name to each element."""

from __future__ import annotations

from typing import Any

from apps.engine.expressions.functions.catalogue import (
    INTEGER,
    LIST,
    SIZED,
    TEXT_OR_LIST,
    Catalogue,
    Evaluation,
    Example,
    Parameter,
    needs,
    optional,
)
from apps.engine.expressions.functions.convert import as_json
from apps.engine.expressions.kinds import NUMBERS, called

CATALOGUE = Catalogue("Lists")
_LIST = Parameter("list", LIST)


@CATALOGUE.function(
    "size",
    (Parameter("value", SIZED),),
    "number",
    Example('size("héé")', 3),
    aliases=("len", "length", "count"),
    is_constant_cost=True,
)
def size(_: Evaluation, value: Any) -> int:
    """Return how many characters a text, elements a list or names an object has."""
    return len(value)


@CATALOGUE.function("first", (_LIST,), "any", Example("first([1, 2])", 1), is_constant_cost=True)
def first(_: Evaluation, values: list[Any]) -> Any:
    """Return the first element; null if the list is empty."""
    return values[0] if values else None


@CATALOGUE.function("last", (_LIST,), "any", Example("last([1, 2])", 2), is_constant_cost=True)
def last(_: Evaluation, values: list[Any]) -> Any:
    """Return the last element; null if the list is empty."""
    return values[-1] if values else None


@CATALOGUE.function(
    "nth",
    (_LIST, Parameter("index", INTEGER)),
    "any",
    Example("nth([1, 2, 3], -1)", 3),
    is_constant_cost=True,
)
def nth(_: Evaluation, values: list[Any], index: int) -> Any:
    """Return the element at the index, counted from 0, or from the end if negative; else null."""
    return values[index] if -len(values) <= index < len(values) else None


@CATALOGUE.function(
    "slice",
    (Parameter("value", TEXT_OR_LIST), Parameter("start", INTEGER), optional("end", INTEGER)),
    "text|list",
    Example("slice([1, 2, 3, 4], 1, 3)", [2, 3]),
)
def slice_(evaluation: Evaluation, value: Any, start: int, end: int | None = None) -> Any:
    """Return the part from `start` up to, not including, `end`; negative positions count from the end."""
    if type(value) is str:
        evaluation.build(len(value))
    return value[start:end]


@CATALOGUE.function("sort", (_LIST,), "list", Example("sort([3, 1, 2])", [1, 2, 3]))
def sort(evaluation: Evaluation, values: list[Any]) -> list[Any]:
    """Return the numbers, or the texts, of the list from small to large."""
    return sorted_by(evaluation, "sort", values, values)


def sorted_by(evaluation: Evaluation, name: str, keys: list[Any], values: list[Any]) -> list[Any]:
    """Return `values` in the order of their `keys`, which are all numbers or all texts.

    Raises:
        ExpressionError: `bad_value`, the keys cannot be compared.
    """
    evaluation.spend(len(keys) * len(keys).bit_length())
    if not (all(type(key) in NUMBERS for key in keys) or all(type(key) is str for key in keys)):
        odd = next(key for key in keys if type(key) not in NUMBERS)
        raise needs(name, f"needs only numbers or only texts to compare; there is {called(odd)}")
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return [values[index] for index in order]


@CATALOGUE.function("unique", (_LIST,), "list", Example("unique([1, 2, 1.0, true])", [1, 2, True]))
def unique(evaluation: Evaluation, values: list[Any]) -> list[Any]:
    """Return the list without repetitions, in the order of first appearance."""
    seen: set[object] = set()
    kept: list[Any] = []
    for value in values:
        key = _identity(evaluation, value)
        if key not in seen:
            seen.add(key)
            kept.append(value)
    return kept


def _identity(evaluation: Evaluation, value: Any) -> object:
    # Equal JSON has one identity: 1 and 1.0 are one, 1 and true are two.
    if type(value) is bool:
        return (bool, value)
    if type(value) is list or type(value) is dict:
        evaluation.spend(len(as_json(evaluation, value)))
        return _frozen(value)
    return value


def _frozen(value: Any) -> object:
    if type(value) is bool:
        return (bool, value)
    if type(value) is list:
        return (list, tuple(_frozen(item) for item in value))
    if type(value) is dict:
        return (dict, frozenset((name, _frozen(item)) for name, item in value.items()))
    return value


@CATALOGUE.function("flatten", (_LIST,), "list", Example("flatten([1, [2, [3]], []])", [1, 2, [3]]))
def flatten(evaluation: Evaluation, values: list[Any]) -> list[Any]:
    """Return the list with each list inside it replaced by its elements; one level."""
    flat: list[Any] = []
    for value in values:
        if type(value) is list:
            evaluation.spend(len(value))
            flat.extend(value)
        else:
            flat.append(value)
    return flat


CATALOGUE.form(
    "filter", "list.filter(x, condition)", "list",
    "Return the elements for which the condition is true.",
    Example("[1, 2, 3].filter(x, x > 1)", [2, 3]),
)  # fmt: skip
CATALOGUE.form(
    "map", "list.map(x, value)", "list",
    "Return the value for every element; with a condition before the value, only where it is true.",
    Example("[1, 2, 3].map(x, x * 2)", [2, 4, 6]),
)  # fmt: skip
CATALOGUE.form(
    "find", "list.find(x, condition)", "any",
    "Return the first element for which the condition is true; null if there is none.",
    Example("[1, 2, 3].find(x, x > 1)", 2),
)  # fmt: skip
CATALOGUE.form(
    "all", "list.all(x, condition)", "true or false",
    "Say whether the condition is true for every element; true for an empty list.",
    Example("[1, 2].all(x, x > 0)", gives=True),
)  # fmt: skip
CATALOGUE.form(
    "exists", "list.exists(x, condition)", "true or false",
    "Say whether the condition is true for at least one element.",
    Example("[1, 2].exists(x, x > 1)", gives=True),
)  # fmt: skip
CATALOGUE.form(
    "existsOne", "list.existsOne(x, condition)", "true or false",
    "Say whether the condition is true for exactly one element.",
    Example("[1, 2].existsOne(x, x > 1)", gives=True),
    aliases=("exists_one",),
)  # fmt: skip
CATALOGUE.form(
    "sortBy", "list.sortBy(x, key)", "list",
    "Return the elements in the order of their keys, which are all numbers or all texts.",
    Example('[{"n": 2}, {"n": 1}].sortBy(x, x.n)', [{"n": 1}, {"n": 2}]),
)  # fmt: skip
CATALOGUE.form(
    "groupBy", "list.groupBy(x, key)", "object",
    "Return an object with, under each key, the list of the elements that have it.",
    Example('["a", "bc", "d"].groupBy(x, size(x))', {"1": ["a", "d"], "2": ["bc"]}),
)  # fmt: skip
