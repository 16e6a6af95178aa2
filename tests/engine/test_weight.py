"""How large a value is, told in bounded work."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine.state import StepStatus
from apps.engine.value import Json, size_bytes
from apps.engine.weight import Excess, weigh

MANY = 10**9
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


class Counted(list[Json]):
    """A list that knows how often somebody went through it."""

    visits = 0

    def __iter__(self) -> Iterator[Json]:
        self.visits += 1
        return super().__iter__()


def doubled(leaf: Json, times: int) -> Json:
    value = leaf
    for _ in range(times):
        value = {"a": value, "b": value}
    return value


@given(JSON)
@settings(max_examples=100, deadline=None)
def test_a_value_weighs_what_its_json_takes_and_not_a_byte_less(value: Json) -> None:
    size = size_bytes(value)

    assert weigh(value, size) == size
    assert weigh(value, size - 1) is Excess.BYTES


@pytest.mark.parametrize("value", [doubled([1], 10), doubled([], 3), [[[1]] * 3] * 3, 10**3000])
def test_what_is_shared_weighs_each_time_it_stands(value: Json) -> None:
    assert weigh(value, MANY) == size_bytes(value)


def test_a_value_that_holds_itself_a_billion_times_is_looked_at_once() -> None:
    leaf = Counted([1])

    assert weigh(doubled(leaf, 30), MANY) is Excess.BYTES
    assert weigh(doubled(leaf, 30), 2**40) == 2**30 * 3 + (2**30 - 1) * 11
    assert leaf.visits == 2


def test_a_walk_ends_where_the_bound_is_passed() -> None:
    late = Counted([1])

    assert weigh(["x" * 100, late], 100) is Excess.BYTES
    assert weigh([1] * 100, 100) is Excess.BYTES
    assert late.visits == 0


@pytest.mark.parametrize(
    ("value", "depth"), [(1, 0), ([], 1), ({"a": [1]}, 2), ([[[]], []], 3), (doubled(1, 64), 64)]
)
def test_lists_and_objects_may_lie_so_deep(value: Json, depth: int) -> None:
    assert isinstance(weigh(value, 2**80, depth), int)
    assert depth == 0 or weigh(value, 2**80, depth - 1) is Excess.DEPTH


def test_a_shared_part_counts_as_deep_as_it_lies() -> None:
    part: Json = [[1]]

    assert weigh([part, [part]], MANY, 3) is Excess.DEPTH
    assert weigh([part, [part]], MANY, 4) == size_bytes([part, [part]])


def test_a_circle_has_no_end_and_is_too_deep() -> None:
    circle: list[Json] = []
    circle.append(circle)

    assert weigh(circle, MANY, 64) is Excess.DEPTH


def test_an_integer_that_python_does_not_write_is_weighed_by_its_bits() -> None:
    assert weigh(10**5000, MANY) == 5000


def test_what_is_no_json_weighs_what_is_said() -> None:
    assert weigh([math.nan, (1, 2)], MANY, foreign=lambda _: 7) == len("[NaN,]") + 7
    assert weigh({(): 1}, MANY) == len("{_:1}")


def test_a_word_of_an_enumeration_weighs_what_its_text_takes() -> None:
    assert weigh(StepStatus.QUEUED, 100) == weigh([StepStatus.QUEUED], 100) - 2 == len('"queued"')


@pytest.mark.parametrize("count", [0, 1, 16, 17])
def test_an_object_weighs_the_same_however_many_plain_parts_it_has(count: int) -> None:
    value: dict[str, Json] = {f"n{number}": "é" for number in range(count)}

    assert weigh(value, size_bytes(value)) == size_bytes(value)
    assert weigh(value, size_bytes(value) - 1) is Excess.BYTES
