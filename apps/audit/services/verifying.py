"""Walking a chain from its first entry to its head: whether every entry is there, in its place, and as it was written."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from apps.audit.models import Anchor, Entry, Head
from apps.audit.rules import chain
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
    """What a walk found: how many entries are sound, the end of the chain, and what is wrong at which place, if anything."""

    chain: str
    entries: int
    seq: int
    hash: str
    problem: str = ""
    at_seq: int | None = None


def anchor() -> None:
    """Keep where the chain of the schema of now ends today, and tell the logs, which are kept elsewhere; twice is once."""
    schema = tenancy.current_schema()
    for day, seq, digest in db.fetch(db.in_schema(ANCHOR, schema)):
        log.info("audit.anchored", extra={"chain": schema, "day": day, "seq": seq, "hash": digest})


def verify(known: tuple[int, str] | None = None) -> Verdict:
    """Walk the chain of the schema of now in pieces; `known` is an anchor of one's own: a place and its hash.

    What commits meanwhile is left for the next time.
    """
    schema = tenancy.current_schema()
    head = Head.objects.first() if _has_trail(schema) else None
    anchors = {
        row.seq: bytes(row.hash).hex() for row in Anchor.objects.order_by("day")[:MOST_ANCHORS]
    }
    if known is not None:
        anchors[known[0]] = known[1].lower()
    last, before, sound = 0, chain.ROOT, 0
    for entry in _entries(0 if head is None else head.seq):
        problem = _problem(entry, schema, last + 1, before) or _unanchored(entry, anchors)
        if problem:
            at = min(entry.seq, last + 1)
            return Verdict(schema, sound, last, before.hex(), problem, at)
        last, before, sound = entry.seq, bytes(entry.hash), sound + 1
    problem = _cut_off(last, before, head, anchors)
    return Verdict(schema, sound, last, before.hex(), problem, last + 1 if problem else None)


def _has_trail(schema: str) -> bool:
    rows = db.fetch("SELECT to_regclass(%(name)s) IS NOT NULL", {"name": f"{schema}.audit_head"})
    return bool(rows[0][0])


def _entries(until: int) -> Iterator[Entry]:
    last = 0
    while piece := list(
        Entry.objects.here().filter(seq__gt=last, seq__lte=until).order_by("seq")[:PIECE]
    ):
        yield from piece
        last = piece[-1].seq


def _problem(entry: Entry, schema: str, place: int, before: bytes) -> str:
    if entry.seq != place:
        return f"entry {place} is missing"
    if bytes(entry.prev_hash) != before:
        return f"entry {place} does not hang on the one before it"
    body = chain.body_text(vars(entry))
    if chain.link(schema, entry.seq, entry.at, before, body) != bytes(entry.hash):
        return f"entry {place} is not as it was written"
    return ""


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
