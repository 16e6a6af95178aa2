"""Transports whose names and routes a test decides, over real sockets."""

import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import pytest

from apps.adapters.addresses import Address, Allowance
from apps.adapters.destination import Policy
from apps.adapters.http import GuardedHttp
from apps.adapters.transport import Transport
from tests.adapters.servers import Server


@pytest.fixture
def loopback() -> Iterator[Server]:
    """A server on every loopback address, IPv4 and IPv6."""
    with Server(host="::") as server:
        yield server


class Network:
    """A transport that knows the names a test gives it and keeps note of every look-up and dial."""

    def __init__(self, names: dict[str, list[list[str]]], port: int | None = None) -> None:
        self.names = names
        self.port = port
        self.asked: list[str] = []
        self.dialled: list[tuple[str, int]] = []
        self.transport = Transport(resolve=self.resolve, dial=self.dial)

    def resolve(self, name: str, port: int) -> tuple[Address, ...]:
        answers = self.names[name]
        self.asked.append(name)
        # The n-th question gets the n-th answer, the last one for ever: a name server with TTL 0.
        answer = answers[min(self.asked.count(name), len(answers)) - 1]
        return tuple(ip_address(text) for text in answer)

    def dial(self, sock: socket.socket, address: tuple[str, int]) -> None:
        self.dialled.append(address)
        if self.port is None:
            sock.connect(address)
        else:
            # The public internet, brought home: whatever is dialled, the loopback server answers.
            home = "127.0.0.1" if sock.family is socket.AF_INET else "::1"
            sock.connect((home, self.port))

    def http(self, policy: Policy | None = None, owner: str = "") -> GuardedHttp:
        return GuardedHttp(policy or Policy(), owner=owner, transport=self.transport)


@pytest.fixture
def network() -> Iterator[Callable[..., Network]]:
    """Makes networks and closes their connections."""
    made: list[Network] = []

    def make(names: dict[str, list[list[str]]] | None = None, port: int | None = None) -> Network:
        made.append(Network(names or {}, port))
        return made[-1]

    yield make
    for one in made:
        one.transport.close()


def allowing(*ports: int, address: str = "127.0.0.1") -> Policy:
    return Policy(allowances=tuple(Allowance(address, port) for port in ports))
