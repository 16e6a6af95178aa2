"""Binary data of tests and dry runs: a whole second store, in memory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from io import BytesIO
from types import TracebackType
from typing import BinaryIO, Self
from uuid import UUID

from apps.engine.blob import Blob, clean_media_type, clean_name, id_of
from apps.engine.errors import PortError
from apps.engine.value import DEFAULT_LIMITS, Json


@dataclass(slots=True)
class BlobsInMemory:
    """What one execution owns, at most `most_bytes` of it together; ids count from 1."""

    most_bytes: int = DEFAULT_LIMITS.blob_bytes
    spent_bytes: int = 0
    kept: dict[str, tuple[Blob, bytes]] = field(default_factory=dict)

    def find(self, reference: Json) -> Blob:
        """Return what a reference stands for.

        Raises:
            PortError: `blob_not_found`.
        """
        return self._kept(id_of(reference))[0]

    def open(self, blob: Blob) -> BinaryIO:
        """Return a reader of its bytes.

        Raises:
            PortError: `blob_not_found`.
        """
        return BytesIO(self._kept(blob.id)[1])

    def create(self, media_type: str, filename: str = "") -> MemoryWriter:
        """Return where a new blob is written."""
        return MemoryWriter(self, clean_media_type(media_type), clean_name(filename))

    def put(self, raw: bytes, media_type: str = "text/plain", filename: str = "") -> Blob:
        """Keep these bytes, as an earlier step would have."""
        with self.create(media_type, filename) as writer:
            writer.write(raw)
            return writer.finish()

    def read(self, reference: Json) -> bytes:
        """Return the bytes that a reference stands for."""
        return self._kept(id_of(reference))[1]

    def _kept(self, blob_id: str | None) -> tuple[Blob, bytes]:
        found = self.kept.get(blob_id or "")
        if found is None:
            raise PortError("blob_not_found", "There is no such file in this execution.")
        return found


@dataclass(slots=True)
class MemoryWriter:
    """Bytes on their way into a store in memory."""

    store: BlobsInMemory
    media_type: str
    filename: str
    raw: bytearray = field(default_factory=bytearray)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        self.raw.clear()

    def write(self, piece: bytes, /) -> int:
        """Add bytes; return how many.

        Raises:
            PortError: `blob_too_large`.
        """
        if self.store.spent_bytes + len(piece) > self.store.most_bytes:
            raise too_large(self.store.most_bytes)
        self.store.spent_bytes += len(piece)
        self.raw += piece
        return len(piece)

    def finish(self) -> Blob:
        """Keep what was written."""
        raw = bytes(self.raw)
        digest = hashlib.sha256(raw).hexdigest()
        number = UUID(int=len(self.store.kept) + 1)
        blob = Blob(str(number), self.media_type, self.filename, len(raw), digest)
        self.store.kept[blob.id] = (blob, raw)
        return blob


def too_large(most_bytes: int) -> PortError:
    """Return the failure of a file that is longer than one may be."""
    return PortError("blob_too_large", f"A file has at most {most_bytes} bytes.")
