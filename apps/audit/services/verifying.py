"""Walking a chain from its first entry to its head: whether every entry is there, in its place, and as it was written."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from apps.audit import queries
from apps.audit.models import Anchor, Checkpoint, Entry, Head
from apps.audit.rules import chain
from apps.audit.services import archiving, linking
from apps.core import db, tenancy

log = logging.getLogger(__name__)

PIECE = 1_000
# Of one day each.
MOST_ANCHORS = 5_000

ANCHOR = """
INSERT INTO {s}.audit_anchor (day, seq, hash)
SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date, h.seq, h.hash FROM {s}.audit_head h
ON CONFLICT (day) DO NOTHING
RETURNING day::text, seq, encode(hash, 'hex')
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk found: how many entries are sound, the end of the chain, and what is wrong at which place, if anything.

    `archived` entries are behind checkpoints; of those the trail still holds some, which are sound too. `opened` is how
    many archives were read and prove the rest.
    """

    chain: str
    entries: int
    seq: int
    hash: str
    problem: str = ""
    at_seq: int | None = None
    archived: int = 0
    opened: int = 0


@dataclass(slots=True)
class _Walk:
    """Where a walk stands: behind which entry, with which hash, and what it has seen."""

    schema: str
    anchors: dict[int, str]
    seq: int = 0
    hash: bytes = chain.ROOT
    entries: int = 0
    archived: int = 0
    opened: int = 0

    def verdict(self, problem: str = "", at: int | None = None) -> Verdict:
        return Verdict(
            self.schema, self.entries, self.seq, self.hash.hex(), problem, at, self.archived, self.opened
        )  # fmt: skip


def anchor() -> None:
    """Keep where the chain of the schema of now ends today, and tell the logs, which are kept elsewhere; twice is once."""
    schema = tenancy.current_schema()
    for day, seq, digest in db.fetch(db.in_schema(ANCHOR, schema)):
        log.info("audit.anchored", extra={"chain": schema, "day": day, "seq": seq, "hash": digest})


def verify(known: tuple[int, str] | None = None, *, opens_archives: bool = False) -> Verdict:
    """Walk the chain of the schema of now in pieces; `known` is an anchor of one's own: a place and its hash.

    What has left is passed over from checkpoint to checkpoint; with `opens_archives` each archive is read, too. What
    commits meanwhile is left for the next time.
    """
    schema = tenancy.current_schema()
    head = Head.objects.first() if _has_trail(schema) else None
    anchors = {
        row.seq: bytes(row.hash).hex() for row in Anchor.objects.order_by("day")[:MOST_ANCHORS]
    }
    if known is not None:
        anchors[known[0]] = known[1].lower()
    walk = _Walk(schema, anchors)
    for point in queries.checkpoints().order_by("first_seq").iterator(chunk_size=PIECE):
        problem = _pass(walk, point, opens_archives=opens_archives)
        if problem:
            return walk.verdict(*problem)
    for entry in _entries(walk.seq, 0 if head is None else head.seq):
        trouble = linking.problem(entry, schema, walk.seq + 1, walk.hash) or _unanchored(
            entry, anchors
        )
        if trouble:
            return walk.verdict(trouble, min(entry.seq, walk.seq + 1))
        walk.seq, walk.hash, walk.entries = entry.seq, bytes(entry.hash), walk.entries + 1
    problem_at_end = _cut_off(walk.seq, walk.hash, head, anchors)
    return walk.verdict(problem_at_end, walk.seq + 1 if problem_at_end else None)


def _pass(walk: _Walk, point: Checkpoint, *, opens_archives: bool) -> tuple[str, int] | None:
    """Go over what a checkpoint stands for; return what is wrong, and at which place."""
    at = walk.seq + 1
    if (point.first_seq, bytes(point.prev_hash)) != (at, walk.hash):
        return f"the checkpoint of entries {point} does not hang on what is before it", at
    end = bytes(point.last_hash).hex()
    if walk.anchors.get(point.last_seq, end) != end:
        return f"the checkpoint of entries {point} is another one than its anchor says", point.last_seq  # fmt: skip
    there: dict[int, str] = {}
    for entry in _entries(point.first_seq - 1, point.last_seq):
        trouble = (
            linking.changed(entry, walk.schema)
            or _misplaced(entry, point, there)
            or _unanchored(entry, walk.anchors)
        )
        if trouble:
            return trouble, entry.seq
        there[entry.seq] = bytes(entry.hash).hex()
    if opens_archives and point.archive_left_at is None:
        trouble = archiving.problem(point, walk.anchors | there)
        if trouble:
            return f"the archive {point.pk} of entries {point}: {trouble}", point.first_seq
        walk.opened += 1
    walk.seq, walk.hash = point.last_seq, bytes(point.last_hash)
    walk.archived, walk.entries = walk.archived + point.entries, walk.entries + len(there)
    return None


def _misplaced(entry: Entry, point: Checkpoint, there: dict[int, str]) -> str:
    """Say whether an entry that is still there does not fit its checkpoint, or the one before it if that is there too."""
    before = point.prev_hash if entry.seq == point.first_seq else None
    wanted = there.get(entry.seq - 1) if before is None else bytes(before).hex()
    if wanted is not None and bytes(entry.prev_hash).hex() != wanted:
        return f"entry {entry.seq} does not hang on the one before it"
    if entry.seq == point.last_seq and bytes(entry.hash) != bytes(point.last_hash):
        return f"entry {entry.seq} is another one than its checkpoint says"
    return ""


def _has_trail(schema: str) -> bool:
    rows = db.fetch("SELECT to_regclass(%(name)s) IS NOT NULL", {"name": f"{schema}.audit_head"})
    return bool(rows[0][0])


def _entries(last: int, until: int) -> Iterator[Entry]:
    while piece := list(
        Entry.objects.here().filter(seq__gt=last, seq__lte=until).order_by("seq")[:PIECE]
    ):
        yield from piece
        last = piece[-1].seq


def _unanchored(entry: Entry, anchors: dict[int, str]) -> str:
    wanted = anchors.get(entry.seq)
    if wanted is not None and wanted != bytes(entry.hash).hex():
        return f"entry {entry.seq} is another one than its anchor says"
    return ""


def _cut_off(last: int, before: bytes, head: Head | None, anchors: dict[int, str]) -> str:
    seq, digest = (0, chain.ROOT) if head is None else (head.seq, bytes(head.hash))
    if seq != last or digest != before:
        return f"the chain ends at entry {last}, and its head says {seq}"
    beyond = max(anchors, default=0)
    return f"the chain ends at entry {last}, and an anchor says {beyond}" if beyond > last else ""
