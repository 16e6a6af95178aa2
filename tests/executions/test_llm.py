"""Models in executions: asked over real HTTP with a tenant's credential, watched while they answer, left in no log."""

import json
import logging
import threading

import pytest

from apps.credentials.services import store
from apps.executions.services import news, ports
from apps.tenants import facade as tenants
from apps.tenants.models import EgressAllowance, Tenant
from tests.adapters.llm import wire
from tests.adapters.servers import Server
from tests.executions.makers import SCHEMA, begin, chain, make_version, steps, work_until_ended

KEY = "sk-hunter2-hunter2"
ASK = {"credential": "model", "model": "gpt-4o", "prompt": "the question {{ trigger.n }}"}


@pytest.fixture
def provider(demo):
    """A loopback server that a test teaches to answer, allowed for the tenant, with a credential for it."""
    with Server() as server:
        tenant = Tenant.objects.get(schema_name=SCHEMA)
        EgressAllowance.objects.create(tenant=tenant, address="127.0.0.1", port=server.port)
        ports._policy.cache_clear()
        tenants.forget()
        values = {"api_key": KEY, "base_url": f"{server.url}/v1"}
        store.create(name="model", type_name="openai", values=values, actor_id=None)
        yield server


def asking(**config) -> dict:
    return chain(("ask", "llm:chat", {"config": {**ASK, **config}}))


def test_an_answer_is_the_steps_output_and_nothing_of_it_is_logged(provider, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    provider.answer = lambda _: wire.stream(wire.openai_events("the ", f"reply {KEY}"))

    done = work_until_ended(begin(make_version(asking()), {"n": 7}))

    assert done.status == "completed"
    assert done.output == {
        "text": "the reply [REDACTED]",
        "model": "gpt-4o-2024-08-06",
        "finish_reason": "stop",
        "usage": {
            "input_tokens": 1000,
            "output_tokens": 100,
            "total_tokens": 1100,
            "cost_usd": None,
        },
    }
    (seen,) = provider.seen
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.headers["idempotency-key"] == f"{done.pk}:ask"
    assert json.loads(seen.body)["messages"] == [{"role": "user", "content": "the question 7"}]
    assert steps(done.pk)["ask"].input["prompt"] == "the question 7"
    logged = caplog.text + repr([vars(record) for record in caplog.records])
    assert [text for text in ("the question", "the reply", "hunter2") if text in logged] == []


def test_those_who_watch_see_the_answer_grow(provider, redis_server) -> None:
    go_on = threading.Event()

    def answer(_seen):
        first, second, *rest = wire.openai_events("Once ", "upon a time")
        yield from list(wire.stream([first, second]))[:-1]
        go_on.wait(20)
        yield from list(wire.stream(rest))[1:]

    provider.answer = answer
    execution_id = begin(make_version(asking()), {"n": 7})
    channel = news.LAYER_CHANNEL + news.execution_channel(SCHEMA, execution_id)
    heard = []
    with redis_server.pubsub(ignore_subscribe_messages=True) as watching:
        watching.subscribe(channel)
        watching.get_message(timeout=20)
        worker = threading.Thread(target=listen, args=(watching, heard, go_on))
        worker.start()
        done = work_until_ended(execution_id)
        worker.join(20)

    assert done.output["text"] == "Once upon a time"
    assert any(b'\\"text\\":\\"Once' in data or b'"text":"Once' in data for data in heard)


def listen(watching, heard: list[bytes], go_on: threading.Event) -> None:
    """Let the model go on when the first part of its answer has been seen."""
    for _ in range(100):
        message = watching.get_message(timeout=1)
        if message is None:
            continue
        heard.append(message["data"])
        if b"Once" in message["data"]:
            go_on.set()
            return


@pytest.mark.parametrize(
    ("status", "retry", "asked"),
    [("503 Overloaded", {"attempts": 2, "first_wait_s": 0}, 2), ("401 Unauthorized", {}, 1)],
)
def test_a_provider_that_refuses_is_asked_again_if_time_may_heal_it(
    provider, status, retry, asked
) -> None:
    provider.answer = lambda _: wire.answer({"error": {"message": "No."}}, status=status)
    document = chain(("ask", "llm:chat", {"config": ASK, "retry": retry}))

    done = work_until_ended(begin(make_version(document), {"n": 1}))

    assert (done.status, len(provider.seen)) == ("failed", asked)
    assert done.error["code"] == ("model_overloaded" if asked == 2 else "model_key_refused")


def test_texts_are_embedded_with_the_installations_own_price(provider, settings) -> None:
    settings.GORAX_LLM_PRICES = {"m": {"input": 1_000_000}}
    data = [{"index": index, "embedding": [index + 0.5]} for index in range(2)]
    provider.answer = lambda _: wire.answer({"data": data, "model": "m", "usage": USED})
    config = {"credential": "model", "model": "m", "texts": "{{ trigger }}"}

    done = work_until_ended(
        begin(make_version(chain(("e", "llm:embed", {"config": config}))), ["a", "b"])
    )

    assert done.output["embeddings"] == [[0.5], [1.5]]
    assert done.output["usage"]["cost_usd"] == 9.0


USED = {"prompt_tokens": 9, "total_tokens": 9}
