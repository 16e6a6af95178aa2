"""Python in a child: Monty, an interpreter of a subset that knows no world. Runs in the child only.

Monty is a program of its own: the child starts it inside its walls, bounds it, and speaks with it.
"""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic_monty import (
    Monty,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
    ResourceLimits,
)
from pydantic_monty._binary import find_monty_binary

from apps.adapters.code import jail, probe, seccomp
from apps.adapters.code.landlock import EXECUTE, READ_DIR, READ_FILE
from apps.adapters.code.words import Reply, Task, fault

# What Monty itself needs beside the heap that it counts.
SPARE_BYTES = 64 * 1024 * 1024
# What the child may take that speaks with it: the result comes as Python's objects, which are larger.
OWN_BYTES, OWN_CPU_S = 512 * 1024 * 1024, 20.0
DEEPEST_CALL = 400
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
_MORE = ("/etc/ld.so.cache", "/usr/share/zoneinfo")

# `ctx.trigger` and `ctx["trigger"]` are the same, as in JavaScript.
PRELUDE = """
class Context:
    def __init__(self, roots):
        self._roots = roots
        for name in roots:
            setattr(self, name, roots[name])
    def __getitem__(self, name):
        return self._roots[name]
ctx = Context(roots_)
context = ctx
"""


class Guest:
    """Monty as the keeper has found it: its program is open, for its path may lie where a child cannot go."""

    def __init__(self) -> None:
        self._binary = os.open(find_monty_binary(), os.O_RDONLY | os.O_CLOEXEC)

    def descriptors(self) -> set[int]:
        """Monty's program stays open."""
        return {self._binary}

    def allowed(self) -> list[tuple[str | int, int]]:
        """Monty, and the libraries that it is linked to."""
        reading = READ_FILE | READ_DIR
        return [
            (self._binary, EXECUTE | READ_FILE),
            *((place, reading | EXECUTE) for place in _LIBRARIES),
            *((place, reading) for place in _MORE),
        ]

    def start(self, size: int) -> "Python":
        """Start Monty."""
        os.close(size)
        return Python(self._binary)


class Python:
    """One Monty, for one script. A thread of its own speaks with it, and its filter is what Monty inherits."""

    def __init__(self, binary: int) -> None:
        self._pool = Monty(binary_path=f"/proc/self/fd/{binary}", max_processes=1)
        self._thread = ThreadPoolExecutor(1, initializer=_enter_filter)
        jail.may_be_looked_at(yes=True)
        self._thread.submit(self._pool.__enter__).result()

    def probe(self, task: Task) -> Reply:
        """Try to get out, where Monty stands: behind the same filter, with the same bounds."""
        jail.may_be_looked_at(yes=False)
        jail.bound(task.memory_bytes + SPARE_BYTES, task.timeout_s)
        work = self._thread.submit(probe.breaches, task.targets, task.memory_bytes)
        return Reply(breaches=work.result())

    def check(self, task: Task) -> Reply:
        """Read the script without running any of it: all of it is read before the `return` above it is reached."""
        reply = self._fed(task, lambda session: session.feed_run(f"return\n{task.source}"))
        if reply.fault is not None and reply.fault["line"] is not None:
            reply.fault["line"] = max(1, reply.fault["line"] - 1)
        return reply

    def run(self, task: Task) -> Reply:
        """Run the script to its result, its failure or its end of time."""
        lines = _Lines(task)

        def feed(session: MontySession) -> str:
            session.feed_run(PRELUDE, inputs={"roots_": json.loads(task.context)})
            return _json_of(session.feed_run(task.source, print_callback=lines.take))

        reply = self._fed(task, feed)
        reply.lines, reply.dropped = lines.all(), lines.dropped
        return reply

    def _fed(self, task: Task, feed: Callable[[MontySession], str | None]) -> Reply:
        session = self._pool.checkout(script_name="script.py", limits=_limits(task))
        self._thread.submit(session.__enter__).result()
        pid = session.worker_pid
        if pid is None:
            raise seccomp.JailError("the interpreter is gone before it began")
        jail.bound(task.memory_bytes + SPARE_BYTES, task.timeout_s, pid)
        jail.bound(task.memory_bytes * 4 + OWN_BYTES, task.timeout_s + OWN_CPU_S)
        jail.may_be_looked_at(yes=False)
        seccomp.install(seccomp.COMPUTING, [seccomp.only_itself(os.getpid())], all_threads=False)
        try:
            value = self._thread.submit(feed, session).result()
        except _NotJsonError as error:
            return Reply(fault=fault("output_not_json", f"The result is no JSON: {error}."))
        except MontyCrashedError as error:
            if error.timed_out:
                return Reply(fault=fault("code_timeout", task.overrun))
            return Reply(fault=fault("code_crashed", "The interpreter broke down."))
        except MontyError as error:
            return Reply(fault=_fault_of(error, task))
        return Reply(value=value or "null")


