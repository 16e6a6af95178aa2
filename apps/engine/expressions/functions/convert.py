"""Functions that ask for, or change, the kind of a value."""

from __future__ import annotations

import re
from typing import Any, cast

from apps.engine.expressions.evaluation import Evaluation, too_large
from apps.engine.expressions.functions.catalogue import ANY, Catalogue, Example, Parameter, needs
from apps.engine.expressions.kinds import called, fits
from apps.engine.expressions.operators import number
from apps.engine.value import compact

CATALOGUE = Catalogue("Kinds")
_VALUE = Parameter("value", ANY)
# A number as JSON writes it, and with the + that people add.
_WHOLE = re.compile(r"[+-]?[0-9]{1,40}")
_DECIMAL = re.compile(
    r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{1,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?"
)
_TRUTHS = {
    "true": True, "True": True, "TRUE": True, "t": True, "1": True,
    "false": False, "False": False, "FALSE": False, "f": False, "0": False,
}  # fmt: skip
_TYPE_NAMES: dict[type, str] = {
    bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object",
}  # fmt: skip


def as_text(evaluation: Evaluation, value: Any) -> str:
    """Return a text as it is, and anything else as compact JSON.

    Raises:
        BudgetExceededError: the JSON is larger than a result may be.
    """
    return value if type(value) is str else as_json(evaluation, value)


def as_json(evaluation: Evaluation, value: Any) -> str:
    """Return `value` as compact JSON.

    Raises:
        BudgetExceededError: it is larger than a result may be.
    """
    # Shared parts can unfold to terabytes, so they are weighed before anything is written.
    if not fits(value, evaluation.limits.expression_result_bytes):
        raise too_large(evaluation.limits)
    text = compact(value)
    evaluation.build(len(text))
    # Weighing and writing take up to a step for each element (measured); commas count those.
    evaluation.spend(text.count(","))
    return text


@CATALOGUE.function(
    "string", (_VALUE,), "text", Example("string(1.5)", "1.5"), aliases=("toString",)
)
def string(evaluation: Evaluation, value: Any) -> str:
    """Return the value as a text; lists and objects as JSON."""
    return as_text(evaluation, value)


@CATALOGUE.function(
    "number", (_VALUE,), "number", Example('number("12.50")', 12.5), aliases=("toNumber",)
)
def to_number(_: Evaluation, value: Any) -> float:
    """Return the number that a text holds; whole if it is written without a point."""
    if type(value) is str:
        text = value.strip()
        if _WHOLE.fullmatch(text):
            return number(int(text))
        if _DECIMAL.fullmatch(text):
            return number(float(text))
        raise needs("number", "needs a text that is a number, like “12” or “-1.5”")
    if type(value) is bool:
        return int(value)
    return number(_numeric("number", value))


@CATALOGUE.function("int", (_VALUE,), "number", Example("int(2.9)", 2))
def to_int(_: Evaluation, value: Any) -> float:
    """Return a whole number: a decimal loses its fraction, a text must hold a whole number."""
    if type(value) is str:
        if not _WHOLE.fullmatch(value.strip()):
            raise needs("int", "needs a text that is a whole number, like “12”")
        return number(int(value))
    return number(int(_numeric("int", value)))


@CATALOGUE.function("double", (_VALUE,), "number", Example("double(3)", 3.0))
def to_double(evaluation: Evaluation, value: Any) -> float:
    """Return the number as a decimal."""
    if type(value) is not str:
        value = _numeric("double", value)
    return number(float(number(to_number(evaluation, value))))


def _numeric(name: str, value: Any) -> float:
    if type(value) in (int, float):
        return cast(float, value)
    raise needs(name, f"cannot make a number of {called(value)}")


@CATALOGUE.function(
    "bool", (_VALUE,), "true or false", Example('bool("true")', gives=True), aliases=("toBoolean",)
)
def to_bool(_: Evaluation, value: Any) -> bool:
    """Return true for true, 1 and "true", false for false, 0 and "false"; nothing else is a truth."""
    if type(value) is bool:
        return value
    if type(value) in (int, float) and value in (0, 1):
        return bool(value)
    if type(value) is str and value in _TRUTHS:
        return _TRUTHS[value]
    raise needs("bool", "knows true, false, 1, 0 and these words as texts")


@CATALOGUE.function(
    "typeOf",
    (_VALUE,),
    "text",
    Example("typeOf([1])", "array"),
    aliases=("type", "typeof"),
    is_constant_cost=True,
)
def type_of(_: Evaluation, value: Any) -> str:
    """Return string, number, boolean, array, object or null."""
    return _TYPE_NAMES.get(type(value), "null")


@CATALOGUE.function(
    "isNull", (_VALUE,), "true or false", Example("isNull(null)", gives=True), is_constant_cost=True
)
def is_null(_: Evaluation, value: Any) -> bool:
    """Say whether the value is null; for a path that may be missing, write has()."""
    return value is None


@CATALOGUE.function(
    "isEmpty", (_VALUE,), "true or false", Example('isEmpty("")', gives=True), is_constant_cost=True
)
def is_empty(_: Evaluation, value: Any) -> bool:
    """Say whether the value is null, an empty text, an empty list or an empty object."""
    return value is None or (type(value) in (str, list, dict) and not value)


@CATALOGUE.function("dyn", (_VALUE,), "any", Example("dyn(1)", 1), is_constant_cost=True)
def dyn(_: Evaluation, value: Any) -> Any:
    """Return the value as it is; CEL texts from elsewhere use it."""
    return value
