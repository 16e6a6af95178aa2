"""Archives: a stretch of a trail as a file of JSON lines, packed, with a manifest beside it that says what it must hold.

A file is a chain of its own: its first line hangs on the hash that the manifest begins with, its last one is the hash with
which it ends, and its SHA-256 stands in the checkpoint. So it proves itself wherever it lies.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import RawIOBase
from typing import Any, BinaryIO
from uuid import UUID, uuid5

from django.conf import settings

from apps.adapters.blobs.opened import opened
from apps.adapters.blobs.s3 import Bucket
from apps.adapters.blobs.store import BlobGoneError, Place, Store, StoreFailedError, Upload
from apps.audit import queries
from apps.audit.errors import ArchiveNotFoundError
from apps.audit.models import Checkpoint, Entry
from apps.audit.rules import chain, documents
from apps.audit.services.export import facts
from apps.audit.services.recording import Target, record
from apps.core import db
from apps.core.errors import UnavailableError

FORM = "gorax-audit-archive-1"
PIECE_BYTES = 65_536
RETRY_AFTER_S = 5
# Of the store's folder, or of its keys: nothing else goes round in there.
ROOM = "audit"
# No line has more: an entry's documents are bounded, and so is every other field.
MOST_LINE_BYTES = 262_144


def store() -> Store:
    """Return where archives lie: in this installation's store, apart from the files of executions."""
    return opened(
        settings.GORAX_BLOBS,
        settings.GORAX_BLOBS_DIR / ROOM,
        Bucket(
            settings.GORAX_BLOBS_BUCKET,
            settings.GORAX_BLOBS_ENDPOINT,
            settings.GORAX_BLOBS_REGION,
            f"{settings.GORAX_BLOBS_PREFIX}{ROOM}/",
        ),
    )


def manifest_id(archive_id: UUID) -> UUID:
    """Return under which id the manifest of an archive lies."""
    return uuid5(archive_id, "manifest")


def manifest(point: Checkpoint) -> dict[str, Any]:
    """Return what an archive must hold, as the file beside it says it."""
    return {
        "form": FORM,
        "id": str(point.pk),
        "chain": point.chain,
        "first_seq": point.first_seq,
        "last_seq": point.last_seq,
        "entries": point.entries,
        "first_at": point.first_at.isoformat(),
        "last_at": point.last_at.isoformat(),
        "prev_hash": bytes(point.prev_hash).hex(),
        "last_hash": bytes(point.last_hash).hex(),
        "sha256": bytes(point.sha256).hex(),
        "bytes": point.bytes,
    }


def write(point: Checkpoint, entries: Iterable[Entry]) -> Checkpoint:
    """Put the archive of a stretch and its manifest into the store; return the checkpoint with size and digest.

    Raises:
        StoreFailedError: the store does not answer.
    """
    with _uploading(Place(point.chain, point.pk)) as upload:
        sink = _Sink(upload)
        # Without a name and a time, so that the same entries are the same bytes.
        with gzip.GzipFile("", "wb", fileobj=sink, mtime=0) as packed:
            for entry in entries:
                packed.write(f"{json.dumps(facts(entry))}\n".encode())
    written = _copy(point, sha256=sink.digest.digest(), bytes=sink.size)
    with _uploading(Place(point.chain, manifest_id(point.pk))) as upload:
        upload.write(documents.canonical(manifest(written)).encode())
    return written


def problem(point: Checkpoint, known: dict[int, str]) -> str:
    """Open an archive and return what is wrong with it: not as it was stored, or no whole stretch of the chain; empty: nothing.

    `known` are hashes by place, of entries that are still in the trail and of anchors.
    """
    try:
        said = _read(Place(point.chain, manifest_id(point.pk)))
        if said != documents.canonical(manifest(point)).encode():
            return "its manifest is not as it was written"
        return _stored_problem(point) or _chain_problem(point, known)
    except BlobGoneError:
        return "it is not in the store"
    except StoreFailedError:
        return "the store does not give it"
    except (ValueError, KeyError, TypeError, EOFError, OSError):
        return "it cannot be read"


def download(archive_id: UUID) -> tuple[Checkpoint, BinaryIO]:
    """Return a checkpoint and its archive, open, and write down that it was asked for; the caller closes it.

    Raises:
        ArchiveNotFoundError: this trail has none of that id, or it has aged out.
        UnavailableError: the store does not answer.
    """
    point = queries.checkpoint(archive_id)
    if point.archive_left_at is not None:
        raise ArchiveNotFoundError
    try:
        file = store().open(Place(point.chain, point.pk))
    except BlobGoneError:
        raise ArchiveNotFoundError from None
    except StoreFailedError as reason:
        raise UnavailableError(str(reason), retry_after_s=RETRY_AFTER_S) from reason
    after = {"first_seq": point.first_seq, "last_seq": point.last_seq}
    record("audit.archive_downloaded", target=Target("archive", point.pk), after=after)
    return point, file


def remove(schema: str, archive_id: UUID) -> None:
    """Delete an archive and its manifest; nothing there is fine."""
    for blob_id in (archive_id, manifest_id(archive_id)):
        store().remove(Place(schema, blob_id))


class _Sink(RawIOBase):
    """Where packed bytes go: to the store, counted and digested on the way."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self.digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        data = bytes(piece)
        self._upload.write(data)
        self.digest.update(data)
        self.size += len(data)
        return len(data)


@contextmanager
def _uploading(place: Place) -> Iterator[Upload]:
    upload = store().upload(place)
    try:
        yield upload
        # Committing may take as long as the store does.
        db.let_go()
        upload.commit()
    finally:
        upload.discard()


def _copy(point: Checkpoint, **known: Any) -> Checkpoint:
    fields = {each.name: getattr(point, each.name) for each in Checkpoint._meta.concrete_fields}  # noqa: SLF001 - Django's public name for it
    return Checkpoint(**(fields | known))


def _read(place: Place) -> bytes:
    with store().open(place) as file:
        return file.read(MOST_LINE_BYTES)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _stored_problem(point: Checkpoint) -> str:
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(store().open(Place(point.chain, point.pk))):
        digest.update(piece)
        size += len(piece)
    is_same = size == point.bytes and digest.digest() == bytes(point.sha256)
    return "" if is_same else "it is not as it was stored"


def _chain_problem(point: Checkpoint, known: dict[int, str]) -> str:
    seq, before = point.first_seq - 1, bytes(point.prev_hash)
    for said in _lines(point):
        seq += 1
        at = datetime.fromisoformat(said["at"])
        made = chain.link(point.chain, seq, at, before, chain.body_text(said))
        if said["seq"] != seq or said["hash"] != made.hex():
            return f"entry {seq} of it is not as it was written"
        if known.get(seq, said["hash"]) != said["hash"]:
            return f"entry {seq} of it is another one than the trail or an anchor says"
        before = made
    is_whole = (seq, before) == (point.last_seq, bytes(point.last_hash))
    return "" if is_whole else f"it ends at entry {seq} instead of {point.last_seq}"


def _lines(point: Checkpoint) -> Iterator[dict[str, Any]]:
    with (
        store().open(Place(point.chain, point.pk)) as file,
        gzip.GzipFile("", "rb", fileobj=file) as plain,
    ):
        while line := plain.readline(MOST_LINE_BYTES):
            yield json.loads(line)
