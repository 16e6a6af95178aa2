"""The public internet, brought home: names of services lead to a server on loopback, over real TLS."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from ipaddress import ip_address
from typing import Any

import pytest

from apps.adapters.http import GuardedHttp
from apps.adapters.transport import Transport
from apps.engine.credential import Credential
from apps.engine.secret import Secret
from apps.engine.testing import Given, Tried, try_node
from apps.nodes import catalogue
from tests.adapters.servers import Answer, Seen, Server
from tests.adapters.test_tls import certificate

PUBLIC = "93.184.216.34"


class World:
    """One service on loopback, its real name and certificate, and a client that trusts it."""

    def __init__(self, server: Server, trusted: ssl.SSLContext, name: str) -> None:
        self.server = server
        self.dialled: list[str] = []
        self._name = name
        self.transport = Transport(resolve=self._resolve, dial=self._dial, tls=trusted)

    def _resolve(self, name: str, port: int):
        assert (name, port) == (self._name, 443)
        return (ip_address(PUBLIC),)

    def _dial(self, sock, address) -> None:
        self.dialled.append(address[0])
        sock.connect(("127.0.0.1", self.server.port))

    def run(self, type_: str, config: dict[str, Any], credential: Credential, **given) -> Tried:
        """Run a node whose calls go over the wire."""
        http = GuardedHttp(transport=self.transport)
        found = Given(credentials={"acme": credential}, handler=http.send, **given)
        return try_node(catalogue().get(type_), {"credential": "acme", **config}, found)


@pytest.fixture
def world(tmp_path) -> Iterator[Callable[[str, Callable[[Seen], Answer]], World]]:
    """Makes worlds: the service's name, and what it answers."""
    with ExitStack() as stack:

        def make(name: str, answer: Callable[[Seen], Answer]) -> World:
            public, private = certificate(tmp_path, name)
            server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server_side.load_cert_chain(public, private)
            server = stack.enter_context(Server(answer=answer, tls=server_side))
            made = World(server, ssl.create_default_context(cafile=str(public)), name)
            stack.callback(made.transport.close)
            return made

        yield make


def account(text: str) -> Credential:
    """Return an account that a person has connected, as a step gets it."""
    return Credential("acme", "oauth2", {"access_token": Secret(text)})


def token(type_: str, text: str, **values: str) -> Credential:
    return Credential("acme", type_, {"token": Secret(text), **values})
