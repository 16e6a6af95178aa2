"""Texts become vectors, in their order, and every provider says what that took."""

import json

import pytest

from apps.engine.errors import PortError
from apps.engine.llm import Usage
from tests.adapters.llm import wire
from tests.adapters.llm.conftest import PROVIDERS, Asking
from tests.adapters.servers import Server

OPENAI, AWS = PROVIDERS["openai"], PROVIDERS["aws"]
TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-multilingual-v3"


def openai_vectors(*vectors, order=None):
    rows = [
        {"object": "embedding", "index": index, "embedding": vector}
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": 9, "total_tokens": 9}
    data = [rows[index] for index in order or range(len(rows))]
    return {"object": "list", "model": "text-embedding-3-small", "data": data, "usage": usage}


def test_openai_makes_vectors_in_the_order_of_the_texts() -> None:
    reply = openai_vectors([0.5, 1.0], [2.0, 3.0], order=[1, 0])
    with Server(answer=lambda _: wire.answer(reply)) as server:
        asked = {"model": "text-embedding-3-small", "dimensions": 2, "key": "k"}
        found = Asking(server, OPENAI).embed("one", "two", **asked)

    assert found.vectors == ((0.5, 1.0), (2.0, 3.0))
    assert (found.model, found.usage) == ("text-embedding-3-small", Usage(9, 0, None))
    (seen,) = server.seen
    assert (seen.target, seen.headers["idempotency-key"]) == ("/v1/embeddings", "k")
    assert json.loads(seen.body) == {
        "model": "text-embedding-3-small",
        "input": ["one", "two"],
        "dimensions": 2,
        "encoding_format": "float",
    }


def test_openai_chooses_the_dimensions_if_nobody_does() -> None:
    with Server(answer=lambda _: wire.answer(openai_vectors([1.0]))) as server:
        Asking(server, OPENAI).embed("one", model="m")

    assert "dimensions" not in json.loads(server.seen[0].body)


@pytest.mark.parametrize("body", [{}, {"data": None}, openai_vectors([1.0]), {"data": [7]}])
def test_fewer_vectors_than_texts_are_no_answer(body) -> None:
    with Server(answer=lambda _: wire.answer(body)) as server, pytest.raises(PortError) as failed:
        Asking(server, OPENAI).embed("one", "two", model="m")

    assert (failed.value.code, failed.value.is_retryable) == ("model_reply_invalid", True)


def test_titan_takes_one_text_at_a_time() -> None:
    def answer(seen):
        text = json.loads(seen.body)["inputText"]
        return wire.answer({"embedding": [len(text)], "inputTextTokenCount": 2}, TOKENS)

    with Server(answer=answer) as server:
        found = Asking(server, AWS).embed("a", "bb", model=TITAN, dimensions=256)

    assert (found.vectors, found.usage) == (((1.0,), (2.0,)), Usage(6, 0, None))
    assert [json.loads(seen.body) for seen in server.seen] == [
        {"inputText": "a", "dimensions": 256},
        {"inputText": "bb", "dimensions": 256},
    ]
    assert server.seen[0].target == "/model/amazon.titan-embed-text-v2%3A0/invoke"


TOKENS = "X-Amzn-Bedrock-Input-Token-Count: 3"


def test_cohere_takes_all_texts_at_once() -> None:
    reply = {"embeddings": [[1.0], [2.0]], "id": "e"}
    with Server(answer=lambda _: wire.answer(reply, TOKENS)) as server:
        found = Asking(server, AWS).embed("a", "bb", model=COHERE, dimensions=512)

    assert (found.vectors, found.usage) == (((1.0,), (2.0,)), Usage(3, 0, None))
    assert json.loads(server.seen[0].body) == {
        "texts": ["a", "bb"],
        "input_type": "search_document",
        "output_dimension": 512,
    }


def test_a_model_that_does_not_embed_is_never_asked() -> None:
    with Server() as server, pytest.raises(PortError) as failed:
        Asking(server, AWS).embed("a", model="amazon.nova-lite-v1:0")
    assert (failed.value.code, server.connections) == ("model_unknown", 0)

    with Server() as server, pytest.raises(PortError) as failed:
        Asking(server, PROVIDERS["anthropic"]).embed("a")
    assert (failed.value.code, server.connections) == ("model_unknown", 0)


@pytest.mark.parametrize(("provider", "model"), [(OPENAI, "m"), (AWS, COHERE)])
def test_a_refusal_means_the_same_as_of_a_question(provider, model) -> None:
    reply = wire.answer({"message": "Later."}, "Retry-After: 4", status="429 Too Many Requests")
    with Server(answer=lambda _: reply) as server, pytest.raises(PortError) as failed:
        Asking(server, provider).embed("a", model=model)

    failure = failed.value
    assert (failure.code, failure.is_retryable) == ("model_rate_limited", True)
    assert (failure.status, failure.retry_after_s) == (429, 4)
