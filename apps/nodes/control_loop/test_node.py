"""A body is gone through once for each item."""

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
from apps.nodes.control_loop.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def looped(value: Json, payload: Json = None, **config: Json) -> Outcome:
    #  t ──► loop ──body──► inner
    builder = Builder().node("t", "trigger:manual").then("loop", "control:loop", **config)
    builder.then("inner", "action:set", port="body", values={"x": value})
    return run(load(builder.build(), catalogue()), NodeId("t"), payload, in_memory_ports())


def outputs(outcome: Outcome) -> list[Json]:
    return [each.get("output", each.get("error")) for each in outcome.output["iterations"]]


def test_every_item_is_seen_with_its_place() -> None:
    shown = "{{ item }} {{ index }} {{ loop.index }}/{{ loop.total_items }} {{ loop.is_first }} {{ loop.is_last }}"

    assert outputs(looped(shown, source=["a", "b"])) == [
        {"x": "a 0 0/2 true false"},
        {"x": "b 1 1/2 false true"},
    ]


@pytest.mark.proves("refusal", "retryable")
def test_what_is_neither_a_list_nor_an_object_is_refused() -> None:
    tried = try_node(NODE, {"source": "{{ trigger.n }}"}, Given(trigger={"n": "many"}))

    assert (tried.answer.code, tried.answer.is_retryable) == ("source_invalid", False)


@pytest.mark.proves("fault")
def test_a_list_that_is_not_there_fails() -> None:
    tried = try_node(NODE, {"source": "{{ trigger.list }}"}, Given(trigger={}))

    assert tried.answer.code == "missing_path"


def test_an_object_is_gone_through_in_the_order_of_its_names() -> None:
    found = looped("{{ key }}={{ item }}{{ loop.key }}", source={"b": 2, "a": 1}).output

    assert found["iterations"] == [
        {"index": 0, "key": "a", "item": 1, "output": {"x": "a=1a"}},
        {"index": 1, "key": "b", "item": 2, "output": {"x": "b=2b"}},
    ]


def test_batches_of_an_object_are_objects() -> None:
    found = looped("{{ item }}", source={"c": 3, "a": 1, "b": 2}, batch_size=2)

    assert outputs(found) == [{"x": {"a": 1, "b": 2}}, {"x": {"c": 3}}]


def test_the_item_has_the_names_that_it_was_given_also_as_a_step() -> None:
    shown = "{{ order }} {{ steps.order }} {{ n }} {{ who }}"
    names = {"item_variable": "order", "index_variable": "n", "key_variable": "who"}

    assert outputs(looped(shown, source={"ann": 7}, **names)) == [{"x": "7 7 0 ann"}]


def test_the_item_is_what_comes_into_the_first_node_of_the_body() -> None:
    assert outputs(looped("{{ input }}", source=[4])) == [{"x": 4}]


def test_nothing_to_go_through_is_no_failure() -> None:
    assert looped(1, source=[]).output == {
        "iteration_count": 0,
        "iterations": [],
        "break_triggered": False,
        "break_at_index": None,
    }


def test_a_loop_breaks_after_the_pass_in_which_its_condition_holds() -> None:
    found = looped("{{ item }}", source=[1, 2, 3], break_when="steps.inner.x == 2").output

    assert [each["index"] for each in found["iterations"]] == [0, 1]
    assert (found["break_triggered"], found["break_at_index"]) == (True, 1)


def test_a_condition_that_cannot_be_judged_fails_its_pass() -> None:
    found = looped("{{ item }}", source=[1], break_when="steps.inner.y", on_error="continue")

    assert [error["code"] for error in outputs(found)] == ["missing_path"]


def test_a_failed_pass_fails_the_loop_or_stands_among_the_iterations() -> None:
    stopped = looped("{{ 1 / item }}", source=[1, 0, 2])
    patient = looped("{{ 1 / item }}", source=[1, 0, 2], on_error="continue")

    assert (stopped.status, stopped.error["node"]) == ("failed", "inner")
    assert ["output" in each for each in patient.output["iterations"]] == [True, False, True]
    assert patient.output["iterations"][1]["error"]["code"] == "division_by_zero"
    assert patient.had_errors


@pytest.mark.parametrize("source", ["{{ trigger.text }}", "{{ trigger.nothing }}"])
def test_what_is_no_list_cannot_be_gone_through(source) -> None:
    tried = try_node(NODE, {"source": source}, Given(trigger={"text": "abc", "nothing": None}))

    assert (tried.answer.code, tried.answer.is_retryable) == ("source_invalid", False)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, ("source", "field_required")),
        ({"source": "trigger.items"}, ("source", "source_invalid")),
        ({"source": [], "item_variable": "trigger"}, ("item_variable", "name_taken")),
        ({"source": [], "index_variable": "1st"}, ("index_variable", "field_pattern")),
        (
            {"source": [], "item_variable": "x", "key_variable": "x"},
            ("key_variable", "name_taken"),
        ),
        ({"source": [], "item_variable": 7}, ("item_variable", "field_type")),
        ({"source": [], "max_iterations": 100_001}, ("max_iterations", "field_range")),
        ({"source": [], "concurrency": 0}, ("concurrency", "field_range")),
        ({"source": [], "batch_size": 1.5}, ("batch_size", "field_type")),
        ({"source": [], "on_error": "shrug"}, ("on_error", "field_choice")),
        ({"source": [], "break_when": "item >"}, ("break_when", "syntax_error")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problems_in(NODE, config) == [problem]
