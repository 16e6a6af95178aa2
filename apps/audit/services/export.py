"""The trail as a file: CSV, JSON or one JSON object a line, written in pieces so that neither side holds it whole."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from apps.audit import queries
from apps.audit.models import Entry
from apps.audit.queries import Wanted
from apps.audit.rules import documents
from apps.audit.rules.chain import BODY
from apps.audit.services.recording import record
from apps.core import tenancy

# What a spreadsheet would take for a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("seq", "at", *BODY, "prev_hash", "hash")


def export(wanted: Wanted, form: str) -> Iterator[str]:
    """Return the lines of a file with the entries that are asked for, and write down that it was asked for."""
    until = queries.last_seq()
    record("audit.exported", after={"as": form, **wanted.facts()})
    # The lines are read when the request is over, so the tenant goes with them.
    found = queries.in_order(tenancy.current_schema(), wanted, until)
    return FORMATS[form][1](found)


def facts(entry: Entry) -> dict[str, Any]:
    """Return an entry by column, as JSON has it."""
    said = {name: getattr(entry, name) for name in COLUMNS}
    for name in ("id", "actor_id", "api_key_id", "session_id"):
        said[name] = None if said[name] is None else str(said[name])
    return said | {
        "at": entry.at.isoformat(),
        "prev_hash": bytes(entry.prev_hash).hex(),
        "hash": bytes(entry.hash).hex(),
    }


def _as_lines(found: Iterator[Entry]) -> Iterator[str]:
    for entry in found:
        yield f"{json.dumps(facts(entry), ensure_ascii=False)}\n"


def _as_json(found: Iterator[Entry]) -> Iterator[str]:
    before = "["
    for entry in found:
        yield f"{before}\n{json.dumps(facts(entry), ensure_ascii=False)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _as_csv(found: Iterator[Entry]) -> Iterator[str]:
    yield _csv_line(COLUMNS)
    for entry in found:
        said = facts(entry)
        for name in ("before", "after"):
            said[name] = None if said[name] is None else documents.canonical(said[name])
        yield _csv_line([_cell(said[name]) for name in COLUMNS])


Format = Callable[[Iterator[Entry]], Iterator[str]]
FORMATS: dict[str, tuple[str, Format]] = {
    "csv": ("text/csv; charset=utf-8", _as_csv),
    "json": ("application/json", _as_json),
    "ndjson": ("application/x-ndjson", _as_lines),
}


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _csv_line(cells: Any) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
