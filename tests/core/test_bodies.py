"""A body is taken in whole before anything else happens, however it comes and however slowly."""

import json
import threading
from collections.abc import Callable
from io import BytesIO

import pytest
from django.db import connection
from django.http import HttpResponse

from apps.core import strict_json
from apps.core.api.bodies import BodyMiddleware
from apps.core.api.wsgi import Handler, Request
from tests.eventually import eventually

# The handler looks after this thread's connection before and after each request, whoever has left it.
pytestmark = pytest.mark.django_db

SIGN_IN = "/api/v1/auth/sign-in"
CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked"}


class Input(BytesIO):
    """A server's input stream that asks the test before it gives."""

    def __init__(self, before: Callable[[], object], body: bytes = b"{}") -> None:
        super().__init__(body)
        self._before = before

    def read(self, size: int | None = -1) -> bytes:
        self._before()
        return super().read(size)


def send(handler: Handler, body: object, **meta: str) -> tuple[int, dict[str, str], bytes]:
    """Call the handler as the server does; return status, headers and body."""
    said: list[tuple[int, dict[str, str]]] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": SIGN_IN,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_ORIGIN": "http://localhost",
        "CONTENT_TYPE": "application/json",
        "wsgi.input": body,
        "wsgi.url_scheme": "http",
        **meta,
    }
    response = handler(
        environ, lambda status, headers, *_: said.append((int(status[:3]), dict(headers)))
    )
    return (*said[0], b"".join(response))


@pytest.mark.parametrize("path", [SIGN_IN, "/webhooks/orders", "/nowhere"])
def test_no_connection_is_held_while_a_body_is_on_its_way(redis_server, path) -> None:
    held: list[object] = []

    def other_thread() -> None:
        send(
            Handler(),
            Input(lambda: held.append(connection.connection)),
            PATH_INFO=path,
            HTTP_HOST="demo.localhost",
            CONTENT_LENGTH="2",
        )
        connection.close()

    thread = threading.Thread(target=other_thread)
    thread.start()
    thread.join()

    assert held == [None]


@pytest.mark.django_db(transaction=True)
def test_senders_that_never_finish_leave_threads_for_the_others(redis_server, settings) -> None:
    settings.GORAX_WEB_THREADS = 8
    handler, over, reading = Handler(), threading.Event(), []

    def stall() -> None:
        reading.append(1)
        over.wait(30)

    def slow(address: str) -> None:
        send(handler, Input(stall), CONTENT_LENGTH="1000", REMOTE_ADDR=address)
        connection.close()

    threads = [threading.Thread(target=slow, args=[f"192.0.2.{each}"]) for each in range(3)]
    for thread in threads:
        thread.start()
    assert eventually(lambda: len(reading) == 3)
    try:
        status, headers, body = send(handler, BytesIO(b"{}"), CONTENT_LENGTH="2")
        asked = send(handler, BytesIO(), REQUEST_METHOD="GET", PATH_INFO="/healthz")
    finally:
        over.set()
        for thread in threads:
            thread.join()

    assert (status, json.loads(body)["code"], headers["Retry-After"]) == (503, "unavailable", "1")
    assert asked[0] == 200
    assert send(handler, BytesIO(b"{"), CONTENT_LENGTH="1")[0] == 400


def test_one_address_alone_never_holds_all_places(settings) -> None:
    settings.GORAX_WEB_THREADS = 16
    taken, over = [], threading.Event()
    middleware = BodyMiddleware(lambda _: HttpResponse())

    def deliver(address: str, before: Callable[[], object] = list) -> int:
        body = Input(before)
        environ = {"REQUEST_METHOD": "POST", "wsgi.input": body, "CONTENT_LENGTH": "2"}
        return middleware(Request(environ | {"REMOTE_ADDR": address})).status_code

    def stall() -> None:
        taken.append(1)
        over.wait(30)

    threads = [threading.Thread(target=deliver, args=["192.0.2.1", stall]) for _ in range(3)]
    for number, thread in enumerate(threads, 1):
        thread.start()
        assert eventually(lambda number=number: len(taken) == number)
    try:
        # Three of six are taken: the next one of theirs would leave fewer than they have.
        assert [deliver("192.0.2.1"), deliver("192.0.2.2")] == [503, 200]
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert deliver("192.0.2.1") == 200


def test_a_chunked_body_is_read_like_any_other(redis_server) -> None:
    announced = send(Handler(), BytesIO(b"{nonsense"), CONTENT_LENGTH="9")
    chunked = send(Handler(), BytesIO(b"{nonsense"), **CHUNKED)

    assert (announced[0], json.loads(announced[2])["code"]) == (400, "not_json")
    assert (chunked[0], json.loads(chunked[2])["code"]) == (400, "not_json")


def test_a_chunked_body_is_read_up_to_its_bound_and_no_further() -> None:
    body = BytesIO(b"x" * (strict_json.MAX_BYTES + 1_000_000))

    status, _, said = send(Handler(), body, **CHUNKED)

    assert (status, json.loads(said)["code"]) == (413, "too_large")
    assert body.tell() == strict_json.MAX_BYTES + 1


def test_a_body_that_announces_too_much_is_not_read_at_all() -> None:
    body = BytesIO(b"x" * 10)

    status, _, _ = send(Handler(), body, CONTENT_LENGTH=str(strict_json.MAX_BYTES + 1))

    assert (status, body.tell()) == (413, 0)


@pytest.mark.parametrize("came", [b"", b'{"amount": 1', b"{}"])
def test_a_body_that_breaks_off_is_refused_and_never_taken_for_whole(redis_server, came) -> None:
    # The server says nothing of a connection that broke: it hands on what came.
    status, _, said = send(Handler(), BytesIO(came), CONTENT_LENGTH="40", CONTENT_TYPE="text/plain")

    assert (status, json.loads(said)["code"]) == (400, "body_incomplete")


def test_what_stands_behind_never_sees_half_a_body() -> None:
    seen: list[bytes] = []
    middleware = BodyMiddleware(lambda request: seen.append(request.read()) or HttpResponse())

    def deliver(body: bytes) -> int:
        environ = {"REQUEST_METHOD": "POST", "wsgi.input": BytesIO(body), "CONTENT_LENGTH": "5"}
        return middleware(Request(environ)).status_code

    assert [deliver(b"hal"), deliver(b"whole")] == [400, 200]
    assert seen == [b"whole"]


@pytest.mark.parametrize(
    "coding", ["gzip, chunked", "identity, chunked", "gzip", "chunked, chunked"]
)
def test_a_body_in_another_transfer_coding_is_refused_and_not_lost(coding) -> None:
    body = BytesIO(b"{}")

    status, _, said = send(Handler(), body, HTTP_TRANSFER_ENCODING=coding)

    assert (status, json.loads(said)["code"]) == (415, "transfer_coding_unknown")
    assert body.tell() == 0
