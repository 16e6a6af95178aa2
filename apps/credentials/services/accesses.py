"""Who read a credential and who wrote it, and which versions it has had.

What is written is noted by the transaction that writes it. What runs read is noted in memory and written a second later, one row
for all reads of an execution, so that no step waits for it; a process that is killed loses what it has read in that second.
"""

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.db.models.functions import Now

from apps.core import db, request_context
from apps.core.ids import uuid7
from apps.credentials.models import Credential, CredentialAccess, CredentialVersion

WRITE_EVERY_S = 1.0
# So many executions' reads are held while the database is away; then those that come are lost, and the log says how many.
MOST_NOTED = 20_000
LONGEST_ERROR = 500
LONGEST_ADDRESS = 45

WRITE = """
INSERT INTO {s}.credentials_access AS known (
    id, credential_id, credential_name, version, kind, reader, execution_id, is_success, error, times, first_at, last_at
)
SELECT id, credential_id, name, version, 'read', reader, execution_id, error = '', error, times,
       clock_timestamp() - first_ago * interval '1 s', clock_timestamp() - last_ago * interval '1 s'
FROM unnest(
    %(id)s::uuid[], %(credential_id)s::uuid[], %(name)s::text[], %(version)s::int[], %(reader)s::text[],
    %(execution_id)s::uuid[], %(error)s::text[], %(times)s::int[], %(first_ago)s::float8[], %(last_ago)s::float8[]
) AS new (id, credential_id, name, version, reader, execution_id, error, times, first_ago, last_ago)
ON CONFLICT (execution_id, credential_id, version, is_success) WHERE execution_id IS NOT NULL
DO UPDATE SET times = known.times + excluded.times, last_at = greatest(known.last_at, excluded.last_at),
    error = excluded.error
"""

# What the log calls what the audit says was done.
KINDS = {
    "created": "create",
    "updated": "update",
    "rotated": "rotate",
    "deleted": "delete",
    "tested": "read",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: `kind` is `run`, of an execution."""

    kind: str
    execution_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Which version of which credential was read."""

    schema: str
    credential_id: UUID
    name: str
    version: int


@dataclass(slots=True)
class _Noted:
    times: int
    first_at: float
    last_at: float
    error: str


Mark: TypeAlias = tuple[Reader, Read, bool]

_noted: dict[Mark, _Noted] = {}
_lost = 0
_lock = threading.Lock()
# One at a time, so that whoever flushes last finds nothing of others in flight.
_writing = threading.Lock()
_writer: threading.Thread | None = None


def note(reader: Reader, read: Read, *, error: str = "") -> None:
    """Note that a credential was read, or could not be; costs a look into a dictionary."""
    global _lost  # noqa: PLW0603 - one log per process
    now = time.monotonic()
    mark = (reader, read, not error)
    with _lock:
        known = _noted.get(mark)
        if known is not None:
            known.times += 1
            known.last_at, known.error = now, error
        elif len(_noted) >= MOST_NOTED:
            _lost += 1
        else:
            _noted[mark] = _Noted(1, now, now, error)
        _start_writer()


def _start_writer() -> None:
    global _writer  # noqa: PLW0603 - one log per process
    # A child of a fork has no threads.
    if _writer is None or not _writer.is_alive():
        _writer = threading.Thread(target=_write_soon, name="accesses", daemon=True)
        _writer.start()


def flush() -> None:
    """Write what was noted; what the database does not take now is noted again."""
    global _lost
    with _writing:
        with _lock:
            todo = dict(_noted)
            _noted.clear()
            lost, _lost = _lost, 0
        if lost:
            logger.error("credentials.accesses_lost", extra={"count": lost})
        for schema in sorted({read.schema for _, read, _ in todo}):
            part = {mark: noted for mark, noted in todo.items() if mark[1].schema == schema}
            try:
                _write(schema, part)
            except DatabaseError as failure:
                logger.warning("credentials.accesses_not_written", extra={"count": len(part)})
                if db.is_away(failure):
                    _again(part)


def wrote(action: str, credential: Credential, *, fields: Iterable[str] = ()) -> None:
    """Note what somebody did to a credential, in the transaction that does it, and the version it made, if any."""
    asker = request_context.asker()
    names = sorted(fields)
    if names:
        CredentialVersion.objects.create(
            credential=credential, number=credential.version, names=names, made_by=asker.user_id
        )
    CredentialAccess.objects.create(
        credential_id=credential.pk,
        credential_name=credential.name,
        version=credential.version,
        kind=KINDS[action],
        reader="system" if asker.kind == "system" else "api",
        user_id=asker.user_id,
        api_key_id=asker.api_key_id,
        ip=asker.address[:LONGEST_ADDRESS],
    )


def forget_old() -> int:
    """Delete what is older than GORAX_ACCESS_LOG_DAYS in this tenant; return how many rows went."""
    kept_for = timedelta(days=settings.GORAX_ACCESS_LOG_DAYS)
    return CredentialAccess.objects.filter(last_at__lt=Now() - kept_for).delete()[0]


def _write_soon() -> None:
    """Thread body: write each second until nothing is left to write."""
    global _writer  # noqa: PLW0603 - one log per process
    pause = threading.Event()
    while True:
        pause.wait(WRITE_EVERY_S)
        try:
            flush()
        except Exception:
            logger.exception("credentials.accesses_failed")
        finally:
            db.give_back()
        with _lock:
            if not _noted:
                _writer = None
                return


def _write(schema: str, part: dict[Mark, _Noted]) -> None:
    now = time.monotonic()
    rows = [(uuid7(), *mark, noted) for mark, noted in part.items()]
    params = {
        "id": db.array(row[0] for row in rows),
        "credential_id": db.array(row[2].credential_id for row in rows),
        "name": db.array(row[2].name for row in rows),
        "version": db.array(row[2].version for row in rows),
        "reader": db.array(row[1].kind for row in rows),
        "execution_id": db.array(row[1].execution_id for row in rows),
        "error": db.array(row[4].error[:LONGEST_ERROR] for row in rows),
        "times": db.array(row[4].times for row in rows),
        "first_ago": db.array(now - row[4].first_at for row in rows),
        "last_ago": db.array(now - row[4].last_at for row in rows),
    }

    def work() -> None:
        db.without_waiting_for_disk()
        db.execute(db.in_schema(WRITE, schema), params)

    db.in_transaction(work)


def _again(part: dict[Mark, _Noted]) -> None:
    with _lock:
        for mark, noted in part.items():
            known = _noted.setdefault(mark, _Noted(0, noted.first_at, noted.last_at, noted.error))
            known.times += noted.times
            known.first_at = min(known.first_at, noted.first_at)
