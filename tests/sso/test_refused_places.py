"""No issuer, and nothing that a provider says of itself, leads a call to an address that a tenant may not reach."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from apps.engine.secret import Secret
from apps.sso.errors import ProviderBrokenError, ProviderUnreachableError
from apps.sso.services import provider
from apps.sso.services.provider import Client
from tests.adapters.conftest import Network
from tests.adapters.servers import Seen, Server, ok, redirect
from tests.adapters.test_callers import ALL, NAMES, PUBLIC

# A provider without encryption is only what an operator has allowed, so the port of this one is.
ISSUER = "http://93.184.216.34"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
REFUSED = (ProviderBrokenError, ProviderUnreachableError)
USES: dict[str, Callable[[Client], object]] = {
    "token_endpoint": lambda client: provider.exchange(
        client, code="c", verifier="v", redirect_uri="https://demo.localhost/"
    ),
    "jwks_uri": provider.keys,
    "userinfo_endpoint": lambda client: provider.userinfo(client, "token"),
}
LEADS = [form for form in ALL if form.isascii() and form.isprintable()]


@pytest.fixture
def net(monkeypatch) -> Iterator[Callable[..., Network]]:
    """Networks that the calls to providers go through."""
    made: list[Network] = []

    def make(port: int | None = None) -> Network:
        # Who may call one private address has names looked up that mean something inside only.
        made.append(Network(defaultdict(lambda: [["10.0.0.1"]], NAMES), port))
        monkeypatch.setattr("apps.adapters.http.process_transport", lambda: made[-1].transport)
        return made[-1]

    provider.forget()
    yield make
    provider.forget()
    for one in made:
        one.transport.close()


def client_of(issuer: str) -> Client:
    private = frozenset({(PUBLIC, 80)})
    return Client("t_demo", issuer, "gorax", Secret("a secret of the tests"), private)


def metadata(**changes: str) -> bytes:
    said: dict[str, Any] = {name: f"{ISSUER}/{name}" for name in ENDPOINTS}
    return ok(orjson.dumps({"issuer": ISSUER, **said, **changes}))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_issuer_is_an_address_that_may_not_be_reached(scheme: str, net) -> None:
    network = net()

    with Server(host="::") as trap:
        for form in ALL:
            issuer = form.replace("{port}", str(trap.port)).replace("http://", f"{scheme}://")
            with pytest.raises(REFUSED):
                provider.metadata(client_of(issuer))

    assert network.dialled == []
    assert trap.connections == 0


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", USES)
def test_no_endpoint_of_a_provider_is_one(name: str, scheme: str, net) -> None:
    goal = ""

    with Server(host="::") as trap, Server(answer=lambda _: metadata(**{name: goal})) as home:
        network = net(home.port)
        for form in LEADS:
            goal = form.replace("{port}", str(trap.port)).replace("http://", f"{scheme}://")
            provider.forget()
            with pytest.raises(REFUSED):
                USES[name](client_of(ISSUER))

    assert set(network.dialled) == {(PUBLIC, 80)}
    assert trap.connections == 0


def test_no_redirect_of_a_provider_is_followed(net) -> None:
    goal = ""

    def answer(seen: Seen) -> bytes:
        is_first = seen.target.endswith("/openid-configuration")
        return metadata() if is_first else redirect(307, goal)

    with Server(host="::") as trap, Server(answer=answer) as home:
        network = net(home.port)
        for form in LEADS:
            goal = form.replace("{port}", str(trap.port))
            for use in USES.values():
                with pytest.raises(REFUSED):
                    use(client_of(ISSUER))

    assert set(network.dialled) == {(PUBLIC, 80)}
    assert trap.connections == 0
