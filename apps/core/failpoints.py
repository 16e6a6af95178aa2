"""Named places where a test may kill, stop or interrupt this process. Nothing, unless armed.

`GORAX_FAILPOINTS="name:action[:nth],…"` arms them at start-up: the nth arrival (default 1, `*` = every) acts.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# The registry is explicit, so that a refactoring cannot lose one unnoticed: tests compare it with the code.
NAMES: frozenset[str] = frozenset(
    {
        "accept.before_insert",
        "accept.after_commit",
        "start.before_ticket",
        "start.after_ticket",
        "ring.before",
        "ring.after",
        "claim.before_commit",
        "claim.after_commit",
        "turn.after_load",
        "turn.after_decide",
        "step.before_running",
        "step.after_running",
        "step.before_effect",
        "step.after_effect",
        "record.before_commit",
        "record.after_commit",
        "step_ticket.before_open",
        "step_ticket.after_open",
        "step_ticket.before_poke",
        "step_ticket.after_poke",
        "release.before",
        "release.after",
        "finish.before_commit",
        "finish.after_commit",
        "wish.before_commit",
        "wish.after_commit",
        "renew.before",
        "reap.before",
        "reap.after_commit",
        "seize.before",
        "seize.after_commit",
        "cancel.before_commit",
        "cancel.after_commit",
        "child.before_start",
        "child.after_start",
        "child.before_poke",
        "error.before_start",
        "error.after_start",
        "hear.before_commit",
        "hear.after_commit",
        "hear.after_settling",
        "let_in.before",
        "hand_back.before",
        "stumble.before",
        "reseal.before",
        "reseal.before_write",
        "reseal.before_commit",
        "reseal.after_commit",
        "reseal.before_end",
        "consent.after_answer",
        "token.after_answer",
        "retain.after_upload",
        "retain.before_checkpoint",
        "retain.after_checkpoint",
        "retain.after_batch",
        "retain.after_mark",
        "stream.before_send",
        "stream.after_send",
        "stream.after_mark",
        "sign_up.before_commit",
        "sign_up.after_commit",
        "leave.before_commit",
        "leave.after_commit",
        "leave.after_files",
    }
)
ACTIONS = ("kill", "stop", "exit", "raise", "sleep")
SLEEP_S = 0.2


class FailpointError(RuntimeError):
    """What an armed failpoint raises: no refusal that any code foresees."""


@dataclass(slots=True)
class _Armed:
    action: Callable[[], None]
    nth: int | None  # None: every arrival
    arrivals: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


_armed: dict[str, _Armed] = {}


def failpoint(name: str) -> None:
    """Do what `name` is armed to do; nothing costs less than one dictionary test."""
    if _armed:
        _arrive(name)


def arm(text: str) -> None:
    """Arm by a list of `name:action[:nth]`; replaces what was armed.

    Raises:
        ValueError: an unknown name or action, or an nth that is neither a number from 1 nor `*`.
    """
    armed: dict[str, _Armed] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, rest = entry.partition(":")
        action, _, nth = rest.partition(":")
        if name not in NAMES or action not in ACTIONS:
            raise ValueError(f"GORAX_FAILPOINTS: {entry!r} names no failpoint and action")
        if nth not in {"", "*"} and (not nth.isdigit() or int(nth) < 1):
            raise ValueError(f"GORAX_FAILPOINTS: {nth!r} in {entry!r} counts nothing")
        armed[name] = _Armed(_ACTIONS[action], None if nth == "*" else int(nth or "1"))
    _armed.clear()
    _armed.update(armed)


@contextmanager
def hooked(name: str, function: Callable[[], None], *, nth: int | None = 1) -> Iterator[None]:
    """Call `function` at the nth arrival (None: at each) inside the block: for interleavings in one process.

    Raises:
        ValueError: no failpoint is called so.
    """
    if name not in NAMES:
        raise ValueError(f"{name!r} is no failpoint")
    _armed[name] = _Armed(function, nth)
    try:
        yield
    finally:
        _armed.pop(name, None)


def _arrive(name: str) -> None:
    point = _armed.get(name)
    if point is None:
        return
    with point.lock:
        point.arrivals += 1
        acts = point.nth is None or point.arrivals == point.nth
    if acts:
        point.action()


def _raise() -> None:
    raise FailpointError("armed failpoint")


_ACTIONS: dict[str, Callable[[], None]] = {
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "exit": lambda: os._exit(86),
    "raise": _raise,
    "sleep": lambda: time.sleep(SLEEP_S),
}
