"""What a single call may bound for itself, below the bounds of the platform."""

import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from apps.adapters.destination import Policy
from apps.adapters.errors import (
    CallTimedOutError,
    ReplyTooLargeError,
    TlsFailedError,
    TooManyRedirectsError,
)
from apps.adapters.http import GuardedHttp
from apps.adapters.transport import Transport
from apps.engine.ports import HttpRequest
from tests.adapters.conftest import Network, allowing
from tests.adapters.servers import Seen, Server, ok, redirect
from tests.adapters.test_tls import encrypted

Make = Callable[..., Network]


def countdown(seen: Seen) -> bytes:
    left = int(seen.target.strip("/"))
    return redirect(302, f"/{left - 1}") if left else ok()


@pytest.mark.parametrize(("asked", "followed"), [(0, 0), (2, 2), (5, 5), (9, 5), (None, 5)])
def test_a_call_may_follow_fewer_redirects_and_never_more(
    asked: int | None, followed: int, network: Make
) -> None:
    with Server(answer=countdown) as server:
        http = network().http(allowing(server.port))
        http.send(HttpRequest("GET", f"{server.url}/{followed}", max_redirects=asked))

        with pytest.raises(TooManyRedirectsError, match=f"more than {followed} times"):
            http.send(HttpRequest("GET", f"{server.url}/{followed + 1}", max_redirects=asked))


@pytest.mark.parametrize(("asked", "most"), [(3, 3), (100, 10), (None, 10)])
def test_a_call_may_want_a_smaller_reply_and_never_a_larger(
    asked: int | None, most: int, network: Make
) -> None:
    with Server(answer=lambda seen: ok(b"x" * int(seen.target[1:]))) as server:
        policy = Policy(allowing(server.port).allowances, max_response_bytes=10)
        http = network().http(policy)
        reply = http.send(HttpRequest("GET", f"{server.url}/{most}", max_reply_bytes=asked))

        with pytest.raises(ReplyTooLargeError, match=f"larger than {most} bytes"):
            http.send(HttpRequest("GET", f"{server.url}/{most + 1}", max_reply_bytes=asked))

    assert len(reply.body) == most


def test_a_connection_that_takes_too_long_is_given_up_before_the_whole_time() -> None:
    # A handshake that nobody answers: the connection is there for the system, not yet for the call.
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        http = GuardedHttp(allowing(port), transport=Transport())
        request = HttpRequest("GET", f"https://127.0.0.1:{port}/", connect_timeout_s=0.2)

        with pytest.raises(CallTimedOutError, match=r"no connection within 0\.2 s") as failure:
            http.send(request)

    assert (failure.value.is_retryable, failure.value.may_have_arrived) == (True, False)


def test_the_bound_of_the_connection_says_nothing_of_the_reply(network: Make) -> None:
    with Server(answer=lambda seen: None if server.stopped.wait(0.4) else ok()) as server:
        http = network().http(allowing(server.port))

        reply = http.send(HttpRequest("GET", server.url, connect_timeout_s=0.1))

    assert reply.status == 200


def test_the_bound_of_the_connection_never_stretches_the_whole_time(network: Make) -> None:
    with Server(answer=lambda seen: server.stopped.wait(5) and None) as server:
        http = network().http(allowing(server.port))

        with pytest.raises(CallTimedOutError, match=r"no reply within 0\.2 s"):
            http.send(HttpRequest("GET", server.url, timeout_s=0.2, connect_timeout_s=60))


def test_a_certificate_is_left_unchecked_only_for_the_call_that_says_so(tmp_path: Path) -> None:
    with (
        encrypted(tmp_path, "other.example") as (server, _),
        closing(Transport()) as transport,
    ):
        http = GuardedHttp(allowing(server.port), transport=transport)
        replies = [
            http.send(HttpRequest("GET", server.url, verify_tls=False)).status for _ in range(2)
        ]

        # The open connection is not lent to a call that wants to know who is there.
        with pytest.raises(TlsFailedError):
            http.send(HttpRequest("GET", server.url))

        assert replies == [200, 200]
        assert len(server.seen) == 2
        assert server.connections == 2
