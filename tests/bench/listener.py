"""A browser tab that is open on the tenant's page: signed in as its owner, listening to its socket."""

import json
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.bench.product import Product
from tests.eventually import eventually

FINAL = {"completed", "failed", "cancelled", "timed_out"}
HEARD_WITHIN_S = 30.0


class Listener:
    """What the socket has said about ends: when it was heard, by execution, in seconds since the epoch."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._heard: dict[str, float] = {}
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            for text in self._connection:
                at = time.time()
                news = json.loads(text)
                if news["status"] in FINAL:
                    with self._news:
                        self._heard.setdefault(news["execution"], at)
                        self._news.notify_all()
        except ConnectionClosed:
            return

    def end_of(self, execution_id: str) -> float:
        """Wait for the end of an execution; return when it was heard."""
        with self._news:
            was_heard = self._news.wait_for(
                lambda: execution_id in self._heard, timeout=HEARD_WITHIN_S
            )
        assert was_heard, f"the socket said nothing of {execution_id}"
        return self._heard[execution_id]


@contextmanager
def listening(product: Product) -> Iterator[Listener]:
    """Yield a listener whose socket is in its tenant's group."""
    port = urlsplit(product.facts["live_url"]).port or 0
    # The sockets' process may come after `make up` has said ready.
    assert eventually(lambda: _answers(port)), f"nobody listens on {port}"
    raw = socket.create_connection(("127.0.0.1", port), timeout=10)
    with connect(
        f"{product.facts['live_url']}/ws/executions",
        sock=raw,
        origin=product.facts["base_url"],
        additional_headers={"Cookie": _signed_in(product)},
    ) as connection:
        connection.send("ping")
        assert connection.recv(timeout=HEARD_WITHIN_S) == "pong"
        yield Listener(connection)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _signed_in(product: Product) -> str:
    """Sign in on the public host, cross to the tenant's as a browser does, and return its cookies there."""
    jars: dict[str, SimpleCookie] = defaultdict(SimpleCookie)
    public = urlsplit(product.facts["public_url"])
    asked = {name: product.facts[name] for name in ("email", "password", "tenant")}
    headers = {"Origin": product.facts["public_url"], "Content-Type": "application/json"}
    with _sent(
        product, "POST", public.netloc, "/api/v1/auth/sign-in", json.dumps(asked), headers
    ) as answer:
        _keep(jars[public.netloc], answer)
        said = json.loads(answer.read())
    assert answer.status == 200, said
    way = said["redirect"]
    home = urlsplit(way).netloc
    # To the tenant, back to be recognised where it was asked for, and in.
    for host in (home, public.netloc, home):
        place = urlsplit(way)
        shown = {"Cookie": _shown(jars[host])}
        with _sent(product, "GET", host, f"{place.path}?{place.query}", None, shown) as answer:
            _keep(jars[host], answer)
            way = answer.headers["Location"]
        assert answer.status == 303, answer.status
    return _shown(jars[home])


def _keep(jar: SimpleCookie, answer: HTTPResponse) -> None:
    for cookie in answer.headers.get_all("Set-Cookie") or []:
        jar.load(cookie)


def _shown(jar: SimpleCookie) -> str:
    return "; ".join(f"{name}={each.value}" for name, each in jar.items())


@contextmanager
def _sent(
    product: Product, method: str, host: str, path: str, body: str | None, headers: dict[str, Any]
) -> Iterator[HTTPResponse]:
    with closing(HTTPConnection("127.0.0.1", product.copy.port, timeout=60)) as connection:
        connection.request(method, path, body=body, headers={**headers, "Host": host})
        yield connection.getresponse()
