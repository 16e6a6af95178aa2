"""Every row of the two founding documents leads to code and a test, or to the issue that brings it."""

import re
from dataclasses import dataclass
from functools import cache

from tests.house.tree import ROOT, refuse

PAGE = "docs/reference/seeds.md"
ROW = re.compile(
    r"^\| (?P<id>[AB]\d\S*) \| (?P<what>[^|]+) \| (?P<state>[^|]+) \|(?P<where>[^|]*)\|$",
    re.MULTILINE,
)
# `here` rows are built; the others carry the letter of a later issue.
LETTERS = set("BCDEFGHI")


@dataclass(frozen=True)
class Row:
    """One promise of the founding documents."""

    id: str
    what: str
    state: str
    where: str

    @property
    def paths(self) -> list[str]:
        return re.findall(r"`([^`]+)`", self.where)

    @property
    def letters(self) -> set[str]:
        return set(self.state.split()) - {"here"}


@cache
def rows() -> list[Row]:
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    return [
        Row(**{key: value.strip() for key, value in found.groupdict().items()})
        for found in ROW.finditer(text)
    ]


def expected_ids() -> list[str]:
    first = [f"A{number}" for number in range(1, 172) if number != 96]
    split = [f"A96{letter}" for letter in "abcdefghijkl"]
    return [*first, *split, *(f"B{number}" for number in range(1, 62))]


def test_no_row_is_missing_and_none_is_told_twice() -> None:
    assert sorted(row.id for row in rows()) == sorted(expected_ids()), PAGE


def test_every_row_is_here_or_names_the_issue_that_brings_it() -> None:
    refuse(
        (
            f"{PAGE}: {row.id}: {row.state!r}"
            for row in rows()
            if not row.letters <= LETTERS or not row.state.split()
        ),
        f"A row is `here`, or carries letters of {', '.join(sorted(LETTERS))}, or both:",
    )


def test_every_row_that_is_here_names_paths_that_exist() -> None:
    refuse(
        (trespass for row in rows() if "here" in row.state.split() for trespass in missing(row)),
        "What is here can be opened:",
    )


def missing(row: Row) -> list[str]:
    if not row.paths:
        return [f"{PAGE}: {row.id} names no path"]
    return [
        f"{PAGE}: {row.id}: {path} is not in the tree" for path in row.paths if not stands(path)
    ]


def stands(path: str) -> bool:
    """Whether a path exists; `file::name` must also hold a function or class of that name."""
    name, _, member = path.partition("::")
    if not (ROOT / name).exists():
        return False
    return not member or bool(
        re.search(
            rf"^\s*(async )?(def|class) {re.escape(member)}\b",
            (ROOT / name).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )


def test_rows_say_something() -> None:
    refuse(
        (f"{PAGE}: {row.id}" for row in rows() if len(row.what) < 8), "A row says what it promises:"
    )
