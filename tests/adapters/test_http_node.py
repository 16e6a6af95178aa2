"""The HTTP node over the real client: what reaches the server, and what never does."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from apps.adapters.destination import Policy
from apps.adapters.http import GuardedHttp
from apps.adapters.transport import Transport
from apps.engine.builder import Builder
from apps.engine.credential import Credential
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.program import load
from apps.engine.runner import run
from apps.engine.secret import Secret
from apps.engine.testing import Given, in_memory_ports, secret_named, try_node
from apps.engine.value import NodeId
from apps.nodes import catalogue
from apps.nodes.action_http.node import NODE
from tests.adapters.conftest import allowing
from tests.adapters.servers import Seen, Server, ok


@pytest.fixture
def transport() -> Iterator[Transport]:
    transport = Transport()
    yield transport
    transport.close()


class EachStep:
    """Makes a client for every call, as a worker makes one for every step."""

    def __init__(self, policy: Policy, transport: Transport, owner: str = "t_a") -> None:
        self._made = (policy, transport, owner)

    def send(self, request: HttpRequest) -> HttpReply:
        policy, transport, owner = self._made
        return GuardedHttp(policy, owner=owner, transport=transport).send(request)


def chain(*configs: dict) -> Builder:
    """Return a workflow that makes these calls one after another."""
    builder = Builder().node("t", "trigger:manual")
    before = "t"
    for index, config in enumerate(configs):
        builder.node(f"c{index}", "action:http", **config).edge(before, f"c{index}")
        before = f"c{index}"
    return builder


def ran(builder: Builder, http: EachStep):
    ports = replace(in_memory_ports(), http=http)
    return run(load(builder.build(), catalogue()), NodeId("t"), {}, ports)


def test_two_steps_to_one_host_share_a_connection(transport: Transport) -> None:
    with Server() as server:
        steps = chain({"url": f"{server.url}/a"}, {"url": f"{server.url}/b", "method": "PUT"})
        outcome = ran(steps, EachStep(allowing(server.port), transport))

        assert outcome.status == "completed"
        assert [seen.target for seen in server.seen] == ["/a", "/b"]
        assert server.connections == 1


def test_nothing_of_one_call_is_in_the_next_on_the_same_connection(transport: Transport) -> None:
    signed = {"Authorization": "Bearer canary", "X-Api-Key": "canary", "Cookie": "own=canary"}
    with Server(answer=lambda seen: ok(b"fine", "Set-Cookie: session=canary; Path=/")) as server:
        steps = chain({"url": server.url, "headers": signed}, {"url": server.url})
        ran(steps, EachStep(allowing(server.port), transport))

        assert server.connections == 1
        assert server.seen[0].headers["authorization"] == "Bearer canary"
        assert "canary" not in str(server.seen[1].headers)


def test_a_cookie_of_one_tenant_reaches_no_other(transport: Transport) -> None:
    with Server(answer=lambda seen: ok(b"fine", "Set-Cookie: session=canary")) as server:
        for owner in ("t_a", "t_b", "t_a"):
            ran(chain({"url": server.url}), EachStep(allowing(server.port), transport, owner))

        assert "canary" not in str([seen.headers for seen in server.seen])
        assert server.connections == 2


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://{{ trigger.host }}/", "127.0.0.1:{port}"),
        ("http://api.example.com{{ trigger.host }}/", "@127.0.0.1:{port}"),
        ("http://{{ trigger.host }}.example.com/", "127.0.0.1:{port}/#"),
        ("http://{{ trigger.host }}.example.com/", "[::ffff:127.0.0.1]:{port}/?"),
        ("{{ trigger.host }}", "http://2130706433:{port}/"),
    ],
)
def test_a_host_from_a_delivery_leads_to_no_closed_place(
    url: str, host: str, loopback: Server, transport: Transport
) -> None:
    given = Given(
        trigger={"host": host.replace("{port}", str(loopback.port))},
        handler=EachStep(Policy(), transport).send,
    )

    failure = try_node(NODE, {"url": url}, given).answer

    assert failure.code == "blocked_destination"
    assert loopback.connections == 0


def test_a_file_arrives_byte_for_byte(transport: Transport) -> None:
    config = {
        "method": "POST",
        "body_type": "multipart",
        "parts": [{"name": "f", "filename": "ü.txt", "value": "{{ credentials.text }}"}],
    }
    with Server() as server:
        given = Given(
            credentials={"text": secret_named("text", "zwölf\r\n")},
            handler=EachStep(allowing(server.port), transport).send,
        )
        tried = try_node(NODE, {"url": server.url, **config}, given)

    (seen,) = server.seen
    boundary = seen.headers["content-type"].removeprefix("multipart/form-data; boundary=")
    assert tried.output["status_code"] == 200
    assert seen.body.decode() == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="ü.txt"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\nzwölf\r\n\r\n--{boundary}--\r\n"
    )


def test_pages_are_fetched_over_one_connection_and_keep_their_credential(
    transport: Transport,
) -> None:
    def answer(seen: Seen) -> bytes:
        number = int(seen.target.rpartition("=")[2])
        more = [f'Link: </items?page={number + 1}>; rel="next"'] if number < 3 else []
        return ok(f"[{number}]".encode(), "Content-Type: application/json", *more)

    with Server(answer=answer) as server:
        given = Given(
            credentials={"key": secret_named("key", "canary-canary")},
            handler=EachStep(allowing(server.port), transport).send,
        )
        config = {
            "url": f"{server.url}/items?page=1",
            "headers": {"Authorization": "Bearer {{ credentials.key }}"},
            "pagination": "next_link",
        }
        tried = try_node(NODE, config, given)

        assert tried.output["body"] == [1, 2, 3]
        assert {seen.headers["authorization"] for seen in server.seen} == {"Bearer canary-canary"}
        assert server.connections == 1


def test_a_page_behind_a_closed_door_is_not_fetched(loopback: Server, transport: Transport) -> None:
    body = f'{{"next": "http://[::1]:{loopback.port}/"}}'.encode()
    with Server(answer=lambda seen: ok(body)) as server:
        handler = EachStep(allowing(server.port), transport).send
        config = {"url": server.url, "pagination": "next_link", "next_path": "$.next"}
        failure = try_node(NODE, config, Given(handler=handler)).answer

    assert failure.code == "page_elsewhere"
    assert loopback.connections == 0


def test_each_page_is_signed_and_goes_only_where_its_credential_may(transport: Transport) -> None:
    def answer(seen: Seen) -> bytes:
        return ok(b'{"next": 2}' if seen.target == "/" else b"{}")

    with Server(answer=answer) as server:
        handler = EachStep(allowing(server.port), transport).send
        config = {
            "url": server.url,
            "credential": "key",
            "pagination": "cursor",
            "cursor_path": "$.next",
            "page_name": "after",
        }

        def tried(host: str):
            values = {"token": Secret("canary-canary")}
            key = Credential("key", "bearer_token", values, allowed_hosts=(host,))
            return try_node(NODE, config, Given(credentials={"key": key}, handler=handler))

        assert tried("api.example.com").answer.code == "credential_host"
        assert server.seen == []
        assert tried("127.0.0.1").output["pages"] == 2

    assert [seen.target for seen in server.seen] == ["/", "/?after=2"]
    assert {seen.headers["authorization"] for seen in server.seen} == {"Bearer canary-canary"}
