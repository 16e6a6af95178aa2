"""What goes wrong at a provider, or on the way to it, has one code whoever says it, and is never sent twice."""

import logging
import os
import threading

import pytest

from apps.adapters.llm.client import MAX_EVENT_BYTES
from apps.engine.credential import Credential
from apps.engine.errors import EngineError, NodeError, PortError
from tests.adapters.llm import wire
from tests.adapters.llm.conftest import KEY, PROVIDERS, Asking
from tests.adapters.servers import Server, redirect


def refused(provider, answer, **asked) -> PortError:
    with Server(answer=lambda _: answer) as server, pytest.raises(PortError) as failed:
        Asking(server, provider).ask(**asked)
    assert len(server.seen) == 1
    return failed.value


def body_of(provider, kind: str, message: str) -> dict:
    if provider.kind == "aws":
        return {"message": message, "__type": kind}
    error = {"type": kind, "message": message, "code": kind}
    return {"type": "error", "error": error}


@pytest.mark.parametrize(
    ("status", "code", "is_retryable"),
    [
        (400, "model_request_refused", False),
        (401, "model_key_refused", False),
        (402, "model_no_credit", False),
        (403, "model_key_refused", False),
        (404, "model_unknown", False),
        (413, "context_too_long", False),
        (422, "model_request_refused", False),
        (429, "model_rate_limited", True),
        (500, "model_failed", True),
        (502, "model_failed", True),
        (503, "model_overloaded", True),
        (529, "model_overloaded", True),
    ],
)
def test_a_status_means_the_same_everywhere(provider, status, code, is_retryable) -> None:
    reply = wire.answer(body_of(provider, "some_error", "Why."), status=f"{status} Refused")

    failure = refused(provider, reply)

    assert (failure.code, failure.status, failure.is_retryable) == (code, status, is_retryable)


@pytest.mark.parametrize(
    ("status", "kind", "message", "code"),
    [
        (429, "insufficient_quota", "You exceeded your current quota.", "model_no_credit"),
        (400, "invalid_request_error", "Your credit balance is too low.", "model_no_credit"),
        (400, "context_length_exceeded", "Too much.", "context_too_long"),
        (400, "invalid_request_error", "prompt is too long: 9 > 8", "context_too_long"),
        (400, "ValidationException", "Input is too long for requested model.", "context_too_long"),
        (400, "content_filter", "Filtered.", "content_filtered"),
        (400, "ThrottlingException", "Slow down.", "model_rate_limited"),
        (400, "UnrecognizedClientException", "The token is invalid.", "model_key_refused"),
        (500, "overloaded_error", "Overloaded", "model_overloaded"),
    ],
)
def test_what_a_provider_says_is_more_than_its_status(
    provider, status, kind, message, code
) -> None:
    reply = wire.answer(body_of(provider, kind, message), status=f"{status} Refused")

    assert refused(provider, reply).code == code


def test_a_provider_says_when_to_come_back(provider) -> None:
    reply = wire.answer(
        body_of(provider, "x", "Later."), "Retry-After: 17", status="429 Too Many Requests"
    )

    assert refused(provider, reply).retry_after_s == 17


def test_a_refused_key_is_not_quoted(provider) -> None:
    reply = wire.answer(body_of(provider, "x", f"Wrong key: {KEY}"), status="401 Unauthorized")

    failure = refused(provider, reply)

    assert failure.message == (
        "The provider refused the credential: check its key, and what it may do."
    )


def test_a_long_sentence_is_cut(provider) -> None:
    reply = wire.answer(body_of(provider, "x", "no " * 1000), status="400 Bad Request")

    failure = refused(provider, reply)

    assert failure.message.startswith("The provider refused the request. no no")
    assert len(failure.message) < 350


@pytest.mark.parametrize("is_heard", [True, False])
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"no json", b'{"choices":[]}', b"null"])
def test_what_is_no_answer_is_a_failure_that_time_may_heal(provider, body, is_heard) -> None:
    kind = "Content-Type: application/json"
    reply = f"HTTP/1.1 200 OK\r\n{kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    failure = refused(provider, reply, hear=len if is_heard else None)

    assert (failure.code, failure.is_retryable) == ("model_reply_invalid", True)


def test_an_answer_that_ends_in_the_middle_is_none(provider) -> None:
    pieces = list(provider.streamed("Hel", reason=None))

    assert refused(provider, pieces, hear=len).code == "model_reply_invalid"


