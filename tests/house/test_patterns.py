"""Regular expressions mean the same on every Python that gorax runs on."""

import ast
from collections.abc import Iterator
from re import _constants, _parser  # the only ones who can read a pattern

from tests.house.tree import refuse, sources

CHOICES = {
    _constants.BRANCH,
    _constants.ASSERT,
    _constants.ASSERT_NOT,
    _constants.MAX_REPEAT,
    _constants.MIN_REPEAT,
}


def parts(pattern: object) -> Iterator[tuple[object, object]]:
    """Every operation of a parsed pattern with what it is about, at any depth."""
    if isinstance(pattern, _parser.SubPattern):
        for operation, about in pattern:
            yield operation, about
            yield from parts(about)
    elif isinstance(pattern, tuple | list):
        for part in pattern:
            yield from parts(part)


def is_misread(pattern: str | bytes) -> bool:
    """Whether Python before 3.11.5 misreads it: a possessive repeat of a group in which there is a choice (gh-106052)."""
    return any(
        operation is _constants.POSSESSIVE_REPEAT
        and any(each in CHOICES for each, _ in parts(about))
        for operation, about in parts(_parser.parse(pattern))
    )


def test_no_pattern_repeats_a_choice_possessively() -> None:
    refuse(
        (
            source.at(call, "write (?>(?:…)*) for (?:…)*+")
            for source in sources("apps/", "gorax/")
            for call in source.nodes(ast.Call)
            if ast.unparse(call.func).startswith("re.")
            for pattern in call.args[:1]
            if isinstance(pattern, ast.Constant)
            and isinstance(pattern.value, str | bytes)
            and is_misread(pattern.value)
        ),
        "Python before 3.11.5, which Debian 12 has, misreads a group that holds a choice and is repeated possessively:",
    )
