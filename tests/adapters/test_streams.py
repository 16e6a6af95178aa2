"""Bodies that are never whole in memory, over real sockets."""

import gzip
import os
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest

from apps.adapters.errors import BadRequestError, ConnectionLostError, ReplyTooLargeError
from apps.engine.errors import PortError
from apps.engine.ports import HttpReply, HttpRequest, Sink, Stream
from tests.adapters.conftest import Network, allowing
from tests.adapters.servers import Seen, Server, ok, redirect

Make = Callable[..., Network]
MANY = bytes(range(256)) * 8192  # 2 MiB


def stream(raw: bytes, size: int | None = None) -> Stream:
    return Stream(len(raw) if size is None else size, lambda: BytesIO(raw))


def kept(pieces: list[bytes], most_bytes: int = 1 << 30, heads: list | None = None) -> Sink:
    def choose(status: int, headers) -> Callable[[bytes], object] | None:
        if heads is not None:
            heads.append((status, dict(headers)))
        return pieces.append if status < 400 else None

    return Sink(choose, most_bytes)


def get(network: Make, server: Server, sink: Sink, path: str = "/") -> HttpReply:
    return (
        network().http(allowing(server.port)).send(HttpRequest("GET", server.url + path, sink=sink))
    )


def test_a_body_is_read_while_it_is_sent(network: Make) -> None:
    with Server() as server:
        http = network().http(allowing(server.port))
        http.send(HttpRequest("PUT", server.url, body=stream(MANY)))

    (seen,) = server.seen
    assert seen.body == MANY
    assert seen.headers["content-length"] == str(len(MANY))


def test_a_redirect_that_repeats_the_body_reads_it_again(network: Make) -> None:
    answers = iter([redirect(307, "/there"), ok()])
    with Server(answer=lambda seen: next(answers)) as server:
        http = network().http(allowing(server.port))
        http.send(HttpRequest("PUT", f"{server.url}/here", body=stream(b"file")))

    assert [(seen.target, seen.body) for seen in server.seen] == [
        ("/here", b"file"),
        ("/there", b"file"),
    ]


@pytest.mark.parametrize("size", [3, 5])
def test_a_body_that_is_not_as_long_as_it_says_is_no_request(network: Make, size: int) -> None:
    with Server() as server, pytest.raises(BadRequestError):
        network().http(allowing(server.port)).send(
            HttpRequest("PUT", server.url, body=stream(b"four", size))
        )


def test_a_body_whose_store_fails_fails_by_that(network: Make) -> None:
    def broken() -> BytesIO:
        raise PortError("blob_store_failed", "away", is_retryable=True)

    with Server() as server, pytest.raises(PortError) as caught:
        network().http(allowing(server.port)).send(
            HttpRequest("PUT", server.url, body=Stream(4, broken))
        )

    assert caught.value.code == "blob_store_failed"


def test_a_reply_is_handed_on_while_it_arrives(network: Make) -> None:
    pieces: list[bytes] = []
    heads: list = []
    with Server(answer=lambda seen: ok(MANY, "X-A: 1")) as server:
        reply = get(network, server, kept(pieces, heads=heads))

    assert reply == HttpReply(200, {"content-length": str(len(MANY)), "x-a": "1"}, b"")
    assert b"".join(pieces) == MANY
    assert max(map(len, pieces)) < len(MANY) // 2
    assert heads == [(200, reply.headers)]


def test_a_packed_reply_is_handed_on_unpacked(network: Make) -> None:
    pieces: list[bytes] = []
    raw = os.urandom(1 << 20)
    answer = ok(gzip.compress(raw), "Content-Encoding: gzip")
    with Server(answer=lambda seen: answer) as server:
        reply = get(network, server, kept(pieces))

    assert b"".join(pieces) == raw
    assert reply.headers == {}


def test_only_the_last_reply_of_a_redirect_is_handed_on(network: Make) -> None:
    pieces: list[bytes] = []
    heads: list = []

    def answer(seen: Seen) -> bytes:
        return redirect(302, "/there") if seen.target == "/here" else ok(b"file")

    with Server(answer=answer) as server:
        get(network, server, kept(pieces, heads=heads), "/here")

    assert [status for status, _ in heads] == [200]
    assert pieces == [b"file"]


def test_a_refusal_is_read_as_ever(network: Make) -> None:
    pieces: list[bytes] = []
    with Server(answer=lambda seen: ok(b"no", status="403 No")) as server:
        reply = get(network, server, kept(pieces))

    assert (reply.status, reply.body, pieces) == (403, b"no", [])


@pytest.mark.parametrize("head", ["Content-Length: 5\r\n", "Connection: close\r\n"])
def test_a_reply_beyond_the_bound_of_its_sink_is_refused(network: Make, head: str) -> None:
    def answer(_: Seen) -> Iterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\n{head}\r\n12345".encode()
        server.close_all()

    with Server(answer=answer) as server, pytest.raises(ReplyTooLargeError):
        get(network, server, kept([], most_bytes=4))


def test_a_reply_may_be_longer_than_one_in_memory(network: Make) -> None:
    sizes: list[int] = []
    sink = Sink(lambda status, headers: lambda piece: sizes.append(len(piece)), 1 << 30)
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(MANY) * 6}\r\n\r\n".encode()

    with Server(answer=lambda seen: [head, *[MANY] * 6]) as server:
        get(network, server, sink)

    assert sum(sizes) == len(MANY) * 6 > 10 * 1024 * 1024


def test_a_reply_that_breaks_off_is_lost_and_no_file(network: Make) -> None:
    def answer(_: Seen) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
        server.close_all()

    with Server(answer=answer) as server, pytest.raises(ConnectionLostError):
        get(network, server, kept([]))
