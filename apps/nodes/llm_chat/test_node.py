"""A model is asked, and what it answers becomes text, or data that fits a schema."""

from __future__ import annotations

import json

import pytest

from apps.engine.credential import Credential
from apps.engine.errors import PortError
from apps.engine.fake_models import FakeLive, FakeModels, scripted
from apps.engine.graph import Effect
from apps.engine.growing import Partial
from apps.engine.llm import ChatReply, Message, Usage
from apps.engine.secret import Secret
from apps.engine.testing import (
    Given,
    examples_beside,
    play,
    problems_in,
    promised,
    try_node,
)
from apps.nodes.llm_chat.node import NODE

KEY = "sk-hunter2-hunter2"
CREDENTIAL = Credential("mine", "openai", {"api_key": Secret(KEY), "base_url": ""})
ASK = {"credential": "mine", "model": "m", "prompt": "Hi"}
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def ask(config, *answers, models=None, live=None, **given):
    """Ask a model that gives these answers in turn."""
    found = models or scripted({"answers": answers or ("Hello",)})
    world = Given(credentials={"mine": CREDENTIAL}, models=found, live=live or FakeLive(), **given)
    return try_node(NODE, {**ASK, **config}, world), found.asked


@pytest.mark.parametrize("example", examples_beside(__file__), ids=lambda each: each["title"])
def test_the_examples_do_what_they_promise(example) -> None:
    assert play(NODE, example) == promised(example)


def test_an_answer_is_text_with_what_it_took() -> None:
    tried, _ = ask({})

    assert tried.output == {
        "text": "Hello",
        "model": "m",
        "finish_reason": "stop",
        "usage": {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15, "cost_usd": None},
    }


def test_the_question_is_put_as_configured() -> None:
    config = {
        "system": "Be {{ trigger }}.",
        "messages": [{"content": "One"}, {"role": "assistant", "content": "Two"}],
        "prompt": "Three",
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 50,
        "stop": ["END"],
        "extra": {"user": "ada"},
        "timeout_s": 7,
    }

    _, (request,) = ask(config, trigger="brief")

    assert request.credential == CREDENTIAL
    assert (request.model, request.system) == ("m", "Be brief.")
    assert request.messages == (
        Message("user", "One"),
        Message("assistant", "Two"),
        Message("user", "Three"),
    )
    assert (request.temperature, request.top_p, request.max_tokens) == (0.5, 0.9, 50)
    assert (request.stop, request.extra, request.timeout_s) == (("END",), {"user": "ada"}, 7)
    assert (request.key, request.schema) == ("execution-1:node", None)


def test_what_is_left_empty_is_not_asked_for() -> None:
    _, (request,) = ask({})

    assert (request.temperature, request.top_p, request.max_tokens) == (None, None, None)
    assert (request.stop, request.extra, request.system) == ((), {}, "")


def test_a_template_may_give_the_whole_conversation() -> None:
    history = [{"role": "assistant", "content": {"a": 1}}, {"content": "Go on"}]
    config = {"messages": "{{ trigger }}", "prompt": "{{ trigger[0].content }}"}

    _, (request,) = ask(config, trigger=history)

    assert request.messages == (
        Message("assistant", '{"a":1}'),
        Message("user", "Go on"),
        Message("user", '{"a":1}'),
    )


def test_what_a_model_says_is_never_a_template() -> None:
    tried, _ = ask({}, "{{ credentials.mine }}")

    assert tried.output["text"] == "{{ credentials.mine }}"


def test_an_answer_that_fits_the_schema_is_data() -> None:
    tried, (request,) = ask({"output_schema": SCHEMA}, '{"n": 7}')

    assert tried.output["data"] == {"n": 7}
    assert "text" not in tried.output
    assert request.schema == SCHEMA


