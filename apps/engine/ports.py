"""What a node may touch: small doors, implemented by apps.adapters and, in memory, by testing.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import BinaryIO, Protocol, Self, TypeAlias

from apps.engine.blob import Blob
from apps.engine.circuit import CircuitPolicy
from apps.engine.errors import PortError
from apps.engine.growing import Live, Unwatched
from apps.engine.llm import Chat, Embedding, NoModels
from apps.engine.secret import Secret
from apps.engine.swift import swift
from apps.engine.value import Json


@dataclass(frozen=True, slots=True)
class HttpProxy:
    """A server through which a call is made; a user has a password."""

    url: str | Secret
    user: str | Secret = ""
    password: str | Secret = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """A body that is read while it is sent; `open` is called again if a redirect repeats it."""

    size_bytes: int
    open: Callable[[], BinaryIO]


Into: TypeAlias = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Sink:
    """Where the body of a reply goes while it arrives, at most `most_bytes` of it.

    `choose` is given the status and the headers of the last reply; what it returns is called with each piece. None: the
    body is kept in memory and returned, as of a refusal that is to be read.
    """

    choose: Callable[[int, Mapping[str, str]], Into | None]
    most_bytes: int


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One call. `url` is absolute; `body` are the bytes to send; secrets are revealed on the wire only.

    Each list in `allowed_hosts` is a credential's: the call and its redirects go only where every one allows it.
    `connect_timeout_s` bounds the connection alone, `max_reply_bytes` the body that comes; the platform's own
    bounds hold beside them, also if they are None.
    """

    method: str
    url: str | Secret
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    body: bytes | str | Secret | Stream | None = None
    timeout_s: float = 30.0
    follow_redirects: bool = True
    allowed_hosts: tuple[tuple[str, ...], ...] = ()
    max_redirects: int | None = None
    connect_timeout_s: float | None = None
    max_reply_bytes: int | None = None
    proxy: HttpProxy | None = None
    verify_tls: bool = True
    sink: Sink | None = None


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back. Header names are lower-case; a repeated header is joined by `, `. `redirects` were followed to it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    redirects: int = 0


class Http(Protocol):
    def send(self, request: HttpRequest) -> HttpReply:
        """Make one call and return its reply, whatever its status.

        Raises:
            PortError: no reply came: `bad_url`, `bad_request`, `blocked_destination`, `credential_host`, `dns_failed`,
                `connect_failed`, `proxy_refused`, `tls_failed`, `timeout`, `connection_lost`, `bad_reply`,
                `too_large`, `too_many_redirects`, `aborted`; behind a connected account also `credential_reconnect`,
                `credential_unavailable`.
        """
        ...


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """A script to be run: its text, what it reads as `ctx`, and what it may take."""

    language: str
    source: str
    roots: Mapping[str, Json] = field(default_factory=dict)
    timeout_s: float = 30.0
    memory_mb: int = 128


