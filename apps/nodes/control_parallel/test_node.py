"""Branches are gone through side by side."""

from __future__ import annotations

import pytest

from apps.engine.builder import Builder
from apps.engine.outcome import Outcome
from apps.engine.program import load
from apps.engine.runner import run
from apps.engine.testing import (
    Given,
    examples_beside,
    in_memory_ports,
    play,
    problems_in,
    promised,
    try_node,
)
from apps.engine.value import Json, NodeId
from apps.nodes import catalogue
from apps.nodes.control_parallel.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def branched(waits: dict[str, str], **config: Json) -> Outcome:
    #  t ──► p ──<branch>──► a delay (or a failure) for each branch
    builder = Builder().node("t", "trigger:manual")
    builder.then("p", "control:parallel", branches=list(waits), **config)
    for name, wait in waits.items():
        builder.after("p")
        if wait == "fails":
            builder.then(f"in-{name}", "action:formula", port=name, expression="1 / 0")
        else:
            builder.then(f"in-{name}", "control:delay", port=name, duration=wait)
    return run(load(builder.build(), catalogue()), NodeId("t"), {"n": 7}, in_memory_ports())


def names(outcome: Outcome) -> list[str]:
    return [each["name"] for each in outcome.output["branches"]]


def test_all_branches_are_waited_for_and_told_in_their_order() -> None:
    outcome = branched({"a": "9s", "b": "1s"})

    assert names(outcome) == ["a", "b"]
    assert outcome.output["branches"][1]["output"]["delayed_ms"] == 1000
    assert (outcome.output["total_branches"], outcome.output["completed_branches"]) == (2, 2)


def test_what_came_in_comes_into_each_branch() -> None:
    builder = Builder().node("t", "trigger:manual").then("p", "control:parallel", branches=["a"])
    builder.then("in", "action:set", port="a", values={"x": "{{ input.n }}"})

    outcome = run(load(builder.build(), catalogue()), NodeId("t"), {"n": 7}, in_memory_ports())

    assert outcome.output["branches"] == [{"name": "a", "index": 0, "output": {"x": 7}}]


@pytest.mark.parametrize(
    ("config", "done"), [({"mode": "first"}, ["b"]), ({"mode": "n", "count": 2}, ["b", "c"])]
)
def test_the_others_are_cancelled_when_enough_are_done(config, done) -> None:
    outcome = branched({"a": "9s", "b": "1s", "c": "2s"}, **config)

    assert names(outcome) == done
    assert outcome.steps["p[0]/in-a"].status == "cancelled"


def test_a_failed_branch_fails_the_node_and_stops_the_others() -> None:
    outcome = branched({"a": "9s", "b": "fails"})

    assert (outcome.status, outcome.error["node"]) == ("failed", "in-b")
    assert outcome.steps["p[0]/in-a"].status == "cancelled"


def test_a_failed_branch_may_stand_among_the_branches() -> None:
    outcome = branched({"a": "9s", "b": "fails"}, on_error="continue")

    assert outcome.output["branches"][1]["error"]["code"] == "division_by_zero"
    assert (outcome.output["completed_branches"], outcome.had_errors) == (1, True)


def test_the_first_to_succeed_wins_also_after_a_failure() -> None:
    assert names(branched({"a": "fails", "b": "1s"}, mode="first")) == ["a", "b"]


def test_only_so_many_are_under_way_at_a_time() -> None:
    seconds = branched({"a": "3s", "b": "3s", "c": "3s"}, max_concurrency=2).ended_at

    assert seconds is not None
    assert seconds.second == 6


def test_a_node_whose_time_is_up_fails() -> None:
    outcome = branched({"a": "9s", "b": "1s"}, timeout_s=5)

    assert (outcome.status, outcome.error["code"], outcome.error["node"]) == (
        *("failed", "timeout"),
        "p",
    )
    assert outcome.steps["p[0]/in-a"].status == "cancelled"


@pytest.mark.proves("refusal", "retryable")
def test_a_number_that_came_as_a_text_is_refused() -> None:
    config = {"branches": ["a"], "max_concurrency": "{{ trigger.n }}"}

    tried = try_node(NODE, config, Given(trigger={"n": "many"}))

    assert (tried.answer.code, tried.answer.is_retryable) == ("bad_config", False)


@pytest.mark.proves("fault")
def test_a_number_that_is_not_there_fails() -> None:
    config = {"branches": ["a"], "max_concurrency": "{{ trigger.n }}"}

    assert try_node(NODE, config, Given(trigger={})).answer.code == "missing_path"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"branches": []}, ("branches", "field_length")),
        ({"branches": ["a", "a"]}, ("branches[1]", "branch_duplicate")),
        ({"branches": ["done"]}, ("branches[0]", "branch_duplicate")),
        ({"branches": [7]}, ("branches[0]", "field_type")),
        ({"branches": "a"}, ("branches", "field_type")),
        ({"branches": ["a"], "mode": "some"}, ("mode", "field_choice")),
        ({"branches": ["a"], "mode": "n", "count": 0}, ("count", "field_range")),
        ({"branches": ["a"], "on_error": "shrug"}, ("on_error", "field_choice")),
        ({"branches": ["a"], "max_concurrency": -1}, ("max_concurrency", "field_range")),
        ({"branches": ["a"], "timeout_s": 0}, ("timeout_s", "field_range")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]


def test_branches_are_required() -> None:
    assert problems_in(NODE, {}) == [("branches", "field_required")]
