"""Files packed and unpacked in pieces, within bounds that are looked at while they are made."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from apps.engine.blob import PIECE_BYTES, Blob
from apps.engine.errors import NodeError
from apps.engine.expressions.lookup import clipped
from apps.engine.ports import Blobs, BlobWriter
from apps.engine.value import DEFAULT_LIMITS

MOST_FILES = 1_000
LONGEST_NAME = 255
MOST_RATIO = 100
_FREE_BYTES = 1024 * 1024
_LEVEL = 6
# zlib's sign for gzip's header; it holds no name and no date, so that the bytes are the same each time.
_GZIP = 16 + zlib.MAX_WBITS
_PASSWORD_FLAG = 0x1
_ENTRY = b"PK\x01\x02"
_DAWN = (1980, 1, 1, 0, 0, 0)
# IndexError: the library asks an entry without a name for its last letter.
_INVALID = (
    *(BadZipFile, zlib.error, EOFError, IndexError, ValueError, OSError),
    NotImplementedError,
)


class Room:
    """How much may still be unpacked of a file."""

    def __init__(self, packed_bytes: int) -> None:
        self._packed_bytes = packed_bytes
        self._made_bytes = 0

    def take(self, n_bytes: int) -> None:
        """Account for bytes that were unpacked.

        Raises:
            NodeError: `blob_too_large`; `bomb`.
        """
        self._made_bytes += n_bytes
        if self._made_bytes > DEFAULT_LIMITS.blob_bytes:
            raise NodeError(
                "blob_too_large",
                f"“file” unpacks to more than {DEFAULT_LIMITS.blob_bytes} bytes.",
            )
        if self._made_bytes > max(_FREE_BYTES, MOST_RATIO * self._packed_bytes):
            raise NodeError("bomb", f"“file” unpacks to more than {MOST_RATIO} times its size.")


class _Page:
    """A writer as a file that cannot seek, as archives are written to."""

    def __init__(self, writer: BlobWriter) -> None:
        self._writer = writer

    def write(self, piece: bytes) -> int:
        return self._writer.write(bytes(piece))

    def flush(self) -> None:
        """Do nothing: the writer has no second thoughts."""


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the rest of a file."""
    while piece := file.read(PIECE_BYTES):
        yield piece


def compress(file: BinaryIO, writer: BlobWriter) -> None:
    """Write a file packed by gzip."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    for piece in pieces_of(file):
        writer.write(packer.compress(piece))
    writer.write(packer.flush())


def decompress(file: BinaryIO, packed_bytes: int, writer: BlobWriter) -> None:
    """Write what a gzip file holds; several parts one after another are one.

    Raises:
        NodeError: `archive_invalid`, `blob_too_large`, `bomb`.
    """
    room = Room(packed_bytes)
    try:
        with gzip.GzipFile(fileobj=file) as packed:
            for piece in iter(lambda: packed.read(PIECE_BYTES), b""):
                room.take(len(piece))
                writer.write(piece)
    except _INVALID:
        raise _invalid() from None


def zip_up(files: Mapping[str, Blob], blobs: Blobs, writer: BlobWriter) -> None:
    """Write an archive of files; they have no date in it, so that it is the same each time."""
    page = cast("BinaryIO", _Page(writer))
    with ZipFile(page, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, blob in files.items():
            entry = ZipInfo(name, _DAWN)
            entry.compress_type = ZIP_DEFLATED
            with blobs.open(blob) as file, archive.open(entry, "w") as packed:
                for piece in pieces_of(file):
                    packed.write(piece)


def unzip(file: BinaryIO, packed_bytes: int, keep: Callable[[str, Iterator[bytes]], None]) -> None:
    """Hand each file of an archive, by its name, to `keep`; folders are left out.

    Raises:
        NodeError: `archive_invalid`, `archive_unsupported`, `archive_too_large`, `bomb`, `blob_too_large`.
    """
    _refuse_many(file)
    room = Room(packed_bytes)
    names: set[str] = set()
    try:
        with ZipFile(file) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    continue
                _refuse_odd(entry, names)
                names.add(entry.filename)
                keep(entry.filename, _content(archive, entry, room))
    except _INVALID:
        raise _invalid() from None


def _refuse_many(file: BinaryIO) -> None:
    """Look at the whole before anything is made of its table: each entry of 46 bytes becomes half a kilobyte."""
    found, tail = 0, b""
    for piece in pieces_of(file):
        seen = tail + piece
        found += seen.count(_ENTRY)
        if found > MOST_FILES:
            raise NodeError("archive_too_large", f"“file” holds more than {MOST_FILES:,} files.")
        # Too short to hold one that was counted.
        tail = seen[-(len(_ENTRY) - 1) :]
    file.seek(0)


def _refuse_odd(entry: ZipInfo, names: set[str]) -> None:
    shown = clipped(entry.filename)
    if entry.flag_bits & _PASSWORD_FLAG:
        raise NodeError("archive_unsupported", "“file” has a password.")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise NodeError("archive_unsupported", f"“file” holds “{shown}” in another format.")
    if entry.filename in names:
        raise NodeError("archive_unsupported", f"“file” holds “{shown}” twice.")


def _content(archive: ZipFile, entry: ZipInfo, room: Room) -> Iterator[bytes]:
    with archive.open(entry) as file:
        while piece := file.read(PIECE_BYTES):
            room.take(len(piece))
            yield piece


def _invalid() -> NodeError:
    return NodeError("archive_invalid", "“file” is not packed in this way, or is cut short.")