@dataclass(frozen=True, slots=True)
class ConsoleLine:
    """One line that a script wrote; `level` is debug, info, warning or error."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class CodeFault:
    """Why a script gave no result. `line` and `column` count from 1 in its own text, where that is known.

    `code` is `code_error`, `code_timeout`, `out_of_memory`, `output_not_json`, `output_too_large`,
    `code_crashed`, `code_lost`, `code_busy` or `code_unavailable`.
    """

    code: str
    message: str
    is_retryable: bool = False
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class CodeReply:
    """What came of a script: its result or its fault, and what it wrote, as far as that is kept."""

    value: Json = None
    lines: tuple[ConsoleLine, ...] = ()
    lines_dropped: int = 0
    fault: CodeFault | None = None


class Code(Protocol):
    def run(self, request: CodeRequest) -> CodeReply:
        """Run a script where it can reach nothing but `ctx`, and return what came of it.

        Raises:
            PortError: `aborted`, the execution was cancelled meanwhile.
        """
        ...


@dataclass(frozen=True, slots=True)
class MailRequest:
    """One message for one mail server: what is sent, whom it is from and to whom it goes.

    `security` is `starttls`, `tls` or `none`; a password is never sent without encryption.
    """

    host: str
    port: int
    security: str
    sender: str
    recipients: tuple[str, ...]
    message: bytes | Stream
    username: str = ""
    password: Secret | None = None
    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class MailReply:
    """What the server said when it took the message."""

    answer: str


class Mail(Protocol):
    def send(self, request: MailRequest) -> MailReply:
        """Hand one message to its server, for all of its recipients or for none.

        Raises:
            PortError: it was not taken: `bad_request`, `blocked_destination`, `dns_failed`, `connect_failed`,
                `tls_failed`, `timeout`, `connection_lost`, `bad_reply`, `mail_auth_failed`, `mail_refused`, `aborted`;
                or nobody knows: `mail_unknown`.
        """
        ...


class NoMail:
    """No way to send mail."""

    def send(self, request: MailRequest) -> MailReply:
        """Send nothing.

        Raises:
            PortError: `mail_unavailable`, always.
        """
        raise PortError("mail_unavailable", f"no mail can be sent here, nor to {request.host}")


class Clock(Protocol):
    def monotonic_s(self) -> float:
        """Return seconds that only ever grow; the zero means nothing."""
        ...

    def now(self) -> datetime:
        """Return the time of day in UTC; never used to decide what runs."""
        ...


class Log(Protocol):
    def write(self, level: str, message: str, facts: Mapping[str, Json]) -> None:
        """Keep one line of a step: `level` is debug, info, warning or error."""
        ...


class Circuits(Protocol):
    """The circuits that all executions of a tenant share, by name."""

    def ask(self, name: str, policy: CircuitPolicy, who: str) -> datetime | None:
        """Ask for the pass `who` to go through; None: it may, else when to ask again."""
        ...

    def tell(self, name: str, policy: CircuitPolicy, who: str, *, is_fine: bool | None) -> None:
        """Say how a pass ended that was let through; None: it was cancelled. Saying it twice is harmless."""
        ...


class ClosedCircuits:
    """Circuits that let everybody through, for executions that share nothing with others."""

    def ask(self, name: str, policy: CircuitPolicy, who: str) -> datetime | None:
        """Let it through."""
        return None

    def tell(self, name: str, policy: CircuitPolicy, who: str, *, is_fine: bool | None) -> None:
        """Take no notice."""


class BlobWriter(Protocol):
    """Bytes on their way into the store. Leaving the block before `finish` forgets them."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...

    def write(self, piece: bytes, /) -> int:
        """Add bytes; return how many.

        Raises:
            PortError: `blob_too_large`; `blob_store_failed`, retryable.
        """
        ...

    def finish(self) -> Blob:
        """Keep what was written, for this execution and whoever it is handed to.

        Raises:
            PortError: `blob_store_failed`, retryable.
        """
        ...


class Blobs(Protocol):
    """The binary data of one execution; a reference to anything else leads nowhere, whoever wrote it."""

    def find(self, reference: Json) -> Blob:
        """Return what a reference stands for, as the store describes it.

        Raises:
            PortError: `blob_not_found`, it is no reference, or to nothing that this execution owns;
                `blob_store_failed`, retryable.
        """
        ...

    def open(self, blob: Blob) -> BinaryIO:
        """Return a reader that holds a piece in memory, never the whole; it can seek, and is to be closed.

        Raises:
            PortError: `blob_not_found`, its bytes are gone; `blob_store_failed`, retryable.
        """
        ...

    def create(self, media_type: str, filename: str = "") -> BlobWriter:
        """Return where a new blob is written.

        Raises:
            PortError: `blob_store_failed`, retryable.
        """
        ...


@swift(frozen=True, slots=True)
class Ports:
    """The doors given to every node of one execution."""

    http: Http
    clock: Clock
    log: Log
    code: Code
    blobs: Blobs = field(kw_only=True)
    mail: Mail = field(default_factory=NoMail, kw_only=True)
    chat: Chat = field(default_factory=NoModels, kw_only=True)
    embedding: Embedding = field(default_factory=NoModels, kw_only=True)
    live: Live = field(default_factory=Unwatched, kw_only=True)
    circuits: Circuits = field(default_factory=ClosedCircuits, kw_only=True)

    def of_step(self, log: Log, http: Http) -> Ports:
        """Return the same doors with the log of one step, and with its calls."""
        return Ports(
            http=http,
            clock=self.clock,
            log=log,
            code=self.code,
            blobs=self.blobs,
            mail=self.mail,
            chat=self.chat,
            embedding=self.embedding,
            live=self.live,
            circuits=self.circuits,
        )
