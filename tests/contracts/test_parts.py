"""A share of a rotating set and the others are the whole: nothing falls between them, and nothing else waits."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.__main__ import ALWAYS, chosen_of, journeys
from tests.house.tree import ROOT
from tests.parts import WHOLE, part, share

SUITE = """
import pytest

def test_each_time(): ...

@pytest.mark.rotating
@pytest.mark.parametrize("number", range(7))
def test_alone(number): ...

@pytest.mark.rotating("a stack")
def test_begins_a_stack(): ...

@pytest.mark.rotating("a stack")
def test_goes_on_with_it(): ...
"""
COLLECT = """
import sys, pytest
for share in sys.argv[1:]:
    print("==", share)
    pytest.main(["-q", "--collect-only", "-pno:django", "-pno:hypothesispytest", "-pno:cacheprovider", *share.split()])
"""
STACK = {"test_begins_a_stack", "test_goes_on_with_it"}


def collected(folder: Path, *shares: str) -> list[set[str]]:
    """Return the names of the tests that pytest would run, for each way to call it; all in one process."""
    done = subprocess.run(
        [sys.executable, "-c", COLLECT, *shares],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        {line.partition("::")[2] for line in said.splitlines() if "::" in line}
        for said in done.stdout.split("== ")[1:]
    ]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    hooks = "pytest_addoption, pytest_collection_modifyitems"
    (tmp_path / "conftest.py").write_text(f"from tests.conftest import {hooks}\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = rotating\n")
    (tmp_path / "test_some.py").write_text(SUITE)
    return tmp_path


def test_all_shares_together_are_the_whole_and_no_piece_is_in_two(suite: Path) -> None:
    whole, *shares = collected(suite, "", *(f"--part={number}/4" for number in range(1, 5)))

    assert len(whole) == 1 + 7 + 2
    assert set.union(*shares) == whole
    rotating = [each - {"test_each_time"} for each in shares]
    assert sum(len(each) for each in rotating) == 7 + 2
    assert all("test_each_time" in each for each in shares)
    assert [len(STACK & each) for each in shares].count(2) == 1


@pytest.mark.parametrize("of", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("count", [0, 1, 3, 4, 9, 250])
def test_shares_differ_by_one_piece_at_most(count: int, of: int) -> None:
    shares = [share(range(count), part(f"{number}/{of}")) for number in range(1, of + 1)]

    assert sorted(number for each in shares for number in each) == list(range(count))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_ci_counts_through_as_many_shares_as_it_makes_and_nothing_else_takes_one() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    # Without what a make around this test was told: its share would be that of the inner one.
    alone = {
        name: text for name, text in os.environ.items() if "MAKE" not in name and name != "PART"
    }
    nightly = subprocess.run(
        ["make", "-n", "nightly"], cwd=ROOT, env=alone, capture_output=True, text=True, check=True
    ).stdout

    assert 'share="$(($(git rev-list --count HEAD) % 8 + 1))/8"' in ci
    assert ci.count("PART=") == ci.count('PART="$share"') == 3
    assert "--part" not in nightly


def test_the_shares_of_the_journeys_are_all_of_them_and_some_go_each_time() -> None:
    names = [*ALWAYS, *(f"of-{number:02d}" for number in range(19))]
    whole = chosen_of(names, WHOLE)

    shares = [chosen_of(names, part(f"{number}/8")) for number in range(1, 9)]

    assert whole == [f"e2e/{name}.spec.ts" for name in sorted(names)]
    assert set().union(*shares) == set(whole)
    for files in shares:
        assert {f"e2e/{name}.spec.ts" for name in ALWAYS} <= set(files)
        assert len(files) <= len(ALWAYS) + 3


def test_every_journey_is_in_a_file_that_is_found() -> None:
    assert "e2e/journey.spec.ts" in journeys(WHOLE)
    assert all((ROOT / "frontend" / file).is_file() for file in journeys(WHOLE))
