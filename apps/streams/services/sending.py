"""Sending trails on: whoever takes a stream's lease sends from its cursor on, in order, and moves it when entries were taken.

An entry goes out again if its sender dies before the cursor has moved, so everybody downstream tells entries apart by their
ids. No entry ever arrives before the one in front of it has: each sender begins at the cursor and leaves nothing out, and
without its lease it moves nothing.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.adapters.errors import HttpError
from apps.audit import facade as audit
from apps.audit.facade import Line
from apps.core import db, tenancy
from apps.core.errors import GoraxError
from apps.core.failpoints import failpoint
from apps.core.ids import uuid7
from apps.streams.services import delivering, telling
from apps.streams.services.delivering import CALL_S, NotTakenError, Way

logger = logging.getLogger(__name__)

LOOK_S = 2.0
LEASE_S = 60.0
# Then it is another stream's turn.
TURN_S = 20.0
MOST_AT_ONCE = 8
MOST_LOOKED_AT = 200
MOST_ENTRIES = 100
MOST_BYTES = 512 * 1024
OWN = "installation"

ENSURE_OWN = """
INSERT INTO public.streams_stream (id, chain, name, url, sent_seq) VALUES (%(id)s, 'public', %(name)s, '', 0)
ON CONFLICT (chain, name) DO NOTHING
"""
DUE = """
SELECT id, chain, sent_seq FROM public.streams_stream
WHERE disabled_at IS NULL AND NOT is_paused AND due_at <= clock_timestamp()
  AND (lease_until IS NULL OR lease_until < clock_timestamp()) AND (url <> '' OR %(has_own)s)
ORDER BY due_at, id LIMIT %(most)s
"""
CLAIM = """
UPDATE public.streams_stream SET lease = %(lease)s, lease_until = clock_timestamp() + make_interval(secs => %(lease_s)s)
WHERE id = %(id)s AND disabled_at IS NULL AND NOT is_paused AND due_at <= clock_timestamp()
  AND (lease_until IS NULL OR lease_until < clock_timestamp())
RETURNING chain, name, url, sealed_secret, CASE WHEN before_until > clock_timestamp() THEN sealed_before END, sent_seq
"""
TAKEN = """
UPDATE public.streams_stream SET sent_seq = %(seq)s, sent_at = clock_timestamp(), failures = 0, failing_since = NULL,
  last_error = '', lease_until = clock_timestamp() + make_interval(secs => %(lease_s)s),
  sealed_before = CASE WHEN before_until > clock_timestamp() THEN sealed_before END,
  before_until = CASE WHEN before_until > clock_timestamp() THEN before_until END
WHERE id = %(id)s AND lease = %(lease)s
"""
RELEASE = """
UPDATE public.streams_stream SET lease = NULL, lease_until = NULL, due_at = clock_timestamp()
WHERE id = %(id)s AND lease = %(lease)s
"""
FAILED = """
UPDATE public.streams_stream SET lease = NULL, lease_until = NULL, failures = failures + 1,
  failing_since = coalesce(failing_since, clock_timestamp()), last_error = %(error)s,
  due_at = clock_timestamp() + make_interval(secs => least(%(most_s)s, %(least_s)s * power(2, least(failures, 20)))),
  disabled_at = CASE WHEN url <> '' AND failing_since < clock_timestamp() - make_interval(days => %(days)s)
    THEN clock_timestamp() END
