"""In-memory ports, and graphs written down in a line: whole workflows without a network or a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from apps.engine.errors import PortError
from apps.engine.ports import HttpReply, HttpRequest, Ports
from apps.engine.secret import Secret
from apps.engine.value import Json

Handler: TypeAlias = Callable[[HttpRequest], HttpReply]

# The first moment of every in-memory execution that is not told another.
DAWN = datetime(2026, 1, 1, tzinfo=UTC)


def nobody_home(request: HttpRequest) -> HttpReply:
    """Answer no call at all, as a machine that is off.

    Raises:
        PortError: `connection_failed`, always.
    """
    raise PortError("connection_failed", "nobody answers here", is_retryable=True)


@dataclass(slots=True)
class FakeHttp:
    """A client whose world is one function; it keeps every request it was asked to send."""

    handler: Handler = nobody_home
    requests: list[HttpRequest] = field(default_factory=list)

    def send(self, request: HttpRequest) -> HttpReply:
        """Hand the request to the handler."""
        self.requests.append(request)
        return self.handler(request)


@dataclass(slots=True)
class FakeClock:
    """A clock that stands still until it is moved."""

    moment: datetime = DAWN
    seconds: float = 0.0

    def monotonic_s(self) -> float:
        """Return the seconds it was moved."""
        return self.seconds

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.moment


@dataclass(slots=True)
class FakeLog:
    """Keeps every line."""

    lines: list[tuple[str, str, Mapping[str, Json]]] = field(default_factory=list)

    def write(self, level: str, message: str, facts: Mapping[str, Json]) -> None:
        """Keep one line."""
        self.lines.append((level, message, facts))


def in_memory_ports(handler: Handler = nobody_home) -> Ports:
    """Return ports that touch nothing: calls go to `handler`, the clock stands still."""
    return Ports(FakeHttp(handler), FakeClock(), FakeLog())


def revealed(value: str | Secret | bytes | None) -> str:
    """Return what a port would put on the wire."""
    if isinstance(value, Secret):
        return value.reveal()
    return value.decode() if isinstance(value, bytes) else value or ""
