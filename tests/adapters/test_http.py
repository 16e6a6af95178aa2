"""The client over real sockets: what is sent, how calls end, and what threads share."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from apps.adapters import idle, transport
from apps.adapters.calls import Cancellation
from apps.adapters.errors import (
    BadReplyError,
    CallAbortedError,
    CallTimedOutError,
    ConnectFailedError,
    ConnectionLostError,
    DnsFailedError,
)
from apps.adapters.http import GuardedHttp
from apps.adapters.names import system_resolve
from apps.engine.ports import HttpReply, HttpRequest
from apps.engine.secret import Secret
from gorax.stack.receiver import Receiver
from tests.adapters.conftest import Network, allowing
from tests.adapters.servers import Seen, Server, ok

Make = Callable[..., Network]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def port_of(receiver: Receiver) -> int:
    return int(receiver.server_address[1])


def hanging(first: bytes = b"") -> Server:
    """A server that sends `first` and then nothing, for as long as the test lasts."""

    def answer(_: Seen) -> Iterator[bytes]:
        yield first
        server.stopped.wait(30)

    server = Server(answer=answer)
    return server


def test_a_call_sends_what_it_is_given_and_returns_what_came(network: Make) -> None:
    answer = ok(b"\x00\xff", "X-A: 1", "x-a: 2", "X-Text: ü", status="201 Created")
    with Server(answer=lambda seen: answer) as server:
        reply = (
            network()
            .http(allowing(server.port))
            .send(
                HttpRequest(
                    "post",
                    Secret(f"{server.url}/in?x=1#part"),
                    headers={"X-Token": Secret("s3cret"), "X-Umlaut": "ü"},
                    body=Secret("käse"),
                )
            )
        )

    assert reply == HttpReply(
        201, {"content-length": "2", "x-a": "1, 2", "x-text": "ü"}, b"\x00\xff"
    )
    (seen,) = server.seen
    assert (seen.method, seen.target, seen.body) == ("POST", "/in?x=1", "käse".encode())
    assert seen.headers == {
        "host": f"127.0.0.1:{server.port}",
        "content-length": "5",
        "x-token": "s3cret",
        "x-umlaut": "ü".encode().decode("latin-1"),
        "user-agent": "gorax",
        "accept": "*/*",
        "accept-encoding": "gzip, deflate",
    }


@pytest.mark.parametrize("status", [200, 204, 304, 400, 404, 418, 500, 503])
def test_any_status_is_a_reply(status: int, receiver: Receiver, network: Make) -> None:
    http = network().http(allowing(port_of(receiver)))

    assert http.send(HttpRequest("GET", f"{receiver.url}/status/{status}")).status == status


def test_proxies_of_the_environment_are_ignored(
    receiver: Receiver, network: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)

        reply = (
            network()
            .http(allowing(port_of(receiver)))
            .send(HttpRequest("GET", f"{receiver.url}/ok"))
        )

        assert reply.status == 200
        assert proxy.connections == 0


def test_calls_one_after_another_share_a_connection(network: Make) -> None:
    with Server() as server:
        http = network().http(allowing(server.port))
        for _ in range(5):
            http.send(HttpRequest("GET", server.url))

        assert (server.connections, len(server.seen)) == (1, 5)


def test_no_two_owners_share_a_connection(network: Make) -> None:
    net = network()
    with Server() as server:
        for owner in ("first", "second", "first"):
            net.http(allowing(server.port), owner).send(HttpRequest("GET", server.url))

        assert (server.connections, len(server.seen)) == (2, 3)


def test_a_request_that_must_not_be_repeated_gets_a_fresh_connection(network: Make) -> None:
    with Server() as server:
        http = network().http(allowing(server.port))
        http.send(HttpRequest("GET", server.url))
        http.send(HttpRequest("POST", server.url, body=b"1"))
        before = server.connections
        http.send(HttpRequest("POST", server.url, headers={"Idempotency-Key": "k"}, body=b"2"))

        assert (before, server.connections) == (2, 2)


def test_a_connection_that_the_server_closed_is_not_used_again(network: Make) -> None:
    with Server(answer=lambda seen: ok(b"bye", "Connection: close")) as server:
        http = network().http(allowing(server.port))

        assert [http.send(HttpRequest("GET", server.url)).body for _ in range(3)] == [b"bye"] * 3
        assert server.connections == 3


def test_a_reply_that_was_left_halfway_never_reaches_the_next_call(network: Make) -> None:
    def answer(_: Seen) -> Iterator[bytes]:
        if len(server.seen) > 1:
            yield ok(b"second")
        else:
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfirst"
            server.stopped.wait(30)

    with Server(answer=answer) as server:
        http = network().http(allowing(server.port))
        with pytest.raises(CallTimedOutError):
            http.send(HttpRequest("GET", server.url, timeout_s=0.2))

        assert http.send(HttpRequest("GET", server.url)).body == b"second"
        assert server.connections == 2


def test_fifty_calls_at_once_each_get_their_own_reply(receiver: Receiver, network: Make) -> None:
    net = network()
    http = net.http(allowing(port_of(receiver)))

    def call(number: int) -> bytes:
        return http.send(
            HttpRequest(
                "POST", f"{receiver.url}/slow/50", headers={"Idempotency-Key": f"k-{number}"}
            )
        ).body

    with ThreadPoolExecutor(50) as threads:
        first = list(threads.map(call, range(50)))
        second = list(threads.map(call, range(50)))

    assert [f'"k-{number}"'.encode() in body for number, body in enumerate(first)] == [True] * 50
    assert [b'"count": 2' in body for body in second] == [True] * 50
    assert len(net.transport.idle) == idle.MAX_IDLE_PER_KEY


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"]
)
def test_a_silent_server_is_left_when_time_is_over(first: bytes, network: Make) -> None:
    with hanging(first) as server:
        started = time.monotonic()
        with pytest.raises(CallTimedOutError) as failure:
            network().http(allowing(server.port)).send(
                HttpRequest("GET", server.url, timeout_s=0.3)
            )
        took_s = time.monotonic() - started

    assert (failure.value.code, failure.value.is_retryable) == ("timeout", True)
    assert failure.value.may_have_arrived is True
    assert 0.3 <= took_s < 2


@pytest.mark.parametrize("part", ["head", "body", "chunked", "continue"])
def test_a_server_that_drips_bytes_cannot_stretch_the_time(part: str, network: Make) -> None:
    head = {
        "head": b"",
        "body": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "continue": b"",
    }[part]
    drop = {
        "head": b"H",
        "body": b"x",
        "chunked": b"1\r\nx\r\n",
        "continue": b"HTTP/1.1 100 Continue\r\n\r\n",
    }

    def answer(_: Seen) -> Iterator[bytes]:
        yield head or (b"HTTP/1.1 200 OK\r\nX-Slow: " if part == "head" else b"")
        while not server.stopped.wait(0.02):
            yield drop[part]

    with Server(answer=answer) as server:
        started = time.monotonic()
        with pytest.raises(CallTimedOutError):
            network().http(allowing(server.port)).send(
                HttpRequest("GET", server.url, timeout_s=0.3)
            )

        assert time.monotonic() - started < 2


def test_the_time_covers_all_redirects_together(network: Make) -> None:
    def answer(seen: Seen) -> Iterator[bytes]:
        server.stopped.wait(0.15)
        yield b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /\r\n\r\n"

    with Server(answer=answer) as server:
        with pytest.raises(CallTimedOutError):
            network().http(allowing(server.port)).send(
                HttpRequest("GET", server.url, timeout_s=0.4)
            )

        assert len(server.seen) == 3


def test_a_server_that_reads_nothing_cannot_hold_a_large_body(network: Make) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(CallTimedOutError):
            network().http(allowing(port)).send(
                HttpRequest(
                    "PUT", f"http://127.0.0.1:{port}/", body=b"x" * 20_000_000, timeout_s=0.3
                )
            )


def test_a_name_server_that_hangs_cannot_stretch_the_time() -> None:
    release = threading.Event()

    def resolve(name: str, port: int) -> tuple:
        release.wait(30)
        return ()

    http = GuardedHttp(transport=transport.Transport(resolve=resolve))
    started = time.monotonic()
    with pytest.raises(CallTimedOutError) as failure:
        http.send(HttpRequest("GET", "http://public.example/", timeout_s=0.2))
    release.set()

    assert time.monotonic() - started < 2
    assert failure.value.may_have_arrived is False


def test_a_dead_first_address_leaves_time_for_the_second(network: Make) -> None:
    with Server() as server, full_listener() as full:
        net = network({"two.example": [["127.0.0.2", "127.0.0.1"]]})

        def dial(sock: socket.socket, address: tuple[str, int]) -> None:
            net.dialled.append(address)
            sock.connect(("127.0.0.1", full if address[0] == "127.0.0.2" else server.port))

        net.transport._dial = dial
        policy = allowing(80)
        policy = type(policy)(policy.allowances + allowing(80, address="127.0.0.2").allowances)

        reply = net.http(policy).send(HttpRequest("GET", "http://two.example/", timeout_s=1))

    assert reply.status == 200
    assert net.dialled == [("127.0.0.2", 80), ("127.0.0.1", 80)]


class full_listener:  # noqa: N801 - reads as a function in a with statement
    """A port whose backlog is full, so that connections to it hang."""

    def __enter__(self) -> int:
        self.sockets = [socket.create_server(("127.0.0.1", 0), backlog=0)]
        address = self.sockets[0].getsockname()
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(address)
            self.sockets.append(one)
        return int(address[1])

    def __exit__(self, *_: object) -> None:
        for one in self.sockets:
            one.close()


@pytest.mark.parametrize("stage", ["look-up", "connect", "reply", "body"])
def test_aborting_ends_a_call_at_once_wherever_it_is(stage: str, network: Make) -> None:
    cancellation = Cancellation()
    reached, release = threading.Event(), threading.Event()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab" if stage == "body" else b""

    def answer(_: Seen) -> Iterator[bytes]:
        yield head
        reached.set()
        release.wait(30)

    def resolve(name: str, port: int) -> tuple:
        reached.set()
        release.wait(30)
        return ()

    def dial(sock: socket.socket, address: tuple[str, int]) -> None:
        if stage == "connect":
            reached.set()
            address = ("127.0.0.1", full)
        sock.connect(address)

    with Server(answer=answer) as server, full_listener() as full:
        http = GuardedHttp(
            allowing(server.port),
            cancellation=cancellation,
            transport=transport.Transport(resolve=resolve, dial=dial),
        )
        host = "public.example" if stage == "look-up" else "127.0.0.1"
        request = HttpRequest("GET", f"http://{host}:{server.port}/", timeout_s=20)
        with ThreadPoolExecutor(1) as threads:
            call = threads.submit(http.send, request)
            assert reached.wait(5)
            # The caller needs a moment from the server's last byte to its blocking read.
            release.wait(0.05)
            started = time.monotonic()
            cancellation.abort()
            failure = call.exception(5)
            took_s = time.monotonic() - started
        release.set()

    assert isinstance(failure, CallAbortedError)
    assert (failure.code, failure.is_retryable) == ("aborted", False)
    assert failure.may_have_arrived is (stage in {"reply", "body"})
    assert took_s < 1


def test_aborting_just_before_the_connection_is_under_way_is_noticed() -> None:
    cancellation = Cancellation()

    def dial(sock: socket.socket, address: tuple[str, int]) -> None:
        cancellation.abort()
        sock.connect(address)

    with full_listener() as port:
        http = GuardedHttp(
            allowing(port),
            cancellation=cancellation,
            transport=transport.Transport(dial=dial),
        )
        started = time.monotonic()
        with pytest.raises(CallAbortedError):
            http.send(HttpRequest("GET", f"http://127.0.0.1:{port}/", timeout_s=20))

        assert time.monotonic() - started < 2


def test_an_aborted_execution_starts_no_further_call(network: Make) -> None:
    cancellation = Cancellation()
    cancellation.abort()
    cancellation.abort()
    with Server() as server:
        http = GuardedHttp(
            allowing(server.port), cancellation=cancellation, transport=network().transport
        )

        with pytest.raises(CallAbortedError):
            http.send(HttpRequest("GET", server.url))

        assert server.connections == 0


def test_aborting_one_execution_leaves_the_calls_of_another_alone(network: Make) -> None:
    net, cancelled = network(), Cancellation()
    with Server() as server:
        first = GuardedHttp(allowing(server.port), cancellation=cancelled, transport=net.transport)
        second = net.http(allowing(server.port))
        first.send(HttpRequest("GET", server.url))
        cancelled.abort()

        assert second.send(HttpRequest("GET", server.url)).status == 200
        assert server.connections == 1


def test_nobody_listening_is_a_connection_failure_that_may_heal(network: Make) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(ConnectFailedError) as failure:
        network().http(allowing(port)).send(HttpRequest("GET", f"http://127.0.0.1:{port}/"))

    assert (failure.value.code, failure.value.is_retryable) == ("connect_failed", True)
    assert failure.value.may_have_arrived is False
    assert str(failure.value) == f"http://127.0.0.1:{port}: Connection refused"


@pytest.mark.parametrize("path", ["/drop"])
def test_a_lost_connection_is_never_answered_by_sending_again(
    path: str, receiver: Receiver, network: Make
) -> None:
    http = network().http(allowing(port_of(receiver)))
    http.send(HttpRequest("PUT", f"{receiver.url}/ok"))

    with pytest.raises(ConnectionLostError) as failure:
        http.send(HttpRequest("PUT", f"{receiver.url}{path}", headers={"Idempotency-Key": "once"}))

    assert (failure.value.code, failure.value.is_retryable) == ("connection_lost", True)
    assert failure.value.may_have_arrived is True
    assert receiver.book.read("once")["count"] == 1


def test_a_body_that_ends_early_is_a_lost_connection(network: Make) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfirst"
    with (
        Server(answer=lambda seen: cut_after(half)) as server,
        pytest.raises(ConnectionLostError),
    ):
        network().http(allowing(server.port)).send(HttpRequest("GET", server.url))


def cut_after(piece: bytes) -> Iterator[bytes]:
    yield piece
    raise OSError("the server hangs up")


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBad Header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_an_answer_that_is_not_http_is_named_so(answer: bytes, network: Make) -> None:
    with (
        Server(answer=lambda seen: cut_after(answer)) as server,
        pytest.raises(BadReplyError) as failure,
    ):
        network().http(allowing(server.port)).send(HttpRequest("GET", server.url))

    assert failure.value.code == "bad_reply"


def test_a_lookup_says_whether_the_name_may_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(code: int) -> Callable[..., list]:
        def getaddrinfo(*_: object, **__: object) -> list:
            raise socket.gaierror(code, "why")

        return getaddrinfo

    kinds = {}
    for code in (socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_FAIL):
        monkeypatch.setattr(socket, "getaddrinfo", failing(code))
        with pytest.raises(DnsFailedError) as failure:
            system_resolve("canary.example", 80)
        kinds[code] = failure.value.is_retryable
        assert "canary" not in str(failure.value)

    assert kinds == {socket.EAI_NONAME: False, socket.EAI_AGAIN: True, socket.EAI_FAIL: True}


def test_a_failed_lookup_names_the_host_of_a_url_that_is_no_secret(network: Make) -> None:
    net = network({"gone.example": [[]]})

    with pytest.raises(DnsFailedError) as failure:
        net.http().send(HttpRequest("GET", "http://gone.example/path"))

    assert str(failure.value) == "http://gone.example: its name has no address"
    assert failure.value.code == "dns_failed"


def test_nothing_of_a_call_is_logged_even_at_debug(
    network: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Server(answer=lambda seen: ok(b"canary", "Set-Cookie: canary")) as server:
        network().http(allowing(server.port)).send(
            HttpRequest("GET", f"{server.url}/canary", headers={"Authorization": Secret("canary")})
        )

    assert "canary" not in caplog.text


# Forking beside threads is the very thing that is tried here.
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_process_has_one_transport_and_a_fork_makes_its_own(receiver: Receiver) -> None:
    transport.process_transport().close()
    http = GuardedHttp(allowing(port_of(receiver)))
    http.send(HttpRequest("GET", f"{receiver.url}/ok"))
    mine = transport.process_transport()
    assert len(mine.idle) == 1

    child = os.fork()
    if child == 0:
        # Only the exit status can tell the parent; no assertion may unwind into pytest's child copy.
        is_fresh = (
            transport.process_transport() is not mine
            and len(transport.process_transport().idle) == 0
        )
        status = http.send(HttpRequest("GET", f"{receiver.url}/ok")).status if is_fresh else 0
        os._exit(0 if status == 200 else 1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert transport.process_transport() is mine
    assert http.send(HttpRequest("GET", f"{receiver.url}/ok")).status == 200
    mine.close()


def test_idle_connections_are_bounded_and_expired_ones_make_room(network: Make) -> None:
    net = network()
    with Server() as server:
        for number in range(idle.MAX_IDLE + 5):
            net.http(allowing(server.port), f"owner-{number}").send(HttpRequest("GET", server.url))
        full = len(net.transport.idle)
        net.http(allowing(server.port), "one-more").send(HttpRequest("GET", server.url))

    assert (full, len(net.transport.idle)) == (idle.MAX_IDLE, idle.MAX_IDLE)
