"""Redirects: followed by hand, each hop judged like a first call."""

from collections.abc import Callable, Iterator

import pytest

from apps.adapters.addresses import Allowance
from apps.adapters.destination import Policy
from apps.adapters.errors import (
    BadUrlError,
    BlockedDestinationError,
    CredentialHostError,
    TooManyRedirectsError,
)
from apps.adapters.http import MAX_REDIRECTS
from apps.engine.ports import HttpRequest
from apps.engine.secret import Secret
from tests.adapters.conftest import Network, allowing
from tests.adapters.servers import Seen, Server, ok, redirect

Make = Callable[..., Network]


@pytest.fixture
def target() -> Iterator[Server]:
    with Server() as server:
        yield server


def redirecting(status: int, location: str) -> Server:
    return Server(answer=lambda seen: redirect(status, location))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_private_address_is_refused_before_a_packet(
    status: int, target: Server, network: Make
) -> None:
    with redirecting(status, f"{target.url}/latest/meta-data/") as first:
        http = network().http(allowing(first.port))

        with pytest.raises(BlockedDestinationError) as refusal:
            http.send(HttpRequest("POST", first.url, body=b"secret"))

        assert len(first.seen) == 1
        assert target.connections == 0
        assert refusal.value.is_retryable is False
        assert refusal.value.may_have_arrived is True


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/_x",
        "ftp://127.0.0.1:{port}/",
        "http://user:password@127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "\\\\127.0.0.1:{port}\\",
        "/\\127.0.0.1:{port}/",
        "http://127.0.0.1\t:{port}/",
        "http://2130706433:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://localhost:{port}/",
    ],
)
def test_a_redirect_in_disguise_is_refused(location: str, target: Server, network: Make) -> None:
    with redirecting(302, location.replace("{port}", str(target.port))) as first:
        net = network({"localhost": [["127.0.0.1"]]})

        with pytest.raises(BlockedDestinationError):
            net.http(allowing(first.port)).send(HttpRequest("GET", first.url))

        assert len(first.seen) == 1
        assert target.connections == 0


def test_a_redirect_to_a_name_that_moved_inside_is_refused(target: Server, network: Make) -> None:
    names = {"rebind.example": [["93.184.216.34"], ["127.0.0.1"]]}
    with redirecting(302, f"http://rebind.example:{target.port}/") as first:
        net = network(names, port=first.port)

        with pytest.raises(BlockedDestinationError):
            net.http().send(HttpRequest("GET", "http://rebind.example/"))

        assert net.asked == ["rebind.example", "rebind.example"]
        assert net.dialled == [("93.184.216.34", 80)]
        assert target.connections == 0


def test_a_redirect_to_an_unreadable_place_is_named_so(network: Make) -> None:
    with redirecting(302, "http://[::1") as first, pytest.raises(BadUrlError):
        network().http(allowing(first.port)).send(HttpRequest("GET", first.url))


