"""A wait for a call holds nobody, and says what it was told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.engine import runner
from apps.engine.builder import Builder
from apps.engine.node import Heard, Wait
from apps.engine.program import load
from apps.engine.registry import Registry
from apps.engine.runner import DAWN, Trial
from apps.engine.state import ExecutionStatus, Reason
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
from apps.nodes.action_formula.node import NODE as FORMULA
from apps.nodes.control_wait_for_webhook.node import NODE, judge, methods_of, reply
from apps.nodes.trigger_manual.node import NODE as MANUAL

SCHEMA = {"type": "object", "required": ["ok"], "properties": {"ok": {"type": "boolean"}}}
CALL = {"method": "POST", "headers": {}, "query": {}, "body": {"ok": True}}


def waiting_program():
    """
    start ──► wait ──main──► came
                └──timeout──► late
    """
    document = (
        Builder()
        .node("start", MANUAL.type)
        .node("wait", NODE.type, timeout_s=60)
        .node("came", FORMULA.type, expression="steps.wait.body.ok")
        .node("late", FORMULA.type, expression="'late'")
        .edge("start", "wait")
        .edge("wait", "came")
        .edge("wait", "late", "timeout")
        .build()
    )
    return load(document, Registry([MANUAL, NODE, FORMULA]))


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_it_lets_go_until_the_call_comes_or_the_time_is_up() -> None:
    tried = try_node(NODE, {"timeout_s": 60})

    assert tried.answer == Wait(seconds=60, reason=Reason.CALLBACK)
    assert try_node(NODE, {}).answer == Wait(seconds=604_800, reason=Reason.CALLBACK)


def test_in_memory_a_given_call_comes_at_once() -> None:
    heard = {NodeId("wait"): Heard(CALL, DAWN)}

    ended = runner.run(
        waiting_program(), NodeId("start"), {}, in_memory_ports(), Trial(heard=heard)
    )

    assert (ended.status, ended.output, ended.ended_at) == (ExecutionStatus.COMPLETED, True, DAWN)


def test_in_memory_nobody_calls_so_the_time_runs_out() -> None:
    ended = runner.run(waiting_program(), NodeId("start"), {}, in_memory_ports())

    assert (ended.output, ended.ended_at) == ("late", DAWN + timedelta(seconds=60))


def test_a_dry_run_reports_that_nobody_will_call_unless_it_is_given_what_is_said() -> None:
    dry = runner.run(waiting_program(), NodeId("start"), {}, in_memory_ports(), Trial(is_dry=True))
    mocked = Trial(is_dry=True, mocks={NodeId("wait"): {"body": {"ok": "mocked"}}})
    played = runner.run(waiting_program(), NodeId("start"), {}, in_memory_ports(), mocked)

    assert [(problem.node_id, problem.code) for problem in dry.problems] == [
        ("wait", "mock_missing")
    ]
    assert "waits for somebody" in dry.problems[0].message
    assert (dry.status, played.output) == (ExecutionStatus.FAILED, "mocked")


def test_a_mock_may_say_that_the_time_was_up() -> None:
    mocked = Trial(is_dry=True, mocks={NodeId("wait"): {"timed_out": True}})

    ended = runner.run(waiting_program(), NodeId("start"), {}, in_memory_ports(), mocked)

    assert ended.output == "late"


def test_a_call_is_judged_by_the_schema() -> None:
    config = {"schema": SCHEMA}

    assert list(judge(config, CALL)) == []
    assert [(found.field, found.code) for found in judge(config, {**CALL, "body": {"ok": 1}})] == [
        ("body[ok]", "wrong_type")
    ]
    assert [found.code for found in judge(config, {**CALL, "body": None})] == ["wrong_type"]
    assert list(judge({}, {**CALL, "body": "anything"})) == []


def test_the_caller_is_told_what_the_author_wrote() -> None:
    assert reply({}) == {"status": 200, "headers": {}, "body": {"received": True}}
    assert reply({"reply": "Thanks"}) == {
        "status": 200,
        "headers": {"Content-Type": "text/plain; charset=utf-8"},
        "body": "Thanks",
    }


def test_calls_are_posts_if_nothing_else_is_said() -> None:
    assert methods_of({}) == ("POST",)
    assert methods_of({"methods": []}) == ("POST",)
    assert methods_of({"methods": ["GET", "POST"]}) == ("GET", "POST")


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"methods": ["TRACE"]}, ("methods", "field_choice")),
        ({"methods": "POST"}, ("methods", "field_type")),
        ({"schema": {"$ref": "#/x"}}, ("schema[$ref]", "schema_word_unknown")),
        ({"schema": {"type": "text"}}, ("schema[type]", "schema_invalid")),
        ({"schema": []}, ("schema", "schema_invalid")),
        ({"reply": {"to": ["{{ trigger.name }}"]}}, ("reply", "field_literal")),
        ({"timeout_s": 0}, ("timeout_s", "field_range")),
        ({"timeout_s": 366 * 86_400 + 1}, ("timeout_s", "field_range")),
        ({"timeout_s": "soon"}, ("timeout_s", "field_type")),
    ],
)
def test_every_field_is_refused_where_it_is_wrong(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


@pytest.mark.proves("fault")
def test_a_time_whose_path_leads_nowhere_fails() -> None:
    tried = try_node(NODE, {"timeout_s": "{{ trigger.s }}"}, Given(trigger={}))

    assert tried.answer.code == "missing_path"


@pytest.mark.proves("refusal", "retryable")
def test_a_time_that_becomes_something_else_fails_for_good() -> None:
    tried = try_node(NODE, {"timeout_s": "{{ trigger }}"}, Given(trigger="soon"))

    assert (tried.answer.code, tried.answer.is_retryable) == ("bad_config", False)
