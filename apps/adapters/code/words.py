"""What keeper, children and the worker say to each other: length, then JSON."""

import json
import socket
import struct
import time
from dataclasses import asdict, dataclass, field
from typing import Any

_LENGTH = struct.Struct("!I")
CHUNK_BYTES = 1024 * 1024
# Beside its value a reply holds the lines that were kept, and one failure.
MOST_FACTS_BYTES = 1024 * 1024


class TooLongError(Exception):
    """A message is longer than its reader allows."""


@dataclass(slots=True)
class Task:
    """What a child is to do: `run` a script, `check` that it can be read, or `probe` its own walls."""

    do: str
    source: str = ""
    context: str = "{}"
    timeout_s: float = 1.0
    memory_bytes: int = 0
    most_lines: int = 0
    most_characters: int = 0
    longest_line: int = 0
    most_bytes: int = 0
    targets: dict[str, Any] = field(default_factory=dict)

    @property
    def overrun(self) -> str:
        """The sentence for a script whose time is up."""
        return f"The script did not end within {self.timeout_s:g} s."

    @property
    def too_large(self) -> str:
        """The sentence for a result that takes too much room."""
        return f"The result takes more than {self.most_bytes} bytes."

    @property
    def out_of_memory(self) -> str:
        """The sentence for a script that takes too much memory."""
        return f"The script needs more than {self.memory_bytes // (1024 * 1024)} MB of memory."


@dataclass(slots=True)
class Reply:
    """What a child says at the end; `value` is JSON text."""

    value: str = "null"
    lines: list[dict[str, str]] = field(default_factory=list)
    dropped: int = 0
    fault: dict[str, Any] | None = None
    breaches: list[str] = field(default_factory=list)


def fault(
    code: str, message: str, *, line: int | None = None, column: int | None = None
) -> dict[str, Any]:
    """Return a failure as it travels."""
    return {"code": code, "message": message, "line": line, "column": column}


def send(sock: socket.socket, message: Task | Reply) -> None:
    """Send one message; of a reply the value travels behind the rest, as the text that it is.

    Raises:
        OSError: nobody listens any more.
    """
    facts = asdict(message)
    parts = [facts.pop("value").encode("utf-8", "replace")] if isinstance(message, Reply) else []
    for part in (json.dumps(facts).encode(), *parts):
        sock.sendall(_LENGTH.pack(len(part)))
        sock.sendall(part)


def receive_task(sock: socket.socket, most_bytes: int) -> Task | None:
    """Return the task; None: nobody has any.

    Raises:
        TooLongError: it is longer than `most_bytes`.
        TimeoutError: it did not come in time.
    """
    body = receive(sock, most_bytes)
    return None if body is None else Task(**json.loads(body))


def receive_reply(sock: socket.socket, most_value_bytes: int, within_s: float) -> Reply | None:
    """Return a child's reply; None: it is gone. All of it must have come `within_s` seconds: a child may dawdle.

    Raises:
        TooLongError: it says more than it may.
        TimeoutError: it did not come in time.
    """
    over_at = time.monotonic() + within_s
    facts, value = receive(sock, MOST_FACTS_BYTES, over_at), None
    if facts is not None:
        value = receive(sock, max(most_value_bytes, MOST_FACTS_BYTES), over_at)
    if facts is None or value is None:
        return None
    return Reply(value=value.decode("utf-8", "replace"), **json.loads(facts))


def receive(sock: socket.socket, most_bytes: int, over_at: float | None = None) -> bytes | None:
    """Return the next part of a message; None: the other side is gone.

    Raises:
        TooLongError: it is longer than `most_bytes`.
        TimeoutError: it was not there at `over_at`.
    """
    head = _exactly(sock, _LENGTH.size, over_at)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > most_bytes:
        raise TooLongError
    return _exactly(sock, length, over_at)


def _exactly(sock: socket.socket, count: int, over_at: float | None) -> bytes | None:
    parts: list[bytes] = []
    while count:
        if over_at is not None:
            # Zero would mean not to wait at all, and less is no time.
            sock.settimeout(max(0.001, over_at - time.monotonic()))
        part = sock.recv(min(count, CHUNK_BYTES))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
