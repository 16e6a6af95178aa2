"""What can be made of the values of a group. Null is no value."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from apps.engine.errors import NodeError
from apps.engine.expressions.kinds import called
from apps.engine.rows import identity
from apps.engine.value import Json

# As in formulas: whole numbers are exact up to here, and refused beyond.
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one group under one path, and which entry each came from."""

    operation: str
    path: str
    places: Sequence[int]
    values: Sequence[Json]

    def given(self) -> list[Json]:
        """Return the values that are there."""
        return [value for value in self.values if value is not None]

    def numbers(self) -> Iterator[float]:
        """Yield the values that are there.

        Raises:
            NodeError: `bad_entry`, one of them is no number.
        """
        for place, value in zip(self.places, self.values, strict=True):
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise self.odd(place, value, "numbers")
            yield value

    def odd(self, place: int, value: Json, needed: str) -> NodeError:
        """Return the failure of an entry whose value does not fit the operation."""
        where = f" under “{self.path}”" if self.path else ""
        return NodeError(
            "bad_entry",
            f"Entry {place} of “items” has {called(value)}{where}; {self.operation} needs {needed}.",
        )


def _count(values: Values) -> Json:
    return len(values.given()) if values.path else len(values.values)


def _count_distinct(values: Values) -> Json:
    return len({identity(value) for value in values.given()})


def _sum(values: Values) -> Json:
    return _total(list(values.numbers()))


def _total(numbers: Sequence[float]) -> float:
    whole = sum(number for number in numbers if isinstance(number, int))
    decimals = [number for number in numbers if isinstance(number, float)]
    if not decimals:
        return _in_range(whole)
    try:
        return _in_range(math.fsum([*decimals, whole]))
    except OverflowError:
        raise _out_of_range() from None


def _avg(values: Values) -> Json:
    numbers = list(values.numbers())
    if not numbers:
        return None
    total = _total(numbers)
    if isinstance(total, int) and total % len(numbers) == 0:
        return total // len(numbers)
    return total / len(numbers)


def _in_range(number: float) -> float:
    if isinstance(number, int):
        if not -_LARGEST - 1 <= number <= _LARGEST:
            raise _out_of_range()
    elif not math.isfinite(number):
        raise _out_of_range()
    return number


def _out_of_range() -> NodeError:
    return NodeError(
        "number_out_of_range",
        "A sum over “items” is too large: whole numbers reach to 9223372036854775807, decimals to 1.8e308.",
    )


def _extreme(choose: Callable[..., Json]) -> Callable[[Values], Json]:
    def run(values: Values) -> Json:
        first = next(iter(values.given()), None)
        if not isinstance(first, str):
            return choose(values.numbers(), default=None)
        for place, value in zip(values.places, values.values, strict=True):
            if value is not None and not isinstance(value, str):
                raise values.odd(place, value, "values of one kind")
        return choose(values.given())

    return run


def _first(values: Values) -> Json:
    return values.values[0] if values.values else None


def _last(values: Values) -> Json:
    return values.values[-1] if values.values else None


def _list(values: Values) -> Json:
    return list(values.values)


Operation: TypeAlias = Callable[[Values], Json]
OPERATIONS: Mapping[str, Operation] = {
    "count": _count,
    "count_distinct": _count_distinct,
    "sum": _sum,
    "avg": _avg,
    "min": _extreme(min),
    "max": _extreme(max),
    "first": _first,
    "last": _last,
    "list": _list,
}
# What can be asked of whole entries.
WITHOUT_PATH = frozenset({"count", "count_distinct", "first", "last", "list"})
