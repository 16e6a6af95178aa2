"""Files and functions stay small enough to be read in one go."""

import re

from tests.house.tree import GENERATED, ROOT, files, idle, refuse, sources

SOURCE_LINES = 400
TEST_LINES = 600
COMPONENT_LINES = 250
FACADE_LINES = 150
FUNCTION_LINES = 60
# A file that only helps tests, or has them in its name, is read like any other.
TEST = re.compile(r"(^|/)(test_\w+|conftest)\.py$|\.test\.tsx?$")

# Path → lines it had when it was let in. The list may only shrink, and so may each number.
GRANDFATHERED: dict[str, int] = {}
GRANDFATHERED_AT_MOST = 0


def limit_of(name: str) -> int | None:
    """The most lines `name` may have, or None where length says nothing."""
    if name.startswith(GENERATED) or "/migrations/" in name:
        return None
    is_test = name.startswith(("tests/", "frontend/e2e/")) or TEST.search(name) is not None
    if name.endswith(".tsx"):
        return TEST_LINES if is_test else COMPONENT_LINES
    if not name.endswith((".py", ".ts", ".css")):
        return None
    if name.endswith("/facade.py"):
        return FACADE_LINES
    return TEST_LINES if is_test else SOURCE_LINES


def lengths() -> dict[str, int]:
    return {
        name: (ROOT / name).read_bytes().count(b"\n")
        for name in files()
        if limit_of(name) is not None
    }


def test_no_file_outgrows_its_limit() -> None:
    refuse(
        (
            f"{name}: {length} lines, at most {allowed}"
            for name, length in lengths().items()
            for allowed in [GRANDFATHERED.get(name, limit_of(name) or 0)]
            if length > allowed
        ),
        "A file that passes its limit becomes a package of the same name:",
    )


def test_no_function_outgrows_its_limit() -> None:
    refuse(
        (
            source.at(function, f"{function.name} has {length} lines, at most {FUNCTION_LINES}")
            for source in sources()
            for function in source.functions
            for length in [(function.end_lineno or 0) - function.lineno + 1]
            if length > FUNCTION_LINES
        ),
        "A long function holds several; name them:",
    )


def test_the_list_of_grandfathers_only_shrinks() -> None:
    overdue = [
        name
        for name, length in lengths().items()
        if name in GRANDFATHERED and length > (limit_of(name) or 0)
    ]

    refuse(idle(dict.fromkeys(GRANDFATHERED, ""), overdue), "Grandfathered without need:")
    assert len(GRANDFATHERED) <= GRANDFATHERED_AT_MOST
