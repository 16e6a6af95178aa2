"""A formula has a value."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.action_formula.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


@pytest.mark.proves("refusal", "retryable")
def test_a_formula_that_cannot_be_computed_fails_and_is_not_retried() -> None:
    tried = try_node(NODE, {"expression": "1 / trigger.n"}, Given(trigger={"n": 0}))

    assert (tried.answer.code, tried.answer.is_retryable) == ("division_by_zero", False)


def test_braces_around_a_formula_are_accepted() -> None:
    assert (
        try_node(NODE, {"expression": "{{ trigger.n + 1 }}"}, Given(trigger={"n": 1})).output == 2
    )


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("expression", "field_required")),
        ({"expression": "1 +"}, ("expression", "syntax_error")),
        ({"expression": 7}, ("expression", "field_type")),
        (
            {"expression": "1", "output_variable": "not a name"},
            ("output_variable", "field_pattern"),
        ),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


@pytest.mark.proves("fault")
def test_a_path_that_leads_nowhere_fails_and_names_it() -> None:
    tried = try_node(NODE, {"expression": "trigger.n"}, Given(trigger={"m": 0}))

    assert tried.answer.code == "missing_path"
    assert "trigger.n" in tried.answer.message
