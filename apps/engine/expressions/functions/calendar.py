"""The parts of a date, under the names and with the counting that CEL gives them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from apps.engine.expressions.functions.catalogue import (
    DATE,
    TEXT,
    Catalogue,
    Evaluation,
    Example,
    Parameter,
    optional,
)
from apps.engine.expressions.functions.dates import home, moment, placed, zone_named

CATALOGUE = Catalogue("Parts of dates")
_NOON = '"2024-05-07T12:34:56.789Z"'

# name → the part, what it is in words, and what it is of 2024-05-07T12:34:56.789Z, a Tuesday.
_PARTS: dict[str, tuple[Callable[[datetime], int], str, int]] = {
    "getFullYear": (lambda d: d.year, "the year", 2024),
    "getMonth": (lambda d: d.month - 1, "the month, counted from 0", 4),
    "getDate": (lambda d: d.day, "the day of the month, counted from 1", 7),
    "getDayOfMonth": (lambda d: d.day - 1, "the day of the month, counted from 0", 6),
    "getDayOfWeek": (lambda d: d.isoweekday() % 7, "the day of the week, Sunday is 0", 2),
    "getDayOfYear": (
        lambda d: d.timetuple().tm_yday - 1,
        "the day of the year, counted from 0",
        127,
    ),
    "getHours": (lambda d: d.hour, "the hour, 0 to 23", 12),
    "getMinutes": (lambda d: d.minute, "the minute", 34),
    "getSeconds": (lambda d: d.second, "the second", 56),
    "getMilliseconds": (lambda d: d.microsecond // 1000, "the millisecond", 789),
}


def _reader(name: str, part: Callable[[datetime], int]) -> Callable[..., int]:
    def read(evaluation: Evaluation, date: Any, zone: str | None = None) -> int:
        here = home(name, evaluation)
        place = here if zone is None else zone_named(name, zone)
        return part(placed(name, moment(name, date, here), place))

    return read


def _register() -> None:
    for name, (part, words, gives) in _PARTS.items():
        run = _reader(name, part)
        run.__doc__ = f"Return {words}, in the given time zone or that of the workflow."
        CATALOGUE.function(
            name,
            (Parameter("date", DATE), optional("zone", TEXT)),
            "number",
            Example(f"{name}({_NOON})", gives),
        )(run)


_register()
