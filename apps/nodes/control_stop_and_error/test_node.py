"""An execution is ended on purpose."""

from __future__ import annotations

import pytest

from apps.engine.node import Stop
from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.control_stop_and_error.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


@pytest.mark.proves("refusal", "retryable")
def test_an_error_is_never_retried() -> None:
    failure = try_node(NODE, {"error_message": "no"}).answer

    assert (failure.code, failure.message, failure.is_retryable) == ("stopped", "no", False)


def test_a_warning_completes_the_execution_as_one_that_had_errors() -> None:
    answer = try_node(NODE, {"error_message": "no", "error_type": "warning"}).answer

    assert answer == Stop({"warning": "no"}, has_error=True)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("error_message", "field_required")),
        ({"error_message": "no", "error_type": "hint"}, ("error_type", "field_choice")),
        ({"error_message": "no", "code": "Not A Code"}, ("code", "field_pattern")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


@pytest.mark.proves("fault")
def test_a_message_whose_path_leads_nowhere_fails_and_names_it() -> None:
    tried = try_node(NODE, {"error_message": "{{ trigger.why }}"}, Given(trigger={"what": 1}))

    assert tried.answer.code == "missing_path"
    assert "trigger.why" in tried.answer.message
