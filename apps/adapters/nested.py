"""Encryption inside of encryption: to a server through a proxy that is spoken to by https itself."""

import ssl
import time
from collections.abc import Callable
from typing import TypeVar

_RECORD_BYTES = 64 * 1024

T = TypeVar("T")


class NestedTls:
    """As much of a socket as a wire needs, whose bytes travel inside of an encrypted socket.

    Python's sockets encrypt once. Here the inner encryption works in memory, and what it has to send or wants to
    read passes through the outer one.
    """

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, name: str) -> None:
        self._outer = outer
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._inner = context.wrap_bio(self._came, self._goes, server_hostname=name)
        self._deadline = float("inf")

    def settimeout(self, timeout_s: float) -> None:
        """Let the next operation take no longer, however many pieces it consists of."""
        self._deadline = time.monotonic() + timeout_s

    def do_handshake(self) -> None:
        """Shake hands with the server.

        Raises:
            OSError: it failed; a TimeoutError if time is over.
        """
        self._through(self._inner.do_handshake)

    def recv(self, max_bytes: int) -> bytes:
        """Return the next bytes, or none at the end of the connection."""
        try:
            return self._through(lambda: self._inner.read(max_bytes))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def send(self, data: memoryview) -> int:
        """Send some of `data`; return how many bytes."""
        return self._through(lambda: self._inner.write(data))

    def _through(self, step: Callable[[], T]) -> T:
        """Do a step of the inner encryption, and for it all reading and writing of the outer one."""
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            except ssl.SSLError:
                # What went wrong is told to the other side too, as far as that still can be.
                self._flush()
                raise
            else:
                self._flush()
                return done

    def _flush(self) -> None:
        if self._goes.pending:
            self._limit()
            self._outer.sendall(self._goes.read())

    def _fill(self) -> None:
        self._limit()
        data = self._outer.recv(_RECORD_BYTES)
        if data:
            self._came.write(data)
        else:
            self._came.write_eof()

    def _limit(self) -> None:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._outer.settimeout(left_s)
