"""What becomes of entries that grow old: archived, then let go, then their archives too; and nothing of that while somebody holds it.

Each step is whole by itself, so whoever dies in between harms nothing: an archive without a checkpoint is swept, a
checkpoint whose entries are still there lets them go the next time, and a file that outlives its mark is swept too.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from apps.adapters.blobs.store import Place
from apps.audit import queries
from apps.audit.models import Checkpoint, Entry
from apps.audit.rules.tiers import LASTING_CATEGORIES, LASTING_SEVERITIES, Terms
from apps.audit.services import archiving, linking
from apps.audit.services.recording import Target, record
from apps.core import db, request_context, tenancy
from apps.core.failpoints import failpoint
from apps.core.ids import uuid7

log = logging.getLogger(__name__)

# Of one archive. Opened, it takes some 8 MB; nothing holds it whole.
MOST_ENTRIES = 10_000
# Looked at by one statement, which commits by itself.
PIECE = 1_000
MOST_ARCHIVES = 1_000
# A file comes before its checkpoint, and no archive takes a day.
MOST_REASON = 500
YOUNG_S = 86_400.0

# Whole weeks, so that a quiet trail makes 52 archives a year and not one with each round.
NEXT = """
WITH piece AS (
  SELECT e.seq, e.at, e.prev_hash, e.hash FROM {s}.audit_entry e
  WHERE e.seq > (SELECT coalesce(max(c.last_seq), 0) FROM {s}.audit_checkpoint c) ORDER BY e.seq LIMIT %(most)s
), old AS (
  SELECT * FROM piece WHERE seq < coalesce((
    SELECT min(seq) FROM piece WHERE at >= date_trunc('week', clock_timestamp() - make_interval(days => %(days)s), 'UTC')
  ), 9223372036854775807)
)
SELECT f.seq, l.seq, f.at, l.at, f.prev_hash, l.hash
FROM (SELECT * FROM old ORDER BY seq LIMIT 1) f, (SELECT * FROM old ORDER BY seq DESC LIMIT 1) l
"""
TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))"
ENDED = "SELECT coalesce(max(last_seq), 0) FROM {s}.audit_checkpoint"
KEEP = """
INSERT INTO {s}.audit_checkpoint (id, chain, first_seq, last_seq, first_at, last_at, prev_hash, last_hash, sha256, bytes)
VALUES (%(id)s, %(chain)s, %(first_seq)s, %(last_seq)s, %(first_at)s, %(last_at)s, %(prev_hash)s, %(last_hash)s,
  %(sha256)s, %(bytes)s)
"""
# As who owns the tables: the application's own role may take nothing out of them.
LEAVE = """
SELECT last, gone FROM {s}.audit_let_go(%(after)s, %(most)s, %(hot_days)s, %(warm_days)s,
  %(severities)s::text[], %(categories)s::text[])
"""
AGED = "SELECT id, first_seq, last_seq FROM {s}.audit_let_archives_go(%(cold_days)s)"
HOLD = """
INSERT INTO {s}.audit_hold (chain, because, by_email) VALUES (%(chain)s, %(because)s, %(by)s)
ON CONFLICT (one) DO UPDATE SET because = excluded.because, by_email = excluded.by_email, since = now()
"""
LIFT = "DELETE FROM {s}.audit_hold"


@dataclass(frozen=True, slots=True)
class Retained:
    """What one round did: entries archived, entries that left the trail, archives that were deleted."""

    archived: int = 0
    left: int = 0
    archives_left: int = 0
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """Why nothing of a trail may leave, since when, and who said so; an empty address: an operator's command."""

    because: str
    since: datetime
    by_email: str


def retain(terms: Terms) -> Retained:
    """Archive and let go what of the trail of the schema of now is old by `terms`; nothing, while it is held.

    May be killed anywhere, and done by two at once.

    Raises:
        StoreFailedError: the store does not answer; nothing has left that is not archived.
        ChainBrokenError: what is to be archived is not as it was written; nothing of it leaves.
    """
    schema = tenancy.current_schema()
    if queries.hold() is not None:
        return Retained(is_held=True)
    archived = 0
    for _ in range(MOST_ARCHIVES):
        done = _archive_next(schema, terms)
        if not done:
            break
        archived += done
    left = _let_go(schema, terms)
    archives_left = _let_archives_go(schema, terms)
    _sweep(schema)
    if archived or left or archives_left:
        facts = {"archived": archived, "left": left, "archives_left": archives_left}
        log.info("audit.retained", extra={"chain": schema, **facts})
    return Retained(archived, left, archives_left)


def drop(schema: str) -> None:
    """Delete every archive of a trail that is no more."""
    archiving.store().drop(schema)


