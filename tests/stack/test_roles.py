"""Which processes there are, and what each is started with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gorax.settings import environment
from gorax.stack import roles
from gorax.stack.checkout import Checkout
from tests.stack.test_environment import LEAST


def names(folder: Path, **given: str) -> list[str]:
    env = environment.read(LEAST | given)
    return [program.name for program in roles.programs(Checkout(folder), env, {})]


def test_nothing_is_started_for_code_unless_somebody_asks_for_it(tmp_path: Path) -> None:
    usual = ["receiver", "worker-1", "dispatcher", "live", "web"]

    assert names(tmp_path) == usual
    assert names(tmp_path, GORAX_CODE_PROCESSES="2") == [*usual[:2], "code", *usual[2:]]


def test_nobody_but_who_migrates_is_told_who_owns_the_tables(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GORAX_MIGRATION_DATABASE_URL_FILE", "/run/secrets/owner")
    checkout, urls = Checkout(tmp_path), {"GORAX_MIGRATION_DATABASE_URL": "postgresql://owner@/x"}

    served = roles.programs(checkout, environment.read(LEAST), urls)
    told = {program.name: "MIGRATION" in str(program.environment) for program in served}

    assert set(told.values()) == {False}
    assert "MIGRATION" in str(roles.prepare(checkout, urls).environment)
    assert "MIGRATION" in str(checkout.environment(urls))  # of a shell, and of `make manage`


def test_code_is_run_by_as_many_processes_as_were_asked_for_and_by_no_threads() -> None:
    command = roles.code(environment.read(LEAST | {"GORAX_CODE_PROCESSES": "3"}))

    assert [
        each for each in command if each.startswith(("--pool", "--concurrency", "--queues"))
    ] == [
        "--pool=prefork",
        "--concurrency=3",
        "--queues=code",
    ]


@pytest.mark.parametrize("given", ["-1", "65"])
def test_a_number_of_processes_that_cannot_be_is_refused_by_name(given: str) -> None:
    with pytest.raises(environment.EnvironmentError_, match=r"^GORAX_CODE_PROCESSES: "):
        environment.read(LEAST | {"GORAX_CODE_PROCESSES": given})


def test_whoever_would_serve_code_with_no_process_is_told_what_to_set() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gorax.stack", "serve", "code"],
        env=os.environ | {"GORAX_CODE_PROCESSES": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "GORAX_CODE_PROCESSES: 0. Say how many" in done.stderr
