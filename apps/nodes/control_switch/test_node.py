"""The first case that holds chooses the way."""

from __future__ import annotations

import pytest

from apps.engine.testing import Given, examples_beside, play, problems_in, promised, try_node
from apps.nodes.control_switch.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


RULES = {
    "cases": [
        {"name": "large", "when": "trigger.n >= 100"},
        {"name": "even", "when": "trigger.n % 2 == 0"},
    ]
}


@pytest.mark.parametrize(("number", "port"), [(101, "large"), (8, "even"), (7, "fallback")])
def test_cases_are_judged_in_order(number, port) -> None:
    tried = try_node(NODE, RULES, Given(trigger={"n": number}))

    assert (tried.answer.port, tried.output) == (port, {"taken_case": port})


def test_a_later_case_that_would_fail_is_not_judged() -> None:
    cases = [{"name": "first", "when": "true"}, {"name": "second", "when": "1 / 0 == 1"}]

    assert try_node(NODE, {"cases": cases}).answer.port == "first"


def test_true_is_not_one() -> None:
    config = {"mode": "value", "value": "trigger", "cases": [{"name": "yes", "equals": True}]}

    assert try_node(NODE, config, Given(trigger=1)).answer.port == "fallback"
    assert try_node(NODE, config, Given(trigger=True)).answer.port == "yes"


def test_each_case_opens_an_exit_of_its_name_beside_the_fallback() -> None:
    assert NODE.ports_of(RULES, "stop") == ("large", "even", "fallback")
    assert NODE.default_port_of(RULES) == "fallback"
    assert NODE.ports_of({"cases": "none"}, "stop") == ("fallback",)


@pytest.mark.parametrize(
    ("config", "problems"),
    [
        ({}, [("cases", "field_required")]),
        ({"cases": ["a"]}, [("cases[0]", "field_type")]),
        (
            {"cases": [{"name": "a", "when": "true"}, {"name": "a", "when": "true"}]},
            [("cases[1].name", "case_duplicate")],
        ),
        (
            {"cases": [{"name": "fallback", "when": "true"}]},
            [("cases[0].name", "case_duplicate")],
        ),
        ({"cases": [{"name": "a"}]}, [("cases[0].when", "field_required")]),
        ({"cases": [{"when": "true"}]}, [("cases[0].name", "field_required")]),
        ({"cases": [{"name": "a", "when": "1 +"}]}, [("cases[0].when", "syntax_error")]),
        ({"mode": "value", "cases": [{"name": "a"}]}, [("value", "field_required")]),
        (
            {"cases": [{"name": f"c{number}", "when": "true"} for number in range(51)]},
            [("cases", "field_length")],
        ),
        ({"mode": "guess", "cases": [{"name": "a", "when": "true"}]}, [("mode", "field_choice")]),
        (
            {"mode": "value", "value": "1", "cases": [{"name": "a", "equals": "[oops"}]},
            [("cases[0].equals", "json_invalid")],
        ),
    ],
)
def test_a_bad_config_is_named_by_its_place(config, problems) -> None:
    assert problems_in(NODE, config) == problems


@pytest.mark.proves("refusal", "retryable")
def test_a_case_that_is_neither_true_nor_false_fails_and_time_does_not_heal_it() -> None:
    answer = try_node(NODE, {"cases": [{"name": "a", "when": "1"}]}).answer

    assert (answer.code, answer.is_retryable) == ("not_boolean", False)


@pytest.mark.proves("fault")
def test_a_case_whose_path_leads_nowhere_fails() -> None:
    assert try_node(NODE, RULES, Given(trigger={})).answer.code == "missing_path"
