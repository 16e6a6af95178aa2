"""OAuth 2.0 client credentials of an HTTP node, with a token server and an API on loopback."""

import base64
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.engine.blob_memory import BlobsInMemory
from apps.engine.config import Config
from apps.engine.credential import Credential
from apps.engine.errors import NodeError
from apps.engine.failure import Failure
from apps.engine.node import Context
from apps.engine.ports import HttpReply, HttpRequest, Ports
from apps.engine.secret import Secret
from apps.engine.testing import FakeClock, FakeCode, FakeHttp, FakeLog, Given, Tried, try_node
from apps.engine.value import NodeId, StepKey
from apps.nodes.action_http import auth, oauth2
from apps.nodes.action_http.node import NODE
from tests.adapters.conftest import Network, allowing
from tests.adapters.servers import Seen, Server, ok

CLIENT_KEY = "s3cr3t/öf=acme"
SERIAL = itertools.count(1)
Ask = Callable[..., Tried]


class Tokens:
    """A token server that numbers its tokens, and an API that takes the latest one only."""

    def __init__(self, **said: Any) -> None:
        self.count = 0
        self.said = said
        self.refuses_all = False

    def grant(self, _seen: Seen) -> bytes:
        self.count += 1
        body = {"access_token": f"token-number-{self.count}", "expires_in": 3600, **self.said}
        return ok(json.dumps(body).encode(), "Content-Type: application/json")

    def api(self, seen: Seen) -> bytes:
        given = seen.headers.get("authorization", "")
        if self.refuses_all or given != f"Bearer token-number-{self.count}":
            return ok(b"no", status="401 Unauthorized")
        return ok(given.encode())


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def token_server(tokens: Tokens) -> Iterator[Server]:
    with Server(answer=tokens.grant) as server:
        yield server


@pytest.fixture
def api(tokens: Tokens) -> Iterator[Server]:
    with Server(answer=tokens.api) as server:
        yield server


@pytest.fixture
def ask(network: Callable[..., Network], token_server: Server, api: Server) -> Ask:
    """Call the API through the real client, with a credential of the token server."""
    http = network().http(allowing(token_server.port, api.port))

    def asking(credential: Credential, **config: Any) -> Tried:
        given = Given(credentials={"acme": credential}, handler=http.send)
        return try_node(NODE, {"url": f"{api.url}/orders", "credential": "acme", **config}, given)

    return asking


@pytest.fixture
def client(token_server: Server) -> Credential:
    return made_client(token_server)


def made_client(server: Server, **values: str) -> Credential:
    given: dict[str, str | Secret] = {
        "token_url": f"{server.url}/token",
        "client_id": "me&co",
        "client_secret": Secret(CLIENT_KEY),
        **values,
    }
    return Credential("acme", "oauth2_client_credentials", given, mark=f"test|{next(SERIAL)}")


def test_a_token_is_fetched_once_and_sent_until_it_expires(
    ask, client, tokens, token_server, api
) -> None:
    outputs = [ask(client).output for _ in range(3)]

    assert tokens.count == 1
    assert [seen.headers["authorization"] for seen in api.seen] == ["Bearer token-number-1"] * 3
    assert outputs[0]["body"] == "Bearer [REDACTED]"
    assert "token-number" not in str(outputs)
    (asked,) = token_server.seen
    pair = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
    assert pair == "me%26co:s3cr3t%2F%C3%B6f%3Dacme"
    assert asked.body == b"grant_type=client_credentials"


def test_the_client_may_prove_itself_in_the_body_and_ask_for_a_scope(ask, token_server) -> None:
    ask(made_client(token_server, auth_style="body", scope="read write"))

    (asked,) = token_server.seen
    assert "authorization" not in asked.headers
    assert asked.body == (
        b"grant_type=client_credentials&scope=read+write&client_id=me%26co"
        b"&client_secret=s3cr3t%2F%C3%B6f%3Dacme"
    )


def test_a_token_that_the_server_takes_no_more_is_fetched_anew_once(
    ask, client, tokens, api
) -> None:
    ask(client)
    tokens.count += 1  # the server has forgotten the first one

    assert ask(client).output["status_code"] == 200

    assert tokens.count == 3
    shown = [seen.headers["authorization"][-1] for seen in api.seen]
    assert shown == ["1", "1", "3"]


def test_a_new_token_that_is_refused_is_the_answer(ask, client, tokens, api) -> None:
    tokens.refuses_all = True

    failure = ask(client).answer

    assert (failure.code, failure.status, failure.is_retryable) == ("http_status", 401, False)
    assert (tokens.count, len(api.seen)) == (1, 1)
    assert (ask(client).answer.status, tokens.count, len(api.seen)) == (401, 2, 3)


