"""No address of a provider whose accounts people connect is one that a tenant may not reach, nor is one that its issuer names."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from apps.adapters.errors import HttpError
from apps.credentials.errors import ProviderAwayError
from apps.credentials.rules.providers import Provider
from apps.credentials.services import discovery, token_calls
from apps.credentials.services.token_calls import Client
from apps.engine.secret import Secret
from apps.tenants import facade as tenants
from tests.adapters.conftest import Network
from tests.adapters.servers import Server, ok, redirect
from tests.adapters.test_callers import ALL, NAMES, PUBLIC

pytestmark = pytest.mark.django_db
SCHEMA, ISSUER = "t_demo", f"http://{PUBLIC}"
CLIENT = Client(SCHEMA, "gorax", Secret("a secret of the tests"), "header")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "revocation_endpoint")
LEADS = [form for form in ALL if form.isascii() and form.isprintable()]
CALLS: dict[str, Callable[[str], object]] = {
    "a token": lambda url: CLIENT.post(url, {"code": "c"}),
    "an account": lambda url: token_calls.send(SCHEMA, "GET", url, {}),
    "an issuer": lambda url: discovery.addresses_of(SCHEMA, provider_of(url)),
}


@pytest.fixture
def net(monkeypatch) -> Iterator[Callable[..., Network]]:
    """Networks that the calls to providers go through; one address without encryption is allowed to the tenant."""
    made: list[Network] = []

    def make(port: int | None = None) -> Network:
        # Who may call one private address has names looked up that mean something inside only.
        made.append(Network(defaultdict(lambda: [["10.0.0.1"]], NAMES), port))
        monkeypatch.setattr("apps.adapters.http.process_transport", lambda: made[-1].transport)
        return made[-1]

    tenants.allow_egress(SCHEMA, PUBLIC, 80)
    yield make
    for one in made:
        one.transport.close()


def provider_of(issuer: str) -> Provider:
    return Provider(name="x", title="X", issuer=issuer)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("call", CALLS)
def test_no_call_goes_to_a_refused_address(call: str, scheme: str, net) -> None:
    network = net()

    with Server(host="::") as trap:
        for form in ALL:
            url = form.replace("{port}", str(trap.port)).replace("http://", f"{scheme}://")
            with pytest.raises((HttpError, ProviderAwayError)):
                CALLS[call](url)

    assert network.dialled == []
    assert trap.connections == 0


def call_what_it_names(goal: str) -> None:
    """A place with TLS may be anywhere until somebody calls it."""
    found = discovery.addresses_of(SCHEMA, provider_of(ISSUER))
    CLIENT.post(next(url for url in found.values() if url == goal), {})


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_address_that_an_issuer_names_is_called(scheme: str, net) -> None:
    goal = name = ""

    def said(_: object) -> bytes:
        told: dict[str, Any] = {each: f"{ISSUER}/{each}" for each in ENDPOINTS}
        return ok(orjson.dumps({"issuer": ISSUER, **told, name: goal}))

    with Server(host="::") as trap, Server(answer=said) as home:
        network = net(home.port)
        for form in LEADS:
            goal = form.replace("{port}", str(trap.port)).replace("http://", f"{scheme}://")
            for each in ENDPOINTS:
                name = each
                with pytest.raises((HttpError, ProviderAwayError)):
                    call_what_it_names(goal)

    assert set(network.dialled) == {(PUBLIC, 80)}
    assert trap.connections == 0


def test_no_redirect_of_a_provider_is_followed(net) -> None:
    goal = ""

    with Server(host="::") as trap, Server(answer=lambda _: redirect(307, goal)) as home:
        network = net(home.port)
        for form in LEADS:
            goal = form.replace("{port}", str(trap.port))
            assert CLIENT.post(f"{ISSUER}/token", {"code": "c"}).status == 307

    assert set(network.dialled) == {(PUBLIC, 80)}
    assert trap.connections == 0
