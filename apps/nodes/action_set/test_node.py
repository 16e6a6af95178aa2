"""Named values make an object."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.action_set.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_only_the_named_values_are_kept_unless_the_input_is_wanted() -> None:
    given = Given(inputs={"before": {"a": 1, "b": 1}})

    assert try_node(NODE, {"values": {"b": 2}}, given).output == {"b": 2}
    assert try_node(NODE, {"values": {"b": 2}, "keep_input": True}, given).output == {
        "a": 1,
        "b": 2,
    }


def test_an_input_that_is_no_object_has_nothing_to_keep() -> None:
    given = Given(inputs={"before": [1]})

    assert try_node(NODE, {"values": {"b": 2}, "keep_input": True}, given).output == {"b": 2}


def test_dots_never_change_the_output_of_another_step() -> None:
    before = {"a": {"b": {"c": 1}}}

    tried = try_node(
        NODE,
        {"values": {"a.b.d": 2}, "keep_input": True, "dot_notation": True},
        Given(inputs={"before": before}),
    )

    assert tried.output == {"a": {"b": {"c": 1, "d": 2}}}
    assert before == {"a": {"b": {"c": 1}}}


@pytest.mark.proves("refusal", "retryable")
def test_a_dotted_name_that_leads_into_a_plain_value_fails() -> None:
    tried = try_node(NODE, {"values": {"a": 1, "a.b": 2}, "dot_notation": True})

    assert (tried.answer.code, tried.answer.is_retryable) == ("bad_config", False)


def test_json_is_parsed_first_so_that_values_are_never_spliced_into_its_text() -> None:
    given = Given(trigger={"name": 'a", "admin": "yes'})

    tried = try_node(NODE, {"mode": "json", "json": '{"name": "{{ trigger.name }}"}'}, given)

    assert tried.output == {"name": 'a", "admin": "yes'}


def test_json_that_becomes_no_object_fails() -> None:
    tried = try_node(NODE, {"mode": "json", "json": "{{ trigger }}"}, Given(trigger=[1]))

    assert tried.answer.code == "bad_config"


def test_nothing_named_makes_an_empty_object() -> None:
    assert try_node(NODE, {}).output == {}


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"mode": "guess"}, ("mode", "field_choice")),
        ({"values": [1]}, ("values", "field_type")),
        ({"mode": "json"}, ("json", "field_required")),
        ({"mode": "json", "json": "{oops"}, ("json", "json_invalid")),
        ({"values": {"a": "{{ credentials.key }}"}}, ("values[a]", "secret_not_allowed")),
        ({"keep_input": "yes"}, ("keep_input", "field_type")),
        ({"dot_notation": 1}, ("dot_notation", "field_type")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


@pytest.mark.proves("fault")
def test_a_path_that_leads_nowhere_fails_and_names_it() -> None:
    tried = try_node(
        NODE, {"values": {"a": "{{ trigger.body.nmae }}"}}, Given(trigger={"body": {"name": 1}})
    )

    assert tried.answer.code == "missing_path"
    assert "name" in tried.answer.message
