"""The keeper: a process with both interpreters loaded and none of our secrets, which forks a child for each script.

It is started by the worker with an empty environment, reads orders from its one socket, and never reads a script. When
the socket ends, it and all its children end.
"""

import contextlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping
from typing import Any

from apps.adapters.code import child
from apps.adapters.code.child import Guest

MOST_ORDER_BYTES = 4096
LAST_WORDS_BYTES = 2000


class Keeper:
    """The children that live, by number of order and by process."""

    def __init__(self, control: socket.socket, guests: Mapping[str, Guest]) -> None:
        self._control = control
        self._guests = guests
        self._pid_by_order: dict[int, int] = {}
        self._living: dict[int, tuple[int, int]] = {}

    def keep(self) -> None:
        """Follow orders until nobody gives any."""
        woken, wake = socket.socketpair()
        woken.settimeout(0)
        wake.settimeout(0)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            readable, _, _ = select.select([self._control, woken], [], [])
            if woken in readable:
                with contextlib.suppress(BlockingIOError):
                    woken.recv(4096)
            self._bury()
            if self._control in readable and not self._obey():
                self._end_all()
                return

    def _obey(self) -> bool:
        body, descriptors, _, _ = socket.recv_fds(self._control, MOST_ORDER_BYTES, 1)
        if not body:
            return False
        order = json.loads(body)
        if order["order"] == "spawn":
            with socket.socket(fileno=descriptors[0]) as theirs:
                self._spawn(order["id"], order["language"], theirs)
        elif (pid := self._pid_by_order.get(order["id"])) is not None:
            _kill(pid)
        return True

    def _spawn(self, number: int, language: str, theirs: socket.socket) -> None:
        words = os.memfd_create("last-words", os.MFD_CLOEXEC)
        keeper = os.getpid()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            child.live(keeper, self._guests[language], theirs, words)
        self._pid_by_order[number] = pid
        self._living[pid] = (number, words)

    def _bury(self) -> None:
        """Take note of who died. The number of a dead child is ours until it is waited for: its group goes first."""
        while self._living:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if dead is None:
                return
            _kill(dead.si_pid)
            _, status = os.waitpid(dead.si_pid, 0)
            number, words = self._living.pop(dead.si_pid)
            del self._pid_by_order[number]
            told = os.pread(words, LAST_WORDS_BYTES, 0).decode("utf-8", "replace")
            os.close(words)
            self._tell({"id": number, "status": status, "last_words": told})

    def _tell(self, news: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            self._control.send(json.dumps(news).encode(), socket.MSG_DONTWAIT)

    def _end_all(self) -> None:
        for pid in self._living:
            _kill(pid)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def main(descriptor: int) -> None:
    """Load the interpreters and keep."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    guests, missing = child.load()
    control.send(json.dumps({"id": 0, "missing": missing}).encode())
    Keeper(control, guests).keep()


if __name__ == "__main__":
    main(int(sys.argv[1]))
