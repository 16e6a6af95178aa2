"""A sub-workflow is called with what the node was given, and waits or does not."""

from __future__ import annotations

import pytest

from apps.engine.node import Call, CallMode
from apps.engine.state import Reason
from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.control_sub_workflow.node import NODE

CALLED = "0197d5a0-0000-7000-8000-0000000000AB"
ITS_ID = CALLED.lower()


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_what_came_in_is_passed_on_if_no_input_is_given() -> None:
    tried = try_node(NODE, {"workflow_id": CALLED}, Given(inputs={"before": {"n": 1}}))

    assert tried.answer == Call(ITS_ID, [{"n": 1}], concurrency=10)
    assert tried.output is None


def test_it_may_go_on_at_once_and_wait_for_a_while() -> None:
    config = {"workflow_id": CALLED, "input": "{{ trigger }}", "timeout_s": 5}

    tried = try_node(NODE, config, Given(trigger=[1]))
    assert tried.answer == Call(ITS_ID, [[1]], concurrency=10, timeout_s=5)
    tried = try_node(NODE, {**config, "mode": "async"}, Given(trigger=[1]))
    assert tried.answer.mode is CallMode.ASYNC


def test_a_list_is_called_for_each_of_its_items() -> None:
    config = {"workflow_id": CALLED, "mode": "for_each", "items": [1, 2], "concurrency": 3}

    tried = try_node(NODE, {**config, "on_item_error": "continue"})

    assert tried.answer == Call(ITS_ID, [1, 2], CallMode.FOR_EACH, 3, is_patient=True)


def test_an_empty_list_calls_nobody() -> None:
    tried = try_node(NODE, {"workflow_id": CALLED, "mode": "for_each", "items": []})

    assert tried.output == {"iteration_count": 0, "failed_count": 0, "iterations": []}


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("items", "code"),
    [("text", "source_invalid"), ({"a": 1}, "source_invalid"), ([0] * 10_001, "too_many_children")],
)
def test_what_is_no_list_or_too_long_is_refused(items, code) -> None:
    config = {"workflow_id": CALLED, "mode": "for_each", "items": "{{ trigger }}"}

    tried = try_node(NODE, config, Given(trigger=items))

    assert (tried.answer.code, tried.answer.is_retryable) == (code, False)


@pytest.mark.proves("fault")
def test_when_its_time_is_over_it_fails() -> None:
    config = {"workflow_id": CALLED, "timeout_s": 5}

    tried = try_node(NODE, config, Given(woken=Reason.SUB_WORKFLOW))

    assert tried.answer.code == "child_timeout"
    assert tried.answer.message == "The workflow that was called has not ended within 5 s."


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("workflow_id", "field_required")),
        ({"workflow_id": "orders"}, ("workflow_id", "field_pattern")),
        ({"workflow_id": CALLED, "mode": "later"}, ("mode", "field_choice")),
        ({"workflow_id": CALLED, "mode": "for_each"}, ("items", "field_required")),
        (
            {"workflow_id": CALLED, "mode": "for_each", "items": [], "concurrency": 101},
            ("concurrency", "field_range"),
        ),
        (
            {"workflow_id": CALLED, "mode": "for_each", "items": [], "on_item_error": "maybe"},
            ("on_item_error", "field_choice"),
        ),
        ({"workflow_id": CALLED, "timeout_s": 0}, ("timeout_s", "field_range")),
        ({"workflow_id": CALLED, "input": "{{ trigger. }}"}, ("input", "syntax_error")),
    ],
)
def test_every_field_is_checked(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
