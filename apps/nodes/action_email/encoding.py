"""A file in base64, as letters carry it: encoded while it is read."""

from __future__ import annotations

import base64
from io import RawIOBase
from typing import BinaryIO, cast

from apps.engine.ports import Stream

# What a line of 76 characters holds, and how many lines are made at a time.
LINE_BYTES = 57
_LINES = 2_048


def in_base64(body: Stream) -> Stream:
    """Return a body in base64, in lines that end as those of a letter do."""
    lines, rest = divmod(body.size_bytes, LINE_BYTES)
    last = -(-rest // 3) * 4 + 2 if rest else 0
    return Stream(lines * 78 + last, lambda: cast("BinaryIO", _Encoded(body.open())))


class _Encoded(RawIOBase):
    """A reader of another file in base64."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._made = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # no other kinds come
        if not self._made:
            raw = self._file.read(LINE_BYTES * _LINES)
            self._made = memoryview(base64.encodebytes(raw).replace(b"\n", b"\r\n"))
        view = memoryview(buffer).cast("B")
        count = min(len(view), len(self._made))
        view[:count] = self._made[:count]
        self._made = self._made[count:]
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
