"""Nothing of the machine is in reach of a script, nor of a child whose interpreter is broken."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.adapters.calls import Cancellation
from apps.adapters.code import escapes
from apps.adapters.code.keeping import ROOT, KeeperLostError, Keeping
from apps.adapters.code.sandbox import LANGUAGES, Sandbox
from apps.adapters.code.words import Reply, Task, fault
from apps.engine.ports import CodeRequest
from tests.eventually import eventually

MEMORY = escapes.MEMORY_BYTES
PROBE = "import json, sys\nfrom apps.adapters.code.probe import breaches\nprint(json.dumps(breaches(json.loads(sys.argv[1]), 1000000)))"


@pytest.fixture
def targets(tmp_path) -> Iterator[dict[str, object]]:
    """What a probe may try to reach: a file of ours, a port of ours, this process."""
    bait = tmp_path / "bait"
    bait.write_bytes(b"x")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield {"pid": os.getpid(), "port": listening.getsockname()[1], "file": str(bait)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_child_cannot_get_out_even_with_python_of_its_own(sandbox, language, targets) -> None:
    task = Task("probe", targets=targets, timeout_s=20.0, memory_bytes=MEMORY)

    reply = sandbox.do(language, task, Cancellation())

    assert (reply.fault, reply.breaches) == (None, [])


def test_the_probe_gets_out_where_there_are_no_walls(targets) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(targets)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    reached = set(json.loads(done.stdout))
    assert reached >= {
        "reads a file of the system",
        "reads a file of the worker",
        "writes a file",
        "lists a folder",
        "has an environment",
        "opens a socket",
        "opens a local socket",
        "calls this machine",
        "starts a process",
        "starts a program",
        "signals the worker",
        "takes too much memory",
    }


@pytest.fixture
def own_keeping() -> Iterator[Keeping]:
    """A keeper of this test's own, with no child but those that the test takes."""
    made = Keeping()
    yield made
    made.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_child_holds_nothing_of_the_worker_and_is_nobody(own_keeping, language, tmp_path) -> None:
    with (tmp_path / "open").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        child = own_keeping.take(language)
        (pid,) = children_of(own_keeping)
        assert eventually(lambda: status(pid, "NoNewPrivs") == "1")
        assert str(tmp_path) not in " ".join(opened(pid))
        assert environment(pid) == b""
        if os.getuid() == 0:
            assert status(pid, "Uid").split() == ["65534"] * 4
            assert status(pid, "Groups") == ""
        assert status(pid, "CapEff") == "0" * 16
        own_keeping.release(child)


def children_of(kept: Keeping) -> list[int]:
    """The processes that the keeper has forked; eventually, because it does so in its own time."""
    keeper = kept.process.pid
    table = Path(f"/proc/{keeper}/task/{keeper}/children")
    assert eventually(lambda: table.read_text() != "")
    return [int(word) for word in table.read_text().split()]


def opened(pid: int) -> list[str]:
    return [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()]


def environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def status(pid: int, name: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith(f"{name}:"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_scripts_reach_nothing_but_what_every_script_has(run, language) -> None:
    assert run(language, escapes.SCRIPTS[language]).value == escapes.REACHED[language]


HARMLESS = Reply(value="42")


@pytest.mark.parametrize(
    ("replies", "why"),
    [
        ([Reply(value="41")], "a harmless script fails (no failure)"),
        ([Reply(fault=fault("code_crashed", ""))], "a harmless script fails (code_crashed)"),
        (
            [Reply(fault=fault("code_unavailable", "the kernel has no Landlock (38)"))],
            "the kernel has no Landlock (38)",
        ),
        (
            [HARMLESS, Reply(breaches=["opens a socket", "has an environment"])],
            "its walls do not hold: a process inside opens a socket, has an environment",
        ),
        (
            [HARMLESS, Reply(fault=fault("code_lost", ""))],
            "its walls cannot be tried (code_lost)",
        ),
        ([HARMLESS, Reply(), Reply(value='["process"]')], 'scripts reach ["process"]'),
        (
            [HARMLESS, Reply(), Reply(value='["1 + 1"]'), Reply(value="1")],
            "a script without an end is not ended (no failure)",
        ),
        (
            [
                HARMLESS,
                Reply(),
                Reply(value='["1 + 1"]'),
                Reply(fault=fault("code_timeout", "")),
                Reply(),
            ],
            "a script that takes all memory is not ended (no failure)",
        ),
    ],
)
def test_the_look_at_a_language_says_what_does_not_hold(replies, why) -> None:
    said = iter(replies)

    assert escapes.found("javascript", lambda _task: next(said)) == why


def test_a_language_that_does_not_hold_runs_nothing_and_says_why() -> None:
    def refuse():
        raise KeeperLostError("the keeper cannot be started (Permission denied)")

    sandbox = Sandbox(1, keeper=refuse)
    why = "Python is off on this machine: the keeper cannot be started (Permission denied)."

    assert sandbox.why_off("python") == why
    reply = sandbox.run(CodeRequest("python", "return 1"), "t_a", Cancellation())
    assert (reply.fault.code, reply.fault.message) == ("code_unavailable", why)
    assert (reply.fault.is_retryable, sandbox.check("python", "x").code) == (
        False,
        "code_unavailable",
    )


def test_a_language_that_was_switched_off_is_off() -> None:
    assert (
        Sandbox(1, ["python"]).why_off("javascript")
        == "JavaScript is switched off in this installation."
    )
