"""From a list to comma-separated values."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from apps.engine.errors import NodeError
from apps.engine.value import DEFAULT_LIMITS, Json, compact

_FORMULA = re.compile(r"[=+\-@\t\r\0]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,40}(?:[.,]\d{1,40})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Style:
    """How the text is to be written."""

    separator: str
    quote: str
    line_end: str
    has_names: bool
    is_guarded: bool
    columns: Sequence[str]


def write(rows: Sequence[Json], style: Style) -> str:
    """Return the text: a line of names, if it is wanted, and one for each entry.

    Raises:
        NodeError: `bad_entry`, an entry is neither an object nor a list as the others are; `csv_row`, too many
            columns; `output_too_large`.
    """
    page = StringIO(newline="")
    writer = csv.writer(
        page,
        delimiter=style.separator,
        quotechar=style.quote,
        lineterminator=style.line_end,
        quoting=csv.QUOTE_MINIMAL,
    )
    names = _names(rows, style)
    if style.has_names and names:
        writer.writerow([_cell(name, style) for name in names])
    for place, row in enumerate(rows):
        writer.writerow([_cell(value, style) for value in _values(row, names, place)])
        if page.tell() > DEFAULT_LIMITS.output_bytes:
            raise NodeError(
                "output_too_large",
                f"“items” becomes more than {DEFAULT_LIMITS.output_bytes} bytes.",
            )
    return page.getvalue()


def _names(rows: Sequence[Json], style: Style) -> list[str]:
    """Return the names of the columns; none if the entries are lists."""
    names = dict.fromkeys(style.columns)
    if not names:
        for row in rows:
            if isinstance(row, dict):
                names.update(dict.fromkeys(row))
            _refuse_wide(len(names))
    return list(names)


def _refuse_wide(columns: int) -> None:
    most = DEFAULT_LIMITS.json_keys
    if columns > most:
        raise NodeError("csv_row", f"“items” has more than {most:,} columns.")


def _values(row: Json, names: Sequence[str], place: int) -> list[Json]:
    if isinstance(row, dict):
        return [row.get(name) for name in names]
    if isinstance(row, list) and not names:
        return row
    needed = "an object" if names else "an object or a list"
    raise NodeError("bad_entry", f"Entry {place} of “items” is not {needed}, so it has no columns.")


def _cell(value: Json, style: Style) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            is_formula = (
                style.is_guarded
                and _FORMULA.match(value) is not None
                and _PLAIN_NUMBER.fullmatch(value) is None
            )
            return f"'{value}" if is_formula else value
        case _:
            return compact(value)
