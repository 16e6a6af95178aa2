"""How entries are compared: each key makes one value of an entry that Python orders as people expect."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from apps.engine.errors import NodeError
from apps.engine.expressions.kinds import called
from apps.engine.rows import row_path, value_at
from apps.engine.value import Json

_NUMBER = re.compile(
    r"\s*[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,4})?\s*", re.ASCII
)
_WHOLE = re.compile(r"\s*[+-]?\d{1,40}\s*", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
# The length of a run of digits is written before it in two characters, so that the longer number is the later text.
_LENGTH_BASE = 0x8000


@dataclass(frozen=True, slots=True)
class SortKey:
    """What entries are ordered by."""

    path: str = ""
    is_descending: bool = False
    has_nulls_first: bool = False
    compare: str = "auto"
    ignores_case: bool = False


def in_order(rows: Sequence[Json], keys: Sequence[SortKey]) -> list[Json]:
    """Return the entries in order of the first key, those that are equal in order of the second, and so on.

    Raises:
        NodeError: `bad_path`, a key's path is none; `bad_entry`, an entry cannot be compared as its key says.
    """
    # A sort keeps the order of equals: the last key goes first.
    order = list(range(len(rows)))
    for key in reversed(keys):
        values = _values(rows, key)
        nulls = [index for index in order if values[index] is None]
        others = [index for index in order if values[index] is not None]
        others.sort(key=values.__getitem__, reverse=key.is_descending)
        order = nulls + others if key.has_nulls_first else others + nulls
    return [rows[index] for index in order]


def _values(rows: Sequence[Json], key: SortKey) -> list[Any]:
    path, compare = row_path(key.path), COMPARISONS[key.compare]
    values: list[Any] = []
    for index, row in enumerate(rows):
        value = value_at(row, path)
        try:
            values.append(None if value is None else compare(value, key))
        except _OddError as odd:
            where = f" under “{key.path}”" if key.path else ""
            raise NodeError(
                "bad_entry", f"Entry {index} of “items” has {called(value)}{where} that {odd}."
            ) from None
    return values


class _OddError(Exception):
    """A value cannot be compared so; the text says what is wrong with it."""


def _as_it_is(value: Json, _key: SortKey) -> object:
    match value:
        case bool():
            return (0, value)
        case int() | float():
            return (1, value)
        case str():
            return (2, value)
        case _:
            raise _OddError("cannot be ordered")


def _as_number(value: Json, _key: SortKey) -> float:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = int(value) if _WHOLE.fullmatch(value) else float(value)
        if math.isfinite(number):
            return number
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _OddError("is no number")
    return value


def _as_text(value: Json, key: SortKey) -> str:
    if not isinstance(value, str):
        raise _OddError("is no text")
    return value.casefold() if key.ignores_case else value


def _as_people_do(value: Json, _key: SortKey) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _OddError("is no text")
    return _DIGITS.sub(_numbered, (value if isinstance(value, str) else str(value)).casefold())


def _numbered(found: re.Match[str]) -> str:
    digits = found[0].lstrip("0")
    high, low = divmod(len(digits), _LENGTH_BASE)
    return f"0{chr(high)}{chr(low)}{digits}"


Compare: TypeAlias = Callable[[Json, SortKey], object]
COMPARISONS: Mapping[str, Compare] = {
    "auto": _as_it_is,
    "number": _as_number,
    "text": _as_text,
    "natural": _as_people_do,
}
