"""Values get new names."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.action_transform.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_without_expression_and_mapping_the_input_is_passed_on() -> None:
    assert try_node(NODE, {}, Given(inputs={"before": [1]})).output == [1]


@pytest.mark.proves("fault")
def test_an_expression_without_a_default_fails_when_its_path_leads_nowhere() -> None:
    tried = try_node(NODE, {"expression": "trigger.body.x"}, Given(trigger={"body": {}}))

    assert tried.answer.code == "missing_path"


def test_only_a_missing_path_makes_a_mapped_value_null() -> None:
    tried = try_node(NODE, {"mapping": {"a": "1 / 0"}})

    assert tried.answer.code == "division_by_zero"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"mapping": ["a"]}, ("mapping", "field_type")),
        ({"mapping": {"a": "1 +"}}, ("mapping[a]", "syntax_error")),
        ({"mapping": {"a": 7}}, ("mapping[a]", "field_type")),
        ({"expression": "1 +"}, ("expression", "syntax_error")),
        ({"default": "{oops"}, ("default", "json_invalid")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


@pytest.mark.proves("refusal", "retryable")
def test_values_that_are_too_large_together_are_refused_and_time_does_not_heal_it() -> None:
    mapping = {f"copy_{number}": "trigger" for number in range(12)}

    tried = try_node(NODE, {"mapping": mapping}, Given(trigger="x" * 1_000_000))

    assert (tried.answer.code, tried.answer.is_retryable) == ("output_too_large", False)
