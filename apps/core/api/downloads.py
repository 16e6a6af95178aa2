"""Files sent in pieces: whole, or the part that is asked for; as an attachment that no browser runs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.core.api import ranges
from apps.core.api.ranges import Part

# What a sender has put into a file is not ours.
CONTAINED = "sandbox; default-src 'none'"
PIECE_BYTES = 256 * 1024


class AnyType(BaseContentNegotiation):
    """A file is of the type that it is, whatever the caller prefers; refusals are JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the first: nothing is parsed here."""
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the first, for refusals."""
        return renderers[0], renderers[0].media_type


@dataclass(frozen=True, slots=True)
class Download:
    """What is sent: its name, type and size, and what tells it from every other content."""

    filename: str
    media_type: str
    size_bytes: int
    sha256: str

    @property
    def etag(self) -> str:
        """The content's own name, by which a caller goes on with what he has begun."""
        return f'"{self.sha256}"'


def answer(request: Request, what: Download, open_: Callable[[], BinaryIO]) -> HttpResponseBase:
    """Return the answer that sends a file; it is opened once it is known that something will be sent.

    Raises:
        NotSatisfiableError: the part that is asked for lies behind the end.
        Whatever `open_` raises, and the first read of what it returns.
    """
    part = _part(request, what)
    sent = part or Part(0, what.size_bytes)
    file = open_()
    with _closed_if_it_fails(file):
        file.seek(sent.first)
    headers = _headers(what, sent)
    if part is not None:
        last = part.first + part.size - 1
        headers["Content-Range"] = f"bytes {part.first}-{last}/{what.size_bytes}"
    status = 200 if part is None else 206
    return sent_from(file, sent.size, status=status, headers=headers)


def sent_from(
    file: BinaryIO, size_bytes: int, *, status: int, headers: Mapping[str, str]
) -> HttpResponseBase:
    """Return the answer that sends so many bytes from where a file stands, in pieces if they are many; it is closed then.

    The first piece is read at once: as long as nothing is sent, a failure can still be told.

    Raises:
        Whatever reading it raises; the file is closed.
    """
    with _closed_if_it_fails(file):
        first = file.read(min(PIECE_BYTES, size_bytes))
    if size_bytes > PIECE_BYTES:
        pieces = _Pieces(file, first, size_bytes)
        return StreamingHttpResponse(pieces, status=status, headers=headers)
    file.close()
    return HttpResponse(first, status=status, headers=headers)


@contextmanager
def _closed_if_it_fails(file: BinaryIO) -> Iterator[None]:
    try:
        yield
    except BaseException:
        file.close()
        raise


def _headers(what: Download, sent: Part) -> dict[str, str]:
    return {
        "Content-Type": what.media_type,
        "Content-Length": str(sent.size),
        "Content-Disposition": content_disposition_header(
            as_attachment=True, filename=what.filename
        )
        or "attachment",
        "Content-Security-Policy": CONTAINED,
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "ETag": what.etag,
    }


def _part(request: Request, what: Download) -> Part | None:
    condition = request.headers.get("If-Range")
    if condition is not None and condition != what.etag:
        return None
    return ranges.part_of(request.headers.get("Range", ""), what.size_bytes)


class _Pieces:
    """Bytes of a file in pieces, the first of which is here; the file is closed at the end, or when nobody wants more."""

    def __init__(self, file: BinaryIO, first: bytes, size: int) -> None:
        self._file = file
        self._first = first
        self._left = size

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece, self._first = self._first, b""
        if not piece and self._left:
            piece = self._file.read(min(PIECE_BYTES, self._left))
        self._left -= len(piece)
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        self._file.close()
        self._first, self._left = b"", 0