WHERE id = %(id)s AND lease = %(lease)s
RETURNING disabled_at IS NOT NULL
"""
FIRST_PAUSE_S = 5
LONGEST_PAUSE_S = 3600


@dataclass(frozen=True, slots=True)
class Claimed:
    """A stream that this thread alone sends, until its lease ends."""

    id: UUID
    lease: UUID
    chain: str
    name: str
    url: str
    sealed: Any
    sealed_before: Any
    seq: int


def start(stopping: threading.Event) -> threading.Thread:
    """Let threads of this process send until told to stop: beside the pool that does the work, so no receiver slows it."""
    thread = threading.Thread(target=_run, args=(stopping,), name="streams", daemon=True)
    thread.start()
    return thread


def send_due() -> int:
    """Send what is due of each stream, one after another, each for a turn; return how many entries were taken."""
    return sum(serve(stream_id) for stream_id in due())


def due() -> list[UUID]:
    """Return the streams that have something to send and that nobody sends, longest waiting first."""
    has_own = bool(settings.GORAX_AUDIT_STREAM_URL)
    if has_own:
        db.execute(ENSURE_OWN, {"id": uuid7(), "name": OWN})
    rows = db.fetch(DUE, {"has_own": has_own, "most": MOST_LOOKED_AT})
    ends = audit.last_seqs(chain for _, chain, _ in rows) if rows else {}
    return [stream_id for stream_id, chain, seq in rows if ends.get(chain, 0) > seq]


def serve(stream_id: UUID) -> int:
    """Send a stream's entries for a turn, in order; return how many were taken. Somebody else has it, or it fails: fine."""
    claimed = _claim(stream_id)
    if claimed is None:
        return 0
    try:
        sealed = (claimed.sealed, claimed.sealed_before)
        way = delivering.way_of(claimed.chain, claimed.id, claimed.url, sealed)
        return _send(claimed, way)
    except (HttpError, NotTakenError, GoraxError) as failure:
        _fail(claimed, failure.message)
    except Exception:
        logger.exception("stream.broke", extra={"stream_id": str(stream_id)})
        _fail(claimed, "it failed for a reason that the log tells")
    return 0


def _send(claimed: Claimed, way: Way) -> int:
    seq, taken, began = claimed.seq, 0, time.monotonic()
    renewed = began
    while entries := _next(claimed.chain, seq):
        # The lease must outlast the call.
        if time.monotonic() - renewed > LEASE_S - 2 * CALL_S:
            return taken
        # Nothing of the database is held while others take their time.
        db.let_go()
        failpoint("stream.before_send")
        delivering.deliver(way, entries)
        failpoint("stream.after_send")
        seq = entries[-1].seq
        renewed = time.monotonic()
        params = {"id": claimed.id, "lease": claimed.lease, "seq": seq, "lease_s": LEASE_S}
        if db.execute(TAKEN, params) == 0:
            return taken  # deleted, changed, or another has it
        failpoint("stream.after_mark")
        taken += len(entries)
        if time.monotonic() - began > TURN_S:
            break
    db.execute(RELEASE, {"id": claimed.id, "lease": claimed.lease})
    return taken


def _next(chain: str, seq: int) -> list[Line]:
    """Return the next entries, as many as one delivery has room for, and one at least."""
    found = tenancy.run_in(chain, audit.lines_after, seq, MOST_ENTRIES)
    size = 0
    for count, entry in enumerate(found):
        size += len(entry.text)
        if size > MOST_BYTES and count:
            return found[:count]
    return found


def _claim(stream_id: UUID) -> Claimed | None:
    lease = uuid7()
    rows = db.fetch(CLAIM, {"id": stream_id, "lease": lease, "lease_s": LEASE_S})
    return Claimed(stream_id, lease, *rows[0]) if rows else None


def _fail(claimed: Claimed, error: str) -> None:
    """Let a stream rest, longer with each failure; after days of nothing else it ends, and those who manage it are told."""
    params = {
        "id": claimed.id,
        "lease": claimed.lease,
        "error": error[:300],
        "least_s": FIRST_PAUSE_S,
        "most_s": LONGEST_PAUSE_S,
        "days": settings.GORAX_AUDIT_STREAM_DAYS,
    }

    def work() -> None:
        rows = db.fetch(FAILED, params)
        if rows and rows[0][0]:
            telling.disabled(claimed.chain, claimed.id, claimed.name, error)

    db.in_transaction(work)
    facts = {"stream_id": str(claimed.id), "chain": claimed.chain, "error": error}
    logger.warning("stream.failed", extra=facts)


def _run(stopping: threading.Event) -> None:
    under_way: set[UUID] = set()
    with ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="stream") as pool:
        while not stopping.wait(LOOK_S):
            try:
                for stream_id in due():
                    if len(under_way) < MOST_AT_ONCE and stream_id not in under_way:
                        under_way.add(stream_id)
                        pool.submit(_turn, stream_id, under_way.discard)
            except Exception:
                logger.exception("streams.failed")
            finally:
                db.give_back()


def _turn(stream_id: UUID, end: Callable[[UUID], None]) -> None:
    try:
        serve(stream_id)
    except Exception:
        logger.exception("stream.failed_turn", extra={"stream_id": str(stream_id)})
    finally:
        end(stream_id)
        db.give_back()
