"""A real proxy on loopback: it answers CONNECT as a test says and leads every tunnel to one server."""

import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass
class TunnelServer:
    """Keeps note of each CONNECT; once a tunnel is established, bytes flow to `home` and back."""

    home: int
    answer: bytes | None = ESTABLISHED
    tls: ssl.SSLContext | None = None
    asked: list[list[str]] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self._socket, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(4096)
            self.asked.append(head.decode().split("\r\n")[:-2])
            if self.answer is None:
                connection.shutdown(socket.SHUT_RDWR)
                return
            connection.sendall(self.answer)
            if self.answer != ESTABLISHED:
                return
            there = socket.create_connection(("127.0.0.1", self.home))
            self._open.append(there)
            threading.Thread(target=_pour, args=(there, connection), daemon=True).start()
            _pour(connection, there)


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
