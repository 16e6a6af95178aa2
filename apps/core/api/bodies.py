"""Taking a request's body in: whole and before anything else happens, or, if it is a large file, when it is asked for."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.core import media, strict_json
from apps.core.api.errors import plain_response
from apps.core.api.proxies import address_of
from apps.core.errors import (
    GoraxError,
    TooLargeError,
    UnavailableError,
    UnreadableError,
    UnsupportedMediaError,
)
from apps.engine.value import DEFAULT_LIMITS

CHUNKED = "chunked"
# Where files may be delivered: what is not read there as text or JSON may be this large, if it says so beforehand.
DELIVERIES = "/webhooks/"
# Who comes back to a waiting step brings what the step expects, and no file.
ANSWERS = "/webhooks/-/"
MOST_FILE_BYTES = DEFAULT_LIMITS.blob_bytes
PIECE_BYTES = 256 * 1024


class UnreadBody:
    """A large body that is still on its way. It is taken in when it is first read, into a file that has no name.

    Until then nothing of it is anywhere. While it comes it holds one of the places of slow senders.
    """

    def __init__(self, stream: Any, size_bytes: int, place: AbstractContextManager[None]) -> None:
        self.size_bytes = size_bytes
        self._stream = stream
        self._place = place
        self._file: BinaryIO | None = None

    def pieces(self) -> Iterator[bytes]:
        """Yield the body from its beginning, each time.

        Raises:
            UnavailableError: too many bodies are on their way.
            UnreadableError: the connection broke before its end.
        """
        file = self._file or self._taken_in()
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            yield piece

    def close(self) -> None:
        """Forget what has come."""
        if self._file is not None:
            self._file.close()

    def _taken_in(self) -> BinaryIO:
        folder = settings.GORAX_BLOBS_DIR
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as undo:
            file = cast("BinaryIO", TemporaryFile(dir=folder))  # noqa: SIM115 - `close` closes it
            undo.callback(file.close)
            left = self.size_bytes
            with self._place:
                while left and (piece := self._stream.read(min(PIECE_BYTES, left))):
                    left -= len(piece)
                    file.write(piece)
            if left:
                raise _incomplete(self.size_bytes - left, self.size_bytes)
            undo.pop_all()
        self._file = file
        return file


class BodyMiddleware:
    """Reads the whole body first, so that no database connection and no lock waits for a slow sender.

    A thread that waits for a body cannot be called back. So at most three eighths of this process's threads read at a
    time (half of them may wait for answers of workflows), and an address gets another one only while it has fewer than
    are left: sixty senders that send half a body each stop nobody else, and one address alone stops no sender.
    Chunked bodies get their length here; what follows knows no other kind. A connection that breaks looks to the server
    like a body's end, so an announced body is counted; whether a chunked one is whole nobody can tell.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._free = max(1, settings.GORAX_WEB_THREADS * 3 // 8)
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Public: every request passes here; only its size is looked at."""
        try:
            self._take_in(request)
        except GoraxError as refusal:
            return plain_response(refusal)
        return self.get_response(request)

    def _take_in(self, request: HttpRequest) -> None:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        coding = request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
        if coding not in {"", CHUNKED}:
            message = "A body is sent as it is, or chunked, and in no other transfer coding."
            raise UnsupportedMediaError(message, code="transfer_coding_unknown")
        length = int(announced) if announced.isdecimal() else 0
        if not coding and not length:
            return
        if length > strict_json.MAX_BYTES:
            if coding or not _may_be_large(request) or length > MOST_FILE_BYTES:
                raise _too_large()
            self._leave(request, length)
            return
        stream = request.META["wsgi.input"] if coding else _stream_of(request)
        raw = self._read(stream, address_of(request))
        if not coding and len(raw) != length:
            raise _incomplete(len(raw), length)
        request.META["CONTENT_LENGTH"] = str(len(raw))
        request.META.pop("HTTP_TRANSFER_ENCODING", None)
        request._stream = BytesIO(raw)  # noqa: SLF001 - what Django itself sets

    def _leave(self, request: HttpRequest, length: int) -> None:
        """Let whoever finds out that the body is wanted take it in; for everybody else there is none."""
        place = self._place(address_of(request))
        request.unread_body = UnreadBody(_stream_of(request), length, place)  # type: ignore[attr-defined]  # our own class
        request._stream = BytesIO()  # noqa: SLF001 - what Django itself sets

    def _read(self, stream: Any, address: str) -> bytes:
        with self._place(address):
            raw: bytes = stream.read(strict_json.MAX_BYTES + 1)
        if len(raw) > strict_json.MAX_BYTES:
            raise _too_large()
        return raw

    @contextmanager
    def _place(self, address: str) -> Iterator[None]:
        with self._lock:
            if self._held[address] >= self._free:
                raise UnavailableError("Too many requests are being received. Send this one again.")
            self._free -= 1
            self._held[address] += 1
        try:
            yield
        finally:
            with self._lock:
                self._free += 1
                self._held[address] -= 1
                if not self._held[address]:
                    del self._held[address]


def _stream_of(request: HttpRequest) -> Any:
    return request._stream  # noqa: SLF001 - reading through the request would end its body


def _may_be_large(request: HttpRequest) -> bool:
    content_type = request.META.get("CONTENT_TYPE", "")
    path = request.path_info
    is_delivery = path.startswith(DELIVERIES) and not path.startswith(ANSWERS)
    return is_delivery and not media.is_read(content_type)


def _incomplete(came: int, length: int) -> UnreadableError:
    message = f"The body ended after {came} of {length} bytes. Send it again."
    return UnreadableError(message, code="body_incomplete")


def _too_large() -> TooLargeError:
    return TooLargeError(f"At most {strict_json.MAX_BYTES} bytes are accepted here.")
