"""Each provider is asked in its own words over real HTTP, and all answers are understood alike."""

import json

import pytest

from apps.engine.errors import PortError
from apps.engine.llm import Message, Usage
from tests.adapters.llm import wire
from tests.adapters.llm.conftest import PROVIDERS, Asking
from tests.adapters.servers import Server

USAGE = Usage(1000, 100, None)


def test_an_answer_comes_whole(provider) -> None:
    with Server(answer=lambda _: wire.answer(provider.reply("Hello"))) as server:
        reply = Asking(server, provider).ask()

    assert (reply.text, reply.finish_reason, reply.usage) == ("Hello", "stop", USAGE)
    assert len(server.seen) == 1


def test_an_answer_comes_in_pieces(provider) -> None:
    heard: list[str] = []
    with Server(answer=lambda _: provider.streamed("Hel", "lo ", "wörld")) as server:
        reply = Asking(server, provider).ask(hear=heard.append)

    assert heard == ["Hel", "lo ", "wörld"]
    assert (reply.text, reply.finish_reason, reply.usage) == ("Hello wörld", "stop", USAGE)


@pytest.mark.parametrize("is_heard", [True, False])
def test_an_answer_that_was_cut_off_says_so(provider, is_heard) -> None:
    reason = "length" if provider.kind == "openai" else "max_tokens"

    def answer(_seen):
        if is_heard:
            return provider.streamed("Hel", reason=reason)
        return wire.answer(provider.reply("Hel", reason=reason))

    with Server(answer=answer) as server:
        reply = Asking(server, provider).ask(hear=len if is_heard else None)

    assert (reply.text, reply.finish_reason) == ("Hel", "length")


ASKED = {
    "messages": (Message("user", "One"), Message("assistant", "Two"), Message("user", "Three")),
    "system": "Be brief.",
    "temperature": 0.5,
    "top_p": 0.9,
    "max_tokens": 50,
    "stop": ("END",),
    "extra": {"top_k": 5},
    "key": "e-1:node",
}
TURNS = [("user", "One"), ("assistant", "Two"), ("user", "Three")]
PLAIN = [{"role": role, "content": text} for role, text in TURNS]
SENT = {
    "openai": {
        "model": "gpt-4o",
        "messages": [{"role": "system", "content": "Be brief."}, *PLAIN],
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 50,
        "stop": ["END"],
        "top_k": 5,
    },
    "anthropic": {
        "model": "claude-sonnet-4-6",
        "messages": PLAIN,
        "system": "Be brief.",
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 50,
        "stop_sequences": ["END"],
        "top_k": 5,
    },
    "aws": {
        "messages": [{"role": role, "content": [{"text": text}]} for role, text in TURNS],
        "system": [{"text": "Be brief."}],
        "inferenceConfig": {
            "maxTokens": 50,
            "temperature": 0.5,
            "topP": 0.9,
            "stopSequences": ["END"],
        },
        "additionalModelRequestFields": {"top_k": 5},
    },
}
TARGETS = {
    "openai": ("/v1/chat/completions", "/v1/chat/completions"),
    "anthropic": ("/v1/messages", "/v1/messages"),
    "aws": (
        "/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse",
        "/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream",
    ),
}


def test_a_question_is_put_as_the_provider_wants_it(provider) -> None:
    with Server(answer=lambda _: wire.answer(provider.reply())) as server:
        Asking(server, provider).ask(**ASKED)

    (seen,) = server.seen
    body = json.loads(seen.body)
    body.pop("stream", None)
    assert body == SENT[provider.kind]
    assert (seen.method, seen.target) == ("POST", TARGETS[provider.kind][0])


def test_a_question_whose_answer_is_heard_asks_for_a_stream(provider) -> None:
    with Server(answer=lambda _: provider.streamed("x")) as server:
        Asking(server, provider).ask(hear=len)

    (seen,) = server.seen
    body = json.loads(seen.body)
    assert seen.target == TARGETS[provider.kind][1]
    assert provider.kind == "aws" or body["stream"] is True
    assert provider.kind != "openai" or body["stream_options"] == {"include_usage": True}


def test_what_is_not_given_is_not_sent(provider) -> None:
    with Server(answer=lambda _: wire.answer(provider.reply())) as server:
        Asking(server, provider).ask()

    body = json.loads(server.seen[0].body)
    body.pop("stream", None)
    names = {"openai": {"model", "messages"}, "aws": {"messages", "inferenceConfig"}}
    assert set(body) == names.get(provider.kind, {"model", "messages", "max_tokens"})


SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}
FORMS = {
    "openai": {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "output", "schema": SCHEMA, "strict": True},
        }
    },
    "anthropic": {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
    "aws": {
        "outputConfig": {
            "textFormat": {
                "type": "json_schema",
                "structure": {"jsonSchema": {"name": "output", "schema": json.dumps(SCHEMA)}},
            }
        }
    },
}


def test_a_schema_is_asked_for_in_the_providers_own_way(provider) -> None:
    with Server(answer=lambda _: wire.answer(provider.reply('{"n":1}'))) as server:
        reply = Asking(server, provider).ask(schema=SCHEMA)

    sent = json.loads(server.seen[0].body)
    assert {name: sent[name] for name in FORMS[provider.kind]} == FORMS[provider.kind]
    assert reply.text == '{"n":1}'


@pytest.mark.parametrize(
    ("schema", "is_strict"), [(SCHEMA, True), ({**SCHEMA, "required": []}, False)]
)
def test_openai_is_held_to_schemas_that_it_can_be_held_to(schema, is_strict) -> None:
    with Server(answer=lambda _: wire.answer(wire.openai_reply())) as server:
        Asking(server, PROVIDERS["openai"]).ask(schema=schema)

    sent = json.loads(server.seen[0].body)["response_format"]["json_schema"]
    assert sent == {"name": "output", "schema": schema, "strict": is_strict}


def test_the_credential_is_shown_to_the_server_alone(provider) -> None:
    with Server(answer=lambda _: wire.answer(provider.reply())) as server:
        Asking(server, provider).ask(key="e-1:node")

    headers = server.seen[0].headers
    match provider.kind:
        case "openai":
            assert headers["authorization"] == "Bearer sk-hunter2-hunter2"
            assert headers["idempotency-key"] == "e-1:node"
        case "anthropic":
            assert headers["x-api-key"] == "sk-hunter2-hunter2"
            assert headers["idempotency-key"] == "e-1:node"
            assert "authorization" not in headers
        case "aws":
            start = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"
            assert headers["authorization"].startswith(start)
            assert "/eu-central-1/bedrock/aws4_request" in headers["authorization"]


def test_a_server_of_ones_own_may_ask_for_no_key() -> None:
    provider = PROVIDERS["openai"]
    with Server(answer=lambda _: wire.answer(provider.reply())) as server:
        credential = provider.credential(server.url, api_key="", organization="org-7")
        Asking(server, provider, credential=credential).ask()

    assert "authorization" not in server.seen[0].headers
    assert server.seen[0].headers["openai-organization"] == "org-7"


@pytest.mark.parametrize(
    ("asked", "is_old"),
    [
        ({}, False),
        ({"temperature": 0.0}, True),
        ({"top_p": 1.0}, True),
        ({"extra": {"top_k": 5}}, True),
        ({"extra": {"service_tier": "auto"}}, False),
    ],
)
def test_anthropic_is_asked_in_the_version_that_knows_what_is_asked(asked, is_old) -> None:
    provider = PROVIDERS["anthropic"]
    with Server(answer=lambda _: wire.answer(provider.reply())) as server:
        Asking(server, provider).ask(**asked)

    assert (server.seen[0].headers["anthropic-version"] == "2023-06-01") is is_old


@pytest.mark.parametrize("is_heard", [True, False])
def test_what_a_filter_stopped_is_a_failure(provider, is_heard) -> None:
    def answer(_seen):
        if is_heard:
            return provider.streamed("No", reason=provider.filtered)
        return wire.answer(provider.reply("No", reason=provider.filtered))

    with Server(answer=answer) as server, pytest.raises(PortError) as failed:
        Asking(server, provider).ask(hear=len if is_heard else None)

    assert (failed.value.code, failed.value.is_retryable) == ("content_filtered", False)


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_model_that_refuses_in_words_of_its_own_is_a_failure(is_heard) -> None:
    def answer(_seen):
        if is_heard:
            delta = {"index": 0, "delta": {"refusal": "I can't."}, "finish_reason": "stop"}
            pieces = [wire.event({"model": "m", "choices": [delta]}), wire.event("[DONE]")]
            return wire.stream(pieces)
        return wire.answer(wire.openai_reply("", refusal="I can't."))

    with Server(answer=answer) as server, pytest.raises(PortError) as failed:
        Asking(server, PROVIDERS["openai"]).ask(hear=len if is_heard else None)

    assert failed.value.code == "content_filtered"
