"""The engine's Code port: scripts of tenants, each in a child of its own behind two walls, a few at a time.

    wait in line → take a child → hand it the script → hear its reply, or end it → end it anyway

docs/explanation/code.md says what is kept out and what is not.
"""

import json
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

from apps.adapters.calls import Cancellation
from apps.adapters.code import escapes, words
from apps.adapters.code.keeping import Child, KeeperLostError, Keeping, keeping
from apps.adapters.code.line import Line, NoPlaceError
from apps.adapters.code.words import Reply, Task, TooLongError, fault
from apps.adapters.errors import CallAbortedError
from apps.engine.ports import CodeFault, CodeReply, CodeRequest, ConsoleLine
from apps.engine.value import DEFAULT_LIMITS

logger = logging.getLogger(__name__)

LANGUAGES = ("javascript", "python")
MOST_TIMEOUT_S = 60.0
MOST_LINES = 200
MOST_CHARACTERS = 16_384
LONGEST_LINE = 2_000
# How long a script may wait for its turn; then the step fails, and may be tried again.
PATIENCE_S = 1_800.0
# A child that is this much past its time cannot say so itself any more.
GRACE_S = 3.0
# How long the news of a death may take.
NEWS_S = 2.0
CHECK_TIMEOUT_S = 2.0
CHECK_MEMORY_MB = 64
CHECK_PATIENCE_S = 5.0
# After this long a language that is off is looked at again: what was missing may be there now.
LOOK_AGAIN_S = 60.0
_MB = 1024 * 1024
_RETRYABLE = frozenset({"code_lost", "code_busy"})
_MEMORY_WORDS = ("out of memory", "memory allocation", "Allocation failed", "OOM")


class Sandbox:
    """The scripts of this process: `places` at a time, in the languages that hold on this machine."""

    def __init__(
        self,
        places: int,
        languages: Iterable[str] = LANGUAGES,
        *,
        keeper: Callable[[], Keeping] = keeping,
    ) -> None:
        self._line = Line(places)
        self._reading = Line(places)
        self._languages = frozenset(languages)
        self._keeper = keeper
        self._known: dict[str, tuple[str, float]] = {}
        self._examining = threading.Lock()

    def run(
        self,
        request: CodeRequest,
        owner: str,
        cancellation: Cancellation,
        *,
        patience_s: float = PATIENCE_S,
    ) -> CodeReply:
        """Run a script when its tenant's turn has come, and return what came of it.

        Raises:
            CallAbortedError: it was aborted meanwhile; the child is dead.
        """
        off = self.why_off(request.language)
        if off:
            return _failed("code_unavailable", off)
        task = Task(
            "run",
            request.source,
            context=json.dumps(request.roots, ensure_ascii=False),
            timeout_s=min(request.timeout_s, MOST_TIMEOUT_S),
            memory_bytes=request.memory_mb * _MB,
            most_lines=MOST_LINES,
            most_characters=MOST_CHARACTERS,
            longest_line=LONGEST_LINE,
            most_bytes=DEFAULT_LIMITS.output_bytes,
        )
        try:
            with self._line.place(owner, cancellation, patience_s):
                return _told(self.do(request.language, task, cancellation))
        except NoPlaceError:
            return _failed(
                "code_busy", f"No place to run the script came free in {patience_s:.0f} s."
            )

    def check(self, language: str, source: str) -> CodeFault | None:
        """Read a script without running any of it; return what is wrong with it."""
        off = self.why_off(language)
        if off:
            return CodeFault("code_unavailable", off)
        task = Task("check", source, timeout_s=CHECK_TIMEOUT_S, memory_bytes=CHECK_MEMORY_MB * _MB)
        try:
            with self._reading.place("", Cancellation(), CHECK_PATIENCE_S):
                return _told(self.do(language, task, Cancellation())).fault
        except NoPlaceError:
            return CodeFault(
                "code_busy", "The script was not read: too many are.", is_retryable=True
            )

    def why_off(self, language: str) -> str:
        """Return why a language is off on this machine, in a sentence; empty: it is on.

        The first look at a language runs the escape set, which takes a moment.
        """
        if language not in self._languages:
            return f"{shown(language)} is switched off in this installation."
        with self._examining:
            reason, at = self._known.get(language, ("", 0.0))
            is_known = language in self._known
            if not is_known or (reason and time.monotonic() - at > LOOK_AGAIN_S):
                reason = self._examined(language)
                self._known[language] = (reason, time.monotonic())
        return reason

    def _examined(self, language: str) -> str:
        def do(task: Task) -> Reply:
            return self.do(language, task, Cancellation())

        try:
            missing = self._keeper().missing.get(language)
        except KeeperLostError as error:
            missing = str(error)
        found = missing or escapes.found(language, do)
        if not found:
            return ""
        logger.error("code.language_off", extra={"language": language, "why": found})
        return f"{shown(language)} is off on this machine: {found}."

    def do(self, language: str, task: Task, cancellation: Cancellation) -> Reply:
        """Have a child do a task, without asking whether it may.

        Raises:
            CallAbortedError: it was aborted meanwhile.
        """
        try:
            keeper = self._keeper()
            child = keeper.take(language)
        except KeeperLostError as error:
            return Reply(fault=fault("code_lost", f"The script was not run: {error}."))
        try:
            # Whoever aborts closes our end: the wait is over at once, and the release ends the child.
            with cancellation.waking(lambda: _hang_up(child.sock)):
                reply = _heard(child, task)
            if cancellation.is_aborted:
                raise CallAbortedError("the call was aborted")
            return reply or _silent(child, task)
        finally:
            keeper.release(child)


