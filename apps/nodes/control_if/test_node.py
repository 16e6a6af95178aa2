"""A condition chooses one of two ways."""

from __future__ import annotations

import pytest

from apps.engine.node import Stop
from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.control_if.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


@pytest.mark.parametrize(("amount", "port"), [(101, "true"), (100, "false")])
def test_the_condition_chooses_the_way(amount, port) -> None:
    tried = try_node(NODE, {"condition": "trigger.amount > 100"}, Given(trigger={"amount": amount}))

    assert tried.answer.port == port
    assert tried.output["taken_branch"] == port


@pytest.mark.parametrize(("stop_on", "stops"), [("stop_on_true", True), ("stop_on_false", False)])
def test_only_the_named_branch_stops_the_execution(stop_on, stops) -> None:
    tried = try_node(NODE, {"condition": "1 == 1", stop_on: True})

    assert isinstance(tried.answer, Stop) is stops
    assert tried.output["stop_execution"] is stops


@pytest.mark.proves("refusal")
def test_a_condition_that_is_neither_true_nor_false_fails() -> None:
    assert try_node(NODE, {"condition": "1 + 1"}).answer.code == "not_boolean"


def test_both_ways_need_a_name_on_every_edge() -> None:
    assert NODE.needs_port
    assert NODE.ports == ("true", "false")


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("condition", "field_required")),
        ({"condition": "trigger.amount >"}, ("condition", "syntax_error")),
        ({"condition": "credentials.key == 'x'"}, ("condition", "secret_not_allowed")),
        ({"condition": "true", "stop_on_true": "yes"}, ("stop_on_true", "field_type")),
        ({"condition": "true", "stop_on_false": 0}, ("stop_on_false", "field_type")),
        ({"condition": "true", "description": 7}, ("description", "field_type")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


@pytest.mark.proves("fault", "retryable")
def test_a_condition_whose_path_leads_nowhere_fails_and_time_does_not_heal_it() -> None:
    tried = try_node(NODE, {"condition": "trigger.n > 1"}, Given(trigger={}))

    assert (tried.answer.code, tried.answer.is_retryable) == ("missing_path", False)
