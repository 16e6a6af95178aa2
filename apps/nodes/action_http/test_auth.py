"""How a call proves who makes it: what each type of credential adds. OAuth 2.0 meets real servers in tests/adapters."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from apps.engine.credential import Credential
from apps.engine.failure import Failure
from apps.engine.ports import HttpProxy, HttpReply, HttpRequest
from apps.engine.secret import Secret
from apps.engine.testing import Given, Tried, problems_in, revealed, try_node
from apps.nodes.action_http.node import NODE

KEY_TEXT = "s3cr3t/öf=acme"
URL = "https://api.acme.test/orders?page=2#top"


def of_type(name: str, /, secret: str, **values: str) -> Credential:
    return Credential("acme", name, {**values, secret: Secret(KEY_TEXT)})


def call(
    credential: Credential,
    handler: Callable[[HttpRequest], HttpReply] = lambda _: HttpReply(200),
    **config: Any,
) -> Tried:
    given = Given(credentials={"acme": credential}, handler=handler)
    return try_node(NODE, {"url": URL, "credential": "acme", **config}, given)


BASIC = base64.b64encode(f"ann:{KEY_TEXT}".encode()).decode()


@pytest.mark.parametrize(
    ("credential", "header", "value"),
    [
        (of_type("basic_auth", "password", username="ann"), "Authorization", f"Basic {BASIC}"),
        (of_type("bearer_token", "token"), "Authorization", f"Bearer {KEY_TEXT}"),
        (of_type("oauth2", "access_token"), "Authorization", f"Bearer {KEY_TEXT}"),
        (of_type("header", "value", name="X-Acme"), "X-Acme", KEY_TEXT),
        (of_type("api_key", "key"), "X-API-Key", KEY_TEXT),
        (of_type("api_key", "key", location="header", name="X-Key"), "X-Key", KEY_TEXT),
        (of_type("api_key", "key", prefix="Token"), "X-API-Key", f"Token {KEY_TEXT}"),
    ],
)
@pytest.mark.proves("masking")
def test_a_credential_is_sent_in_its_header_and_shown_nowhere(
    credential: Credential, header: str, value: str
) -> None:
    def echo(request: HttpRequest) -> HttpReply:
        return HttpReply(200, {"x-echo": revealed(request.headers[header])}, value.encode())

    tried = call(credential, echo, headers={header.lower(): "mine", "X-Other": "kept"})

    (request,) = tried.requests
    assert revealed(request.headers[header]) == value
    assert isinstance(request.headers[header], Secret)
    assert header.lower() not in request.headers
    assert request.headers["X-Other"] == "kept"
    assert KEY_TEXT not in str(tried.output)
    assert BASIC not in str(tried.output)
    assert KEY_TEXT not in str(tried.shown_config)


def test_a_key_may_travel_in_the_query_and_is_a_secret_there() -> None:
    tried = call(of_type("api_key", "key", location="query", name="key"))

    (request,) = tried.requests
    assert isinstance(request.url, Secret)
    assert request.url.reveal() == (
        "https://api.acme.test/orders?page=2&key=s3cr3t%2F%C3%B6f%3Dacme#top"
    )
    assert call(
        of_type("api_key", "key", location="query", name="key"), url="https://a.b/"
    ).requests[0].url == Secret("https://a.b/?key=s3cr3t%2F%C3%B6f%3Dacme")


@pytest.mark.proves("refusal")
def test_a_credential_of_another_type_is_refused_before_anything_is_sent() -> None:
    tried = call(of_type("slack", "token"))

    assert isinstance(tried.answer, Failure)
    assert tried.answer.code == "credential_type"
    assert tried.requests == []


def test_a_credential_is_named_and_not_written_out() -> None:
    config = {"url": URL, "credential": "Bearer abc"}

    assert problems_in(NODE, config) == [("credential", "field_type")]


def test_a_token_is_asked_for_through_the_proxy_of_the_call() -> None:
    def answer(request: HttpRequest) -> HttpReply:
        is_asking = request.method == "POST"
        return HttpReply(200, {}, b'{"access_token": "t"}' if is_asking else b"")

    values = {"token_url": "https://id.acme.test/token", "client_id": "me"}
    client = of_type("oauth2_client_credentials", "client_secret", **values)

    token, data = call(client, answer, proxy="http://proxy.acme.test:3128").requests

    assert (token.url, data.url) == ("https://id.acme.test/token", URL)
    assert token.proxy == data.proxy == HttpProxy("http://proxy.acme.test:3128")