def test_a_connection_that_breaks_in_the_middle_is_told_as_such(provider) -> None:
    def answer(_seen):
        yield from list(provider.streamed("Hel"))[:-4]
        raise OSError

    with Server(answer=answer) as server, pytest.raises(PortError) as failed:
        Asking(server, provider).ask(hear=len)

    assert (failed.value.code, failed.value.is_retryable) == ("connection_lost", True)


LATE = {
    "openai": wire.event({"error": {"message": "Overloaded", "type": "overloaded_error"}}),
    "anthropic": wire.event(
        {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "error"
    ),
    "aws": wire.aws_event("serviceUnavailableException", {"message": "Overloaded"}, "exception"),
}


def test_a_provider_may_fail_in_the_middle_of_an_answer(provider) -> None:
    def answer(_seen):
        first = list(provider.events("Hel", reason=None))
        return wire.stream([*first, LATE[provider.kind]], provider.media)

    with Server(answer=answer) as server, pytest.raises(PortError) as failed:
        Asking(server, provider).ask(hear=len)

    assert (failed.value.code, failed.value.is_retryable) == ("model_overloaded", True)


def test_a_model_that_takes_too_long_is_given_up(provider) -> None:
    server = Server()

    def answer(_seen):
        yield from list(provider.streamed("Hel"))[:2]
        server.stopped.wait(30)

    server.answer = answer
    with server, pytest.raises(PortError) as failed:
        Asking(server, provider).ask(hear=len, timeout_s=0.3)

    assert (failed.value.code, failed.value.is_retryable) == ("timeout", True)


def test_a_cancelled_execution_ends_its_call_at_once(provider) -> None:
    server = Server()
    asking = Asking(server, provider)

    def answer(_seen):
        yield from list(provider.streamed("Hel"))[:3]
        threading.Timer(0.05, asking.cancellation.abort).start()
        server.stopped.wait(30)

    server.answer = answer
    with server, pytest.raises(PortError) as failed:
        asking.ask(hear=len, timeout_s=60)

    assert failed.value.code == "aborted"


def test_nobody_there_is_told_as_such(provider) -> None:
    with Server() as server:
        asking = Asking(server, provider)
    with pytest.raises(PortError) as failed:
        asking.ask()

    assert (failed.value.code, failed.value.is_retryable) == ("connect_failed", True)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}", "http://localhost:{port}", "http://169.254.169.254"]
)
def test_a_server_that_is_not_allowed_is_never_called(provider, url) -> None:
    with Server() as server, Server() as other:
        credential = provider.credential(url.format(port=other.port))
        with pytest.raises(PortError) as failed:
            Asking(server, provider, credential=credential).ask()

    assert (failed.value.code, failed.value.is_retryable) == ("blocked_destination", False)
    assert other.connections == server.connections == 0


@pytest.mark.parametrize("url", ["https://acme.gorax.example", "http://gorax.example:8000"])
def test_a_workflow_does_not_ask_its_own_installation(provider, url) -> None:
    with Server() as server:
        asking = Asking(server, provider, credential=provider.credential(url))
        asking.own_hosts = (".gorax.example",)
        with pytest.raises(PortError) as failed:
            asking.ask()

    assert failed.value.code == "blocked_destination"
    assert "own installation" in failed.value.message


@pytest.mark.parametrize("url", ["ftp://x.example", "nonsense", "http://u:p@x.example", "http://"])
def test_an_address_that_is_none_is_told_as_such(provider, url) -> None:
    with Server() as server, pytest.raises(PortError) as failed:
        Asking(server, provider, credential=provider.credential(url)).ask()

    assert failed.value.code in {"bad_url", "blocked_destination"}
    assert failed.value.is_retryable is False


def test_a_redirect_is_not_followed(provider) -> None:
    with Server() as target:
        failure = refused(provider, redirect(307, target.url))

    assert failure.code == "bad_reply"
    assert target.connections == 0


def test_a_packed_answer_that_nobody_asked_for_is_refused(provider) -> None:
    failure = refused(provider, wire.answer(provider.reply(), "Content-Encoding: gzip"))

    assert failure.code == "bad_reply"


