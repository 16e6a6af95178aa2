"""What arrived at a webhook as a table: the newest 10,000 events without their data, streamed in pieces."""

import csv
import io
from collections.abc import Iterator, Sequence
from uuid import UUID

from apps.core import db
from apps.core.ids import uuid7

MOST_EVENTS = 10_000
PIECE_EVENTS = 500
# What a spreadsheet would take for a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "id", "created_at", "status", "reason", "delivery_key", "caller", "size_bytes", "execution_id",
)  # fmt: skip

PIECE = """
SELECT id, created_at, status, reason, delivery_key, caller, size_bytes, execution_id
FROM {s}.webhooks_event
WHERE webhook_id = %(webhook_id)s AND id < %(before)s AND (%(status)s = '' OR status = %(status)s)
ORDER BY id DESC LIMIT %(many)s
"""


def as_csv(schema: str, webhook_id: UUID, status: str) -> Iterator[str]:
    """Yield a line for each event, newest first; no cell begins as a formula does."""
    yield _line(COLUMNS)
    before = uuid7()
    for _ in range(MOST_EVENTS // PIECE_EVENTS):
        rows = db.fetch(
            db.in_schema(PIECE, schema),
            {"webhook_id": webhook_id, "before": before, "status": status, "many": PIECE_EVENTS},
        )
        for row in rows:
            yield _line([_cell(value) for value in row])
        if len(rows) < PIECE_EVENTS:
            return
        before = rows[-1][0]


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
