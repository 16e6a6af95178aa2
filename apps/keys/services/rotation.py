"""Changing keys under load: row by row, each by comparing and replacing, so that whoever dies or comes twice harms nothing.

What is stale is asked of the rows themselves, never of a cursor: a rotation that was killed goes on with what is left,
and one that is over leaves nothing behind, whatever was written meanwhile.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.core import db, events
from apps.core.failpoints import failpoint
from apps.keys import queries
from apps.keys.errors import KeyAwayError, RotationError, SealError
from apps.keys.events import RotationBegun, RotationEnded
from apps.keys.queries import Begun
from apps.keys.services import ring
from apps.keys.services.works import FIRST, Stale, Work, holders, works

BATCH = 100

BEGIN = """
INSERT INTO public.keys_rotation (kind, to_key) VALUES (%(kind)s, %(to)s)
ON CONFLICT (kind) WHERE ended_at IS NULL DO NOTHING
"""
SUPERSEDE = """
UPDATE public.keys_rotation SET ended_at = clock_timestamp()
WHERE kind = %(kind)s AND ended_at IS NULL AND to_key <> %(to)s
"""
END = "UPDATE public.keys_rotation SET ended_at = clock_timestamp() WHERE id = %(id)s AND ended_at IS NULL"
COUNT = """
INSERT INTO public.keys_rotation_part (rotation_id, schema, "table", resealed, unopened)
VALUES (%(id)s, %(schema)s, %(table)s, %(resealed)s, 0)
ON CONFLICT (rotation_id, schema, "table") DO UPDATE
SET resealed = public.keys_rotation_part.resealed + excluded.resealed
"""
END_PART = """
INSERT INTO public.keys_rotation_part (rotation_id, schema, "table", unopened, ended_at)
VALUES (%(id)s, %(schema)s, %(table)s, %(unopened)s, clock_timestamp())
ON CONFLICT (rotation_id, schema, "table") DO UPDATE
SET unopened = excluded.unopened, ended_at = excluded.ended_at
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """How far a rotation has come: values sealed anew in all, those that do not open, and whether it is over."""

    to_key: str
    resealed: int
    unopened: int
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Use:
    """How many values lie under a key, and whether that key is at hand and is the one that seals."""

    key_id: str
    count: int
    is_writer: bool


def begin(kind: str, to: str = "") -> Begun:
    """Begin to change keys, or go on with the change that was begun; `to` names the new key of the installation.

    Raises:
        RotationError: another key than the one that seals is named.
        SealError, KeyAwayError: the key that seals cannot be used.
    """
    target = ring.id_of(ring.writer()) if kind == "kek" else ""
    if to and to != target:
        raise RotationError(
            f"New secrets are sealed under {target}, not {to}: put that key first in GORAX_KEKS, in every process."
        )
    params = {"kind": kind, "to": target}

    def work() -> None:
        db.execute(SUPERSEDE, params)
        if db.execute(BEGIN, params):
            events.announce(RotationBegun(kind, target))

    db.in_transaction(work)
    found = queries.begun(kind)
    # Whoever was faster may even have ended it.
    return found if found is not None else begin(kind, to)


def go_on(begun: Begun, *, batch: int = BATCH, for_s: float | None = None) -> Report:
    """Seal anew what is left, for so many seconds at most, and end the rotation if nothing is left.

    Raises:
        KeyAwayError: a key service does not answer; what was done stays done.
    """
    until = None if for_s is None else time.monotonic() + for_s
    failpoint("reseal.before")
    unopened = 0
    for work in works(begun.kind):
        for schema in queries.schemas_with(work.table):
            shut = _rework(begun, work, schema, batch, until)
            if shut is None:
                return _report(begun, is_ended=False)
            unopened += shut
    failpoint("reseal.before_end")
    if not unopened:
        db.in_transaction(lambda: _end(begun))
    return _report(begun, is_ended=not unopened)


def continue_begun(*, for_s: float) -> list[Report]:
    """Go on with what was begun and is not over: what a beat does, so that nobody has to begin again by hand."""
    reports = []
    for kind in ("kek", "dek"):
        begun = queries.begun(kind)
        if begun is None:
            continue
        if kind == "kek" and ring.id_of(ring.writer()) != begun.to_key:
            logger.warning("keys.rotation_waits", extra={"to": begun.to_key})
            continue
        reports.append(go_on(begun, for_s=for_s))
    return reports


def uses() -> list[Use]:
    """Return every key that something is sealed under, by id; the one that seals is always among them.

    Raises:
        SealError, KeyAwayError: the key that seals cannot be used.
    """
    writer = ring.id_of(ring.writer())
    counts = {writer: 0}
    for holder in holders():
        for schema in queries.schemas_with(holder.table):
            for key_id, count in holder.used(schema).items():
                counts[key_id] = counts.get(key_id, 0) + count
    return [Use(key_id, count, key_id == writer) for key_id, count in sorted(counts.items())]


def _rework(begun: Begun, work: Work, schema: str, batch: int, until: float | None) -> int | None:
    """Seal anew what is stale in one schema; return how many rows do not open, or None: time is over.

    Goes round until a whole round has found only what does not open.
    """
    while True:
        shut: set[UUID] = set()
        tried = 0
        after = FIRST
        while rows := work.stale(schema, begun, after=after, most=batch):
            if until is not None and time.monotonic() >= until:
                return None
            tried += len(rows)
            after = rows[-1].id
            made = []
            for row in rows:
                try:
                    made.append((row, work.reworked(schema, row)))
                except KeyAwayError:
                    raise
                except SealError as reason:
                    shut.add(row.id)
                    facts = {"schema": schema, "table": work.table, "row": str(row.id)}
                    logger.warning("keys.not_resealed", extra={**facts, "code": reason.code})
            failpoint("reseal.before_write")
            _write(begun, work, schema, made)
            failpoint("reseal.after_commit")
        if tried == len(shut):
            params = {"id": begun.id, "schema": schema, "table": work.table, "unopened": len(shut)}
            db.execute(END_PART, params)
            return len(shut)


def _write(
    begun: Begun, work: Work, schema: str, made: list[tuple[Stale, Mapping[str, Any]]]
) -> None:
    def written() -> None:
        done = sum(work.write(schema, row, new) for row, new in made)
        db.execute(
            COUNT,
            {"id": begun.id, "schema": schema, "table": work.table, "resealed": done},
        )
        failpoint("reseal.before_commit")

    db.in_transaction(written)


def _end(begun: Begun) -> None:
    # Of two that come to the end one has ended it.
    if db.execute(END, {"id": begun.id}):
        resealed, _ = queries.counts(begun.id)
        events.announce(RotationEnded(begun.kind, begun.to_key, resealed))


def _report(begun: Begun, *, is_ended: bool) -> Report:
    resealed, unopened = queries.counts(begun.id)
    return Report(begun.to_key, resealed, unopened, is_ended)