@pytest.mark.parametrize("is_heard", [True, False])
def test_an_answer_without_end_is_cut_off(provider, is_heard) -> None:
    def answer(_seen):
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while True:
            yield b"100000\r\n" + b" " * 0x100000 + b"\r\n"

    with Server(answer=answer) as server, pytest.raises(PortError) as failed:
        Asking(server, provider).ask(hear=len if is_heard else None)

    assert failed.value.code in {"too_large", "model_reply_invalid"}


@pytest.mark.parametrize("provider", ["openai", "anthropic"], indirect=True)
def test_an_event_without_end_is_cut_off_long_before_its_reply_is(provider) -> None:
    def answer(_seen):
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while True:
            yield b"8000\r\n" + b"a\n" * 0x4000 + b"\r\n"

    with Server(answer=answer) as server, pytest.raises(PortError) as failed:
        Asking(server, provider).ask(hear=len)

    assert failed.value.code == "too_large"
    assert str(MAX_EVENT_BYTES) in failed.value.message


@pytest.mark.parametrize("host", ["127.0.0.1", "*.0.0.1"])
def test_a_credential_goes_to_the_hosts_that_it_names(provider, host) -> None:
    with Server(answer=lambda _: wire.answer(provider.reply("Hello"))) as server:
        plain = provider.credential(server.url)
        credential = Credential("mine", plain.type, plain.values, ("api.example.com", host))

        assert Asking(server, provider, credential=credential).ask().text == "Hello"


@pytest.mark.parametrize("host", ["api.example.com", "*.127.0.0.1", "27.0.0.1"])
def test_a_credential_for_one_host_goes_to_no_other(provider, host) -> None:
    with Server() as server:
        plain = provider.credential(server.url)
        credential = Credential("mine", plain.type, plain.values, (host,))
        with pytest.raises(PortError) as failed:
            Asking(server, provider, credential=credential).ask()

    assert failed.value.code == "credential_host"
    assert server.connections == 0


def test_a_credential_without_its_key_is_told_as_such(provider) -> None:
    plain = provider.credential("" if provider.kind != "aws" else "http://127.0.0.1")
    values = {k: v for k, v in plain.values.items() if k not in {"api_key", "secret_access_key"}}
    with Server() as server, pytest.raises(NodeError) as failed:
        Asking(server, provider, credential=Credential("mine", plain.type, values)).ask()

    assert failed.value.code == "credential_incomplete"


def test_a_credential_of_another_type_leads_to_no_model() -> None:
    with Server() as server, pytest.raises(EngineError) as failed:
        Asking(server, PROVIDERS["openai"], credential=Credential("mine", "slack", {})).ask()

    assert failed.value.code == "provider_unknown"


def test_keys_and_settings_of_this_machine_stay_here(provider, monkeypatch) -> None:
    for name, text in {
        "OPENAI_API_KEY": "leak-1",
        "OPENAI_ORG_ID": "leak-2",
        "OPENAI_PROJECT_ID": "leak-3",
        "OPENAI_BASE_URL": "http://leak.example",
        "OPENAI_CUSTOM_HEADERS": "X-Leak: leak-4",
        "ANTHROPIC_API_KEY": "leak-5",
        "ANTHROPIC_AUTH_TOKEN": "leak-6",
        "ANTHROPIC_CUSTOM_HEADERS": "X-Leak: leak-7",
        "AWS_PROFILE": "leak-8",
        "AWS_ACCESS_KEY_ID": "leak-9",
        "AWS_SECRET_ACCESS_KEY": "leak-10",
        "AWS_SESSION_TOKEN": "leak-11",
        "AWS_BEARER_TOKEN_BEDROCK": "leak-12",
        "AWS_ENDPOINT_URL": "http://leak.example",
        "HTTP_PROXY": "http://leak.example",
        "HTTPS_PROXY": "http://leak.example",
        "ALL_PROXY": "http://leak.example",
    }.items():
        monkeypatch.setitem(os.environ, name, text)

    with Server(answer=lambda _: wire.answer(provider.reply())) as server:
        Asking(server, provider).ask()

    assert "leak" not in str(server.seen).lower()


def test_neither_question_nor_answer_nor_key_is_logged(provider, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    with Server(answer=lambda _: provider.streamed("the ", "reply")) as server:
        Asking(server, provider).ask("the question", system="the system", hear=len)

    for text in ("question", "reply", "the system", "hunter2"):
        assert text not in caplog.text
