"""Real servers on loopback that count what reaches them and answer byte for byte as a test says."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived; header names are lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""


Answer = bytes | Iterable[bytes] | None


def ok(body: bytes = b"fine", *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(status: int, location: str) -> bytes:
    return ok(b"", f"Location: {location}", status=f"{status} Moved")


@dataclass
class Server:
    """A server on 127.0.0.1 (or any loopback, dual stack) that answers with `answer(seen)`.

    None ends the connection without a word; several pieces are sent one by one.
    """

    answer: Callable[[Seen], Answer] = lambda seen: ok()
    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._socket = socket.create_server(
            (self.host, 0), family=family, dualstack_ipv6=self.host == "::", backlog=128
        )
        self.port = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        # Wakes the accepting thread, which a mere close would leave blocked.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def close_all(self) -> None:
        """End every connection, as a server that dies."""
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError):
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            reader = connection.makefile("rb")
            while (seen := read(reader)) is not None:
                self.seen.append(seen)
                answer = self.answer(seen)
                if answer is None:
                    break
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    connection.sendall(piece)
            reader.close()
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()


def read(reader) -> Seen | None:
    """Return the next request of a connection, None at its end."""
    line = reader.readline().decode("latin-1").rstrip("\r\n")
    if not line:
        return None
    method, target, _ = line.split(" ", 2)
    headers: dict[str, str] = {}
    while text := reader.readline().decode("latin-1").rstrip("\r\n"):
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    return Seen(method, target, headers, reader.read(int(headers.get("content-length", "0"))))
