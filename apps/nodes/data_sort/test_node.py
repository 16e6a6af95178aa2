"""A list is put into order."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.data_sort.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def ordered(rows, *keys):
    return try_node(NODE, {"keys": list(keys)}, Given(inputs={"before": rows}))


def test_without_keys_the_entries_themselves_are_ordered_by_kind_and_value() -> None:
    rows = ["b", 2, True, "B", 1.5, False, None, -3]

    assert ordered(rows).output == [False, True, -3, 1.5, 2, "B", "b", None]


def test_entries_that_are_equal_keep_their_order_in_either_direction() -> None:
    rows = [{"n": 1, "i": 0}, {"n": 2, "i": 1}, {"n": 1.0, "i": 2}]

    up = ordered(rows, {"path": "n"}).output
    down = ordered(rows, {"path": "n", "direction": "descending"}).output

    assert [row["i"] for row in up] == [0, 2, 1]
    assert [row["i"] for row in down] == [1, 0, 2]


@pytest.mark.parametrize("direction", ["ascending", "descending"])
@pytest.mark.parametrize(("nulls", "place"), [("first", 0), ("last", 2)])
def test_nulls_stand_where_they_are_wanted_in_either_direction(direction, nulls, place) -> None:
    rows = [{"n": 1}, {}, {"n": 2}]

    output = ordered(rows, {"path": "n", "direction": direction, "nulls": nulls}).output

    assert output.index({}) == place


def test_each_key_has_its_own_direction() -> None:
    rows = [{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}]

    output = ordered(rows, {"path": "b", "direction": "descending"}, {"path": "a"}).output

    assert output == [{"a": 1, "b": 2}, {"a": 1, "b": 1}, {"a": 2, "b": 1}]


@pytest.mark.parametrize(
    ("key", "rows", "output"),
    [
        ({"compare": "number"}, ["10", 9, " 2.5 ", "-1e2"], ["-1e2", " 2.5 ", 9, "10"]),
        ({"compare": "number"}, [2**60 + 1, str(2**60)], [str(2**60), 2**60 + 1]),
        ({"compare": "text"}, ["b", "A", "a"], ["A", "a", "b"]),
        ({"compare": "text", "ignore_case": True}, ["b", "A", "a"], ["A", "a", "b"]),
        ({"compare": "text", "ignore_case": True}, ["B", "a"], ["a", "B"]),
        ({"compare": "natural"}, ["a10", "A9", "a1b", "a"], ["a", "a1b", "A9", "a10"]),
        ({"compare": "natural"}, ["v1.10", "v1.9", "v1.09"], ["v1.9", "v1.09", "v1.10"]),
        ({"compare": "natural"}, [10, "9"], ["9", 10]),
    ],
)
def test_values_are_compared_as_their_key_says(key, rows, output) -> None:
    assert ordered(rows, key).output == output


def test_a_run_of_a_million_digits_is_ordered_in_an_instant() -> None:
    long, longer = "9" * 1_000_000, "1" + "0" * 1_000_000

    assert ordered([longer, long], {"compare": "natural"}).output == [long, longer]


def test_the_list_that_came_in_is_not_changed() -> None:
    rows = [2, 1]

    assert ordered(rows).output == [1, 2]
    assert rows == [2, 1]


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([1, [2]], {}),
        ([{"a": {}}], {"path": "a"}),
        (["1", "one"], {"compare": "number"}),
        (["1e999"], {"compare": "number"}),
        ([True], {"compare": "number"}),
        (["1" * 500], {"compare": "number"}),
        (["a", 1], {"compare": "text"}),
        ([False], {"compare": "natural"}),
    ],
)
def test_what_cannot_be_compared_is_refused_and_time_does_not_heal_it(rows, key) -> None:
    failure = ordered(rows, key).answer

    assert (failure.code, failure.is_retryable) == ("bad_entry", False)


@pytest.mark.proves("fault")
def test_a_list_that_is_too_long_fails() -> None:
    assert ordered([0] * 100_001).answer.code == "too_many_entries"


def test_what_is_no_list_fails() -> None:
    assert ordered({"a": 1}).answer.code == "bad_input"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"items": "trigger."}, ("items", "syntax_error")),
        ({"keys": "name"}, ("keys", "field_type")),
        ({"keys": ["name"]}, ("keys[0]", "field_type")),
        ({"keys": [{}] * 11}, ("keys", "field_length")),
        ({"keys": [{"path": "a + b"}]}, ("keys[0].path", "bad_path")),
        ({"keys": [{"path": 7}]}, ("keys[0].path", "field_type")),
        ({"keys": [{"direction": "up"}]}, ("keys[0].direction", "field_choice")),
        ({"keys": [{"nulls": "never"}]}, ("keys[0].nulls", "field_choice")),
        ({"keys": [{"compare": "colour"}]}, ("keys[0].compare", "field_choice")),
        (
            {"keys": [{"compare": "text", "ignore_case": "yes"}]},
            ("keys[0].ignore_case", "field_type"),
        ),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
