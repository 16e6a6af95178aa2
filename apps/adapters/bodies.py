"""The bytes of a reply: unpacked while they arrive, and never more of them than allowed."""

import zlib
from collections.abc import Callable, Iterable, Iterator

from apps.adapters.errors import BadReplyError, ReplyTooLargeError

# What is asked for; a server that answers in another coding is passed on as it is.
ACCEPT_ENCODING = "gzip, deflate"
# A text that packs a hundred to one is a bomb; short ones of blanks may do so honestly.
MAX_RATIO = 100
_RATIO_FREE_BYTES = 1024 * 1024
_PIECE_BYTES = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_HEADER_BYTES = 2
_WINDOW_BITS = {
    "gzip": zlib.MAX_WBITS | 16,
    "x-gzip": zlib.MAX_WBITS | 16,
    "deflate": zlib.MAX_WBITS,
}


def is_packed(encoding: str) -> bool:
    """Say whether `read` unpacks this Content-Encoding."""
    return encoding.strip().lower() in _WINDOW_BITS


def read(chunks: Iterable[bytes], encoding: str, *, max_bytes: int) -> bytes:
    """Return the whole body, unpacked if `encoding` is one that `is_packed` names.

    Memory stays below twice `max_bytes`.

    Raises:
        ReplyTooLargeError: more than `max_bytes`, as sent or unpacked, or packed beyond MAX_RATIO.
        BadReplyError: it is not what `encoding` says, or ends in the middle.
    """
    body = bytearray()
    pour(chunks, encoding, body.extend, max_bytes=max_bytes)
    return bytes(body)


def pour(
    chunks: Iterable[bytes], encoding: str, into: Callable[[bytes], object], *, max_bytes: int
) -> int:
    """Hand the body to `into` piece by piece, unpacked as `read` does it; return how many bytes that were.

    Raises:
        ReplyTooLargeError, BadReplyError: as `read` does, after pieces that were handed on.
    """
    coding = encoding.strip().lower()
    pieces = _unpacked(chunks, coding, max_bytes) if coding in _WINDOW_BITS else chunks
    n_bytes = 0
    for piece in pieces:
        n_bytes += len(piece)
        if n_bytes > max_bytes:
            raise too_large(max_bytes)
        into(piece)
    return n_bytes


def too_large(max_bytes: int) -> ReplyTooLargeError:
    """Return the failure that names the limit."""
    return ReplyTooLargeError(f"the reply is larger than {max_bytes} bytes")


def _unpacked(chunks: Iterable[bytes], coding: str, max_bytes: int) -> Iterator[bytes]:
    unpacker = _Unpacker(coding)
    packed_bytes = unpacked_bytes = 0
    for chunk in chunks:
        packed_bytes += len(chunk)
        if packed_bytes > max_bytes:
            raise too_large(max_bytes)
        for piece in unpacker.feed(chunk):
            unpacked_bytes += len(piece)
            if unpacked_bytes > max(_RATIO_FREE_BYTES, packed_bytes * MAX_RATIO):
                raise ReplyTooLargeError(
                    f"the reply unpacks to more than {MAX_RATIO} times its size"
                )
            yield piece
    if packed_bytes and not unpacker.is_whole:
        raise BadReplyError(f"the reply's {coding} body ends in the middle")


class _Unpacker:
    """Unpacks in pieces of bounded size, so that a small chunk never becomes a large buffer."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._inflater: zlib._Decompress | None = None
        self._held = b""
        self._is_over = False

    @property
    def is_whole(self) -> bool:
        return self._inflater is not None and self._inflater.eof

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        data = self._held + chunk
        self._held = b""
        while data and not self._is_over:
            if self._inflater is None or self._inflater.eof:
                if len(data) < _HEADER_BYTES:
                    self._held = data
                    return
                self._inflater = self._starting(data)
                continue
            piece = self._inflate(self._inflater, data)
            yield piece
            # A full piece may leave output inside zlib although all input is consumed.
            while len(piece) == _PIECE_BYTES and not self._inflater.unconsumed_tail:
                piece = self._inflate(self._inflater, b"")
                yield piece
            data = self._inflater.unconsumed_tail or self._inflater.unused_data

    def _starting(self, data: bytes) -> "zlib._Decompress | None":
        """Return what unpacks a body, or its next gzip member, that starts with `data`."""
        is_next = self._inflater is not None
        if is_next and (self._coding == "deflate" or not data.startswith(_GZIP_MAGIC)):
            # Padding after the end; browsers ignore it too.
            self._is_over = True
            return self._inflater
        if self._coding == "deflate" and not _has_zlib_header(data):
            return zlib.decompressobj(-zlib.MAX_WBITS)
        return zlib.decompressobj(_WINDOW_BITS[self._coding])

    def _inflate(self, inflater: "zlib._Decompress", data: bytes) -> bytes:
        try:
            return inflater.decompress(data, _PIECE_BYTES)
        except zlib.error:
            raise BadReplyError(f"the reply's body is not {self._coding}") from None


def _has_zlib_header(data: bytes) -> bool:
    # Half of the servers that say deflate leave out the header that RFC 9110 asks for.
    return data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:2], "big") % 31 == 0
