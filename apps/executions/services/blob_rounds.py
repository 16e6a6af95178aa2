"""Going round the store: what nobody owns any more is deleted, what should be there and is not is told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from apps.adapters.blobs.store import Place, Stored
from apps.core import db, tenancy
from apps.executions.queries.large import store

logger = logging.getLogger(__name__)

# A file comes before its row, and a delivery's row before its execution. Nothing of that takes a day.
YOUNG_S = 86_400.0
BATCH = 1_000

DISOWN = """
DELETE FROM {s}.executions_blob b
WHERE b.created_at < clock_timestamp() - %(young_s)s * interval '1 s'
  AND NOT EXISTS (SELECT FROM {s}.executions_execution e WHERE e.id = b.execution_id)
"""
OWNED = "SELECT DISTINCT id FROM {s}.executions_blob WHERE id = ANY(%(ids)s)"
ROWS = "SELECT DISTINCT ON (id) id, execution_id FROM {s}.executions_blob ORDER BY id"


def sweep() -> int:
    """Delete the files of this tenant that no execution owns and that are older than a day; return how many went."""
    schema = tenancy.current_schema()
    db.execute(db.in_schema(DISOWN, schema), {"young_s": YOUNG_S})
    gone = 0
    old = (each for each in store().stored(schema) if each.age_s > YOUNG_S)
    while batch := list(islice(old, BATCH)):
        for blob_id in _unowned(schema, batch):
            store().remove(Place(schema, blob_id))
            gone += 1
    if gone:
        logger.info("blobs.swept", extra={"schema": schema, "count": gone})
    return gone


def missing(schema: str) -> Iterator[tuple[UUID, UUID]]:
    """Yield (execution, file) of each file that an execution owns and that does not lie in the store."""
    rows = db.fetch(db.in_schema(ROWS, schema))
    if not rows:
        return
    # Listed after the rows were read: what is written meanwhile is in one, or in both.
    there = {each.id for each in store().stored(schema)}
    for blob_id, execution_id in rows:
        if blob_id not in there:
            yield execution_id, blob_id


def drop(schema: str) -> None:
    """Delete every file of a tenant that is no more."""
    store().drop(schema)


def _unowned(schema: str, batch: list[Stored]) -> set[UUID]:
    ids = {each.id for each in batch}
    owned = db.fetch(db.in_schema(OWNED, schema), {"ids": list(ids)})
    return ids - {row[0] for row in owned}
