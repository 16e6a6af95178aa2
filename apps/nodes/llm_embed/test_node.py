"""Texts become vectors, in their order, in as many calls as they need."""

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
from apps.nodes.llm_embed.node import NODE

KEY = "sk-hunter2-hunter2"
CREDENTIAL = Credential("mine", "openai", {"api_key": Secret(KEY)})
ASK = {"credential": "mine", "model": "m", "texts": ["a", "b", "c"]}
VECTORS = {"a": [1.0, 0.5], "b": [2.0, 0.5], "c": [3.0, 0.5], "[1]": [4.0, 0.5]}


def embed(config, models=None, **given):
    """Embed with a model that knows a few texts."""
    found = models or scripted({"vectors": VECTORS, "usage": (2, 0, 0.5)})
    world = Given(credentials={"mine": CREDENTIAL}, models=found, **given)
    return try_node(NODE, {**ASK, **config}, world), found.embedded


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_texts_go_in_batches_and_their_vectors_keep_the_order() -> None:
    tried, (first, second) = embed({"batch_size": 2, "dimensions": 2, "timeout_s": 9})

    assert tried.output == {
        "embeddings": [[1.0, 0.5], [2.0, 0.5], [3.0, 0.5]],
        "count": 3,
        "dimensions": 2,
        "model": "m",
        "usage": {"input_tokens": 4, "output_tokens": 0, "total_tokens": 4, "cost_usd": 1.0},
    }
    assert (first.texts, second.texts) == (("a", "b"), ("c",))
    assert (first.credential, first.model, first.dimensions) == (CREDENTIAL, "m", 2)
    assert (first.key, second.key) == ("execution-1:node:0", "execution-1:node:1")
    assert (first.timeout_s, second.timeout_s) == (9, 9)


def test_each_call_is_a_line_in_the_steps_log() -> None:
    tried, _ = embed({"batch_size": 2})

    usage = {"input_tokens": 2, "output_tokens": 0, "total_tokens": 2, "cost_usd": 0.5}
    facts = {"model": "m", "usage": usage, "took_ms": 0}
    assert tried.lines == [("info", "A model embedded texts.", facts)] * 2


def test_nobody_has_to_choose_the_dimensions() -> None:
    assert embed({})[1][0].dimensions is None


@pytest.mark.parametrize(
    ("texts", "sent"),
    [(["a", "b"], ("a", "b")), ([[1], "b"], ("[1]", "b"))],
)
def test_a_template_may_give_the_list(texts, sent) -> None:
    tried, (request,) = embed({"texts": "{{ trigger }}"}, trigger=texts)

    assert (request.texts, tried.output["count"]) == (sent, len(sent))


def test_no_texts_have_no_vectors_and_cost_nothing() -> None:
    tried, asked = embed({"texts": "{{ trigger }}"}, trigger=[])

    assert asked == []
    assert tried.output == {
        "embeddings": [],
        "count": 0,
        "dimensions": 0,
        "model": "m",
        "usage": {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0, "cost_usd": 0.0},
    }


@pytest.mark.proves("refusal", "retryable")
@pytest.mark.parametrize("texts", [[""], [" "], [None], "a", None, ["a"] * 10_001])
def test_what_cannot_be_embedded_fails_before_the_call(texts) -> None:
    tried, asked = embed({"texts": "{{ trigger }}"}, trigger=texts)

    assert (tried.answer.code, tried.answer.is_retryable, asked) == ("bad_config", False, [])


@pytest.mark.proves("fault", "retryable")
@pytest.mark.parametrize("is_retryable", [True, False])
def test_a_provider_that_refuses_fails_as_the_port_says(is_retryable) -> None:
    def refuse(_request):
        raise PortError("model_failed", "No.", is_retryable=is_retryable)

    failure = embed({}, FakeModels(vectors=refuse))[0].answer

    assert (failure.code, failure.is_retryable) == ("model_failed", is_retryable)


@pytest.mark.proves("masking")
def test_the_key_is_nowhere_but_in_the_question() -> None:
    tried, (request,) = embed({})

    assert request.credential.secret("api_key").reveal() == KEY
    assert "hunter2" not in json.dumps([tried.output, tried.shown_config])
    assert "hunter2" not in repr(request)


@pytest.mark.parametrize(
    ("config", "timeout_s"),
    [
        ({}, 120),
        ({"timeout_s": 7}, 7),
        ({"timeout_s": "{{ trigger }}"}, 600),
        ({"timeout_s": True}, 600),
    ],
)
def test_the_step_is_given_the_time_it_asks_for(config, timeout_s) -> None:
    assert NODE.timeout_of(config) == timeout_s
    assert (NODE.effect, NODE.attempts(config)) == (Effect.EXTERNAL, 3)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"credential": ""}, ("credential", "field_required")),
        ({"model": ""}, ("model", "field_required")),
        ({"texts": ""}, ("texts", "field_required")),
        ({"texts": "one"}, ("texts", "field_type")),
        ({"texts": ["a"] * 10_001}, ("texts", "field_length")),
        ({"dimensions": 0}, ("dimensions", "field_range")),
        ({"batch_size": 2_049}, ("batch_size", "field_range")),
        ({"timeout_s": 0}, ("timeout_s", "field_range")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problem in problems_in(NODE, {**ASK, **config})
