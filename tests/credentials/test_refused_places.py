"""Each refused address is offered to what tries credentials out; a listener on all of loopback must hear nothing."""

import re

import pytest

from apps.adapters.destination import Policy
from apps.credentials.rules.kinds import KINDS
from apps.credentials.rules.verdict import Verdict
from apps.credentials.services import trying
from apps.credentials.services.probes.way import Way
from apps.engine.credential import Credential
from apps.engine.secret import Secret
from tests.adapters.conftest import Network, loopback, network  # noqa: F401 - fixtures
from tests.adapters.test_callers import ALL, NAMES, SAID_OF_SHAPES
from tests.adapters.test_destination import REFUSED_NAMES, REFUSED_NUMBERS

SECRETS = {"token": Secret("t"), "password": Secret("p")}
HOST = re.compile(r"http://(\[[^\]]*\]|[^:/]*)")


def tried(net: Network, kind: str, **values: str) -> Verdict:
    credential = Credential("k", kind, {**values, **SECRETS})
    return trying._tried(Way("t_demo", Policy(), (), net.transport), KINDS[kind], credential)


@pytest.mark.parametrize("kind", ["bearer_token", "oauth2_client_credentials"])
def test_no_test_of_a_credential_calls_a_refused_address(kind, loopback, network) -> None:  # noqa: F811 - fixtures
    net = network(NAMES)
    values = {"client_id": "me", "client_secret": Secret("s")}
    said = {
        tried(net, kind, **values, **dict.fromkeys(("test_url", "token_url"), form)).code
        for form in (each.replace("{port}", str(loopback.port)) for each in ALL)
    }

    assert said <= SAID_OF_SHAPES
    assert (net.dialled, loopback.connections) == ([], 0)


def test_no_test_of_a_database_dials_a_refused_address(loopback, network) -> None:  # noqa: F811 - fixtures
    net = network(NAMES)
    found = [
        HOST.match(form) for form in (*REFUSED_NUMBERS, *REFUSED_NAMES, "http://mixed.example/")
    ]
    hosts = {match[1] for match in found if match is not None}
    facts = {"database": "d", "username": "u", "ssl_mode": "disable"}

    said = {
        tried(net, "database_postgresql", host=host, port=str(loopback.port), **facts).code
        for host in hosts
    }

    assert len(hosts) > 50
    assert said <= SAID_OF_SHAPES
    assert loopback.connections == 0
