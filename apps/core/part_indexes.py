"""Indexes of tables that are split by month: made month by month beside those who write."""

from typing import Any

_PARTS = """
SELECT c.relname, EXISTS (
    SELECT FROM pg_inherits h JOIN pg_index x ON x.indexrelid = h.inhrelid
    WHERE h.inhparent = to_regclass(%s) AND x.indrelid = c.oid
)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass(%s) ORDER BY 1
"""


def make(session: Any, *, table: str, name: str, on: str) -> None:
    """Make the index `name` of `table`, `on` as its columns and condition; what was broken off goes on where it was.

    For migrations that are not atomic, with their own constants: nothing is quoted. It is the table's own index, and new
    months get theirs, once all months have one.
    """
    # In a transaction nobody writes beside us anyway: the tables are new, or a test's.
    beside = "" if session.in_atomic_block else "CONCURRENTLY"
    with session.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON ONLY {table} {on}")
        cursor.execute(_PARTS, [name, table])
        for part, is_there in cursor.fetchall():
            if is_there:
                continue
            of_part = part.replace(table, name)
            # What an earlier try left may be half an index.
            cursor.execute(f"DROP INDEX {beside} IF EXISTS {of_part}")
            cursor.execute(f"CREATE INDEX {beside} {of_part} ON {part} {on}")
            cursor.execute(f"ALTER INDEX {name} ATTACH PARTITION {of_part}")


def drop(session: Any, *, name: str) -> None:
    """Drop the index `name` in all months."""
    with session.cursor() as cursor:
        cursor.execute(f"DROP INDEX {name}")
