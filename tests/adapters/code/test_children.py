"""A child lives for one script: killed, aborted, idle or orphaned, it is gone, and the next script runs."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from apps.adapters.calls import Cancellation
from apps.adapters.code.keeping import ROOT, KeeperLostError, Keeping
from apps.adapters.code.sandbox import LANGUAGES, Sandbox
from apps.adapters.errors import CallAbortedError
from apps.engine.ports import CodeReply, CodeRequest
from tests.adapters.code.processes import busy, family, is_alive
from tests.eventually import eventually

ENDLESS = {"javascript": "while (true);", "python": "while True:\n    pass"}
WORKER = """
import sys
from apps.adapters.calls import Cancellation
from apps.adapters.code.keeping import keeping
from apps.adapters.code.sandbox import Sandbox
from apps.engine.ports import CodeRequest
sandbox = Sandbox(1)
assert sandbox.why_off(sys.argv[1]) == ""
print(keeping().process.pid, flush=True)
sandbox.run(CodeRequest(sys.argv[1], sys.argv[2], timeout_s=60.0), "t_a", Cancellation())
"""


class Kept:
    """A sandbox over a keeper of its own, whose processes a test can find."""

    def __init__(self) -> None:
        self.keeping = Keeping()
        self.sandbox = Sandbox(2, keeper=lambda: self.keeping)

    def start(self, language: str, source: str, cancellation: Cancellation) -> "Running":
        request = CodeRequest(language, source, timeout_s=60.0)
        return Running(lambda: self.sandbox.run(request, "t_a", cancellation))


class Running:
    """A script that runs in a thread."""

    def __init__(self, work: Callable[[], CodeReply]) -> None:
        self.came: CodeReply | CallAbortedError | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.came = self._work()
        except CallAbortedError as error:
            self.came = error

    def end(self) -> CodeReply | CallAbortedError | None:
        self._thread.join(20)
        return self.came


@pytest.fixture
def kept(sandbox) -> Iterator[Kept]:
    """A sandbox that has been looked at, with nothing running and no spare."""
    made = Kept()
    for language in LANGUAGES:
        made.sandbox._known[language] = ("", 0.0)
    yield made
    made.keeping.close()


def spare_of(kept: Kept) -> int:
    """The process that stands ready, once the one before it is known to be dead."""
    assert eventually(lambda: len(kept.keeping._children) == len(kept.keeping._spares) == 1)
    assert eventually(lambda: len(family(kept.keeping.process.pid)) == 1)
    return family(kept.keeping.process.pid)[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_script_whose_process_is_killed_may_be_tried_again(kept, language) -> None:
    running = kept.start(language, ENDLESS[language], Cancellation())
    assert eventually(lambda: busy(kept.keeping.process.pid))
    (child, *_) = family(kept.keeping.process.pid)
    os.kill(child, signal.SIGKILL)

    fault = running.end().fault

    assert (fault.code, fault.is_retryable) == ("code_lost", True)
    assert eventually(lambda: not busy(kept.keeping.process.pid))


def test_an_interpreter_that_is_killed_under_its_child_fails_the_script(kept) -> None:
    running = kept.start("python", ENDLESS["python"], Cancellation())
    assert eventually(lambda: busy(kept.keeping.process.pid))
    (monty,) = busy(kept.keeping.process.pid)
    os.kill(monty, signal.SIGKILL)

    assert running.end().fault.code == "code_crashed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_script_that_computes_is_ended_within_moments_when_it_is_aborted(kept, language) -> None:
    cancellation = Cancellation()
    running = kept.start(language, ENDLESS[language], cancellation)
    assert eventually(lambda: busy(kept.keeping.process.pid))

    began_s = time.monotonic()
    cancellation.abort()
    came = running.end()
    took_s = time.monotonic() - began_s

    assert isinstance(came, CallAbortedError)
    assert eventually(lambda: not busy(kept.keeping.process.pid))
    assert took_s < 5


def test_a_script_that_was_aborted_before_it_began_never_begins(kept) -> None:
    cancellation = Cancellation()
    cancellation.abort()

    assert isinstance(kept.start("javascript", "return 1", cancellation).end(), CallAbortedError)
    assert family(kept.keeping.process.pid) == []


def test_a_keeper_that_is_killed_takes_its_scripts_with_it_and_another_is_started(kept) -> None:
    running = kept.start("javascript", ENDLESS["javascript"], Cancellation())
    assert eventually(lambda: busy(kept.keeping.process.pid))
    (child,) = busy(kept.keeping.process.pid)
    kept.keeping.process.kill()

    fault = running.end().fault

    assert (fault.code, fault.is_retryable) == ("code_lost", True)
    assert eventually(lambda: not is_alive(child) and kept.keeping.is_gone)
    with pytest.raises(KeeperLostError):
        kept.keeping.take("javascript")
    kept.keeping = Keeping()
    assert kept.start("javascript", "return 1", Cancellation()).end().value == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_worker_that_dies_leaves_no_process_behind(sandbox, language) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, language, ENDLESS[language]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        keeper = int(worker.stdout.readline())
        assert eventually(lambda: busy(keeper))
        left = [keeper, *family(keeper)]
        worker.kill()

    assert eventually(lambda: not any(map(is_alive, left)))


def test_every_script_has_a_process_of_its_own_and_the_next_stands_ready(kept) -> None:
    seen: set[int] = set()
    for _ in range(3):
        assert kept.start("javascript", "return 1", Cancellation()).end().value == 1
        seen.add(spare_of(kept))

    assert len(seen) == 3


def test_an_idle_keeper_is_let_go_with_all_that_stood_ready() -> None:
    keeping = Keeping(idle_s=0.2)
    child = keeping.take("javascript")
    keeping.release(child)
    left = [keeping.process.pid, *family(keeping.process.pid)]

    assert eventually(lambda: keeping.is_gone and not any(map(is_alive, left)))


def test_a_keeper_in_use_is_not_idle() -> None:
    keeping = Keeping(idle_s=0.2)
    child = keeping.take("javascript")
    child.sock.settimeout(0.6)
    with pytest.raises(TimeoutError):
        child.sock.recv(1)

    assert not keeping.is_gone
    keeping.release(child)
    keeping.close()


def test_a_child_that_died_while_it_stood_ready_is_not_handed_out(kept) -> None:
    assert kept.start("javascript", "return 1", Cancellation()).end().value == 1
    os.kill(spare_of(kept), signal.SIGKILL)
    assert eventually(lambda: not kept.keeping._spares)

    assert kept.start("javascript", "return 2", Cancellation()).end().value == 2
