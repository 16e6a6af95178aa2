"""The log of a whole execution as a file: its steps in their order, with what they wrote, as text, JSON or CSV.

Streamed in pieces, so that neither side holds it whole.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core import db

MOST_STEPS = 10_000
PIECE_STEPS = 200
# What a spreadsheet would take for a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "step_id", "node_id", "node_type", "status", "attempt", "started_at", "ended_at", "duration_ms", "error_message",
    "log",
)  # fmt: skip

# Places first: to sort them is to read no log.
PLACES = """
SELECT node_id, scope FROM {s}.executions_step WHERE execution_id = %(id)s ORDER BY seq, node_id, scope LIMIT %(most)s
"""

PIECE = """
SELECT s.node_id, s.scope, s.node_type, s.status, s.attempt, s.started_at, s.ended_at, s.error ->> 'message', s.log
FROM unnest(%(nodes)s::text[], %(scopes)s::text[]) WITH ORDINALITY AS wanted(node_id, scope, place)
JOIN {s}.executions_step s
    ON s.execution_id = %(id)s AND s.node_id = wanted.node_id AND s.scope = wanted.scope
ORDER BY wanted.place
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One step as the file shows it."""

    node_id: str
    scope: str
    node_type: str
    status: str
    attempt: int
    started_at: datetime | None
    ended_at: datetime | None
    error: str | None
    log: list[dict[str, Any]] | None

    @property
    def step_id(self) -> str:
        """The step's key."""
        return f"{self.scope}/{self.node_id}" if self.scope else self.node_id

    @property
    def duration_ms(self) -> int | None:
        """How long it took, None if it did not run."""
        if self.started_at is None or self.ended_at is None:
            return None
        return round((self.ended_at - self.started_at).total_seconds() * 1000)

    def facts(self) -> dict[str, Any]:
        """Return the row by column, for JSON."""
        return {
            "step_id": self.step_id,
            "node_id": self.node_id,
            "node_type": self.node_type,
            "status": self.status,
            "attempt": self.attempt,
            "started_at": None if self.started_at is None else self.started_at.isoformat(),
            "ended_at": None if self.ended_at is None else self.ended_at.isoformat(),
            "duration_ms": self.duration_ms,
            "error_message": self.error,
            "log": self.log or [],
        }


def rows(schema: str, execution_id: UUID) -> Iterator[Row]:
    """Yield the first 10,000 steps of an execution in the order of their last change."""
    params = {"id": execution_id, "most": MOST_STEPS}
    places = db.fetch(db.in_schema(PLACES, schema), params)
    for first in range(0, len(places), PIECE_STEPS):
        piece = places[first : first + PIECE_STEPS]
        wanted = {
            "id": execution_id,
            "nodes": [node_id for node_id, _ in piece],
            "scopes": [scope for _, scope in piece],
        }
        for row in db.fetch(db.in_schema(PIECE, schema), wanted):
            yield Row(*row)


def as_text(found: Iterator[Row]) -> Iterator[str]:
    """Yield a line for each step, and its own lines indented below it; a line break inside of a line is shown as one."""
    for row in found:
        took = "" if row.duration_ms is None else f" {row.duration_ms} ms"
        at = "" if row.ended_at is None else f"{row.ended_at.isoformat()} "
        yield f"{at}{row.status} {row.step_id} ({row.node_type}){took}\n"
        if row.error:
            yield f"    error {_one_line(row.error)}\n"
        for line in row.log or ():
            yield f"    {line['at']} {line['level']} {_one_line(line['text'])}\n"


def as_json(found: Iterator[Row]) -> Iterator[str]:
    """Yield a JSON array, an object for each step."""
    before = "["
    for row in found:
        yield f"{before}\n{json.dumps(row.facts(), ensure_ascii=False)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def as_csv(found: Iterator[Row]) -> Iterator[str]:
    """Yield a table; no cell begins as a formula does."""
    yield _csv_line(COLUMNS)
    for row in found:
        facts = row.facts()
        facts["log"] = "\n".join(f"{line['level']} {line['text']}" for line in row.log or ())
        yield _csv_line([_cell(facts[name]) for name in COLUMNS])


Format = Callable[[Iterator[Row]], Iterator[str]]
FORMATS: dict[str, tuple[str, Format]] = {
    "txt": ("text/plain; charset=utf-8", as_text),
    "json": ("application/json", as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
}


def _one_line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "⏎ ")


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _csv_line(cells: Any) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
