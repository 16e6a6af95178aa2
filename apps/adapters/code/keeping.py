"""The worker's side of the keeper: start it when it is first needed, take children from it, end them, let it go when idle."""

import array
import contextlib
import json
import logging
import os
import select
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[3]
# Loading both interpreters takes a fraction of a second; a machine that swaps gets more.
START_WITHIN_S = 30.0
IDLE_S = 300.0
LOOK_EVERY_S = 5.0
_START = "import sys; sys.path.insert(0, sys.argv[1]); from apps.adapters.code.keeper import main; main(int(sys.argv[2]))"


class KeeperLostError(Exception):
    """The keeper could not be started, or is gone."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: the status of its process, and what it said on standard error."""

    status: int
    last_words: str


@dataclass(slots=True, eq=False)
class Child:
    """One child, in its walls, waiting for its task at the other end of `sock`."""

    number: int
    language: str
    sock: socket.socket
    is_over: threading.Event = field(default_factory=threading.Event)
    ended: Ended | None = None


class Keeping:
    """One keeper and its children. `missing` says which languages it could not load, and why."""

    def __init__(self, *, idle_s: float = IDLE_S) -> None:
        self.missing: dict[str, str] = {}
        self.is_gone = False
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._children: dict[int, Child] = {}
        self._spares: dict[str, Child] = {}
        self._in_use = 0
        self._used_at = time.monotonic()
        # In memory: a worker may have no folder that it can write to.
        self._errors = os.memfd_create("keeper-errors", os.MFD_CLOEXEC)
        self._control, self.process = self._started()
        threading.Thread(target=self._listen, name="code-keeper", daemon=True).start()

    def _started(self) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-I", "-c", _START, str(ROOT), str(theirs.fileno())]
        with theirs:
            try:
                process = subprocess.Popen(  # noqa: S603 - our own program, without a shell
                    command,
                    env={},
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            except OSError as reason:
                ours.close()
                os.close(self._errors)
                raise KeeperLostError(
                    f"the keeper cannot be started ({reason.strerror})"
                ) from reason
        ours.settimeout(START_WITHIN_S)
        try:
            said = ours.recv(65536)
        except OSError:
            said = b""
        if not said:
            process.kill()
            process.wait()
            ours.close()
            shown = os.pread(self._errors, 65536, 0)[-2000:].decode("utf-8", "replace")
            os.close(self._errors)
            logger.error("code.keeper_not_started", extra={"said": shown})
            raise KeeperLostError("the keeper of the interpreters did not start")
        self.missing = json.loads(said)["missing"]
        ours.settimeout(None)
        return ours, process

    def take(self, language: str) -> Child:
        """Return a child that has done nothing yet.

        Raises:
            KeeperLostError: the keeper is gone.
        """
        with self._lock:
            if self.is_gone:
                raise KeeperLostError("the keeper of the interpreters is gone")
            child = self._spares.pop(language, None) or self._spawn(language)
            self._in_use += 1
            self._used_at = time.monotonic()
        return child

    def release(self, child: Child) -> None:
        """End a child, whatever it does, and have the next one ready for whoever comes."""
        with self._lock:
            self._in_use -= 1
            self._used_at = time.monotonic()
            self._order({"order": "kill", "id": child.number})
            child.sock.close()
            if child.language not in self._spares and not self.is_gone:
                with contextlib.suppress(KeeperLostError):
                    self._spares[child.language] = self._spawn(child.language)

    def _spawn(self, language: str) -> Child:
        ours, theirs = socket.socketpair()
        child = Child(next(self._numbers), language, ours)
        self._children[child.number] = child
        with theirs:
            order = {"order": "spawn", "id": child.number, "language": language}
            if not self._order(order, theirs.fileno()):
                del self._children[child.number]
                ours.close()
                raise KeeperLostError("the keeper of the interpreters is gone")
        return child

    def _order(self, order: dict[str, Any], descriptor: int | None = None) -> bool:
        passing = [] if descriptor is None else [_rights(descriptor)]
        try:
            self._control.sendmsg([json.dumps(order).encode()], passing)
        except OSError:
            return False
        return True

    def _listen(self) -> None:
        """Hear of deaths until the keeper is gone or has been idle for long."""
        while True:
            readable, _, _ = select.select([self._control], [], [], min(LOOK_EVERY_S, self._idle_s))
            if readable:
                try:
                    news = self._control.recv(65536)
                except OSError:
                    news = b""
                if not news:
                    break
                self._note(json.loads(news))
            elif self._is_idle():
                break
        self.close()
        self._control.close()
        os.close(self._errors)

    def _is_idle(self) -> bool:
        with self._lock:
            idle_s = time.monotonic() - self._used_at
            if self._in_use or idle_s < self._idle_s:
                return False
            self.is_gone = True
            return True

    def _note(self, news: dict[str, Any]) -> None:
        with self._lock:
            child = self._children.pop(news["id"], None)
            if child is None:
                return
            if self._spares.get(child.language) is child:
                del self._spares[child.language]
                child.sock.close()
        child.ended = Ended(news["status"], news["last_words"])
        child.is_over.set()

    def close(self) -> None:
        """End the keeper and all its children."""
        with self._lock:
            self.is_gone = True
            spares, self._spares = list(self._spares.values()), {}
            left, self._children = list(self._children.values()), {}
            # The end of this socket is what the keeper ends by.
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
        for spare in spares:
            spare.sock.close()
        for child in left:
            child.is_over.set()
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _rights(descriptor: int) -> tuple[int, int, bytes]:
    return (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]).tobytes())


_current: tuple[int, Keeping] | None = None
_starting = threading.Lock()


def keeping() -> Keeping:
    """Return this process's keeping, started if there is none (after a fork: a new one).

    Raises:
        KeeperLostError: it cannot be started.
    """
    global _current  # noqa: PLW0603 - one per process is the point
    with _starting:
        if _current is None or _current[0] != os.getpid() or _current[1].is_gone:
            _current = (os.getpid(), Keeping())
        return _current[1]