@pytest.mark.parametrize("text", ['```json\n{"n": 7}\n```', '```\n{"n": 7}```', ' {"n": 7.0}\n'])
def test_what_models_put_around_json_is_taken_off(text) -> None:
    assert ask({"output_schema": SCHEMA}, text)[0].output["data"] == {"n": 7}


def test_each_call_is_a_line_in_the_steps_log_without_question_or_answer() -> None:
    tried, _ = ask({"output_schema": SCHEMA, "prompt": "Quest"}, "no answer", '{"n": 7}')

    usage = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15, "cost_usd": None}
    facts = {"model": "m", "finish_reason": "stop", "usage": usage, "took_ms": 0}
    assert tried.lines == [("info", "A model answered.", facts)] * 2


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Seven.", "it is no JSON."),
        ("", "it is no JSON."),
        ('{"n": NaN}', "it is no JSON."),
        ("[" * 100_000, "it is no JSON."),
        ("[" * 70 + "]" * 70, "it is no JSON that can be stored."),
        (r'{"n": "\u0000"}', "it is no JSON that can be stored."),
        ('{"n": "7"}', "$.n: must be integer."),
        ("{}", "$.n: is missing."),
    ],
)
def test_an_answer_that_does_not_fit_is_asked_for_once_more(text, wrong) -> None:
    tried, (first, second) = ask({"output_schema": SCHEMA}, text, '{"n": 7}')

    assert tried.output["data"] == {"n": 7}
    assert tried.output["usage"]["total_tokens"] == 30
    assert second.messages[:2] == (*first.messages, Message("assistant", text or "(nothing)"))
    assert wrong in second.messages[2].content
    assert (first.key, second.key) == ("execution-1:node", "execution-1:node:again")


@pytest.mark.proves("refusal", "retryable")
def test_an_answer_that_fits_neither_time_fails_and_is_shown() -> None:
    tried, asked = ask({"output_schema": SCHEMA}, "Seven.", "x" * 3_000)

    failure = tried.answer
    assert (failure.code, failure.is_retryable, len(asked)) == ("output_invalid", False, 2)
    assert failure.details["text"] == "x" * 2_000
    assert failure.details["usage"]["total_tokens"] == 30


def test_an_answer_that_was_cut_off_is_not_asked_for_again() -> None:
    models = scripted({"answers": ['{"n":'], "finish_reason": "length"})

    tried, asked = ask({"output_schema": SCHEMA}, models=models)

    assert (tried.answer.code, len(asked)) == ("output_invalid", 1)
    assert tried.answer.message.endswith("it was cut off: allow more tokens.")


def test_an_answer_that_is_whole_although_it_was_cut_off_is_taken() -> None:
    models = scripted({"answers": ['{"n": 7}'], "finish_reason": "length"})

    assert ask({"output_schema": SCHEMA}, models=models)[0].output["finish_reason"] == "length"


@pytest.mark.proves("fault", "retryable")
@pytest.mark.parametrize(
    ("code", "is_retryable"), [("model_rate_limited", True), ("model_key_refused", False)]
)
def test_a_provider_that_refuses_fails_as_the_port_says(code, is_retryable) -> None:
    def refuse(_request):
        raise PortError(code, "No.", is_retryable=is_retryable, status=429, retry_after_s=7.0)

    failure = ask({}, models=FakeModels(refuse))[0].answer

    assert (failure.code, failure.is_retryable) == (code, is_retryable)
    assert (failure.status, failure.retry_after_s) == (429, 7.0)


@pytest.mark.proves("masking")
def test_the_key_is_nowhere_but_in_the_question() -> None:
    live = FakeLive()

    tried, (request,) = ask({}, f"Your key is {KEY} .", live=live)

    assert request.credential.secret("api_key").reveal() == KEY
    assert tried.output["text"] == "Your key is [REDACTED] ."
    assert "hunter2" not in json.dumps([tried.output, tried.shown_config])
    assert "hunter2" not in repr((live.shown, request))


