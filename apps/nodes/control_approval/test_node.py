"""An approval holds nobody, and goes on by what was decided."""

from __future__ import annotations

import pytest

from apps.engine.builder import Builder
from apps.engine.node import Heard, Wait
from apps.engine.program import load
from apps.engine.runner import DAWN, Trial, run
from apps.engine.state import Reason
from apps.engine.testing import (
    Given,
    examples_beside,
    in_memory_ports,
    play,
    problems_in,
    promised,
    try_node,
)
from apps.engine.value import NodeId
from apps.nodes import catalogue
from apps.nodes.control_approval.node import NODE, judge, reply

FORM = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number"}}}
AUTHOR = {"kind": "user", "user_id": "0190-ada"}


def told(body, author=None) -> Given:
    return Given(woken=Reason.APPROVAL, heard=Heard({"body": body}, DAWN, author))


def wrong(config, body) -> list[tuple[str, str]]:
    return [(found.field, found.code) for found in judge(config, {"body": body})]


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_it_lets_go_until_somebody_decides_or_the_time_is_up() -> None:
    tried = try_node(NODE, {"title": "Pay?", "timeout_s": 60})

    assert tried.answer == Wait(seconds=60, reason=Reason.APPROVAL)
    assert try_node(NODE, {"title": "Pay?"}).answer == Wait(seconds=604_800, reason=Reason.APPROVAL)


@pytest.mark.parametrize("decision", ["approved", "rejected"])
def test_it_goes_on_by_what_was_decided_and_says_by_whom(decision) -> None:
    body = {"decision": decision, "comment": "So be it."}
    tried = try_node(NODE, {"title": "Pay?"}, told(body, AUTHOR))

    assert tried.answer.port == decision
    assert tried.output == {
        "decision": decision,
        "comment": "So be it.",
        "data": {},
        "decided_by": AUTHOR,
        "decided_at": "2026-01-01T00:00:00+00:00",
        "timed_out": False,
    }


@pytest.mark.parametrize(
    ("on_timeout", "port"),
    [("port", "timeout"), ("approve", "approved"), ("reject", "rejected")],
)
def test_when_nobody_decides_in_time_the_author_has_decided(on_timeout, port) -> None:
    config = {"title": "Pay?", "on_timeout": on_timeout}
    tried = try_node(NODE, config, Given(woken=Reason.APPROVAL))

    assert (tried.answer.port, tried.output["decision"]) == (port, port)
    assert tried.output["timed_out"] is True


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({"decision": "approved", "data": {"amount": 5}}, []),
        ({"decision": "rejected"}, []),
        ({"decision": "rejected", "comment": "no", "data": {}}, []),
        ({"decision": "approved"}, [("body[data][amount]", "required")]),
        ({"decision": "rejected", "data": {"amount": "5"}}, [("body[data][amount]", "wrong_type")]),
        ({"comment": "yes"}, [("body[decision]", "required")]),
        ({"decision": "maybe"}, [("body[decision]", "not_a_choice")]),
        ({"decision": "rejected", "comment": 5}, [("body[comment]", "wrong_type")]),
        ({"decision": "rejected", "comment": "x" * 10_001}, [("body[comment]", "too_long")]),
        ({"decision": "rejected", "more": 1}, [("body[more]", "not_expected")]),
        (None, [("body", "wrong_type")]),
    ],
)
def test_a_decision_is_judged_with_its_form(body, problems) -> None:
    assert wrong({"form": FORM}, body) == problems


def test_without_a_form_the_data_are_any_object() -> None:
    assert wrong({}, {"decision": "approved", "data": {"any": "thing"}}) == []
    assert wrong({}, {"decision": "approved", "data": [1]}) == [("body[data]", "wrong_type")]


def test_whoever_decides_by_the_address_is_thanked() -> None:
    assert reply({}) == {"status": 200, "headers": {}, "body": {"received": True}}
    assert NODE.hears is not None
    assert NODE.hears.methods({}) == ("POST",)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"title": ""}, ("title", "field_required")),
        ({"title": "x" * 201}, ("title", "field_length")),
        ({"message": "x" * 10_001}, ("message", "field_length")),
        ({"assignees": "ops"}, ("assignees", "field_type")),
        ({"form": {"type": "text"}}, ("form[type]", "schema_invalid")),
        (
            {"form": {"properties": {"a": {"$ref": "#"}}}},
            ("form[properties][a][$ref]", "schema_word_unknown"),
        ),
        ({"timeout_s": 0}, ("timeout_s", "field_range")),
        ({"timeout_s": 366 * 86_400 + 1}, ("timeout_s", "field_range")),
        ({"on_timeout": "escalate"}, ("on_timeout", "field_choice")),
    ],
)
def test_every_field_is_refused_where_it_is_wrong(config, problem) -> None:
    assert problems_in(NODE, {"title": "Pay?"} | config) == [problem]


@pytest.mark.parametrize(
    ("mock", "output"),
    [
        ({"decision": "approved"}, "yes"),
        ({"decision": "rejected"}, "no"),
        ({"decision": "timeout"}, "late"),
        ({"decision": "maybe"}, "yes"),
        ("anything", "yes"),
    ],
)
def test_in_a_dry_run_the_mock_decides(mock, output) -> None:
    builder = Builder().node("start", "trigger:manual").then("ask", NODE.type, title="Pay?")
    for port, name in (("approved", "yes"), ("rejected", "no"), ("timeout", "late")):
        builder.after("ask").then(name, "action:formula", port=port, expression=f"'{name}'")
    program = load(builder.build(), catalogue())
    trial = Trial(is_dry=True, mocks={NodeId("ask"): mock})

    assert run(program, NodeId("start"), {}, in_memory_ports(), trial).output == output


@pytest.mark.proves("refusal", "retryable")
def test_a_time_that_becomes_something_else_fails_for_good() -> None:
    config = {"title": "Pay?", "timeout_s": "{{ trigger }}"}
    tried = try_node(NODE, config, Given(trigger="soon"))

    assert (tried.answer.code, tried.answer.is_retryable) == ("bad_config", False)


@pytest.mark.proves("fault")
def test_a_title_whose_path_leads_nowhere_fails_for_good() -> None:
    tried = try_node(NODE, {"title": "{{ trigger.version }}"}, Given(trigger={}))

    assert (tried.answer.code, tried.answer.is_retryable) == ("missing_path", False)
