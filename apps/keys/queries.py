"""Which values lie sealed under which key, in every schema; and how far a rotation has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.core import db, tenancy

SCHEMAS = """
SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = %(table)s AND c.relkind IN ('r', 'p') AND n.nspname <> %(template)s
  AND (n.nspname LIKE 't\\_%%' OR n.nspname = 'public')
ORDER BY n.nspname
"""
OPEN = "SELECT id, kind, to_key, started_at FROM public.keys_rotation WHERE kind = %(kind)s AND ended_at IS NULL"
PARTS = """
SELECT coalesce(sum(resealed), 0)::int, coalesce(sum(unopened), 0)::int
FROM public.keys_rotation_part WHERE rotation_id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """A rotation that is not over."""

    id: int
    kind: str
    to_key: str
    started_at: datetime


def begun(kind: str) -> Begun | None:
    """Return the rotation of that kind that is not over."""
    rows = db.fetch(OPEN, {"kind": kind})
    return Begun(*rows[0]) if rows else None


def counts(rotation_id: int) -> tuple[int, int]:
    """Return how many values a rotation has sealed anew so far, and how many did not open."""
    row = db.fetch(PARTS, {"id": rotation_id})[0]
    return row[0], row[1]


def schemas_with(table: str) -> list[str]:
    """Return every schema that has a table: of tenants, whatever has become of them, and `public`."""
    params: dict[str, Any] = {"table": table, "template": tenancy.TEMPLATE}
    return [row[0] for row in db.fetch(SCHEMAS, params)]
