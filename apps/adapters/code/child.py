"""A child of the keeper: it walls itself in, does one task for whoever holds the other end of its socket, and dies."""

import os
import socket
from collections.abc import Callable
from typing import NoReturn, Protocol

from apps.adapters.code import jail, seccomp, words
from apps.adapters.code.words import Reply, Task, fault

# A task holds a script and what it may read; the worker judges both before.
MOST_TASK_BYTES = 64 * 1024 * 1024


class Interpreter(Protocol):
    """What does tasks in one language; made for one of them."""

    def check(self, task: Task) -> Reply: ...

    def run(self, task: Task) -> Reply: ...

    def probe(self, task: Task) -> Reply: ...


class Guest(Protocol):
    """A language as the keeper has loaded it."""

    def descriptors(self) -> set[int]:
        """Return what stays open in a child."""
        ...

    def allowed(self) -> list[tuple[str | int, int]]:
        """Return the files that a child may read and start."""
        ...

    def start(self, size: int) -> Interpreter:
        """Start the interpreter inside the walls; `size` is the table of the child's own size."""
        ...


def load() -> tuple[dict[str, Guest], dict[str, str]]:
    """Return the languages that are installed, and why the others are not there."""
    guests: dict[str, Guest] = {}
    missing: dict[str, str] = {}
    makers: dict[str, Callable[[], Guest]] = {"javascript": _javascript, "python": _python}
    for language, make in makers.items():
        try:
            guests[language] = make()
        except (ImportError, OSError) as reason:
            missing[language] = f"its interpreter is not installed ({type(reason).__name__})"
    return guests, missing


def _javascript() -> Guest:
    from apps.adapters.code import javascript

    return javascript.Guest()


def _python() -> Guest:
    from apps.adapters.code import python

    return python.Guest()


def live(keeper: int, guest: Guest, theirs: socket.socket, last_words: int) -> NoReturn:
    """Do one task and die, whatever happens."""
    try:
        _live(keeper, guest, theirs, last_words)
    except BaseException as failure:  # noqa: BLE001 - the keeper's own code must never go on in a child
        os.write(2, f"{type(failure).__name__}: {failure}"[:1000].encode())
        os._exit(1)
    os._exit(0)


def _live(keeper: int, guest: Guest, theirs: socket.socket, last_words: int) -> None:
    jail.detach()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, source in enumerate((nothing, last_words, last_words)):
        os.dup2(source, number, inheritable=True)
    size = jail.own_size()
    jail.keep_only({theirs.fileno(), size, *guest.descriptors()})
    try:
        jail.leave(keeper, guest.allowed())
        interpreter = guest.start(size)
    except seccomp.JailError as reason:
        words.send(theirs, Reply(fault=fault("code_unavailable", str(reason))))
        return
    task = words.receive_task(theirs, MOST_TASK_BYTES)
    if task is None:
        return
    do = {"run": interpreter.run, "check": interpreter.check, "probe": interpreter.probe}[task.do]
    try:
        reply = do(task)
    except seccomp.JailError as reason:
        reply = Reply(fault=fault("code_unavailable", str(reason)))
    except MemoryError:
        reply = Reply(fault=fault("out_of_memory", task.out_of_memory))
    if len(reply.value) > task.most_bytes > 0:
        reply = Reply(lines=reply.lines, fault=fault("output_too_large", task.too_large))
    words.send(theirs, reply)
