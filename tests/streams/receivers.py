"""Who takes streams, on loopback: a web server and a syslog server that keep what came, and fail or dawdle when told to."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class WebReceiver:
    """Keeps each request: its headers and its body; `answers` are the statuses of the next ones, then 204."""

    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    came: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/audit"

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Every entry that came, in the order in which it did."""
        return [entry for _, body in self.requests for entry in json.loads(body)["entries"]]

    @property
    def seqs(self) -> list[int]:
        return [entry["seq"] for entry in self.entries]

    def take(self, headers: dict[str, str], body: bytes) -> int:
        self.came.set()
        self.gate.wait(20)
        self.requests.append((headers, body))
        return self.answers.pop(0) if self.answers else 204


@contextmanager
def web_receiver() -> Iterator[WebReceiver]:
    box = WebReceiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = box.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        box.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            box.gate.set()
            server.shutdown()


@dataclass
class SyslogReceiver:
    """Keeps each message; `is_deaf` hangs up on the next callers without having read."""

    messages: list[bytes] = field(default_factory=list)
    connections: int = 0
    deaf_for: int = 0
    port: int = 0

    @property
    def said(self) -> list[dict[str, Any]]:
        """What each message says after its header."""
        return [json.loads(message.partition(b"] ")[2]) for message in self.messages]


@contextmanager
def syslog_receiver(tls: ssl.SSLContext | None = None) -> Iterator[SyslogReceiver]:
    box = SyslogReceiver()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        box.port = listening.getsockname()[1]
        thread = threading.Thread(target=_listen, args=(listening, box, tls), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            # Wakes who waits for a caller.
            with socket.socket() as last:
                listening.settimeout(0.01)
                last.connect_ex(("127.0.0.1", box.port))
            thread.join(5)


def _listen(listening: socket.socket, box: SyslogReceiver, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            caller, _ = listening.accept()
        except OSError:
            return
        with caller:
            box.connections += 1
            if box.deaf_for:
                box.deaf_for -= 1
                continue
            try:
                plain = caller if tls is None else tls.wrap_socket(caller, server_side=True)
                box.messages += list(_frames(plain))
                plain.close()
            except OSError:
                continue


def _frames(caller: socket.socket) -> Iterator[bytes]:
    with caller.makefile("rb") as stream:
        while True:
            length = b""
            while (digit := stream.read(1)) not in {b" ", b""}:
                length += digit
            if not digit:
                return
            yield stream.read(int(length))
