"""Month partitions of the tables that are split by a UUIDv7: made ahead, without stopping writers.

Parents are found in the catalog, so a migration that makes one has nothing else to do. Each parent has a DEFAULT
partition, so an insert never fails; a row in it means that a month was missing, is moved, and is an alarm.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from psycopg import sql

from apps.core import clock
from apps.core.ids import month_floor

log = logging.getLogger(__name__)

MONTHS_AHEAD = 2
# An id from outside these years was not born at all; a person must look at its row.
FIRST_YEAR, LAST_YEAR = 2020, 2100
# Attaching locks the parent for an instant; behind a long reader it would queue every writer.
LOCK_TIMEOUT_S = 2

_PARENTS = """
SELECT n.nspname, c.relname, a.attname, d.relname
FROM pg_partitioned_table p
JOIN pg_class c ON c.oid = p.partrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
LEFT JOIN pg_class d ON d.oid = NULLIF(p.partdefid, 0)
WHERE p.partstrat = 'r' AND p.partnatts = 1 AND a.atttypid = 'uuid'::regtype AND n.nspname = ANY(%s)
ORDER BY n.nspname, c.relname
"""
# A DEFAULT partition without a page has no row: so one statement looks through all schemas.
_FILLED = """
SELECT n.nspname, c.relname, a.attname, d.relname
FROM pg_partitioned_table p
JOIN pg_class c ON c.oid = p.partrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
JOIN pg_class d ON d.oid = p.partdefid
WHERE p.partstrat = 'r' AND p.partnatts = 1 AND a.atttypid = 'uuid'::regtype AND n.nspname = ANY(%s)
  AND pg_relation_size(d.oid) > 0
ORDER BY n.nspname, c.relname
"""
# The months of rows, by the milliseconds that lead their ids.
_BIRTHS = """
SELECT DISTINCT extract(year FROM t.born)::int, extract(month FROM t.born)::int
FROM (SELECT to_timestamp(('x' || left(translate({key}::text, '-', ''), 12))::bit(48)::bigint / 1000)
             AT TIME ZONE 'UTC' AS born
      FROM {default} WHERE {key} >= {low} AND {key} < {high}) t
ORDER BY 1, 2
"""
_PARTITIONS = """
SELECT n.nspname, c.relname
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relispartition AND c.relkind = 'r' AND n.nspname = ANY(%s)
"""
# Which table refers to which, both parents if they are split: what is pointed at is made first.
_REFERENCES = """
SELECT coalesce(cp.relname, c.relname), coalesce(fp.relname, f.relname)
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_partitioned_table ct ON ct.partdefid = c.oid LEFT JOIN pg_class cp ON cp.oid = ct.partrelid
LEFT JOIN pg_partitioned_table ft ON ft.partdefid = f.oid LEFT JOIN pg_class fp ON fp.oid = ft.partrelid
WHERE k.contype = 'f' AND k.conparentid = 0 AND n.nspname = %s AND (f.relkind = 'p' OR fp.oid IS NOT NULL)
"""
# Runs as who owns the tables: apps/tenants/migrations/0017.
_MAKE = "SELECT public.tenants_make_month(%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Month:
    """A month (UTC) and the half-open range of ids that were born in it."""

    year: int
    month: int

    @property
    def floor(self) -> UUID:
        """Return the first id."""
        return month_floor(self.year, self.month)

    @property
    def ceiling(self) -> UUID:
        """Return the first id of the next month."""
        return month_floor(self.year, self.month + 1)

    @property
    def suffix(self) -> str:
        """Return how its partitions are called after their parent's name."""
        return f"_y{self.year}m{self.month:02d}"


@dataclass(frozen=True, slots=True)
class Parent:
    """A partitioned table of one schema."""

    schema: str
    table: str
    key: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Strays:
    """Rows that lie in the DEFAULT partition of a table, for want of their month: how many, and the first one's id."""

    schema: str
    table: str
    rows: int
    first: UUID


@dataclass(frozen=True, slots=True)
class Report:
    """What `ensure` did: partitions made, rows moved out of DEFAULT, schemas that must be tried again."""

    created: int = 0
    moved: int = 0
    postponed: tuple[str, ...] = ()


def months() -> tuple[Month, ...]:
    """Return the months that must exist now: this one and two ahead.

    A tenant needs no month from before it was made: a row that midnight caught on its way lands in DEFAULT.
    Each month more is four relations more per tenant, which every session opens for its foreign keys.
    """
    today = clock.now()
    return tuple(
        Month(today.year + carry, index + 1)
        for offset in range(MONTHS_AHEAD + 1)
        for carry, index in [divmod(today.month - 1 + offset, 12)]
    )