def test_a_credential_cannot_stand_in_a_question() -> None:
    for name in ("system", "prompt"):
        problems = problems_in(NODE, {**ASK, name: "{{ credentials.mine }}"})
        assert [place for place, _ in problems] == [name]


def test_those_who_watch_see_the_text_grow() -> None:
    live = FakeLive()

    ask({}, "one two three", live=live)

    assert live.shown == [("node", 1, Partial("one ", 4))]


def test_a_text_that_is_not_to_be_shown_is_not() -> None:
    live = FakeLive()

    ask({"stream": False}, "one two three", live=live)

    assert live.shown == []


@pytest.mark.parametrize(
    ("config", "trigger"),
    [
        ({"prompt": "{{ trigger }}"}, ""),
        ({"prompt": "{{ trigger }}"}, None),
        ({"messages": "{{ trigger }}"}, "text"),
        ({"messages": "{{ trigger }}"}, ["text"]),
        ({"messages": "{{ trigger }}"}, [{"role": "robot", "content": "x"}]),
        ({"messages": "{{ trigger }}"}, [{"content": ""}]),
        ({"messages": [{"role": "user", "content": "{{ trigger }}"}]}, ""),
        ({"output_schema": "{{ trigger }}"}, "text"),
        ({"output_schema": "{{ trigger }}"}, {"type": "text"}),
        ({"stop": "{{ trigger }}"}, "text"),
        ({"stop": "{{ trigger }}"}, [7]),
        ({"stop": "{{ trigger }}"}, ["x"] * 9),
        ({"extra": "{{ trigger }}"}, {"stream": True}),
        ({"temperature": "{{ trigger }}"}, 3),
        ({"model": "{{ trigger }}"}, [1]),
    ],
)
def test_a_value_that_cannot_be_asked_fails_before_the_call(config, trigger) -> None:
    tried, asked = ask(config, trigger=trigger)

    assert (tried.answer.code, asked) == ("bad_config", [])


def test_the_second_question_is_given_what_is_left_of_the_time() -> None:
    _, (first, second) = ask({"output_schema": SCHEMA, "timeout_s": 5}, "no", '{"n": 1}')

    assert (first.timeout_s, second.timeout_s) == (5, 5)


def test_a_reply_may_say_which_model_it_was() -> None:
    models = FakeModels(lambda _: ChatReply("Hi", "m-2026", "stop", Usage(1, 2, 0.5)))

    output = ask({}, models=models)[0].output

    assert output["model"] == "m-2026"
    assert output["usage"]["cost_usd"] == 0.5


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
        ({"model": "m" * 201}, ("model", "field_length")),
        ({"system": "s" * 1_000_001}, ("system", "field_length")),
        ({"messages": "text"}, ("messages", "field_type")),
        ({"messages": [{"content": ""}]}, ("messages[0].content", "field_required")),
        ({"messages": [{"role": "x", "content": "y"}]}, ("messages[0].role", "field_choice")),
        ({"prompt": ""}, ("prompt", "field_required")),
        ({"prompt": "p" * 1_000_001}, ("prompt", "field_length")),
        ({"output_schema": {"type": "text"}}, ("output_schema", "schema_invalid")),
        ({"temperature": 2.1}, ("temperature", "field_range")),
        ({"top_p": 1.1}, ("top_p", "field_range")),
        ({"max_tokens": 0}, ("max_tokens", "field_range")),
        ({"max_tokens": 1.5}, ("max_tokens", "field_type")),
        ({"stop": "END"}, ("stop", "field_type")),
        ({"stop": ["x"] * 9}, ("stop", "field_length")),
        ({"extra": []}, ("extra", "field_type")),
        ({"extra": {"stream": True}}, ("extra[stream]", "field_reserved")),
        ({"timeout_s": 601}, ("timeout_s", "field_range")),
        ({"stream": "yes"}, ("stream", "field_type")),
    ],
)
def test_a_bad_config_is_named_by_its_field(config, problem) -> None:
    assert problem in problems_in(NODE, {**ASK, **config})
