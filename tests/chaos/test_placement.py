"""Every named place to fail stands in the code, and no other does."""

import re
from collections import Counter
from pathlib import Path

from apps.core.failpoints import NAMES

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
