"""A list is taken apart."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.data_split.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def split(rows, **config):
    return try_node(NODE, config, Given(inputs={"before": rows}))


@pytest.mark.parametrize(
    ("config", "output"),
    [
        ({}, [[1, 2, 3, 4, 5]]),
        ({"size": 2}, [[1, 2], [3, 4], [5]]),
        ({"size": 5}, [[1, 2, 3, 4, 5]]),
        ({"mode": "parts", "size": 2}, [[1, 2, 3], [4, 5]]),
        ({"mode": "parts", "size": 1}, [[1, 2, 3, 4, 5]]),
        ({"mode": "parts", "size": 6}, [[1], [2], [3], [4], [5], []]),
    ],
)
def test_a_list_becomes_lists(config, output) -> None:
    assert split([1, 2, 3, 4, 5], **config).output == output


def test_nothing_makes_no_batches_and_empty_parts() -> None:
    assert split([], size=2).output == []
    assert split([], mode="parts", size=2).output == [[], []]


@pytest.mark.parametrize(
    ("row", "output"),
    [
        ({"a": [1, 2], "b": 0}, [{"a": 1, "b": 0}, {"a": 2, "b": 0}]),
        ({"a": 7}, [{"a": 7}]),
        ({"a": {"x": 1}}, [{"a": {"x": 1}}]),
        ({"a": []}, []),
        ({"a": None}, []),
        ({"b": 1}, []),
        (None, []),
    ],
)
def test_each_element_stands_in_the_place_of_its_list(row, output) -> None:
    assert split([row], mode="field", path="a").output == output


def test_a_list_that_lies_deep_is_replaced_where_it_lies_and_its_entry_is_not_changed() -> None:
    row = {"order": {"lines": [1, 2], "id": 7}, "x": 1}

    output = split([row], mode="field", path="order.lines").output

    assert output == [
        {"order": {"lines": 1, "id": 7}, "x": 1},
        {"order": {"lines": 2, "id": 7}, "x": 1},
    ]
    assert row["order"]["lines"] == [1, 2]


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(("rows", "path"), [([1], "a"), ([{"a": [1]}], "a.b"), (["x"], "a[0]")])
def test_a_path_through_no_object_is_refused_and_time_does_not_heal_it(rows, path) -> None:
    failure = split(rows, mode="field", path=path).answer

    assert (failure.code, failure.is_retryable) == ("bad_entry", False)


@pytest.mark.proves("fault")
def test_many_elements_beside_much_else_fail_before_they_are_made() -> None:
    row = {"list": [0] * 50_000, **{f"field {number}": number for number in range(10_000)}}

    assert split([row], mode="field", path="list").answer.code == "output_too_large"


@pytest.mark.parametrize("elements", [[0], [0, 1]])
def test_entries_that_are_large_together_fail(elements) -> None:
    rows = [{"list": elements, "text": "x" * 900_000} for _ in range(12)]

    assert split(rows, mode="field", path="list").answer.code == "output_too_large"
    only = split(rows, mode="field", path="list", only_elements=True)
    assert only.output == elements * 12


def test_more_elements_than_a_list_may_have_fail() -> None:
    rows = [{"a": [0] * 60_000}, {"a": [0] * 60_000}]

    tried = split(rows, mode="field", path="a", only_elements=True)

    assert tried.answer.code == "too_many_entries"


def test_a_path_that_names_nothing_fails() -> None:
    assert split([{"a": [1]}], mode="field", path=" ").answer.code == "bad_path"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"items": "trigger."}, ("items", "syntax_error")),
        ({"mode": "halves"}, ("mode", "field_choice")),
        ({"size": 0}, ("size", "field_range")),
        ({"size": 1.5}, ("size", "field_type")),
        ({"mode": "field"}, ("path", "field_required")),
        ({"mode": "field", "path": "a + b"}, ("path", "bad_path")),
        ({"mode": "field", "path": "a", "only_elements": 1}, ("only_elements", "field_type")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
