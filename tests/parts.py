"""Shares of what is too much for each run: `2/4` is the second of four, and together they are the whole.

A test says by `@pytest.mark.rotating` that it may wait for its share. Tests with the same word, as in
`rotating("upgrade")`, are one piece: they share what is dear. docs/adr/0040 says what may rotate and what never does.
"""

import argparse
from collections.abc import Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")
Part = tuple[int, int]
WHOLE: Part = (0, 1)


def part(text: str) -> Part:
    """Return where a share such as `2/4` begins and how far apart its pieces stand; neighbours fall into different ones."""
    number, _, of = text.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(f"{text!r} is no share such as 2/4")
    return int(number) - 1, int(of)


def share(pieces: Sequence[T], chosen: Part) -> Sequence[T]:
    """Return the pieces of one share."""
    first, step = chosen
    return pieces[first::step]


def piece_of(item: pytest.Item) -> str | None:
    """Return the piece of a rotating set that a test is or belongs to; None: it runs each time."""
    mark = item.get_closest_marker("rotating")
    if mark is None:
        return None
    return str(mark.args[0]) if mark.args else item.nodeid


def left_out(items: Sequence[pytest.Item], chosen: Part) -> list[pytest.Item]:
    """Return the tests that wait for another share."""
    pieces = {item: piece_of(item) for item in items}
    names = sorted({name for name in pieces.values() if name is not None})
    kept = {None, *share(names, chosen)}
    return [item for item, name in pieces.items() if name not in kept]
