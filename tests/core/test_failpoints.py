"""Failpoints: nothing unless armed, and exactly what was asked for then."""

import subprocess
import sys

import pytest

from apps.core import failpoints
from apps.core.failpoints import NAMES, FailpointError, arm, failpoint, hooked

NAME = "record.before_commit"


@pytest.fixture(autouse=True)
def _disarmed():
    yield
    arm("")


def test_an_unarmed_failpoint_does_nothing() -> None:
    for name in NAMES:
        failpoint(name)

    assert failpoints._armed == {}


def test_the_first_arrival_acts_and_no_other() -> None:
    arm(f"{NAME}:raise")

    with pytest.raises(FailpointError):
        failpoint(NAME)
    failpoint(NAME)
    failpoint("claim.before_commit")

    assert failpoints._armed[NAME].arrivals == 2


def test_the_nth_arrival_or_every_one_can_be_chosen() -> None:
    arm(f"{NAME}:raise:3, claim.before_commit:raise:*")

    failpoint(NAME)
    failpoint(NAME)
    with pytest.raises(FailpointError):
        failpoint(NAME)
    for _ in range(3):
        with pytest.raises(FailpointError):
            failpoint("claim.before_commit")


@pytest.mark.parametrize(
    "text", ["nowhere:kill", f"{NAME}:explode", NAME, f"{NAME}:kill:0", f"{NAME}:kill:x"]
)
def test_a_misspelt_failpoint_is_named_at_start_and_nothing_is_armed(text: str) -> None:
    with pytest.raises(ValueError, match="GORAX_FAILPOINTS"):
        arm(text)

    assert failpoints._armed == {}


def test_a_hook_is_called_inside_its_block_only() -> None:
    calls: list[str] = []

    with hooked(NAME, lambda: calls.append("hit"), nth=None):
        failpoint(NAME)
        failpoint(NAME)
    failpoint(NAME)

    assert calls == ["hit", "hit"]


@pytest.mark.parametrize(("action", "code"), [("kill", -9), ("exit", 86)])
def test_armed_processes_die_as_they_were_told(action: str, code: int) -> None:
    program = (
        "from apps.core.failpoints import arm, failpoint\n"
        f"arm('{NAME}:{action}')\nfailpoint('{NAME}')\nprint('survived')"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (code, b"")


def test_there_are_enough_named_places_to_fail() -> None:
    assert len(NAMES) >= 25
