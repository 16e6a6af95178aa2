"""What a node may touch: small doors, implemented by apps.adapters and, in memory, by testing.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from apps.engine.secret import Secret
from apps.engine.value import Json


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One call. `url` is absolute; `body` are the bytes to send; secrets are revealed on the wire only."""

    method: str
    url: str | Secret
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    body: bytes | str | Secret | None = None
    timeout_s: float = 30.0
    follow_redirects: bool = True


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back. Header names are lower-case; a repeated header is joined by `, `."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Http(Protocol):
    def send(self, request: HttpRequest) -> HttpReply:
        """Make one call and return its reply, whatever its status.

        Raises:
            PortError: no reply came: `bad_url`, `bad_request`, `blocked_destination`, `dns_failed`,
                `connect_failed`, `tls_failed`, `timeout`, `connection_lost`, `bad_reply`,
                `too_large`, `too_many_redirects`, `aborted`.
        """
        ...


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


@dataclass(frozen=True, slots=True)
class Ports:
    """The doors given to every node of one execution."""

    http: Http
    clock: Clock
    log: Log
