"""A call through a proxy: judged like any other, and led to the literal address that was judged."""

import base64
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from apps.adapters.addresses import Allowance
from apps.adapters.calls import Cancellation
from apps.adapters.destination import Policy
from apps.adapters.errors import (
    BadReplyError,
    BadRequestError,
    BadUrlError,
    BlockedDestinationError,
    CallAbortedError,
    CallTimedOutError,
    ConnectFailedError,
    CredentialHostError,
    ProxyRefusedError,
    TlsFailedError,
)
from apps.adapters.http import GuardedHttp
from apps.adapters.proxies import MAX_ANSWER_BYTES
from apps.adapters.transport import Transport
from apps.engine.ports import HttpProxy, HttpRequest
from apps.engine.secret import Secret
from tests.adapters.conftest import Network, allowing
from tests.adapters.proxying import TunnelServer
from tests.adapters.servers import Seen, Server, ok, redirect
from tests.adapters.test_tls import encrypted

Make = Callable[..., Network]
NAMES = {
    "public.example": [["2606:4700::1111", "93.184.216.34"]],
    "other.example": [["93.184.216.35"]],
    "inside.example": [["10.0.0.1"]],
    "localhost": [["127.0.0.1"]],
}


def through(proxy: TunnelServer, url: str = "http://public.example/", **more: str | Secret):
    return HttpRequest("GET", url, proxy=HttpProxy(proxy.url, **more))


def test_the_proxy_is_asked_for_the_address_that_was_judged_and_the_server_for_its_name(
    network: Make,
) -> None:
    with Server() as server, TunnelServer(server.port) as proxy:
        net = network(NAMES)
        reply = net.http(allowing(proxy.port)).send(through(proxy))

    assert (reply.status, reply.body) == (200, b"fine")
    assert net.dialled == [("127.0.0.1", proxy.port)]
    assert proxy.asked == [["CONNECT 93.184.216.34:80 HTTP/1.1", "Host: 93.184.216.34:80"]]
    assert server.seen[0].headers["host"] == "public.example"


def test_an_address_of_version_six_is_asked_for_in_brackets(network: Make) -> None:
    with Server() as server, TunnelServer(server.port) as proxy:
        http = network().http(allowing(proxy.port))
        http.send(through(proxy, "http://[2606:4700::1111]:8080/"))

    assert proxy.asked[0][0] == "CONNECT [2606:4700::1111]:8080 HTTP/1.1"


def test_the_server_is_spoken_to_under_encryption_that_the_proxy_cannot_read(
    tmp_path: Path, network: Make
) -> None:
    with (
        encrypted(tmp_path, "public.example") as (server, trust),
        TunnelServer(server.port) as proxy,
    ):
        net = network(NAMES)
        with closing(Transport(resolve=net.resolve, tls=trust)) as transport:
            http = GuardedHttp(allowing(proxy.port), transport=transport)
            reply = http.send(through(proxy, "https://public.example/"))

    assert reply.status == 200
    assert proxy.asked[0][0] == "CONNECT 93.184.216.34:443 HTTP/1.1"


def test_user_and_password_are_shown_to_the_proxy_alone(network: Make) -> None:
    with Server() as server, TunnelServer(server.port) as proxy:
        http = network(NAMES).http(allowing(proxy.port))
        http.send(through(proxy, user="ada", password=Secret("hunter2:hunter2")))

    pair = base64.b64encode(b"ada:hunter2:hunter2").decode()
    assert proxy.asked[0][2] == f"Proxy-Authorization: Basic {pair}"
    assert "proxy-authorization" not in server.seen[0].headers


def test_a_tunnel_is_used_again_by_the_same_user_to_the_same_place_alone(network: Make) -> None:
    with Server() as server, TunnelServer(server.port) as proxy:
        http = network(NAMES).http(allowing(proxy.port, server.port))
        http.send(through(proxy, user="ada", password=Secret("first")))
        http.send(through(proxy, user="ada", password=Secret("first")))
        assert proxy.connections == 1

        http.send(through(proxy, user="ada", password=Secret("second")))
        http.send(through(proxy))
        http.send(through(proxy, "http://other.example/"))
        http.send(HttpRequest("GET", server.url))

    assert (proxy.connections, len(proxy.asked)) == (4, 4)
    assert server.connections == 5


@contextmanager
def twice_encrypted(folder: Path) -> Iterator[tuple[Server, TunnelServer, ssl.SSLContext]]:
    """An encrypted server behind an encrypted proxy, and the trust of a client that knows both."""
    with (
        encrypted(folder, "public.example", "127.0.0.1") as (server, trust),
        TunnelServer(server.port, tls=server.tls) as proxy,
    ):
        yield server, proxy, trust