@pytest.mark.parametrize(
    ("status", "method", "expected"),
    [
        (301, "GET", "GET"),
        (301, "POST", "GET"),
        (301, "PUT", "PUT"),
        (302, "POST", "GET"),
        (302, "DELETE", "DELETE"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (307, "POST", "POST"),
        (307, "PATCH", "PATCH"),
        (308, "POST", "POST"),
        (308, "GET", "GET"),
    ],
)
def test_method_and_body_follow_the_rules_of_each_status(
    status: int, method: str, expected: str, target: Server, network: Make
) -> None:
    body = None if method in {"GET", "HEAD"} else b'{"a":1}'
    with redirecting(status, f"{target.url}/next") as first:
        reply = (
            network()
            .http(allowing(first.port, target.port))
            .send(
                HttpRequest(
                    method, first.url, headers={"Content-Type": "application/json"}, body=body
                )
            )
        )

    (seen,) = target.seen
    assert reply.status == 200
    assert (seen.method, seen.target) == (expected, "/next")
    keeps_body = expected == method and body is not None
    assert seen.body == (body if keeps_body else b"")
    became_get = method != "GET" and expected == "GET"
    assert ("content-type" in seen.headers) is not became_get


def test_credentials_stay_behind_when_the_host_changes(target: Server, network: Make) -> None:
    sent = {
        "Authorization": Secret("Bearer canary"),
        "Cookie": "session=canary",
        "X-Api-Key": Secret("canary"),
        "X-Custom-Token": "canary",
        "Accept": "application/json",
        "Idempotency-Key": "k-1",
    }
    with redirecting(307, f"{target.url}/") as first:
        network().http(allowing(first.port, target.port)).send(
            HttpRequest("POST", first.url, headers=sent, body=b"x")
        )

        assert first.seen[0].headers["authorization"] == "Bearer canary"
    (seen,) = target.seen
    assert "canary" not in str(seen.headers)
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["idempotency-key"] == "k-1"
    assert seen.headers["host"] == f"127.0.0.1:{target.port}"


def test_credentials_travel_along_on_the_same_server(network: Make) -> None:
    def answer(seen: Seen) -> bytes:
        return redirect(302, "../b?x=1") if seen.target == "/a/a" else ok()

    with Server(answer=answer) as server:
        network().http(allowing(server.port)).send(
            HttpRequest(
                "GET", f"{server.url}/a/a", headers={"Authorization": Secret("Bearer canary")}
            )
        )

        assert [seen.target for seen in server.seen] == ["/a/a", "/b?x=1"]
        assert server.seen[1].headers["authorization"] == "Bearer canary"
        assert server.connections == 1


def test_as_many_redirects_as_allowed_are_followed_and_one_more_is_not(network: Make) -> None:
    def answer(seen: Seen) -> bytes:
        left = int(seen.target.strip("/"))
        return redirect(302, f"/{left - 1}") if left else ok()

    with Server(answer=answer) as server:
        http = network().http(allowing(server.port))
        reply = http.send(HttpRequest("GET", f"{server.url}/{MAX_REDIRECTS}"))

        with pytest.raises(TooManyRedirectsError) as refusal:
            http.send(HttpRequest("GET", f"{server.url}/{MAX_REDIRECTS + 1}"))

        assert (reply.status, reply.redirects) == (200, MAX_REDIRECTS)
        assert refusal.value.code == "too_many_redirects"
        assert len(server.seen) == 2 * (MAX_REDIRECTS + 1)


def test_a_redirect_is_the_reply_if_following_is_off(target: Server, network: Make) -> None:
    with redirecting(302, target.url) as first:
        reply = (
            network()
            .http(allowing(first.port))
            .send(HttpRequest("GET", first.url, follow_redirects=False))
        )

    assert (reply.status, reply.headers["location"]) == (302, target.url)
    assert reply.redirects == 0
    assert target.connections == 0


def test_a_redirect_without_a_place_is_the_reply(network: Make) -> None:
    with Server(answer=lambda seen: ok(b"gone", status="302 Found")) as server:
        reply = network().http(allowing(server.port)).send(HttpRequest("GET", server.url))

    assert (reply.status, reply.body) == (302, b"gone")


def test_an_allowed_private_server_may_be_redirected_to(target: Server, network: Make) -> None:
    policy = Policy((Allowance("127.0.0.1", target.port),))
    with redirecting(302, f"{target.url}/in") as first:
        net = network({"public.example": [["93.184.216.34"]]})
        net.transport._dial = lambda sock, address: sock.connect(
            ("127.0.0.1", first.port if address[0] == "93.184.216.34" else target.port)
        )

        reply = net.http(policy).send(HttpRequest("GET", "http://public.example/"))

    assert reply.status == 200
    assert [seen.target for seen in target.seen] == ["/in"]


@pytest.mark.parametrize(
    "allowed",
    [
        (("elsewhere.test",),),
        (("api.acme.test",), ("other.test",)),
        (("*.api.acme.test",),),
        ((),),
    ],
)
def test_a_host_that_a_credential_does_not_allow_is_refused_before_its_name_is_asked_for(
    allowed: tuple[tuple[str, ...], ...], network: Make
) -> None:
    net = network({"api.acme.test": [["93.184.216.34"]]})

    with pytest.raises(CredentialHostError) as refusal:
        net.http().send(HttpRequest("GET", "https://api.acme.test/x", allowed_hosts=allowed))

    assert net.asked == []
    assert (refusal.value.code, refusal.value.is_retryable) == ("credential_host", False)
    assert refusal.value.message == (
        "https://api.acme.test may not be called: a credential of this step may not go there. "
        "Add the host to its allowed hosts if it should."
    )


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_leads_a_credential_to_no_host_that_it_does_not_allow(
    status: int, target: Server, network: Make
) -> None:
    location = f"http://other.test:{target.port}/steal"
    names = {"api.acme.test": [["127.0.0.1"]], "other.test": [["127.0.0.1"]]}
    with redirecting(status, location) as first:
        http = network(names).http(allowing(first.port, target.port))
        url = f"http://api.acme.test:{first.port}/"

        with pytest.raises(CredentialHostError):
            http.send(HttpRequest("GET", url, allowed_hosts=(("api.acme.test",),)))
        assert (len(first.seen), target.connections) == (1, 0)

        both = (("api.acme.test", "other.test"), ("*.acme.test", "other.test"))
        assert http.send(HttpRequest("GET", url, allowed_hosts=both)).status == 200
