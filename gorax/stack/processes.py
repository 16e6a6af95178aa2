"""Which processes and ports are whose: found by what was recorded, never by name alone."""

import contextlib
import errno
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gorax.stack.child import boot_id, started_at
from gorax.stack.places import StackError

# In the environment of every process of the stack; its value is the checkout's path.
MARK = "GORAX_STACK"
END_WITHIN_S = 30.0
LISTENING = "0A"


@dataclass(frozen=True, slots=True)
class Process:
    """A live process, told from a later one with the same id by its start time."""

    id: int
    started_at: int
    name: str

    @property
    def is_alive(self) -> bool:
        return started_at(self.id) == self.started_at

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless it is gone."""
        if self.is_alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.id, number)


def left_over(records: list[Path], checkout: Path) -> list[Process]:
    """Return the live processes that an earlier start of *this* checkout left behind.

    They are those that `records` name (id and start time of this boot), and those that carry this
    checkout's mark (children of recorded ones). Another checkout's are never among them.
    """
    found = {process.id: process for file in records if (process := _recorded(file)) is not None}
    for process_id in _process_ids():
        if (
            process_id not in found
            and process_id != os.getpid()
            and _mark(process_id) == str(checkout)
        ):
            began = started_at(process_id)
            if began is not None:
                found[process_id] = Process(process_id, began, _command(process_id))
    return list(found.values())


def end(processes: list[Process], *, within_s: float = END_WITHIN_S) -> None:
    """Ask these processes to end, PostgreSQL cleanly; kill what is still there after `within_s`."""
    for process in processes:
        process.send(signal.SIGINT if process.name == "postgres" else signal.SIGTERM)
    ends_at = time.monotonic() + within_s
    while any(process.is_alive for process in processes) and time.monotonic() < ends_at:
        time.sleep(0.05)
    for process in processes:
        process.send(signal.SIGKILL)


def require_free(port: int, *, host: str, variable: str, purpose: str) -> None:
    """Return if `port` can be listened on.

    Raises:
        StackError: it is taken, or not ours to take; the message says by whom and what to do.
    """
    with socket.socket() as probe:
        # Without REUSEPORT: a server that has set it would let a second one in unnoticed.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as reason:
            if reason.errno == errno.EADDRINUSE:
                message = (
                    f"Port {port} ({purpose}) is taken{_holder(port)}. End that program, or choose "
                    f"another port: {variable}=<port> make up"
                )
            else:
                message = f"Port {port} ({purpose}) on {host}: {reason.strerror}. Set {variable} to another port."
            raise StackError(message) from reason


def keep(port: int, *, host: str) -> socket.socket:
    """Return a socket that keeps a free port from other starts until it is closed.

    Servers that set SO_REUSEPORT, as ours do, listen beside it; it never listens, so no caller reaches it.

    Raises:
        StackError: somebody took the port a moment ago.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        kept.bind((host, port))
    except OSError as reason:
        kept.close()
        raise StackError(f"Port {port} was taken just now. Start again.") from reason
    return kept


def _recorded(file: Path) -> Process | None:
    try:
        fact = json.loads(file.read_text(encoding="ascii"))
        process = Process(int(fact["pid"]), int(fact["started_at"]), file.stem)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return process if fact["boot_id"] == boot_id() and process.is_alive else None


def _process_ids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _mark(process_id: int) -> str:
    with contextlib.suppress(OSError):
        for variable in Path(f"/proc/{process_id}/environ").read_bytes().split(b"\0"):
            name, _, value = variable.partition(b"=")
            if name == MARK.encode():
                return os.fsdecode(value)
    return ""


def _command(process_id: int) -> str:
    with contextlib.suppress(OSError):
        return (
            Path(f"/proc/{process_id}/comm").read_text(encoding="utf-8", errors="replace").strip()
        )
    return "?"


def _holder(port: int) -> str:
    """Return ` by <program> (process <id>)` if we may know who listens on `port`, else nothing."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    for process_id in _process_ids():
        with contextlib.suppress(OSError):
            for descriptor in Path(f"/proc/{process_id}/fd").iterdir():
                if str(descriptor.readlink()) in inodes:
                    return f" by {_command(process_id)} (process {process_id})"
    return ""
