"""A person starts a workflow."""

from __future__ import annotations

import json

import pytest

from apps.engine.testing import examples_beside, problems_in
from apps.nodes.trigger_manual.node import NODE


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_have_no_problems(example) -> None:
    assert problems_in(NODE, example["config"]) == []


def test_it_starts_workflows_and_is_never_run() -> None:
    assert NODE.is_trigger
    assert NODE.run is None


def test_a_form_that_is_no_json_is_refused() -> None:
    assert problems_in(NODE, {"input_schema": "{oops"}) == [("input_schema", "json_invalid")]
    assert problems_in(NODE, {"input_schema": " "}) == []
    assert problems_in(NODE, {"input_schema": "null"}) == []


@pytest.mark.parametrize("text", ["no JSON", "{{ trigger.form }}", "NaN", '"text"'])
def test_a_text_that_is_no_form_is_refused_and_not_taken_for_none(text) -> None:
    assert problems_in(NODE, {"input_schema": text}) == [("input_schema", "schema_invalid")]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5_000,
        '{"not":' * 5_000,
        '{"not":' * 64 + "{}" + "}" * 64,
        r'{"\ud800x": 1}',
        r'{"title": "\ud800"}',
        r'{"\u0000": 1}',
        '{"minimum": NaN}',
    ],
)
def test_a_form_that_no_store_takes_is_no_json(text) -> None:
    assert problems_in(NODE, {"input_schema": text}) == [("input_schema", "json_invalid")]


@pytest.mark.parametrize("written", [dict, json.dumps], ids=["json", "text"])
def test_a_form_with_a_word_that_nobody_would_hold_an_input_to_is_refused(written) -> None:
    form = written({"properties": {"amount": {"typ": "number"}}})

    assert problems_in(NODE, {"input_schema": form}) == [
        ("input_schema[properties][amount][typ]", "schema_word_unknown")
    ]


def test_a_condition_that_cannot_be_read_is_refused() -> None:
    assert problems_in(NODE, {"condition": "trigger.n >"}) == [("condition", "syntax_error")]
