"""Reading the trail of the schema of now: bounded, and newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.audit.errors import ArchiveNotFoundError, EntryNotFoundError
from apps.audit.models import Checkpoint, Entry, Head, Hold
from apps.core import db, tenancy

PIECE = 500
# What statistics look at: beyond this they are of the newest, and say so.
MOST_COUNTED = 100_000

COUNTS = """
SELECT (at AT TIME ZONE 'UTC')::date AS day, category, count(*), count(*) FILTER (WHERE outcome = 'failure'),
       count(*) FILTER (WHERE severity IN ('error', 'critical'))
FROM (
    SELECT at, category, outcome, severity FROM {s}.audit_entry
    WHERE at >= now() - make_interval(days => %(days)s) ORDER BY at DESC LIMIT %(most)s
) newest
GROUP BY day, category ORDER BY day DESC, category
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; what is empty asks for all."""

    action: str = ""
    category: str = ""
    severity: str = ""
    outcome: str = ""
    actor_id: UUID | None = None
    target_kind: str = ""
    target_id: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def facts(self) -> dict[str, Any]:
        """Return what is asked for, by name."""
        given = {name: getattr(self, name) for name in type(self).__slots__}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Count:
    """How many entries of a category there were on a day (UTC), how many of them failures, how many grave."""

    day: date
    category: str
    entries: int
    failures: int
    grave: int


def entries(wanted: Wanted) -> QuerySet[Entry]:
    """Return the entries that are asked for; the caller pages them by id."""
    rows = Entry.objects.here()
    for name in (
        "action",
        "category",
        "severity",
        "outcome",
        "actor_id",
        "target_kind",
        "target_id",
    ):
        value = getattr(wanted, name)
        if value:
            rows = rows.filter(**{name: value})
    if wanted.text:
        rows = rows.filter(target_name__icontains=wanted.text)
    if wanted.since is not None:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(at__lt=wanted.until)
    return rows


def entry(entry_id: UUID) -> Entry:
    """Return one entry.

    Raises:
        EntryNotFoundError: this trail has none.
    """
    found = Entry.objects.here().filter(pk=entry_id).first()
    if found is None:
        raise EntryNotFoundError
    return found


def last_seq() -> int:
    """Return the place of the newest entry, 0 if there is none."""
    return Head.objects.values_list("seq", flat=True).first() or 0


def in_order(schema: str, wanted: Wanted, until: int) -> Iterator[Entry]:
    """Yield the entries that are asked for from the first to place `until`, read in pieces, whoever reads them when."""
    last = 0
    while True:
        with tenancy.entered(schema):
            rows = entries(wanted).filter(seq__gt=last, seq__lte=until)
            piece = list(rows.order_by("seq")[:PIECE])
        yield from piece
        if len(piece) < PIECE:
            return
        last = piece[-1].seq


def counts(days: int) -> tuple[list[Count], bool]:
    """Return the entries of the last days counted by day and category, newest first, and whether that is all of them."""
    statement = db.in_schema(COUNTS, tenancy.current_schema())
    rows = db.fetch(statement, {"days": days, "most": MOST_COUNTED})
    found = [Count(*row) for row in rows]
    return found, sum(count.entries for count in found) < MOST_COUNTED


def between(schema: str, first: int, last: int) -> Iterator[Entry]:
    """Yield the entries from place `first` to `last`, in order, read in pieces."""
    reached = first - 1
    while True:
        with tenancy.entered(schema):
            rows = Entry.objects.here().filter(seq__gt=reached, seq__lte=last)
            piece = list(rows.order_by("seq")[:PIECE])
        yield from piece
        if len(piece) < PIECE:
            return
        reached = piece[-1].seq


def checkpoints() -> QuerySet[Checkpoint]:
    """Return what stands for entries that have left, or may; the caller orders and bounds it."""
    return Checkpoint.objects.here()


def checkpoint(archive_id: UUID) -> Checkpoint:
    """Return the checkpoint of one archive.

    Raises:
        ArchiveNotFoundError: this trail has none.
    """
    found = checkpoints().filter(pk=archive_id).first()
    if found is None:
        raise ArchiveNotFoundError
    return found


def kept_archives() -> set[UUID]:
    """Return the ids of the archives that have not aged out: one for each ten thousand entries or week."""
    return set(checkpoints().filter(archive_left_at=None).values_list("pk", flat=True))


def hold() -> Hold | None:
    """Return what keeps everything in the trail of the schema of now, if anything does."""
    return Hold.objects.filter(chain=tenancy.current_schema()).first()
