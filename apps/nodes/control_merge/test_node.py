"""What came by several ways is brought together."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.control_merge.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def merged(inputs, **config):
    return try_node(NODE, config, Given(inputs=inputs))


def test_what_is_no_list_is_appended_as_one_entry() -> None:
    assert merged({"a": {"x": 1}, "b": [2, 3]}).output == [{"x": 1}, 2, 3]


def test_rows_are_joined_by_their_place() -> None:
    inputs = {"a": [{"x": 1}, {"x": 2}], "b": [{"y": 1}]}

    assert merged(inputs, mode="by_index").output == [{"x": 1, "y": 1}, {"x": 2}]


@pytest.mark.parametrize(
    ("clash", "value"),
    [("last", {"b": [2]}), ("first", {"a": 1, "b": [1]}), ("deep", {"a": 1, "b": [1, 2]})],
)
def test_a_clash_is_solved_as_wanted(clash, value) -> None:
    inputs = {"one": {"x": {"a": 1, "b": [1]}}, "two": {"x": {"b": [2]}}}

    assert merged(inputs, mode="combine", clash=clash).output == {"x": value}


def test_a_deep_clash_of_plain_values_is_won_by_the_last() -> None:
    assert merged({"a": {"x": 1}, "b": {"x": 2}}, mode="combine", clash="deep").output == {"x": 2}


@pytest.mark.parametrize(
    ("mode", "output"),
    [("keep_matches", [{"id": 2}]), ("remove_matches", [{"id": 1}, {"id": "2"}])],
)
def test_entries_are_kept_or_removed_by_their_key(mode, output) -> None:
    inputs = {"a": [{"id": 1}, {"id": 2}, {"id": "2"}], "b": [{"id": 2, "x": 0}]}

    assert merged(inputs, mode=mode, key="id").output == output


def test_one_input_is_chosen_by_its_node_or_else_the_first() -> None:
    assert merged({"a": 1, "b": 2}, mode="choose", choose="b").output == 2
    assert merged({"a": 1, "b": 2}, mode="choose").output == 1


def test_choosing_a_node_from_which_nothing_came_fails() -> None:
    assert merged({"a": 1}, mode="choose", choose="c").answer.code == "bad_input"


@pytest.mark.parametrize(
    ("mode", "output"),
    [
        ("append", []),
        ("by_index", []),
        ("by_key", []),
        ("keep_matches", []),
        ("combine", {}),
        ("choose", None),
    ],
)
def test_when_nothing_came_the_output_is_empty(mode, output) -> None:
    assert merged({}, mode=mode, key="id").output == output


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("mode", "inputs"),
    [
        ("by_index", {"a": [1]}),
        ("by_key", {"a": [{"x": 1}]}),
        ("combine", {"a": [1]}),
    ],
)
def test_an_input_that_does_not_fit_the_mode_fails(mode, inputs) -> None:
    tried = merged(inputs, mode=mode, key="id")

    assert (tried.answer.code, tried.answer.is_retryable) == ("bad_input", False)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"mode": "guess"}, ("mode", "field_choice")),
        ({"mode": "by_key"}, ("key", "field_required")),
        ({"clash": "never"}, ("clash", "field_choice")),
        ({"mode": "choose", "choose": "{{ trigger."}, ("choose", "syntax_error")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


@pytest.mark.proves("fault")
def test_a_choice_whose_path_leads_nowhere_fails() -> None:
    assert merged({"a": 1}, mode="choose", choose="{{ trigger.way }}").answer.code == "missing_path"
