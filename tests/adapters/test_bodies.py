"""Bodies: whole, unpacked, and never larger than allowed, whatever they claim."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest

from apps.adapters import bodies
from apps.adapters.destination import Policy
from apps.adapters.errors import BadReplyError, ReplyTooLargeError
from apps.engine.ports import HttpRequest
from tests.adapters.conftest import Network, allowing
from tests.adapters.servers import Server, ok

Make = Callable[..., Network]
MEBIBYTE = 1024 * 1024
TEXT = b"".join(b"line %d of something that is worth packing\n" % n for n in range(20_000))


def split(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("size", [1, 7, 4096, 10**9])
@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("GZIP ", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:])),
        ("gzip", gzip.compress(TEXT) + b"\0" * 300),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("", TEXT),
        ("identity", TEXT),
    ],
)
def test_a_body_comes_out_whole_however_it_is_cut(size: int, encoding: str, packed: bytes) -> None:
    assert bodies.read(split(packed, size), encoding, max_bytes=MEBIBYTE) == TEXT


@pytest.mark.parametrize("size", [1, 997, 10**9])
def test_highly_packed_pieces_lose_no_byte(size: int) -> None:
    honest = b"a" * (MEBIBYTE - 3) + b"end"

    assert bodies.read(split(gzip.compress(honest), size), "gzip", max_bytes=2 * MEBIBYTE) == honest


def test_an_unknown_coding_is_passed_on_as_it_is() -> None:
    assert bodies.read([b"\x0b\x02\x80hi\x03"], "br", max_bytes=100) == b"\x0b\x02\x80hi\x03"


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate", "br"])
def test_an_empty_body_needs_no_coding(encoding: str) -> None:
    assert bodies.read([], encoding, max_bytes=0) == b""


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", b"this is not gzip at all"),
        ("gzip", gzip.compress(TEXT)[:-9]),
        # The bytes are the test's name, and the same in every process.
        ("gzip", gzip.compress(TEXT, mtime=0)[:20]),
        ("gzip", gzip.compress(TEXT)[:-8] + b"\0\0\0\0" + gzip.compress(TEXT)[-4:]),
        ("deflate", b"\xff\xff\xff\xff"),
        ("deflate", zlib.compress(TEXT)[:-3]),
        ("gzip", b"\x1f"),
    ],
)
def test_a_broken_body_is_refused(encoding: str, packed: bytes) -> None:
    with pytest.raises(BadReplyError) as refusal:
        bodies.read([packed], encoding, max_bytes=MEBIBYTE)

    assert refusal.value.code == "bad_reply"


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_the_limit_counts_to_the_byte(encoding: str) -> None:
    data = gzip.compress(TEXT) if encoding else TEXT

    assert bodies.read([data], encoding, max_bytes=len(TEXT)) == TEXT
    with pytest.raises(ReplyTooLargeError) as refusal:
        bodies.read([data], encoding, max_bytes=len(TEXT) - 1)
    assert refusal.value.code == "too_large"


def bomb() -> Iterator[bytes]:
    """Ten gigabytes of zeros, packed a thousand to one."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    zeros = b"\0" * MEBIBYTE
    for _ in range(10 * 1024):
        yield packer.compress(zeros)


def test_a_bomb_is_defused_after_its_first_megabytes(network: Make) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"

    def answer(_: object) -> Iterator[bytes]:
        yield head
        yield from bomb()

    with Server(answer=answer) as server:
        http = network().http(allowing(server.port))
        tracemalloc.start()
        try:
            with pytest.raises(ReplyTooLargeError) as refusal:
                http.send(HttpRequest("GET", server.url))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert refusal.value.code == "too_large"
    assert peak < 16 * MEBIBYTE


def test_a_body_without_end_is_cut_off_at_the_limit(network: Make) -> None:
    sent = []

    def answer(_: object) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        while True:
            sent.append(1)
            yield b"10000\r\n" + b"x" * 0x10000 + b"\r\n"

    with Server(answer=answer) as server:
        http = network().http(Policy(allowing(server.port).allowances, max_response_bytes=MEBIBYTE))
        with pytest.raises(ReplyTooLargeError):
            http.send(HttpRequest("GET", server.url))

    # What lies in the sockets' buffers is sent, and no more.
    assert len(sent) * 0x10000 < 32 * MEBIBYTE


def test_a_body_that_announces_too_much_is_not_read(network: Make) -> None:
    with Server(answer=lambda seen: ok(b"", "X-A: b").replace(b": 0", b": 99999999999")) as server:
        http = network().http(allowing(server.port))

        with pytest.raises(ReplyTooLargeError):
            http.send(HttpRequest("GET", server.url))
        assert http.send(HttpRequest("HEAD", server.url)).status == 200


def test_an_unpacked_reply_no_longer_claims_to_be_packed(network: Make) -> None:
    packed = gzip.compress(TEXT)
    with Server(answer=lambda seen: ok(packed, "Content-Encoding: gzip")) as server:
        reply = network().http(allowing(server.port)).send(HttpRequest("GET", server.url))

        assert server.seen[0].headers["accept-encoding"] == bodies.ACCEPT_ENCODING
    assert reply.body == TEXT
    assert reply.headers == {}


def test_many_large_replies_leave_no_memory_behind(network: Make) -> None:
    large = b"x" * (2 * MEBIBYTE)
    answer = ok(large)
    with Server(answer=lambda seen: answer) as server:
        http = network().http(allowing(server.port))
        http.send(HttpRequest("GET", server.url))
        tracemalloc.start()
        try:
            for _ in range(20):
                assert len(http.send(HttpRequest("GET", server.url)).body) == len(large)
            left, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < 12 * MEBIBYTE
    assert left < MEBIBYTE
