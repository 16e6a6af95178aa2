"""What an execution has come to is read when somebody asks, once, and forgotten scope by scope."""

from uuid import uuid4

import pytest

from apps.engine.value import ScopeKey, StepKey
from apps.executions.services.known import Shelf

A, INNER = StepKey("a"), StepKey("loop[3]/inner")


@pytest.fixture
def stored():
    """What lies in the database, and what was read of it."""
    return {A: 1}, []


@pytest.fixture
def shelf(stored):
    rows, reads = stored

    def read(_schema, _id, keys):
        reads.append(list(keys))
        return {key: rows[key] for key in keys if key in rows}

    return Shelf("t_demo", uuid4(), read)


def test_a_value_is_read_once(shelf, stored) -> None:
    assert (shelf[A], shelf[A]) == (1, 1)
    assert stored[1] == [[A]]


def test_what_was_not_there_is_not_asked_for_again_until_somebody_has_recorded_it(
    shelf, stored
) -> None:
    rows, reads = stored
    shelf.fetch([INNER])
    rows[INNER] = 2
    assert INNER not in shelf

    shelf.look_again(INNER)

    assert shelf[INNER] == 2
    assert len(reads) == 2


def test_what_is_recorded_now_is_not_read(shelf, stored) -> None:
    shelf.put(INNER, 7)

    assert shelf[INNER] == 7
    assert stored[1] == []


def test_a_scope_that_is_over_takes_no_more_room(shelf, stored) -> None:
    shelf.put(A, 1)
    shelf.put(INNER, 2)

    shelf.forget(ScopeKey("loop[3]"))

    assert (list(shelf), len(shelf)) == ([A], 1)


def test_of_large_values_the_newest_stay_and_the_others_are_read_again(stored) -> None:
    rows, reads = stored
    rows |= {StepKey("b"): 2, StepKey("c"): 3}
    heavy: dict[StepKey, int] = {}

    def read(_schema, _id, keys):
        reads.append(list(keys))
        heavy.update(dict.fromkeys(keys, 3 * 2**20))
        return {key: rows[key] for key in keys}

    shelf = Shelf("t_demo", uuid4(), read, heavy)
    shelf.fetch([A, StepKey("b"), StepKey("c")])
    assert len(shelf) == 3

    shelf.lighten()

    assert (list(shelf), list(heavy)) == ([StepKey("c")], [StepKey("c")])
    assert (shelf[A], shelf[StepKey("c")]) == (1, 3)
    assert reads == [[A, StepKey("b"), StepKey("c")], [A]]


def test_one_value_stays_however_large_it_is(stored) -> None:
    heavy = {A: 2**30}
    shelf = Shelf("t_demo", uuid4(), lambda *_: {}, heavy)
    shelf.put(A, 1)

    shelf.lighten()

    assert shelf[A] == 1
