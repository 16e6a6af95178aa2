"""A text is sorted into categories."""

from __future__ import annotations

import json

import pytest

from apps.engine.credential import Credential
from apps.engine.errors import PortError
from apps.engine.fake_models import FakeModels, scripted
from apps.engine.graph import Effect
from apps.engine.secret import Secret
from apps.engine.testing import (
    Given,
    examples_beside,
    play,
    problems_in,
    promised,
    try_node,
)
from apps.nodes.llm_classify.node import NODE

KEY = "sk-hunter2-hunter2"
CREDENTIAL = Credential("mine", "openai", {"api_key": Secret(KEY)})
ASK = {"credential": "mine", "model": "m", "text": "{{ trigger }}", "categories": ["a", "b"]}


def tried(config, *answers, models=None, **given):
    """Run the node with a model that gives these answers in turn."""
    found = models or scripted({"answers": answers})
    world = Given(credentials={"mine": CREDENTIAL}, models=found, **given)
    return try_node(NODE, {**ASK, **config}, world), found.asked


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


@pytest.mark.proves("fault", "retryable")
@pytest.mark.parametrize("is_retryable", [True, False])
def test_a_provider_that_refuses_fails_as_the_port_says(is_retryable) -> None:
    def refuse(_request):
        raise PortError("model_failed", "No.", is_retryable=is_retryable)

    failure = tried({}, trigger="x", models=FakeModels(refuse))[0].answer

    assert (failure.code, failure.is_retryable) == ("model_failed", is_retryable)


@pytest.mark.proves("masking")
def test_the_key_is_nowhere_but_in_the_question() -> None:
    done, (request,) = tried(
        {}, '{"category": "a", "confidence": 1, "reasoning": "r"}', trigger="Text"
    )

    assert request.credential.secret("api_key").reveal() == KEY
    assert "hunter2" not in json.dumps([done.output, done.shown_config])
    assert "hunter2" not in repr(request)


def test_how_the_model_is_to_answer_is_passed_on() -> None:
    _, (request,) = tried(
        {"max_tokens": 9, "temperature": 0, "timeout_s": 7},
        '{"category": "a", "confidence": 1, "reasoning": "r"}',
        trigger="Text",
    )

    assert (request.max_tokens, request.temperature, request.timeout_s) == (9, 0, 7)
    assert (request.model, request.key) == ("m", "execution-1:node")
    assert (NODE.effect, NODE.attempts({}), NODE.timeout_of({})) == (Effect.EXTERNAL, 3, 120)


def test_the_model_is_told_what_is_wanted() -> None:
    _, (request,) = tried(
        {"description": "a: good"},
        '{"category": "a", "confidence": 1, "reasoning": "r"}',
        trigger="Text",
    )

    assert request.messages[0].content == "Text"
    assert request.system.splitlines()[1:] == [
        "Name the category that fits best, say how sure you are from 0 to 1, and why in one sentence.",
        "The categories are: a; b",
        "a: good",
    ]
    assert request.schema["properties"]["category"] == {"enum": ["a", "b"]}


def test_several_may_fit() -> None:
    answer = '{"categories": ["b", "a"], "confidence": 0.5, "reasoning": "r"}'

    done, (request,) = tried({"multi_label": True}, answer, trigger="Text")

    assert (done.output["category"], done.output["categories"]) == ("b", ["b", "a"])
    assert "every category that fits, the best first" in request.system


@pytest.mark.parametrize(
    "answer",
    [
        '{"category": "c", "confidence": 1, "reasoning": "r"}',
        '{"category": "a", "confidence": 2, "reasoning": "r"}',
        '{"category": "a"}',
    ],
)
def test_another_category_is_asked_about_once_more_and_then_fails(answer) -> None:
    assert (
        tried({}, answer, '{"category": "a", "confidence": 1, "reasoning": "r"}', trigger="Text")[
            0
        ].output["category"]
        == "a"
    )
    assert tried({}, answer, answer, trigger="Text")[0].answer.code == "output_invalid"


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("text", "categories"),
    [("", ["a", "b"]), (None, ["a", "b"]), ("x", ["a", "a", ""]), ("x", []), ("x", ["a"] * 101)],
)
def test_what_cannot_be_sorted_fails_before_the_call(text, categories) -> None:
    config = {"text": "{{ trigger.text }}", "categories": "{{ trigger.categories }}"}

    done, asked = tried(config, "x", trigger={"text": text, "categories": categories})

    assert (done.answer.code, done.answer.is_retryable, asked) == ("bad_config", False, [])


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"credential": ""}, ("credential", "field_required")),
        ({"model": ""}, ("model", "field_required")),
        ({"text": ""}, ("text", "field_required")),
        ({"categories": ["a"]}, ("categories", "field_length")),
        ({"categories": "a"}, ("categories", "field_type")),
        ({"multi_label": "yes"}, ("multi_label", "field_type")),
        ({"description": "d" * 20_001}, ("description", "field_length")),
        ({"max_tokens": 0}, ("max_tokens", "field_range")),
        ({"temperature": 3}, ("temperature", "field_range")),
        ({"timeout_s": 601}, ("timeout_s", "field_range")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problem in problems_in(NODE, {**ASK, **config})
