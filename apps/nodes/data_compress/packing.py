"""Texts into bytes and back, within bounds that are looked at while they are made."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from apps.engine.errors import NodeError
from apps.engine.expressions.lookup import clipped
from apps.engine.value import DEFAULT_LIMITS

MOST_FILES = 1_000
LONGEST_NAME = 255
# How often what was packed may stand in what comes out, once that is large enough to matter.
MOST_RATIO = 100
_FREE_BYTES = 1024 * 1024
_LEVEL = 9
_BLOCK = 64 * 1024
# zlib's sign for a header of either kind, gzip's or its own.
_EITHER = 32 + zlib.MAX_WBITS
_PASSWORD_FLAG = 0x1
# The signature of an entry in an archive's table, and the earliest date that one may have.
_ENTRY = b"PK\x01\x02"
_DAWN = (1980, 1, 1, 0, 0, 0)


class Room:
    """How much may still be unpacked."""

    def __init__(self, packed_bytes: int) -> None:
        self.packed_bytes = packed_bytes
        self.made_bytes = 0

    @property
    def left(self) -> int:
        """As many bytes fit."""
        return DEFAULT_LIMITS.output_bytes - self.made_bytes

    def take(self, n_bytes: int) -> None:
        """Account for bytes that were unpacked.

        Raises:
            NodeError: `output_too_large`; `bomb`.
        """
        self.made_bytes += n_bytes
        if self.left < 0:
            raise NodeError(
                "output_too_large",
                f"“text” unpacks to more than {DEFAULT_LIMITS.output_bytes} bytes.",
            )
        if self.made_bytes > max(_FREE_BYTES, MOST_RATIO * self.packed_bytes):
            raise NodeError(
                "bomb", f"“text” unpacks to more than {MOST_RATIO} times what was packed."
            )


def compress(raw: bytes, form: str) -> bytes:
    """Return the bytes packed; the same each time."""
    return gzip.compress(raw, _LEVEL, mtime=0) if form == "gzip" else zlib.compress(raw, _LEVEL)


def decompress(packed: bytes) -> bytes:
    """Return what gzip or zlib bytes hold; several gzip parts one after another are one.

    Raises:
        NodeError: `archive_invalid`, `archive_too_large`, `bomb`, `output_too_large`.
    """
    room, made, at = Room(len(packed)), BytesIO(), 0
    for _ in range(MOST_FILES):
        at = _part(packed, at, room, made)
        # Some programs fill what follows with zeros.
        if at == len(packed) or (packed[at] == 0 and not packed[at:].strip(b"\0")):
            return made.getvalue()
    raise NodeError("archive_too_large", f"“text” has more than {MOST_FILES:,} parts.")


def _part(packed: bytes, at: int, room: Room, made: BytesIO) -> int:
    """Unpack the part that begins at `at`; return where it ends."""
    unpacker = zlib.decompressobj(_EITHER)
    while not unpacker.eof:
        # In pieces, because what is left over is copied each time.
        piece = packed[at : at + _BLOCK]
        if not piece:
            raise _invalid()
        at += len(piece)
        while piece and not unpacker.eof:
            try:
                block = unpacker.decompress(piece, _BLOCK)
            except zlib.error:
                raise _invalid() from None
            room.take(len(block))
            made.write(block)
            piece = unpacker.unconsumed_tail
    return at - len(unpacker.unused_data)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return an archive; its files have no date, so that it is the same each time."""
    page = BytesIO()
    with ZipFile(page, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, raw in files.items():
            entry = ZipInfo(name, _DAWN)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, raw)
    return page.getvalue()


def unzipped(packed: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their names; folders are left out.

    Raises:
        NodeError: `archive_invalid`, `archive_unsupported`, `archive_too_large`, `bomb`, `output_too_large`.
    """
    # Before anything is made of the table: each entry of 46 bytes becomes half a kilobyte.
    if packed.count(_ENTRY) > MOST_FILES:
        raise NodeError("archive_too_large", f"“text” holds more than {MOST_FILES:,} files.")
    room = Room(len(packed))
    files: dict[str, bytes] = {}
    try:
        with ZipFile(BytesIO(packed)) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    continue
                _refuse_odd(entry, files)
                files[entry.filename] = _content(archive, entry, room)
    except (BadZipFile, zlib.error, EOFError, IndexError, ValueError, OSError, NotImplementedError):
        raise _invalid() from None
    return files


def _refuse_odd(entry: ZipInfo, files: Mapping[str, bytes]) -> None:
    if entry.flag_bits & _PASSWORD_FLAG:
        raise NodeError("archive_unsupported", "“text” has a password.")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise NodeError(
            "archive_unsupported", f"“text” holds “{clipped(entry.filename)}” in another format."
        )
    if entry.filename in files:
        raise NodeError("archive_unsupported", f"“text” holds “{clipped(entry.filename)}” twice.")


def _content(archive: ZipFile, entry: ZipInfo, room: Room) -> bytes:
    made = BytesIO()
    with archive.open(entry) as file:
        while block := file.read(_BLOCK):
            room.take(len(block))
            made.write(block)
    return made.getvalue()


def _invalid() -> NodeError:
    return NodeError("archive_invalid", "“text” is not packed in this way, or is cut short.")