@pytest.mark.parametrize("life", [0, 29, "30", -1])
def test_a_token_at_the_end_of_its_life_is_not_kept(life, ask, client, tokens) -> None:
    tokens.said = {"expires_in": life}

    ask(client)
    ask(client)

    assert tokens.count == 2


@pytest.mark.parametrize("life", [1e300, 10**400])
def test_a_token_is_used_whatever_life_its_server_promises(life, ask, client, tokens) -> None:
    tokens.said = {"expires_in": life}

    ask(client)
    assert ask(client).output["status_code"] == 200

    assert tokens.count == 1


@pytest.mark.parametrize("life", [None, "soon", True, [1], "120", 120.5])
def test_a_life_that_cannot_be_read_is_five_minutes(life, ask, client, tokens) -> None:
    tokens.said = {"expires_in": life}

    ask(client)
    ask(client)

    assert tokens.count == 1


def test_each_version_of_a_credential_has_tokens_of_its_own(ask, token_server, tokens) -> None:
    ask(made_client(token_server))
    ask(made_client(token_server))
    unmarked = Credential("acme", "oauth2_client_credentials", made_client(token_server).values)
    ask(unmarked)
    ask(unmarked)

    assert tokens.count == 4


def test_only_so_many_tokens_are_kept(ask, token_server, tokens, monkeypatch) -> None:
    monkeypatch.setattr(oauth2, "TOKENS_KEPT", 2)
    first = made_client(token_server)
    for credential in (first, made_client(token_server), made_client(token_server)):
        ask(credential)

    ask(first)

    assert (tokens.count, len(oauth2._kept)) == (4, 2)


@pytest.mark.parametrize(
    ("answer", "message", "is_retryable"),
    [
        (
            ok(b'{"error": "invalid_client", "error_description": "Who?"}', status="401 No"),
            "The token server answered 401 and gave no token: invalid_client, Who?.",
            False,
        ),
        (ok(b"x", status="503 No"), "The token server answered 503 and gave no token.", True),
        (ok(b"[]"), "The token server answered 200 and gave no token.", False),
        (ok(b'{"access_token": 7}'), "The token server answered 200 and gave no token.", False),
        (
            ok(b'{"access_token": "a\\r\\nb"}'),
            "The token server answered 200 and gave no token.",
            False,
        ),
        (
            ok(json.dumps({"error": f"not {CLIENT_KEY}"}).encode(), status="400 No"),
            "The token server answered 400 and gave no token: not [REDACTED].",
            False,
        ),
        (
            ok(b"", "Location: https://elsewhere.test/", status="307 Moved"),
            "The token server answered 307 and gave no token.",
            False,
        ),
    ],
)
def test_without_a_token_nothing_is_sent(
    answer, message, is_retryable, ask, token_server, api
) -> None:
    token_server.answer = lambda _: answer

    failure = ask(made_client(token_server)).answer

    assert isinstance(failure, Failure)
    assert (failure.code, failure.message) == ("token_refused", message)
    assert failure.is_retryable is is_retryable
    assert api.seen == []


def test_a_credential_that_may_go_to_the_api_alone_still_gets_its_token(
    ask, token_server, api, tokens
) -> None:
    # What the vault gives holds the host of the token's own address, too.
    client = made_client(token_server)
    fenced = Credential(client.name, client.type, client.values, ("127.0.0.1",), client.mark)

    assert ask(fenced).output["status_code"] == 200

    elsewhere = Credential(client.name, client.type, client.values, ("a.test",), f"{client.mark}+")
    failure = ask(elsewhere).answer
    assert isinstance(failure, Failure)
    assert (failure.code, tokens.count, len(api.seen)) == ("credential_host", 1, 1)


def test_the_token_and_the_call_share_the_time_of_the_call(token_server) -> None:
    asked: list[HttpRequest] = []
    clock = FakeClock()

    def slow(request: HttpRequest) -> HttpReply:
        asked.append(request)
        clock.seconds += 4
        body = b'{"access_token": "t", "expires_in": 1}'
        return HttpReply(200, {"content-type": "application/json"}, body)

    def sent(timeout_s: float) -> list[float]:
        asked.clear()
        client = made_client(token_server)
        ports = Ports(FakeHttp(slow), clock, FakeLog(), FakeCode(), blobs=BlobsInMemory())
        context = Context(
            NodeId("a"), StepKey("a"), Config({}), ports, credentials={"credential": client}
        )
        auth.send(context, HttpRequest("GET", "https://a.b", timeout_s=timeout_s))
        return [request.timeout_s for request in asked]

    assert sent(10) == [10, 6]
    with pytest.raises(NodeError, match="Getting a token took all the time") as caught:
        sent(4)
    assert (caught.value.code, caught.value.is_retryable, len(asked)) == ("timeout", True, 1)
