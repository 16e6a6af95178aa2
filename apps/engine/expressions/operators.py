"""Operators over JSON values: numbers mix, nothing else does."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.evaluation import Evaluation
from apps.engine.expressions.kinds import NUMBERS, called

INT_MIN = -(2**63)
INT_MAX = 2**63 - 1
# Comparing texts below this length costs no more than the step that is paid anyway.
_FREE_TEXT = 256

Operator = Callable[[Evaluation, Any, Any], Any]


def wrong_type(operator: str, left: Any, right: Any, hint: str = "") -> ExpressionError:
    """Return the failure of an operator that does not know such values."""
    return ExpressionError(
        "wrong_type",
        f"“{operator}” cannot work with {called(left)} and {called(right)}.{hint and ' ' + hint}",
    )


def number(value: float) -> float:
    """Return `value` if JSON can hold it and ints are exact.

    Raises:
        ExpressionError: `number_out_of_range`.
    """
    if type(value) is int:
        if INT_MIN <= value <= INT_MAX:
            return value
    elif math.isfinite(value):
        return value
    raise ExpressionError(
        "number_out_of_range",
        "A number is too large: whole numbers reach to 9223372036854775807, decimals to 1.8e308.",
    )


def _operands(operator: str, left: Any, right: Any) -> None:
    if type(left) not in NUMBERS or type(right) not in NUMBERS:
        hint = ""
        if operator == "-" and str in (type(left), type(right)):
            hint = 'If the - belongs to a name, write the name in brackets: ["a-1"].'
        raise wrong_type(operator, left, right, hint)
    number(left)
    number(right)


def add(evaluation: Evaluation, left: Any, right: Any) -> Any:
    """Return the sum of numbers, or two texts or two lists joined."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return number(number(left) + number(right))
    if type(left) is str and type(right) is str:
        evaluation.build(len(left) + len(right))
        return left + right
    if type(left) is list and type(right) is list:
        evaluation.spend(len(left) + len(right))
        return left + right
    hint = ""
    if str in (type(left), type(right)):
        hint = "Turn the other value into a text first: string(value)."
    elif type(left) is dict and type(right) is dict:
        hint = "To join objects, write merge(first, second)."
    raise wrong_type("+", left, right, hint)


def subtract(_: Evaluation, left: Any, right: Any) -> float:
    """Return the difference of two numbers."""
    _operands("-", left, right)
    return number(left - right)


def multiply(_: Evaluation, left: Any, right: Any) -> float:
    """Return the product of two numbers."""
    _operands("*", left, right)
    return number(left * right)


def divide(_: Evaluation, left: Any, right: Any) -> float:
    """Return a whole number if the division is exact, else a decimal."""
    _operands("/", left, right)
    if right == 0:
        raise _by_zero()
    if type(left) is int and type(right) is int and left % right == 0:
        return number(left // right)
    return number(left / right)


def remainder(_: Evaluation, left: Any, right: Any) -> int:
    """Return what is left of a whole division; it has the sign of the left side."""
    if type(left) is not int or type(right) is not int:
        raise wrong_type("%", left, right, "It needs whole numbers; see int().")
    _operands("%", left, right)
    if right == 0:
        raise _by_zero()
    rest = abs(left) % abs(right)
    return rest if left >= 0 else -rest


def power(_: Evaluation, left: Any, right: Any) -> float:
    """Return `left` to the power of `right`; a whole number if both are and `right` is not negative."""
    _operands("**", left, right)
    if type(left) is int and type(right) is int and right >= 0:
        # |2| ** 64 is out of range already, so anything larger need not be computed.
        if abs(left) > 1 and right > 64:
            return number(2**64)
        return number(left**right)
    if left == 0 and right < 0:
        raise _by_zero()
    if left < 0 and type(right) is float and not right.is_integer():
        raise ExpressionError("number_out_of_range", "A root of a negative number is no number.")
    try:
        return number(float(left) ** right)
    except OverflowError:
        return number(2**64)


def _by_zero() -> ExpressionError:
    return ExpressionError("division_by_zero", "A number is divided by 0.")


def equal(evaluation: Evaluation, left: Any, right: Any) -> bool:
    """Say whether two values are the same JSON; 1 == 1.0, but true is no number."""
    kind = type(left)
    if kind is not type(right):
        return kind in NUMBERS and type(right) in NUMBERS and bool(left == right)
    if kind is str:
        if len(left) == len(right) > _FREE_TEXT:
            evaluation.spend(len(left) // _FREE_TEXT)
        return bool(left == right)
    if kind is list:
        return _equal_lists(evaluation, left, right)
    if kind is dict:
        return _equal_objects(evaluation, left, right)
    return bool(left == right)


def _equal_lists(evaluation: Evaluation, left: list[Any], right: list[Any]) -> bool:
    if len(left) != len(right):
        return False
    for one, other in zip(left, right, strict=True):
        evaluation.spend(1)
        if not equal(evaluation, one, other):
            return False
    return True


def _equal_objects(evaluation: Evaluation, left: dict[str, Any], right: dict[str, Any]) -> bool:
    if len(left) != len(right):
        return False
    for name, one in left.items():
        evaluation.spend(1)
        if name not in right or not equal(evaluation, one, right[name]):
            return False
    return True


def unequal(evaluation: Evaluation, left: Any, right: Any) -> bool:
    """Say whether two values are not the same JSON."""
    return not equal(evaluation, left, right)


def _ordered(operator: str, compare: Callable[[Any, Any], bool]) -> Operator:
    def run(evaluation: Evaluation, left: Any, right: Any) -> bool:
        if type(left) in NUMBERS and type(right) in NUMBERS:
            return compare(left, right)
        if type(left) is type(right) and type(left) in (str, bool):
            if type(left) is str:
                evaluation.spend(min(len(left), len(right)) // _FREE_TEXT)
            return compare(left, right)
        raise wrong_type(operator, left, right)

    return run


def inside(evaluation: Evaluation, left: Any, right: Any) -> bool:
    """Say whether `left` is an element of the list, or a name of the object, `right`."""
    if type(right) is list:
        for item in right:
            evaluation.spend(1)
            if equal(evaluation, left, item):
                return True
        return False
    if type(right) is dict:
        return type(left) is str and left in right
    hint = "To look inside a text, write contains." if type(right) is str else ""
    raise wrong_type("in", left, right, hint)


BINARY: dict[str, Operator] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
    "**": power,
    "==": equal,
    "!=": unequal,
    "<": _ordered("<", lambda left, right: left < right),
    "<=": _ordered("<=", lambda left, right: left <= right),
    ">": _ordered(">", lambda left, right: left > right),
    ">=": _ordered(">=", lambda left, right: left >= right),
    "in": inside,
}


def negate(value: Any) -> float:
    """Return the number with the other sign."""
    if type(value) not in NUMBERS:
        raise ExpressionError("wrong_type", f"“-” needs a number, not {called(value)}.")
    return number(-number(value))


def complement(value: Any) -> bool:
    """Return true for false and false for true."""
    if type(value) is not bool:
        raise ExpressionError("wrong_type", f"“!” needs true or false, not {called(value)}.")
    return not value
