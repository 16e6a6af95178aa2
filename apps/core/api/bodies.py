"""Taking a request's body in, whole and before anything else happens."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.core import strict_json
from apps.core.api.errors import plain_response
from apps.core.api.proxies import address_of
from apps.core.errors import (
    GoraxError,
    TooLargeError,
    UnavailableError,
    UnreadableError,
    UnsupportedMediaError,
)

CHUNKED = "chunked"


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
            raise _too_large()
        stream = request.META["wsgi.input"] if coding else _stream_of(request)
        raw = self._read(stream, address_of(request))
        if not coding and len(raw) != length:
            message = f"The body ended after {len(raw)} of {length} bytes. Send it again."
            raise UnreadableError(message, code="body_incomplete")
        request.META["CONTENT_LENGTH"] = str(len(raw))
        request.META.pop("HTTP_TRANSFER_ENCODING", None)
        request._stream = BytesIO(raw)  # noqa: SLF001 - what Django itself sets

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


def _too_large() -> TooLargeError:
    return TooLargeError(f"At most {strict_json.MAX_BYTES} bytes are accepted here.")
