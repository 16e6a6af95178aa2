"""Functions of objects."""

from __future__ import annotations

from typing import Any

from apps.engine.expressions.functions.catalogue import (
    ANY,
    LIST,
    LIST_OR_OBJECT,
    OBJECT,
    TEXT,
    Catalogue,
    Evaluation,
    Example,
    Parameter,
    needs,
    optional,
    repeated,
)
from apps.engine.expressions.lookup import MISSING, find
from apps.engine.expressions.segments import as_segment

CATALOGUE = Catalogue("Objects")
_OBJECT = Parameter("object", OBJECT)
_NAMES = Parameter("names", LIST)


@CATALOGUE.function("keys", (_OBJECT,), "list", Example('keys({"a": 1, "b": 2})', ["a", "b"]))
def keys(_: Evaluation, value: dict[str, Any]) -> list[str]:
    """Return the names of an object."""
    return list(value)


@CATALOGUE.function("values", (_OBJECT,), "list", Example('values({"a": 1, "b": 2})', [1, 2]))
def values_(_: Evaluation, value: dict[str, Any]) -> list[Any]:
    """Return the values of an object, without their names."""
    return list(value.values())


@CATALOGUE.function(
    "entries", (_OBJECT,), "list", Example('entries({"a": 1})', [{"key": "a", "value": 1}])
)
def entries(evaluation: Evaluation, value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a list of {"key", "value"}, one for each name of an object."""
    evaluation.spend(2 * len(value))
    return [{"key": name, "value": item} for name, item in value.items()]


@CATALOGUE.function(
    "merge",
    (repeated("objects", OBJECT),),
    "object",
    Example('merge({"a": 1, "b": 1}, {"b": 2})', {"a": 1, "b": 2}),
)
def merge(_: Evaluation, *objects: dict[str, Any]) -> dict[str, Any]:
    """Return one object with the names of all; later ones win."""
    merged: dict[str, Any] = {}
    for value in objects:
        merged.update(value)
    return merged


def _texts(name: str, names: list[Any]) -> list[str]:
    if not all(type(item) is str for item in names):
        raise needs(name, "needs a list of names")
    return names


@CATALOGUE.function(
    "pick", (_OBJECT, _NAMES), "object", Example('pick({"a": 1, "b": 2}, ["a", "x"])', {"a": 1})
)
def pick(_: Evaluation, value: dict[str, Any], names: list[Any]) -> dict[str, Any]:
    """Return the object with only these names, as far as it has them."""
    return {name: value[name] for name in _texts("pick", names) if name in value}


@CATALOGUE.function(
    "omit", (_OBJECT, _NAMES), "object", Example('omit({"a": 1, "b": 2}, ["a"])', {"b": 2})
)
def omit(_: Evaluation, value: dict[str, Any], names: list[Any]) -> dict[str, Any]:
    """Return the object without these names."""
    left_out = set(_texts("omit", names))
    return {name: item for name, item in value.items() if name not in left_out}


@CATALOGUE.function(
    "get",
    (Parameter("value", LIST_OR_OBJECT), Parameter("path", TEXT), optional("fallback", ANY)),
    "any",
    Example('get({"a": [{"b": 1}]}, "a.0.b", 0)', 1),
)
def get(_: Evaluation, value: Any, path: str, fallback: Any = None) -> Any:
    """Return what lies under a path that is computed, else the fallback or null."""
    found = find(value, [as_segment(part) for part in path.split(".")])
    return fallback if found is MISSING else found


@CATALOGUE.function(
    "set",
    (_OBJECT, Parameter("name", TEXT), Parameter("value", ANY)),
    "object",
    Example('set({"a": 1}, "b", 2)', {"a": 1, "b": 2}),
)
def set_(_: Evaluation, value: dict[str, Any], name: str, item: Any) -> dict[str, Any]:
    """Return the object with the value under the name; the original stays as it was."""
    return {**value, name: item}
