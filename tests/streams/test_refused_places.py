"""No stream leads to an address that a tenant may not reach, whether as a webhook or as syslog."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from apps.adapters.destination import Policy
from apps.adapters.errors import HttpError
from apps.core import clock
from apps.core.ids import uuid7
from apps.streams.rules.places import place_of
from apps.streams.services import delivering
from apps.streams.services.delivering import NotTakenError, Way
from tests.adapters.conftest import Network
from tests.adapters.servers import Server, redirect
from tests.adapters.test_callers import ALL, NAMES, PUBLIC

SCHEMES = ("http", "https", "syslog+tcp", "syslog+tls")
REFUSED = (HttpError, NotTakenError, ValueError)
# Of syslog a host without its path is no trick.
CUT = {"http://public.example/\r\nHost: 127.0.0.1"}


@pytest.fixture
def net(monkeypatch) -> Iterator[Callable[..., Network]]:
    made: list[Network] = []

    def make(port: int | None = None) -> Network:
        made.append(Network(NAMES, port))
        for way in ("http", "syslog"):
            monkeypatch.setattr(
                f"apps.adapters.{way}.process_transport", lambda: made[-1].transport
            )
        return made[-1]

    yield make
    for one in made:
        one.transport.close()


def send(url: str) -> None:
    # With a policy of nothing but the public internet, as a tenant without allowances has it.
    way = Way("public", uuid7(), place_of(url), Policy(), None)
    delivering.try_out(way, clock.now())


def written(form: str, scheme: str, port: int) -> str:
    text = form.replace("{port}", str(port))
    if scheme.startswith("syslog") and form not in CUT:
        text = text.removesuffix("/")
    return text.replace("http://", f"{scheme}://", 1)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_address_that_may_not_be_reached_is_sent_to(scheme: str, net) -> None:
    network = net()

    with Server(host="::") as trap:
        for form in ALL:
            url = written(form, scheme, trap.port)
            with pytest.raises(REFUSED):
                send(url)

    assert network.dialled == []
    assert trap.connections == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_name_is_judged_anew_for_each_delivery(scheme: str, net) -> None:
    with Server(host="::") as home:
        network = net(home.port)
        url = written("http://moving.example:8443/", scheme, 0)
        # What comes of the first is the server's business: it knows neither TLS nor syslog.
        with suppress(*REFUSED):
            send(url)
        with pytest.raises(HttpError, match="not public"):
            send(url)
        dialled = list(network.dialled)

    assert {address for address, _ in dialled} == {PUBLIC}
    assert len(dialled) == 1


def test_no_redirect_is_followed(net) -> None:
    with (
        Server(host="::") as trap,
        Server(answer=lambda _: redirect(307, f"http://127.0.0.1:{trap.port}/")) as home,
    ):
        network = net(home.port)
        with pytest.raises(NotTakenError, match="it answered 307"):
            send("http://public.example/")

    assert network.dialled == [(PUBLIC, 80)]
    assert trap.connections == 0
