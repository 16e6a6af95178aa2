"""Entries for whoever sends them on: in order, as JSON, and how many are still to be sent."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.audit.models import Entry
from apps.audit.services.export import facts
from apps.core import db, tenancy

LAST = "SELECT coalesce((SELECT seq FROM {s}.audit_head), 0)"
BEHIND = """
SELECT reader.id, greatest(0, coalesce((SELECT seq FROM {s}.audit_head), 0) - reader.seq),
  (SELECT e.at FROM {s}.audit_entry e WHERE e.seq > reader.seq ORDER BY e.seq LIMIT 1)
FROM unnest(%(ids)s::uuid[], %(seqs)s::bigint[]) AS reader (id, seq)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as others take it: `text` is what an export has, a JSON object in ASCII on one line."""

    seq: int
    at: datetime
    action: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class Behind:
    """How many entries come after a place, and since when the first of them waits."""

    entries: int
    since: datetime | None


def lines_after(seq: int, most: int) -> list[Line]:
    """Return the next entries of the trail of the schema of now; what has left it meanwhile is not among them."""
    rows = Entry.objects.here().filter(seq__gt=seq).order_by("seq")[:most]
    return [Line(row.seq, row.at, row.action, row.severity, json.dumps(facts(row))) for row in rows]


def last_seqs(schemas: Iterable[str]) -> dict[str, int]:
    """Return the place of the newest entry of each of these trails, by one statement; a schema without one is left out."""
    names = sorted(set(schemas))
    there = db.fetch(
        "SELECT n FROM unnest(%(names)s::text[]) n WHERE to_regclass(quote_ident(n) || '.audit_head') IS NOT NULL",
        {"names": names},
    )
    found = [name for (name,) in there]
    if not found:
        return {}
    parts = [db.in_schema(LAST, name) for name in found]
    [row] = db.fetch(f"SELECT {', '.join(f'({part})' for part in parts)}")
    return dict(zip(found, row, strict=True))


def behind_each(seqs: Mapping[UUID, int]) -> dict[UUID, Behind]:
    """Return how far each reader that has come to a place is behind the trail of the schema of now; by one statement for all."""
    statement = db.in_schema(BEHIND, tenancy.current_schema())
    rows = db.fetch(statement, {"ids": list(seqs), "seqs": list(seqs.values())}) if seqs else []
    return {reader: Behind(entries, since) for reader, entries, since in rows}
