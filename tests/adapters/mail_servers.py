"""Mail servers on loopback: a real one that keeps what it takes, and one that says what a test tells it to say."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


@dataclass
class Taken:
    """One message that was taken."""

    sender: str
    recipients: list[str]
    content: bytes
    was_encrypted: bool


class Box:
    """Takes mail for everybody but those whom a test names, with the answer it gives them."""

    def __init__(self, refused: dict[str, str] | None = None) -> None:
        self.refused = refused or {}
        self.taken: list[Taken] = []
        self.signed_in: list[tuple[bytes, bytes]] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802 - the library looks for this name
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope) -> str:  # noqa: N802 - the library looks for this name
        content, people = envelope.original_content, list(envelope.rcpt_tos)
        self.taken.append(Taken(envelope.mail_from, people, content, session.ssl is not None))
        return f"250 2.0.0 Ok: queued as {len(self.taken)}"

    def authenticate(self, _server, _session, _envelope, _mechanism, said: Any) -> AuthResult:
        assert isinstance(said, LoginPassword)
        self.signed_in.append((said.login, said.password))
        return AuthResult(success=said.password == b"s3cret p\xc3\xa4ss", handled=False)


class RealServer(Controller):
    """aiosmtpd on a free port; `tls` from the first byte on, `starttls` when asked for."""

    def __init__(
        self,
        box: Box,
        *,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        **more: Any,
    ) -> None:
        self._starttls = starttls
        self._more = more
        super().__init__(box, hostname="127.0.0.1", port=free_port(), ssl_context=tls)

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            hostname="mail.example.com",
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            authenticator=self.handler.authenticate,
            **self._more,
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@dataclass
class ScriptedServer:
    """Answers each line, in capitals, by the longest of `answers` that it begins with; None hangs up, "" says nothing.

    Everything between DATA and its lonely dot is one line, named by the dot.
    """

    answers: dict[str, str | None]
    heard: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        with suppress(OSError):
            connection, _ = self._socket.accept()
            with connection, connection.makefile("rb") as reader:
                self._talk(connection.sendall, reader.readline)

    def _talk(self, send: Callable[[bytes], object], readline: Callable[[], bytes]) -> None:
        answer, is_data = self.answers.get("", "220 ready"), False
        while answer is not None:
            if answer:
                send(answer.encode() + b"\r\n")
            is_data = answer.startswith("354")
            raw = readline()
            while is_data and raw not in {b".\r\n", b""}:
                raw = readline()
            line = raw.decode("latin-1").strip().upper()
            if not line or line == "QUIT":
                return
            self.heard.append(line)
            usual = {
                "EHLO": "250 mail",
                "MAIL": "250 ok",
                "RCPT": "250 ok",
                "DATA": "354 go on",
                ".": "250 ok",
            }
            known = {**usual, **self.answers}
            begun = [word for word in known if word and line.startswith(word)]
            answer = known[max(begun, key=len)] if begun else "500 ?"
