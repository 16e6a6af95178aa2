"""Packing and unpacking in pieces, within bounds that are looked at while things are made: for texts and files alike."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from apps.engine.blob import PIECE_BYTES
from apps.engine.errors import NodeError
from apps.engine.expressions.lookup import clipped

MOST_FILES = 1_000
LONGEST_NAME = 255
# How often what was packed may stand in what comes out, once that is large enough to matter.
MOST_RATIO = 100
_FREE_BYTES = 1024 * 1024
# What is left over behind the end of a part is copied, so it must not be much.
_BLOCK = 64 * 1024
# zlib's signs for the headers. Gzip's holds no name and no date, so that the bytes are the same each time.
GZIP, ZLIB, EITHER = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, 32 + zlib.MAX_WBITS
_PASSWORD_FLAG = 0x1
# The signature of an entry in an archive's table, and the earliest date that one may have.
_ENTRY = b"PK\x01\x02"
_DAWN = (1980, 1, 1, 0, 0, 0)
# IndexError: the library asks an entry without a name for its last letter.
_INVALID = (
    *(BadZipFile, zlib.error, EOFError, IndexError, ValueError, OSError),
    NotImplementedError,
)


class Room:
    """How much may still be unpacked of what is called `name`: `most_bytes` in all, beyond which it is `code`."""

    def __init__(self, name: str, packed_bytes: int, *, most_bytes: int, code: str) -> None:
        self.name = name
        self._packed_bytes = packed_bytes
        self._most_bytes = most_bytes
        self._code = code
        self._made_bytes = 0

    def take(self, n_bytes: int) -> None:
        """Account for bytes that were unpacked.

        Raises:
            NodeError: `bomb`, or that of too many.
        """
        self._made_bytes += n_bytes
        if self._made_bytes > self._most_bytes:
            raise self.refusal(self._code, f"unpacks to more than {self._most_bytes} bytes.")
        if self._made_bytes > max(_FREE_BYTES, MOST_RATIO * self._packed_bytes):
            raise self.refusal("bomb", f"unpacks to more than {MOST_RATIO} times its size.")

    def refusal(self, code: str, what: str) -> NodeError:
        """Return the failure that says what is wrong with it."""
        return NodeError(code, f"“{self.name}” {what}")

    def invalid(self) -> NodeError:
        """Return the failure of what was not packed so."""
        return self.refusal("archive_invalid", "is not packed in this way, or is cut short.")


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the rest of a file."""
    while piece := file.read(PIECE_BYTES):
        yield piece


def packed(pieces: Iterable[bytes], form: int, level: int) -> Iterator[bytes]:
    """Yield what pieces are packed; the same bytes each time."""
    packer = zlib.compressobj(level, zlib.DEFLATED, form)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def unpacked(
    file: BinaryIO, room: Room, form: int, *, most_parts: int | None = None
) -> Iterator[bytes]:
    """Yield what a file holds; several parts one after another are one, and zeros behind them nothing.

    Raises:
        NodeError: `archive_invalid`, `archive_too_large`, `bomb`, or that of too many bytes.
    """
    held, parts = file.read(_BLOCK), 0
    while parts == 0 or held:
        if parts == most_parts:
            raise room.refusal("archive_too_large", f"has more than {parts:,} parts.")
        held = _behind_zeros((yield from _part(held, file, room, form)), file)
        parts += 1


def _part(held: bytes, file: BinaryIO, room: Room, form: int) -> Generator[bytes, None, bytes]:
    """Yield what one part holds; return what was read of the file behind it."""
    unpacker = zlib.decompressobj(form)
    while not unpacker.eof:
        held = held or file.read(_BLOCK)
        if not held:
            raise room.invalid()
        try:
            block = unpacker.decompress(held, _BLOCK)
        except zlib.error:
            raise room.invalid() from None
        room.take(len(block))
        yield block
        held = unpacker.unconsumed_tail
    return unpacker.unused_data


def _behind_zeros(held: bytes, file: BinaryIO) -> bytes:
    """Return what comes next that is no zero, with which some programs fill a block; nothing at the end."""
    held = held.lstrip(b"\0")
    while not held and (piece := file.read(_BLOCK)):
        held = piece.lstrip(b"\0")
    return held


def zip_up(files: Mapping[str, Callable[[], BinaryIO]], page: BinaryIO, level: int) -> None:
    """Write an archive of files; they have no date in it, so that it is the same each time."""
    with ZipFile(page, "w", ZIP_DEFLATED, compresslevel=level) as archive:
        for name, open_ in files.items():
            entry = ZipInfo(name, _DAWN)
            entry.compress_type = ZIP_DEFLATED
            with open_() as file, archive.open(entry, "w") as made:
                for piece in pieces_of(file):
                    made.write(piece)


def unzip(file: BinaryIO, room: Room, keep: Callable[[str, Iterator[bytes]], None]) -> None:
    """Hand each file of an archive, by its name, to `keep`; folders are left out.

    Raises:
        NodeError: `archive_invalid`, `archive_unsupported`, `archive_too_large`, `bomb`, or that of too many bytes.
    """
    _refuse_many(file, room)
    names: set[str] = set()
    try:
        with ZipFile(file) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    continue
                _refuse_odd(entry, names, room)
                names.add(entry.filename)
                keep(entry.filename, _content(archive, entry, room))
    except _INVALID:
        raise room.invalid() from None


def _refuse_many(file: BinaryIO, room: Room) -> None:
    """Look at the whole before anything is made of its table: each entry of 46 bytes becomes half a kilobyte."""
    found, tail = 0, b""
    for piece in pieces_of(file):
        seen = tail + piece
        found += seen.count(_ENTRY)
        if found > MOST_FILES:
            raise room.refusal("archive_too_large", f"holds more than {MOST_FILES:,} files.")
        # Too short to hold one that was counted.
        tail = seen[-(len(_ENTRY) - 1) :]
    file.seek(0)


def _refuse_odd(entry: ZipInfo, names: set[str], room: Room) -> None:
    shown = clipped(entry.filename)
    if entry.flag_bits & _PASSWORD_FLAG:
        raise room.refusal("archive_unsupported", "has a password.")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise room.refusal("archive_unsupported", f"holds “{shown}” in another format.")
    if entry.filename in names:
        raise room.refusal("archive_unsupported", f"holds “{shown}” twice.")


def _content(archive: ZipFile, entry: ZipInfo, room: Room) -> Iterator[bytes]:
    with archive.open(entry) as file:
        while piece := file.read(_BLOCK):
            room.take(len(piece))
            yield piece
