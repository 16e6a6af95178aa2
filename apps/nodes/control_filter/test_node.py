"""Entries are kept for which a condition holds."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.control_filter.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_an_entry_may_be_judged_by_its_place() -> None:
    tried = try_node(NODE, {"condition": "index % 2 == 0", "source": ["a", "b", "c"]})

    assert tried.output == ["a", "c"]


@pytest.mark.proves("refusal", "retryable")
def test_what_is_no_list_fails() -> None:
    tried = try_node(NODE, {"condition": "true"}, Given(inputs={"a": {"x": 1}}))

    assert (tried.answer.code, tried.answer.is_retryable) == ("bad_input", False)


@pytest.mark.proves("fault")
def test_a_list_that_is_not_there_fails() -> None:
    tried = try_node(NODE, {"condition": "true", "source": "{{ trigger.list }}"}, Given(trigger={}))

    assert tried.answer.code == "missing_path"


def test_a_condition_that_is_neither_true_nor_false_fails() -> None:
    tried = try_node(NODE, {"condition": "item", "source": [1]})

    assert tried.answer.code == "not_boolean"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("condition", "field_required")),
        ({"condition": "item >"}, ("condition", "syntax_error")),
        ({"condition": "true", "source": "[1"}, ("source", "json_invalid")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