def test_an_encrypted_proxy_leads_to_an_encrypted_server(tmp_path: Path, network: Make) -> None:
    body = bytes(range(256)) * 2_000
    with twice_encrypted(tmp_path) as (server, proxy, trust):
        server.answer = lambda seen: ok(seen.body)
        net = network(NAMES)
        with closing(Transport(resolve=net.resolve, tls=trust)) as transport:
            http = GuardedHttp(allowing(proxy.port), transport=transport)
            asked = replace(through(proxy, "https://public.example/"), method="PUT", body=body)
            replies = [http.send(asked) for _ in range(2)]

    assert [reply.body == body for reply in replies] == [True, True]
    assert proxy.asked == [["CONNECT 93.184.216.34:443 HTTP/1.1", "Host: 93.184.216.34:443"]]
    assert {seen.headers["host"] for seen in server.seen} == {"public.example"}


def test_a_server_behind_an_encrypted_proxy_must_prove_its_name(
    tmp_path: Path, network: Make
) -> None:
    with twice_encrypted(tmp_path) as (server, proxy, trust):
        net = network(NAMES)
        with closing(Transport(resolve=net.resolve, tls=trust)) as transport:
            http = GuardedHttp(allowing(proxy.port), transport=transport)
            asked = through(proxy, "https://other.example/")

            with pytest.raises(TlsFailedError, match=r"https://other\.example: its certificate"):
                http.send(asked)

            assert server.seen == []
            assert http.send(replace(asked, verify_tls=False)).status == 200


def test_an_encrypted_proxy_must_prove_its_name_whatever_is_asked_of_the_server(
    tmp_path: Path, network: Make
) -> None:
    with (
        twice_encrypted(tmp_path) as (_, proxy, _trust),
        closing(Transport(resolve=network(NAMES).resolve)) as transport,
    ):
        http = GuardedHttp(allowing(proxy.port), transport=transport)
        asked = replace(through(proxy, "https://public.example/"), verify_tls=False)

        with pytest.raises(TlsFailedError, match="not trusted"):
            http.send(asked)

        assert proxy.asked == []


@pytest.mark.parametrize("part", ["handshake", "reply"])
def test_nobody_behind_an_encrypted_proxy_can_stretch_the_time(
    part: str, tmp_path: Path, network: Make
) -> None:
    with (
        twice_encrypted(tmp_path) as (server, proxy, trust),
        closing(socket.create_server(("127.0.0.1", 0))) as silent,
    ):
        server.answer = lambda seen: None if server.stopped.wait(30) else ok()
        proxy.home = silent.getsockname()[1] if part == "handshake" else server.port
        net = network(NAMES)
        with closing(Transport(resolve=net.resolve, tls=trust)) as transport:
            http = GuardedHttp(allowing(proxy.port), transport=transport)
            asked = replace(through(proxy, "https://public.example/"), timeout_s=0.5)

            with pytest.raises(CallTimedOutError) as failure:
                http.send(asked)

    assert failure.value.may_have_arrived is (part == "reply")


def test_aborting_ends_a_call_through_an_encrypted_proxy_at_once(
    tmp_path: Path, network: Make
) -> None:
    cancellation = Cancellation()
    with twice_encrypted(tmp_path) as (server, proxy, trust):

        def answer(_seen: Seen) -> None:
            cancellation.abort()
            server.stopped.wait(30)

        server.answer = answer
        net = network(NAMES)
        with closing(Transport(resolve=net.resolve, tls=trust)) as transport:
            http = GuardedHttp(allowing(proxy.port), cancellation=cancellation, transport=transport)

            with pytest.raises(CallAbortedError):
                http.send(through(proxy, "https://public.example/"))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://inside.example/",
        "http://localhost/",
        "http://public.example:6379/",
        "file:///etc/passwd",
    ],
)
def test_a_proxy_opens_no_place_that_is_closed(url: str, network: Make) -> None:
    with Server() as server, TunnelServer(server.port) as proxy:
        http = network(NAMES).http(allowing(proxy.port))

        with pytest.raises(BlockedDestinationError):
            http.send(through(proxy, url.replace("{port}", str(server.port))))

        assert (proxy.connections, server.connections) == (0, 0)


def test_a_redirect_inside_is_refused_through_a_proxy_too(network: Make) -> None:
    with (
        Server(answer=lambda seen: redirect(302, "http://127.0.0.1/")) as server,
        TunnelServer(server.port) as proxy,
    ):
        with pytest.raises(BlockedDestinationError):
            network(NAMES).http(allowing(proxy.port)).send(through(proxy))

        assert len(proxy.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}",
        "http://inside.example:3128",
        "http://localhost:3128",
        "http://public.example:22",
        "http://ada:hunter2@public.example:3128",
        "socks5://public.example:1080",
    ],
)
def test_a_proxy_that_may_not_be_called_is_not_called(url: str, network: Make) -> None:
    with TunnelServer(0) as proxy:
        net = network(NAMES)
        asked = HttpProxy(url.replace("{port}", str(proxy.port)))

        with pytest.raises(BlockedDestinationError):
            net.http().send(HttpRequest("GET", "http://other.example/", proxy=asked))

        assert (net.dialled, proxy.connections) == ([], 0)


