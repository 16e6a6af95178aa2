"""One of many, by strategies that are made once: to make one anew costs more than what most examples do with it."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
# What a composite or `st.data()` draws with.
Draw = Callable[[st.SearchStrategy[Any]], Any]


@cache
def below(count: int) -> st.SearchStrategy[int]:
    """The whole numbers from 0 on, so many."""
    return st.integers(0, count - 1)


@cache
def perhaps(least: int, most: int, *, share: int = 1) -> st.SearchStrategy[int | None]:
    """A whole number between two, or, `share` times as often, none."""
    return st.one_of(*[st.none()] * share, st.integers(least, most))


def chosen(draw: Draw, choices: Sequence[T]) -> T:
    """Return one of `choices`; examples shrink towards the first."""
    return choices[draw(below(len(choices)))]