def ensure(schemas: Iterable[str], wanted: Iterable[Month] | None = None) -> Report:
    """Make what is missing in `schemas`, one transaction for each schema and month; twice does nothing.

    Two queries find what is missing in all schemas together. A month whose locks are not to be had within
    LOCK_TIMEOUT_S is postponed and reported, never waited for.
    """
    names = list(schemas)
    chosen = months() if wanted is None else tuple(wanted)
    existing = set(_rows(_PARTITIONS, names))
    parents_by_schema: defaultdict[str, list[Parent]] = defaultdict(list)
    for row in _rows(_PARENTS, names):
        parents_by_schema[row[0]].append(Parent(*row))
    created = moved = 0
    postponed: list[str] = []
    for schema, parents in parents_by_schema.items():
        for month in chosen:
            missing = [p for p in parents if (schema, p.table + month.suffix) not in existing]
            if not missing:
                continue
            try:
                moved += _make(schema, _referenced_first(schema, missing), month)
                created += len(missing)
            except OperationalError as failure:
                log.warning(
                    "partition.postponed",
                    extra={"schema": schema, "month": month.suffix, "reason": str(failure)},
                )
                postponed.append(schema)
    return Report(created, moved, tuple(dict.fromkeys(postponed)))


def rows_in_default(schemas: Iterable[str]) -> list[Strays]:
    """Return what lies in DEFAULT partitions of `schemas`; nothing is well."""
    found = []
    for parent in _filled(schemas):
        rows, first = _row(
            "SELECT count(*), min({key}::text) FROM {default}",
            default=sql.Identifier(parent.schema, parent.default or ""),
            key=sql.Identifier(parent.key),
        )
        if rows:
            found.append(Strays(parent.schema, parent.table, rows, UUID(first)))
    return found


def rehouse(schemas: Iterable[str]) -> Report:
    """Make the months that rows in DEFAULT were born in, which moves them there; what cannot be moved is an alarm."""
    names = list(schemas)
    report = Report()
    for schema, months_ in _births(names).items():
        report = joined(report, ensure([schema], sorted(months_, key=lambda month: month.floor)))
    for strays in rows_in_default(names):
        log.error(
            "partition.default_keeps_rows",
            extra={"schema": strays.schema, "table": strays.table, "rows": strays.rows},
        )
    return report


def _births(schemas: list[str]) -> dict[str, set[Month]]:
    """Return the months of all rows in DEFAULT, by schema."""
    found: defaultdict[str, set[Month]] = defaultdict(set)
    for parent in _filled(schemas):
        with connection.cursor() as cursor:
            statement = sql.SQL(_BIRTHS).format(
                default=sql.Identifier(parent.schema, parent.default or ""),
                key=sql.Identifier(parent.key),
                low=sql.Literal(str(month_floor(FIRST_YEAR, 1))),
                high=sql.Literal(str(month_floor(LAST_YEAR + 1, 1))),
            )
            cursor.execute(statement.as_string(None))
            found[parent.schema] |= {Month(*row) for row in cursor.fetchall()}
    return found


def _filled(schemas: Iterable[str]) -> list[Parent]:
    """Return the tables whose DEFAULT partition has pages."""
    return [Parent(*row) for row in _rows(_FILLED, list(schemas))]


def joined(one: Report, other: Report) -> Report:
    """Return what two reports say together."""
    postponed = tuple(dict.fromkeys(one.postponed + other.postponed))
    return Report(one.created + other.created, one.moved + other.moved, postponed)


def _make(schema: str, parents: list[Parent], month: Month) -> int:
    """Make the partitions of one month, parents in the order in which they refer to each other; return rows moved."""
    tables = [parent.table for parent in parents]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'")
        cursor.execute(_MAKE, [schema, tables, month.year, month.month])
        moved: int = cursor.fetchone()[0]
    if moved:
        log.error(
            "partition.default_had_rows",
            extra={"schema": schema, "month": month.suffix, "rows": moved},
        )
    return moved


def _referenced_first(schema: str, parents: list[Parent]) -> list[Parent]:
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for table, target in _rows(_REFERENCES, schema):
        if table != target:
            targets[table].add(target)
    ordered: list[Parent] = []
    waiting = list(parents)
    while waiting:
        names = {parent.table for parent in waiting}
        ready = [parent for parent in waiting if not targets[parent.table] & names] or waiting
        ordered += ready
        waiting = [parent for parent in waiting if parent not in ready]
    return ordered


def _rows(query: str, schemas: str | list[str]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [schemas])
        rows: list[tuple[str, ...]] = cursor.fetchall()
    return rows


def _row(statement: str, **names: sql.Composable) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names).as_string(None))
        row: tuple[Any, ...] = cursor.fetchone()
    return row