@pytest.mark.parametrize(
    ("proxy", "failure"),
    [
        (HttpProxy("public.example"), BadUrlError),
        (HttpProxy("http://public.example", "a:b", "c"), BadRequestError),
        (HttpProxy("http://public.example", "a", Secret("\ud800")), BadRequestError),
    ],
)
def test_a_proxy_that_cannot_be_asked_is_named_so(
    proxy: HttpProxy, failure: type[Exception], network: Make
) -> None:
    net = network(NAMES)

    with pytest.raises(failure):
        net.http().send(HttpRequest("GET", "http://other.example/", proxy=proxy))

    assert net.dialled == []


@pytest.mark.parametrize(
    ("status", "is_retryable"), [(407, False), (403, False), (429, True), (502, True), (503, True)]
)
def test_a_proxy_that_refuses_says_why_and_nothing_has_arrived(
    status: int, is_retryable: bool, network: Make
) -> None:
    answer = ok(b"no", status=f"{status} No")
    with Server() as server, TunnelServer(server.port, answer) as proxy:
        http = network(NAMES).http(allowing(proxy.port))

        with pytest.raises(ProxyRefusedError, match=f"answered {status}") as refusal:
            http.send(through(proxy, user="ada", password=Secret("hunter2")))

        assert server.connections == 0
    assert (refusal.value.code, refusal.value.is_retryable) == ("proxy_refused", is_retryable)
    assert refusal.value.may_have_arrived is False


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        b"HTTP/1.1 20",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * MAX_ANSWER_BYTES,
    ],
)
def test_an_answer_that_is_none_is_never_taken_for_the_server(answer: bytes, network: Make) -> None:
    with Server() as server, TunnelServer(server.port, answer) as proxy:
        http = network(NAMES).http(allowing(proxy.port))

        with pytest.raises((BadReplyError, CallTimedOutError)):
            http.send(
                HttpRequest(
                    "GET", "http://public.example/", timeout_s=0.5, proxy=HttpProxy(proxy.url)
                )
            )

        assert server.seen == []


def test_a_proxy_that_hangs_up_is_a_connection_that_failed(network: Make) -> None:
    with TunnelServer(0, None) as proxy:
        http = network(NAMES).http(allowing(proxy.port))

        with pytest.raises((ConnectFailedError, BadReplyError)) as failure:
            http.send(through(proxy))

    assert failure.value.may_have_arrived is False


def test_a_proxy_that_nobody_runs_is_a_connection_that_failed(network: Make) -> None:
    with TunnelServer(0) as proxy:
        port = proxy.port
    http = network(NAMES).http(Policy((Allowance("127.0.0.1", port),)))

    with pytest.raises(ConnectFailedError) as failure:
        http.send(HttpRequest("GET", "http://public.example/", proxy=HttpProxy(proxy.url)))

    assert failure.value.is_retryable is True


ONLY = {"allowed_hosts": (("public.example",),)}


def test_a_proxy_that_could_read_a_credential_must_be_one_of_its_hosts(
    tmp_path: Path, network: Make
) -> None:
    with (
        encrypted(tmp_path, "public.example") as (server, trust),
        TunnelServer(server.port) as proxy,
    ):
        net = network(NAMES)
        with closing(Transport(resolve=net.resolve, tls=trust)) as transport:
            http = GuardedHttp(allowing(proxy.port), transport=transport)
            sealed = replace(through(proxy, "https://public.example/"), **ONLY)

            for readable in (
                replace(sealed, url="http://public.example/"),
                replace(sealed, verify_tls=False),
            ):
                with pytest.raises(CredentialHostError, match=r"127\.0\.0\.1:"):
                    http.send(readable)
            assert (server.seen, proxy.asked) == ([], [])

            assert http.send(sealed).status == 200


def test_no_redirect_leads_a_credential_past_a_proxy_that_could_read_it(
    tmp_path: Path, network: Make
) -> None:
    with (
        encrypted(tmp_path, "public.example") as (server, trust),
        TunnelServer(server.port) as proxy,
    ):
        server.answer = lambda seen: redirect(307, "http://public.example/")
        net = network(NAMES)
        with closing(Transport(resolve=net.resolve, tls=trust)) as transport:
            http = GuardedHttp(allowing(proxy.port), transport=transport)

            with pytest.raises(CredentialHostError):
                http.send(replace(through(proxy, "https://public.example/"), **ONLY))

    assert (len(server.seen), len(proxy.asked)) == (1, 1)


def test_a_proxy_among_the_hosts_of_a_credential_may_read_it(network: Make) -> None:
    with Server() as server, TunnelServer(server.port) as proxy:
        both = (("public.example", "127.0.0.1"),)
        asked = replace(through(proxy), allowed_hosts=both)

        assert network(NAMES).http(allowing(proxy.port)).send(asked).status == 200
