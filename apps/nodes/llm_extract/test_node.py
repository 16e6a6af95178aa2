"""Entities are found in a text."""

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
from apps.nodes.llm_extract.node import NODE

KEY = "sk-hunter2-hunter2"
CREDENTIAL = Credential("mine", "openai", {"api_key": Secret(KEY)})
ASK = {"credential": "mine", "model": "m", "text": "{{ trigger }}", "entity_types": ["date"]}
ENTITY = {
    "type": "date",
    "value": "today",
    "normalized_value": None,
    "confidence": 0.5,
    "context": "for today",
}


def found(**entity) -> str:
    return json.dumps({"entities": [{**ENTITY, **entity}]})


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
    done, (request,) = tried({}, found(), trigger="Text")

    assert request.credential.secret("api_key").reveal() == KEY
    assert "hunter2" not in json.dumps([done.output, done.shown_config])
    assert "hunter2" not in repr(request)


def test_how_the_model_is_to_answer_is_passed_on() -> None:
    _, (request,) = tried(
        {"max_tokens": 9, "temperature": 0, "timeout_s": 7}, found(), trigger="Text"
    )

    assert (request.max_tokens, request.temperature, request.timeout_s) == (9, 0, 7)
    assert (request.model, request.key) == ("m", "execution-1:node")
    assert (NODE.effect, NODE.attempts({}), NODE.timeout_of({})) == (Effect.EXTERNAL, 3, 120)


def test_the_model_is_told_what_is_wanted() -> None:
    config = {"entity_types": ["url", "date"], "custom_entities": {"order": "starts with ORD"}}

    done, (request,) = tried(config, found(), trigger="Text")

    assert request.messages[0].content == "Text"
    assert request.system.splitlines()[3:] == [
        "- date: dates and times; normalized as in ISO 8601",
        "- url: web addresses",
        "- order: starts with ORD",
    ]
    entity = request.schema["properties"]["entities"]["items"]
    assert entity["properties"]["type"] == {"enum": ["date", "url", "order"]}
    assert (done.output["entities"], done.output["entity_count"]) == ([ENTITY], 1)


@pytest.mark.parametrize("wrong", [{"type": "person"}, {"confidence": 2}, {"value": None}])
def test_another_form_is_asked_about_once_more_and_then_fails(wrong) -> None:
    answer = found(**wrong)

    assert tried({}, answer, found(), trigger="Text")[0].output["entity_count"] == 1
    assert tried({}, answer, answer, trigger="Text")[0].answer.code == "output_invalid"


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize(
    ("text", "types"), [("", ["date"]), (None, ["date"]), ("x", []), ("x", ["planet"])]
)
def test_nothing_to_look_for_or_in_fails_before_the_call(text, types) -> None:
    config = {"text": "{{ trigger.text }}", "entity_types": "{{ trigger.types }}"}

    done, asked = tried(config, "x", trigger={"text": text, "types": types})

    assert (done.answer.code, done.answer.is_retryable, asked) == ("bad_config", False, [])


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"credential": ""}, ("credential", "field_required")),
        ({"model": ""}, ("model", "field_required")),
        ({"text": ""}, ("text", "field_required")),
        ({"entity_types": []}, ("entity_types", "field_required")),
        ({"entity_types": ["planet"]}, ("entity_types", "field_choice")),
        ({"custom_entities": []}, ("custom_entities", "field_type")),
        (
            {"custom_entities": dict.fromkeys(map(str, range(51)), "x")},
            ("custom_entities", "field_length"),
        ),
        ({"max_tokens": 0}, ("max_tokens", "field_range")),
        ({"temperature": 3}, ("temperature", "field_range")),
        ({"timeout_s": 601}, ("timeout_s", "field_range")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problem in problems_in(NODE, {**ASK, **config})
