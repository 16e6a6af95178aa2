"""Bodies that are read while they are sent, never whole in memory: a file of the store, several in a row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from io import BytesIO, RawIOBase
from typing import TYPE_CHECKING, BinaryIO, cast

from apps.engine.blob import Blob
from apps.engine.ports import Blobs, Stream

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def stream_of(blob: Blob, blobs: Blobs) -> Stream:
    """Return a file of the store as a body."""
    return Stream(blob.size_bytes, partial(blobs.open, blob))


def joined(bodies: Sequence[bytes | Stream]) -> Stream:
    """Return one body that is all of these, one after another."""
    size_bytes = sum(body.size_bytes if isinstance(body, Stream) else len(body) for body in bodies)
    return Stream(size_bytes, lambda: cast("BinaryIO", Joined(bodies)))


class Joined(RawIOBase):
    """A reader of bodies in a row; each is opened when it is reached, and closed before the next."""

    def __init__(self, bodies: Sequence[bytes | Stream]) -> None:
        super().__init__()
        self._left = iter(bodies)
        self._now: BinaryIO = BytesIO()

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer as far as one read of the present body goes; return how far, 0 at the end of the last."""
        view = memoryview(buffer).cast("B")
        while not (piece := self._now.read(len(view))):
            self._now.close()
            body = next(self._left, None)
            if body is None:
                self._now = BytesIO()
                return 0
            self._now = body.open() if isinstance(body, Stream) else BytesIO(body)
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close the body that is being read."""
        self._now.close()
        super().close()
