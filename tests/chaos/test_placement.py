"""Every named place to fail stands in the code, and no other does."""

import re
from collections import Counter
from pathlib import Path

from apps.core.failpoints import NAMES
from tests.chaos import checker, clockwork, failpoints, invariants
from tests.chaos.mutants import MUTANTS

ROOT = Path(__file__).parents[2]
CALL = re.compile(r"\bfailpoint\((.*?)\)")
FEWEST = 25


def placed() -> Counter[str]:
    """How often each name stands in the code, outside the module that defines it."""
    found: Counter[str] = Counter()
    for folder in ("apps", "gorax"):
        for file in (ROOT / folder).rglob("*.py"):
            if file != ROOT / "apps/core/failpoints.py":
                found.update(CALL.findall(file.read_text(encoding="utf-8")))
    return found


def test_every_named_failpoint_stands_in_the_code_and_no_other_does() -> None:
    names = {name.strip("\"'") for name in placed()}

    assert names == NAMES
    assert len(names) >= FEWEST


def test_failpoints_are_named_where_they_stand() -> None:
    assert [name for name in placed() if not name.startswith('"')] == []


def test_the_figures_of_the_explanation_are_those_of_the_code() -> None:
    text = (ROOT / "docs/explanation/durability.md").read_text(encoding="utf-8")

    others = [name for name in NAMES if name.startswith(failpoints.ELSEWHERE)]
    assert f"{len(NAMES) - len(others)} named places" in text
    assert f"the {len(others)} others" in text
    assert f"{len(MUTANTS)} rules" in text


def test_the_explanation_names_every_check_and_every_name_there_is_a_check() -> None:
    text = (ROOT / "docs/explanation/durability.md").read_text(encoding="utf-8")
    rows = text.partition("| must hold |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z_]+)`", rows))

    source = (ROOT / "apps/executions/services/doctor.py").read_text(encoding="utf-8")
    of_doctor = set(
        re.findall(r'^    "([a-z_]+)": r?"""$|Finding\("([a-z_]+)"', source, re.MULTILINE)
    )
    compared = {name for name in dir(checker) if name.startswith("check_")}
    assert named == (
        {name for pair in of_doctor for name in pair if name}
        | {*invariants.WITNESSED, invariants.STRAY_WORD}
        | {*compared, clockwork.wrongs.__name__}
    )
    assert re.findall(r"^\| (I\d+) ", rows, re.MULTILINE) == [f"I{n}" for n in range(1, 13)]


def test_every_broken_rule_names_a_test_that_exists_and_breaks_nothing_twice() -> None:
    named = [mutant.test.split("::") for mutant in MUTANTS]

    assert len({mutant.rule for mutant in MUTANTS}) == len(MUTANTS)
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