class SandboxedCode:
    """Runs the scripts of one tenant in a sandbox. Cheap to make; aborting `cancellation` ends them."""

    def __init__(self, sandbox: Sandbox, *, owner: str, cancellation: Cancellation) -> None:
        self._sandbox = sandbox
        self._owner = owner
        self._cancellation = cancellation

    def run(self, request: CodeRequest) -> CodeReply:
        """Run a script and return what came of it.

        Raises:
            CallAbortedError: it was aborted meanwhile.
        """
        return self._sandbox.run(request, self._owner, self._cancellation)


@lru_cache(maxsize=8)
def process_sandbox(places: int, languages: tuple[str, ...] = LANGUAGES) -> Sandbox:
    """Return the sandbox that all of this process shares."""
    return Sandbox(places, languages)


def shown(language: str) -> str:
    """Return a language as people write it."""
    return {"javascript": "JavaScript", "python": "Python"}.get(language, language)


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _heard(child: Child, task: Task) -> Reply | None:
    """Return the child's reply; None: it said nothing, because it died or was hung up on."""
    within_s = task.timeout_s + GRACE_S
    child.sock.settimeout(within_s)
    try:
        words.send(child.sock, task)
        return words.receive_reply(child.sock, task.most_bytes, within_s)
    except TimeoutError:
        return Reply(fault=fault("code_timeout", task.overrun))
    except TooLongError:
        return Reply(fault=fault("output_too_large", task.too_large))
    except OSError:
        return None


def _silent(child: Child, task: Task) -> Reply:
    """Say why a child died without a word."""
    child.is_over.wait(NEWS_S)
    ended = child.ended
    if ended is None:
        return Reply(fault=fault("code_lost", "The process of the script was lost."))
    logger.warning("code.child_died", extra={"status": ended.status, "said": ended.last_words})
    number = os.WTERMSIG(ended.status) if os.WIFSIGNALED(ended.status) else 0
    if number == signal.SIGXCPU:
        return Reply(fault=fault("code_timeout", task.overrun))
    # V8 gives up by a trap, most often without a word, and in a child that is bounded because memory ran out.
    if number == signal.SIGTRAP or any(word in ended.last_words for word in _MEMORY_WORDS):
        return Reply(fault=fault("out_of_memory", task.out_of_memory))
    if number == signal.SIGKILL:
        return Reply(fault=fault("code_lost", "The process of the script was killed."))
    return Reply(fault=fault("code_crashed", "The interpreter broke down."))


def _told(reply: Reply) -> CodeReply:
    lines = tuple(ConsoleLine(line["level"], line["text"]) for line in reply.lines[:MOST_LINES])
    told = CodeReply(lines=lines, lines_dropped=reply.dropped)
    if reply.fault is not None:
        found = CodeFault(**reply.fault)
        return replace(told, fault=replace(found, is_retryable=found.code in _RETRYABLE))
    try:
        return replace(told, value=json.loads(reply.value))
    except (ValueError, RecursionError):
        return replace(told, fault=CodeFault("output_not_json", "The result is no JSON."))


def _failed(code: str, message: str) -> CodeReply:
    return CodeReply(fault=CodeFault(code, message, is_retryable=code in _RETRYABLE))
