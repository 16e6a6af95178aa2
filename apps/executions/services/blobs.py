"""The engine's Blobs port: bytes in the store, and one row per execution that may read them.

    bytes on disk ─► row ─► reference in an output

Whatever dies in between leaves bytes without a row, or a row without a reference; the sweep finds the former, the
latter goes with its execution.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import BinaryIO, Self
from uuid import UUID

from apps.adapters.blobs.store import BlobGoneError, Place, StoreFailedError
from apps.core import db, tenancy
from apps.core.errors import UnavailableError
from apps.core.ids import uuid7
from apps.engine.blob import Blob, clean_media_type, clean_name, id_of, ids_in
from apps.engine.blob_memory import too_large
from apps.engine.errors import PortError
from apps.engine.value import DEFAULT_LIMITS, Json
from apps.executions.errors import BlobNotFoundError
from apps.executions.queries.large import store

FIND = """
SELECT id::text, media_type, filename, size_bytes, sha256 FROM {s}.executions_blob
WHERE id = %(id)s AND execution_id = %(execution_id)s
"""

OWN = """
INSERT INTO {s}.executions_blob (id, execution_id, media_type, filename, size_bytes, sha256)
VALUES (%(id)s, %(execution_id)s, %(media_type)s, %(filename)s, %(size_bytes)s, %(sha256)s)
"""

DISOWN = "DELETE FROM {s}.executions_blob WHERE id = %(id)s AND execution_id = %(execution_id)s"

# Only of what the giver owns itself: a reference that somebody made up is not made true by running it again.
HAND_ON = """
INSERT INTO {s}.executions_blob (id, execution_id, media_type, filename, size_bytes, sha256)
SELECT id, %(to)s::uuid, media_type, filename, size_bytes, sha256 FROM {s}.executions_blob
WHERE execution_id = %(from)s AND id = ANY(%(ids)s::uuid[])
ON CONFLICT DO NOTHING
"""


# The same for executions that have begun just now: of the giver's files those whose ids stand in what they begin with.
HAND_ON_TO_BEGUN = """
INSERT INTO {s}.executions_blob (id, execution_id, media_type, filename, size_bytes, sha256)
SELECT b.id, e.id, b.media_type, b.filename, b.size_bytes, b.sha256
FROM {s}.executions_blob b JOIN {s}.executions_execution e ON e.id = ANY(%(takers)s::uuid[])
WHERE b.execution_id = %(giver)s AND (
    position(b.id::text IN concat(e.trigger::text, e.response::text)) > 0
    OR EXISTS (SELECT FROM {s}.executions_step o WHERE o.execution_id = e.id AND position(b.id::text IN concat(o.output::text, o.output_blob)) > 0)
)
ON CONFLICT DO NOTHING
"""


class OwnedBlobs:
    """The binary data of one execution of one tenant. Holds no connection between two calls outside a transaction."""

    def __init__(self, schema: str, execution_id: UUID) -> None:
        self._schema = schema
        self._execution_id = execution_id

    def find(self, reference: Json) -> Blob:
        """Return what a reference stands for, as its row describes it.

        Raises:
            PortError: `blob_not_found`, it is no reference, or this execution does not own what it names;
                `blob_store_failed`.
        """
        blob_id = _uuid(id_of(reference))
        with _asking():
            blob = None if blob_id is None else find(self._schema, self._execution_id, blob_id)
        if blob is None:
            raise PortError("blob_not_found", "There is no such file in this execution.")
        return blob

    def open(self, blob: Blob) -> BinaryIO:
        """Return a reader of its bytes.

        Raises:
            PortError: `blob_not_found`, they are gone; `blob_store_failed`.
        """
        return store().open(Place(self._schema, UUID(blob.id)))

    def create(self, media_type: str, filename: str = "") -> OwnedWriter:
        """Return where a new blob of this execution is written."""
        return OwnedWriter(
            self._schema, self._execution_id, clean_media_type(media_type), clean_name(filename)
        )


class OwnedWriter:
    """Bytes on their way into the store, counted and hashed while they pass."""

    def __init__(self, schema: str, execution_id: UUID, media_type: str, filename: str) -> None:
        self._schema = schema
        self._execution_id = execution_id
        self._media_type = media_type
        self._filename = filename
        self._place = Place(schema, uuid7())
        self._upload = store().upload(self._place)
        self._digest = hashlib.sha256()
        self._size_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        self._upload.discard()

    def write(self, piece: bytes, /) -> int:
        """Add bytes; return how many.

        Raises:
            PortError: `blob_too_large`; `blob_store_failed`.
        """
        self._size_bytes += len(piece)
        if self._size_bytes > DEFAULT_LIMITS.blob_bytes:
            raise too_large(DEFAULT_LIMITS.blob_bytes)
        self._digest.update(piece)
        self._upload.write(piece)
        return len(piece)

    def finish(self) -> Blob:
        """Put the bytes where they belong, then let the execution own them.

        Raises:
            PortError: `blob_store_failed`.
        """
        self._upload.commit()
        blob = Blob(
            str(self._place.id),
            self._media_type,
            self._filename,
            self._size_bytes,
            self._digest.hexdigest(),
        )
        with _asking():
            own(self._schema, self._execution_id, blob)
        return blob


def find(schema: str, execution_id: UUID, blob_id: UUID) -> Blob | None:
    """Return a file that the execution owns; None: it owns none with this id."""
    params = {"id": blob_id, "execution_id": execution_id}
    rows = db.fetch(db.in_schema(FIND, schema), params)
    return Blob(*rows[0]) if rows else None


def get(execution_id: UUID, blob_id: UUID) -> Blob:
    """Return a file of an execution of the current tenant.

    Raises:
        BlobNotFoundError: the execution, or this tenant, owns no such file.
    """
    blob = find(tenancy.current_schema(), execution_id, blob_id)
    if blob is None:
        raise BlobNotFoundError("There is no such file here.")
    return blob


def open_for_reader(blob: Blob) -> BinaryIO:
    """Return a reader of a file of the current tenant, for somebody who may take his time: the connection is given back.

    Raises:
        BlobNotFoundError: its bytes are gone.
        UnavailableError: the store does not answer.
    """
    place = Place(tenancy.current_schema(), UUID(blob.id))
    db.let_go()
    with reading():
        return store().open(place)


@contextmanager
def reading() -> Iterator[None]:
    """Tell a reader what the store tells nodes; to open a file is not yet to have read the first of it.

    Raises:
        BlobNotFoundError: its bytes are gone.
        UnavailableError: the store does not answer, or cannot be read.
    """
    try:
        yield
    except BlobGoneError as reason:
        raise BlobNotFoundError(reason.message) from reason
    except PortError as reason:
        raise UnavailableError(reason.message) from reason
    except OSError as reason:
        raise UnavailableError(StoreFailedError().message) from reason


def keep(execution_id: UUID, pieces: Iterable[bytes], media_type: str) -> Blob:
    """Store bytes for an execution of the current tenant that is about to be; return the file.

    Raises:
        UnavailableError: the store does not take them.
        Whatever the pieces raise.
    """
    try:
        with OwnedBlobs(tenancy.current_schema(), execution_id).create(media_type) as writer:
            for piece in pieces:
                writer.write(piece)
            return writer.finish()
    except PortError as reason:
        raise UnavailableError(reason.message) from reason


def forget(execution_id: UUID, blob: Blob) -> None:
    """Delete a file that nobody else owns, with its row; what fails here is left to the sweep."""
    schema = tenancy.current_schema()
    params = {"id": blob.id, "execution_id": execution_id}
    db.execute(db.in_schema(DISOWN, schema), params)
    with suppress(PortError):
        store().remove(Place(schema, UUID(blob.id)))


def own(schema: str, execution_id: UUID, blob: Blob) -> None:
    """Let an execution read a file whose bytes are in the store."""
    params = {
        "id": blob.id,
        "execution_id": execution_id,
        "media_type": blob.media_type,
        "filename": blob.filename,
        "size_bytes": blob.size_bytes,
        "sha256": blob.sha256,
    }
    db.execute(db.in_schema(OWN, schema), params)


def hand_on(schema: str, giver: UUID, taker: UUID, data: Json) -> int:
    """Let another execution read the files that `data` refers to, as far as the giver owns them; return how many.

    For data that runs again, or is handed to a child. Belongs into the transaction that starts the taker.
    """
    ids = [blob_id for blob_id in map(_uuid, ids_in(data)) if blob_id is not None]
    if not ids:
        return 0
    params = {"from": giver, "to": taker, "ids": list(ids)}
    return db.execute(db.in_schema(HAND_ON, schema), params)


def hand_on_to_begun(schema: str, giver: UUID, takers: Sequence[UUID]) -> int:
    """Let executions read the files that their triggers and kept steps refer to, as far as the giver owns them.

    Belongs into the transaction that starts them, after what they begin with is written. Return how many were handed on.
    """
    params = {"giver": giver, "takers": list(takers)}
    return db.execute(db.in_schema(HAND_ON_TO_BEGUN, schema), params)


@contextmanager
def _asking() -> Iterator[None]:
    """Ask the database for a node: it is away as the store may be, and its connection is not held any longer."""
    try:
        yield
    except db.DATABASE_ERRORS as reason:
        raise StoreFailedError from reason
    finally:
        db.let_go()


def _uuid(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        return None
