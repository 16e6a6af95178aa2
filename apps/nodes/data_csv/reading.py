"""From comma-separated values to a list."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from apps.engine.errors import NodeError
from apps.engine.rows import bounded
from apps.engine.value import DEFAULT_LIMITS, Json
from apps.engine.weight import Allowance

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(\.\d{1,30})?([eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the text is written, and what is made of it."""

    separator: str
    quote: str
    has_names: bool
    has_numbers: bool
    must_fit: bool


def read(text: str, dialect: Dialect) -> list[Json]:
    """Return the rows: objects if the first one names the columns, else lists.

    Raises:
        NodeError: `csv_invalid`, the text breaks the rules of quoting or a field is too long; `csv_row`, a row or the
            first one does not fit; `too_many_entries`; `output_too_large`.
    """
    rows = _rows(text.removeprefix("\ufeff"), dialect)
    if not dialect.has_names:
        made: list[Json] = []
        for _, fields in rows:
            made.append([_value(field, dialect) for field in fields])
            bounded(made, "text")
        return made
    first = next(rows, None)
    return [] if first is None else _objects(_names(first[1]), rows, dialect)


def _rows(text: str, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank, with the number of its last line."""
    reader = csv.reader(
        StringIO(text, newline=""),
        delimiter=dialect.separator,
        quotechar=dialect.quote,
        strict=True,
    )
    try:
        for fields in reader:
            if fields:
                _refuse_wide(len(fields), reader.line_num)
                yield reader.line_num, fields
    except csv.Error as error:
        raise NodeError(
            "csv_invalid", f"Line {reader.line_num} of “text” is no CSV: {error}."
        ) from None


def _refuse_wide(columns: int, line: int) -> None:
    most = DEFAULT_LIMITS.json_keys
    if columns > most:
        raise NodeError(
            "csv_row", f"Row {line} of “text” has {columns:,} fields; at most {most:,} are read."
        )


def _names(fields: list[str]) -> list[str]:
    names: dict[str, None] = {}
    for index, field in enumerate(fields):
        name = field.strip() or f"column_{index + 1}"
        if name in names:
            raise NodeError(
                "csv_row", f"The first row of “text” names the column “{name[:80]}” twice."
            )
        names[name] = None
    return list(names)


def _objects(
    names: list[str], rows: Iterator[tuple[int, list[str]]], dialect: Dialect
) -> list[Json]:
    made: list[Json] = []
    # Short rows under many names would make much out of little, so names are paid for in every row.
    allowance, cost = Allowance(DEFAULT_LIMITS.output_bytes), sum(map(len, names)) + 5 * len(names)
    for line, fields in rows:
        if dialect.must_fit and len(fields) != len(names):
            raise NodeError(
                "csv_row",
                f"Row {line} of “text” has {len(fields)} fields; the first row names {len(names)} columns.",
            )
        if allowance.left < cost:
            raise NodeError(
                "output_too_large",
                f"The rows of “text” with their names take more than {DEFAULT_LIMITS.output_bytes} bytes.",
            )
        allowance.take(cost)
        made.append(_object(names, fields, dialect))
        bounded(made, "text")
    return made


def _object(names: list[str], fields: list[str], dialect: Dialect) -> Json:
    row: dict[str, Json] = dict.fromkeys(names)
    for index, field in enumerate(fields):
        name = names[index] if index < len(names) else f"column_{index + 1}"
        row[name] = _value(field, dialect)
    return row


def _value(field: str, dialect: Dialect) -> Json:
    found = _NUMBER.fullmatch(field) if dialect.has_numbers else None
    if found is None:
        return field
    if found[1] is None and found[2] is None:
        return int(field)
    number = float(field)
    # Such as 1e999, which no number holds.
    return field if number in (float("inf"), float("-inf")) else number
