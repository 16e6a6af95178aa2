"""Trying out a credential reaches no refused address either, in whichever of its values that stands."""

import json
import socket
from collections import defaultdict

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from apps.adapters.destination import Policy
from apps.credentials.rules.kinds import KINDS
from apps.credentials.services import trying
from apps.credentials.services.probes.way import Way
from apps.engine.credential import Credential
from apps.engine.secret import Secret
from tests.adapters.callers import AUTHORITY
from tests.adapters.conftest import Network
from tests.adapters.servers import Server
from tests.adapters.test_callers import ALL, NAMES, PLAIN_FOR_MAIL, PUBLIC
from tests.credentials.samples import sample, secrets_of

# Values that are asked for, and those that are not: nothing is tried out of what names these.
PLACES = {
    (kind.name, value.name)
    for kind in KINDS.values()
    for value in kind.values
    if value.is_place or value.format == "url"
}
ASKED = {
    ("anthropic", "base_url"),
    ("api_key", "test_url"),
    ("aws", "endpoint_url"),
    ("basic_auth", "test_url"),
    ("bearer_token", "test_url"),
    ("database_postgresql", "host"),
    ("github", "base_url"),
    ("header", "test_url"),
    ("oauth2_client_credentials", "token_url"),
    ("openai", "base_url"),
    ("smtp", "host"),
    ("storage_aws_s3", "endpoint"),
    ("vault", "address"),
}
GUARDED = {"blocked_destination", "bad_url"}
# Of a server's name and port these are no trick.
PLAIN = {*PLAIN_FOR_MAIL, "http://public.example:5432/"}


def tried(net: Network, kind: str, values: dict[str, str]) -> str:
    secret = secrets_of(kind, values)
    given = {name: Secret(text) if name in secret else text for name, text in values.items()}
    way = Way("t_demo", Policy(), transport=net.transport, timeout_s=2)
    return trying._tried(way, KINDS[kind], Credential("mine", kind, given)).code


@pytest.mark.parametrize(("kind", "place"), sorted(ASKED))
def test_no_trial_reaches_a_refused_address(kind: str, place: str) -> None:
    net, said = Network(NAMES), {}

    with Server(host="::") as trap:
        for form in ALL:
            if place == "host" and form in PLAIN:
                continue
            url = form.replace("{port}", str(trap.port))
            found = AUTHORITY.match(url)
            values = sample(kind) | {place: url}
            if place == "host":
                values |= {"host": found[1] if found else url}
                values |= {"port": (found and found[2]) or "25"}
            said[url] = tried(net, kind, values)
        connections = trap.connections
    net.transport.close()

    assert {url: code for url, code in said.items() if code not in GUARDED} == {}
    assert net.dialled == []
    assert connections == 0


def test_no_key_file_leads_to_a_refused_address() -> None:
    net, said = Network(NAMES), {}
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    key = {"type": "service_account", "client_email": "x@public.example", "private_key": pem}

    with Server(host="::") as trap:
        for form in (form for form in ALL if "\0" not in form):  # no JSON of ours holds that
            uri = form.replace("{port}", str(trap.port))
            values = {"service_account_json": json.dumps({**key, "token_uri": uri})}
            said[form] = tried(net, "storage_gcs", values)
        connections = trap.connections
    net.transport.close()

    assert {form: code for form, code in said.items() if code not in GUARDED} == {}
    assert net.dialled == []
    assert connections == 0


def test_every_value_that_names_a_place_is_tried_or_leads_nowhere() -> None:
    """A new type of credential that names a server stands here as asked, or nothing is tried out of it."""
    asked = set()
    with Server(host="::") as trap, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and never listens: the vendors' own servers are away
        for kind, place in PLACES:
            net = Network(defaultdict(lambda: [[PUBLIC]]), nobody.getsockname()[1])
            values = sample(kind) | {place: "127.0.0.1" if place == "host" else trap.url}
            if tried(net, kind, values) in GUARDED:
                asked.add((kind, place))
            net.transport.close()

    assert asked == ASKED