def _archive_next(schema: str, terms: Terms) -> int:
    """Archive the next stretch; return how many entries it has, 0 if there is none or somebody else has it."""
    params = {"most": MOST_ENTRIES, "days": terms.hot_days}
    found = db.fetch(db.in_schema(NEXT, schema), params)
    if not found:
        return 0
    first, last, first_at, last_at, prev_hash, last_hash = found[0]
    plan = Checkpoint(
        id=uuid7(),
        chain=schema,
        first_seq=first,
        last_seq=last,
        first_at=first_at,
        last_at=last_at,
        prev_hash=bytes(prev_hash),
        last_hash=bytes(last_hash),
    )
    point = archiving.write(plan, _sound(plan))
    failpoint("retain.after_upload")
    # Nothing leaves for the sake of a file that nobody has read.
    trouble = archiving.problem(point, {})
    is_kept = not trouble and db.in_transaction(lambda: _keep(schema, point))
    if not is_kept:
        archiving.remove(schema, point.pk)
    if trouble:
        log.error("audit.archive_unreadable", extra={"chain": schema, "problem": trouble})
    failpoint("retain.after_checkpoint")
    return point.entries if is_kept else 0


def _sound(plan: Checkpoint) -> Iterator[Entry]:
    """Yield the entries of a stretch, each looked at as `verify` does: retention is no way to lose what was changed.

    Raises:
        ChainBrokenError: one is missing, or not as it was written.
    """
    rows = queries.between(plan.chain, plan.first_seq, plan.last_seq)
    yield from linking.linked(rows, plan.chain, plan.first_seq, bytes(plan.prev_hash))


def _keep(schema: str, point: Checkpoint) -> bool:
    """Write a checkpoint and tell the trail of it; False: somebody else was faster."""
    db.fetch(TAKE_TURN, {"name": f"{schema} audit checkpoint"})
    if db.fetch(db.in_schema(ENDED, schema))[0][0] != point.first_seq - 1:
        return False
    names = ("id", "chain", "first_seq", "last_seq", "first_at", "last_at", "prev_hash", "last_hash", "sha256", "bytes")  # fmt: skip
    db.execute(db.in_schema(KEEP, schema), {name: getattr(point, name) for name in names})
    span = {"first_seq": point.first_seq, "last_seq": point.last_seq}
    # So the chain itself says what the archive was.
    record(
        "retention.archived",
        target=Target("archive", point.pk),
        after=span | {"sha256": point.sha256.hex()},
    )
    failpoint("retain.before_checkpoint")
    return True


def _let_go(schema: str, terms: Terms) -> int:
    """Take what is old out of the trail, piece by piece, each in a transaction of its own; return how much has left."""
    after: int | None = 0
    left = 0
    while after is not None:
        after, gone = db.in_transaction(partial(_leaving, schema, terms, after))
        failpoint("retain.after_batch")
        left += gone
    return left


def _leaving(schema: str, terms: Terms, after: int) -> tuple[int | None, int]:
    if queries.hold() is not None:
        return None, 0
    params = {
        "after": after,
        "most": PIECE,
        "hot_days": terms.hot_days,
        "warm_days": terms.warm_days,
        "categories": list(LASTING_CATEGORIES),
        "severities": list(LASTING_SEVERITIES),
    }
    last, gone = db.fetch(db.in_schema(LEAVE, schema), params)[0]
    return last, gone


def _let_archives_go(schema: str, terms: Terms) -> int:
    """Mark archives that are old enough, then delete them: whoever reads one meanwhile finds the mark, never a gap."""

    def mark() -> list[UUID]:
        if queries.hold() is not None:
            return []
        gone = db.fetch(db.in_schema(AGED, schema), {"cold_days": terms.cold_days})
        for archive_id, first, last in gone:
            span = {"first_seq": first, "last_seq": last}
            record("retention.archive_removed", target=Target("archive", archive_id), after=span)
        return [row[0] for row in gone]

    ids = db.in_transaction(mark)
    failpoint("retain.after_mark")
    for archive_id in ids:
        archiving.remove(schema, archive_id)
    return len(ids)


def _sweep(schema: str) -> None:
    """Delete what processes that died have left in the store: files that no checkpoint owns."""
    owned = queries.kept_archives()
    owned |= {archiving.manifest_id(each) for each in owned}
    for each in archiving.store().stored(schema):
        if each.age_s > YOUNG_S and each.id not in owned:
            archiving.store().remove(Place(schema, each.id))


def held() -> Held | None:
    """Return what keeps everything in the trail of the schema of now, if anything does."""
    row = queries.hold()
    return None if row is None else Held(row.because, row.since, row.by_email)


def hold(because: str) -> None:
    """Let nothing of the trail of the schema of now leave from now on; another reason replaces the one before it.

    Raises:
        ValueError: there is no reason.
    """
    if not because.strip() or len(because) > MOST_REASON:
        raise ValueError(f"a hold has a reason, of at most {MOST_REASON} characters")
    schema = tenancy.current_schema()
    facts = {"chain": schema, "because": because, "by": request_context.asker().email}
    with transaction.atomic():
        db.execute(db.in_schema(HOLD, schema), facts)
        record("retention.held", after={"because": because}, severity="warning")


def lift() -> bool:
    """Let retention go on; False: nobody held the trail."""
    schema = tenancy.current_schema()
    with transaction.atomic():
        was_held = db.execute(db.in_schema(LIFT, schema)) == 1
        if was_held:
            record("retention.resumed", severity="warning")
    return was_held
