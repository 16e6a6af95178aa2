"""Functions of numbers."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from apps.engine.expressions.functions.catalogue import (
    ANY,
    INTEGER,
    LIST,
    NUMBER,
    Catalogue,
    Evaluation,
    Example,
    Parameter,
    needs,
    optional,
    repeated,
)
from apps.engine.expressions.kinds import NUMBERS, called
from apps.engine.expressions.operators import number
from apps.engine.expressions.operators import power as to_the_power

CATALOGUE = Catalogue("Numbers")
_NUMBER = Parameter("number", NUMBER)
_MOST_DIGITS = 15
# 309 digits before the point and 15 behind it: every double, rounded exactly.
_EXACT = Context(prec=330, rounding=ROUND_HALF_UP)


@CATALOGUE.function(
    "round", (_NUMBER, optional("digits", INTEGER)), "number", Example("round(2.675, 2)", 2.68)
)
def round_(_: Evaluation, value: float, digits: int = 0) -> float:
    """Return the number rounded to so many digits behind the point, halves away from 0."""
    if not 0 <= digits <= _MOST_DIGITS:
        raise needs("round", f"rounds to 0 … {_MOST_DIGITS} digits")
    if type(value) is int:
        return value
    # Decimals of people are meant as they are written: 2.675 is not 2.67499999….
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), context=_EXACT)
    return number(int(rounded)) if digits == 0 else number(float(rounded))


@CATALOGUE.function("floor", (_NUMBER,), "number", Example("floor(-1.5)", -2))
def floor(_: Evaluation, value: float) -> float:
    """Return the next whole number downwards."""
    return number(math.floor(value))


@CATALOGUE.function("ceil", (_NUMBER,), "number", Example("ceil(1.2)", 2))
def ceil(_: Evaluation, value: float) -> float:
    """Return the next whole number upwards."""
    return number(math.ceil(value))


@CATALOGUE.function("abs", (_NUMBER,), "number", Example("abs(-3)", 3))
def abs_(_: Evaluation, value: float) -> float:
    """Return the number without its sign."""
    return number(abs(value))


@CATALOGUE.function(
    "pow", (_NUMBER, Parameter("exponent", NUMBER)), "number", Example("pow(2, 10)", 1024)
)
def pow_(evaluation: Evaluation, value: float, exponent: float) -> float:
    """Return the number to the power of the exponent, as ** does."""
    return to_the_power(evaluation, value, exponent)


@CATALOGUE.function("sqrt", (_NUMBER,), "number", Example("sqrt(9)", 3.0))
def sqrt(_: Evaluation, value: float) -> float:
    """Return the square root."""
    if value < 0:
        raise needs("sqrt", "needs a number of 0 or more")
    return math.sqrt(number(value))


def _numbers(name: str, values: tuple[Any, ...]) -> list[float]:
    items = values[0] if len(values) == 1 and type(values[0]) is list else list(values)
    for item in items:
        if type(item) not in NUMBERS:
            raise needs(name, f"needs numbers, not {called(item)}")
    return items


@CATALOGUE.function("min", (repeated("numbers", ANY),), "number", Example("min(3, 1, 2)", 1))
def min_(_: Evaluation, *values: Any) -> float:
    """Return the smallest of the numbers, or of a list of numbers."""
    numbers = _numbers("min", values)
    if not numbers:
        raise needs("min", "needs at least one number; the list is empty")
    return min(numbers)


@CATALOGUE.function("max", (repeated("numbers", ANY),), "number", Example("max([3, 1, 2])", 3))
def max_(_: Evaluation, *values: Any) -> float:
    """Return the largest of the numbers, or of a list of numbers."""
    numbers = _numbers("max", values)
    if not numbers:
        raise needs("max", "needs at least one number; the list is empty")
    return max(numbers)


@CATALOGUE.function("sum", (Parameter("list", LIST),), "number", Example("sum([1, 2.5])", 3.5))
def sum_(_: Evaluation, values: list[Any]) -> float:
    """Return the numbers of the list added up; 0 for an empty one."""
    total: float = 0
    for item in _numbers("sum", (values,)):
        total = number(total + number(item))
    return total


@CATALOGUE.function("avg", (Parameter("list", LIST),), "number", Example("avg([1, 2])", 1.5))
def avg(evaluation: Evaluation, values: list[Any]) -> float:
    """Return the mean of the numbers of the list."""
    if not values:
        raise needs("avg", "needs at least one number; the list is empty")
    total = sum_(evaluation, values)
    if type(total) is int and total % len(values) == 0:
        return total // len(values)
    return total / len(values)