def _enter_filter() -> None:
    rules = (*seccomp.READING, seccomp.only_itself(os.getpid()))
    seccomp.install(seccomp.STARTING, rules, all_threads=False)


def _limits(task: Task) -> ResourceLimits:
    return {
        "max_memory": task.memory_bytes,
        "max_feed_duration_secs": task.timeout_s,
        "max_recursion_depth": DEEPEST_CALL,
        "max_total_sleep_secs": 0.0,
    }


class _Lines:
    """What was printed, as far as it is kept."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._kept: list[dict[str, str]] = []
        self._characters = 0
        self._open = {"stdout": "", "stderr": ""}
        self.dropped = 0

    def take(self, stream: str, text: str) -> None:
        """Take in a piece of output: some lines, and the beginning of another."""
        *whole, rest = (self._open[stream] + text).split("\n")
        for line in whole:
            self._keep(stream, line)
        self._open[stream] = rest[: self._task.longest_line]

    def all(self) -> list[dict[str, str]]:
        """Return the lines, with what was printed last."""
        for stream, rest in self._open.items():
            if rest:
                self._keep(stream, rest)
        return self._kept

    def _keep(self, stream: str, line: str) -> None:
        task = self._task
        if len(self._kept) >= task.most_lines or self._characters >= task.most_characters:
            self.dropped += 1
            return
        level = "info" if stream == "stdout" else "error"
        self._kept.append({"level": level, "text": line[: task.longest_line]})
        self._characters += len(self._kept[-1]["text"])


class _NotJsonError(Exception):
    """The result cannot be written as JSON; the text says why."""


def _json_of(value: Any) -> str:
    try:
        return json.dumps(value, default=_refuse, allow_nan=False, ensure_ascii=False)
    except ValueError as error:
        is_number = "Out of range" in str(error)
        reason = (
            "it holds a number that is not finite"
            if is_number
            else "it holds a number that is too long"
        )
        raise _NotJsonError(reason) from error
    except TypeError as error:
        raise _NotJsonError("its keys must be texts") from error
    except RecursionError as error:
        raise _NotJsonError("it is nested too deeply") from error


def _refuse(value: Any) -> Any:
    name = getattr(value, "name", None) if type(value).__module__ == "pydantic_monty" else None
    raise _NotJsonError(f"it holds a {name or type(value).__name__}")


def _fault_of(error: MontyError, task: Task) -> dict[str, Any]:
    kind, message = type(error.exception()).__name__, str(error)
    if kind == "TimeoutError" and "feed time limit" in message:
        return fault("code_timeout", task.overrun)
    if kind == "MemoryError":
        return fault("out_of_memory", task.out_of_memory)
    if kind == "TimeoutError" and "sleep limit" in message:
        message = "A script cannot sleep; put a delay before or after it."
    if isinstance(error, MontySyntaxError):
        message = f"SyntaxError: {message}"
    frames = error.traceback() if isinstance(error, MontySyntaxError | MontyRuntimeError) else []
    own = [frame for frame in frames if frame.filename.startswith("<python-input-")]
    line, column = (own[-1].line, own[-1].column) if own else (None, None)
    return fault("code_error", message[:2000], line=line, column=column)
