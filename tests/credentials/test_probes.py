"""What each type is tried out with: the vendors' hosts brought home to loopback, real mail and database servers, real signatures."""

import base64
import json
import select
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs

import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from django.db import connection

from apps.adapters.destination import Policy
from apps.adapters.transport import Transport
from apps.credentials.rules import values as rules
from apps.credentials.rules import verdict
from apps.credentials.rules.kinds import KINDS
from apps.credentials.services import trying
from apps.credentials.services.probes.way import Way
from apps.engine.credential import Credential
from apps.engine.secret import Secret
from tests.adapters.conftest import allowing
from tests.adapters.mail_servers import Box, RealServer
from tests.adapters.servers import Seen, Server, ok
from tests.adapters.test_tls import certificate
from tests.credentials.kv_store import TOKEN, KvStore
from tests.credentials.samples import sample, secrets_of

# (type, host, method, path, what it is proven by: a header and the value it begins with)
CALLS = [
    ("slack", "slack.com", "POST", "/api/auth.test", "authorization", "Bearer {token}"),
    ("github", "api.github.com", "GET", "/user", "authorization", "Bearer {token}"),
    ("openai", "api.openai.com", "GET", "/v1/models", "authorization", "Bearer {api_key}"),
    ("anthropic", "api.anthropic.com", "GET", "/v1/models", "x-api-key", "{api_key}"),
    ("email_sendgrid", "api.sendgrid.com", "GET", "/v3/scopes", "authorization", "Bearer {api_key}"),
    ("email_mailgun", "api.mailgun.net", "GET", "/v3/domains/mail.test", "authorization", "Basic api:{api_key}"),
    ("sms_twilio", "api.twilio.com", "GET", "/2010-04-01/Accounts/AC0123.json", "authorization", "Basic {account_sid}:{auth_token}"),
    ("sms_messagebird", "rest.messagebird.com", "GET", "/balance", "authorization", "AccessKey {api_key}"),
    ("aws", "sts.amazonaws.com", "POST", "/", "authorization", "AWS4-HMAC-SHA256 Credential={access_key_id}/"),
    ("email_aws_ses", "sts.eu-1.amazonaws.com", "POST", "/", "authorization", "AWS4-HMAC-SHA256 Credential={access_key_id}/"),
    ("sms_aws_sns", "sts.eu-1.amazonaws.com", "POST", "/", "authorization", "AWS4-HMAC-SHA256 Credential={access_key_id}/"),
    ("queue_aws_sqs", "sts.eu-1.amazonaws.com", "POST", "/", "authorization", "AWS4-HMAC-SHA256 Credential={access_key_id}/"),
    ("storage_aws_s3", "sts.eu-1.amazonaws.com", "POST", "/", "authorization", "AWS4-HMAC-SHA256 Credential={access_key_id}/"),
]  # fmt: skip
HOSTS = sorted({host for _, host, *_ in CALLS})
# What the other side says, in which the secret stands as well.
SAID = "WORDS-OF-THE-OTHER-SIDE"


@dataclass
class Internet:
    """Everything public leads to one server on loopback, which has a certificate for the vendors' names."""

    server: Server
    transport: Transport
    status: str = "200 OK"
    said: dict[str, Any] = field(default_factory=lambda: {"ok": True})

    def answer(self, seen: Seen) -> bytes:
        body = {**self.said, "said": SAID, "heard": seen.headers}
        return ok(json.dumps(body).encode(), "Location: https://slack.com/", status=self.status)

    def tried(self, credential: Credential) -> verdict.Verdict:
        way = Way("t_demo", Policy(), credential.allowed_hosts, self.transport)
        return trying._tried(way, KINDS[credential.type], credential)


@pytest.fixture
def internet(tmp_path) -> Iterator[Internet]:
    public, private = certificate(tmp_path, *HOSTS)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)

    def dial(sock: Any, _address: Any) -> None:
        sock.connect(("127.0.0.1", server.port))

    trust = ssl.create_default_context(cafile=str(public))
    with (
        Server(tls=context) as server,
        closing(
            Transport(resolve=lambda *_: (ip_address("93.184.216.34"),), dial=dial, tls=trust)
        ) as transport,
    ):
        made = Internet(server, transport)
        server.answer = made.answer
        yield made


def credential_of(kind_name: str, **values: str) -> Credential:
    """A credential as a step gets it, with what its type requires and with `values`."""
    kind = KINDS[kind_name]
    required = {each.name for each in kind.values if each.is_required} | values.keys()
    filled = {each.name: each.default for each in kind.values if each.default}
    filled |= {name: text for name, text in sample(kind_name).items() if name in required} | values
    sealed = {name: Secret(text) for name, text in secrets_of(kind_name, filled).items()}
    hosts = rules.hosts_of(kind, filled, list(kind.hosts))
    return Credential("k", kind_name, {**filled, **sealed}, hosts)


def revealed(credential: Credential) -> dict[str, str]:
    return {
        name: value.reveal() if isinstance(value, Secret) else value
        for name, value in credential.values.items()
    }


@pytest.mark.parametrize("case", CALLS, ids=[case[0] for case in CALLS])
def test_a_vendor_is_asked_harmlessly_and_gets_what_the_type_says(internet, case) -> None:
    kind, host, method, path, header, proof = case
    credential = credential_of(kind)

    assert internet.tried(credential) == verdict.GOOD

    (seen,) = internet.server.seen
    expected = proof.format_map(revealed(credential))
    if expected.startswith("Basic "):
        expected = f"Basic {base64.b64encode(expected[6:].encode()).decode()}"
    assert (seen.headers["host"], seen.method, seen.target) == (host, method, path)
    assert seen.headers[header].encode("latin-1").startswith(expected.encode())


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        ("302 Found", "unreachable", "redirected"),
        ("400 Bad Request", "refused", "refused"),
        ("401 Unauthorized", "refused", "refused"),
        ("404 Not Found", "refused", "refused"),
        ("429 Too Many Requests", "unreachable", "busy"),
        ("503 Service Unavailable", "unreachable", "out_of_order"),
    ],
)
@pytest.mark.parametrize("kind", [kind for kind, *_ in CALLS])
def test_no_word_of_the_other_side_and_no_secret_stands_in_a_verdict(
    internet, kind, status, outcome, code
) -> None:
    internet.status = status
    credential = credential_of(kind)

    found = internet.tried(credential)

    assert (found.status, found.code) == (outcome, code)
    assert SAID not in str(found)
    assert [each for each in credential.secrets if each.reveal() in str(found)] == []
    assert len(internet.server.seen) == 1


def test_who_refuses_with_200_is_understood(internet) -> None:
    internet.said = {"ok": False, "error": "invalid_auth"}

    assert internet.tried(credential_of("slack")) == verdict.refused(
        "refused", "The server does not take it."
    )


def test_a_key_that_may_do_a_few_things_only_is_a_good_one(internet) -> None:
    internet.status = "403 Forbidden"

    assert internet.tried(credential_of("openai")).status == "ok"
    assert internet.tried(credential_of("github")).status == "refused"


def at(server_port: int, transport: Transport | None = None, timeout_s: float = 10.0) -> Way:
    return Way("t_demo", allowing(server_port), (), transport, timeout_s)


def tried(way: Way, credential: Credential) -> tuple[str, str]:
    found = trying._tried(way, KINDS[credential.type], credential)
    return found.status, found.code


@pytest.mark.parametrize(
    ("values", "target", "header"),
    [
        ({}, "/x?page=1", "K"),
        ({"prefix": "Token"}, "/x?page=1", "Token K"),
        ({"location": "query", "name": "key"}, "/x?page=1&key=K", None),
    ],
)
def test_an_api_key_is_sent_where_it_says(values, target, header) -> None:
    with Server() as server:
        given = {"key": "K", "test_url": f"{server.url}/x?page=1#top", **values}

        assert tried(at(server.port), credential_of("api_key", **given)) == ("ok", "accepted")

    assert server.seen[0].target == target
    assert server.seen[0].headers.get("x-api-key") == header


@pytest.mark.parametrize(
    ("kind", "values", "header", "value"),
    [
        ("basic_auth", {"username": "ann", "password": "ö"}, "authorization", "Basic YW5uOsO2"),
        ("header", {"name": "X-Own", "value": "v"}, "x-own", "v"),
    ],
)
def test_an_address_for_the_test_gets_the_proof_of_its_type(kind, values, header, value) -> None:
    with Server() as server:
        credential = credential_of(kind, test_url=server.url, **values)

        assert tried(at(server.port), credential) == ("ok", "accepted")

    assert server.seen[0].headers[header] == value


@pytest.mark.parametrize(
    ("password", "outcome"),
    [("s3cret päss", ("ok", "accepted")), ("wrong", ("refused", "mail_auth_failed"))],
)
def test_a_mail_server_is_signed_in_to_and_gets_no_message(tmp_path, password, outcome) -> None:
    public, private = certificate(tmp_path, "mail.example.com")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    box, trust = Box(), ssl.create_default_context(cafile=str(public))
    home = Transport(resolve=lambda *_: (ip_address("127.0.0.1"),), tls=trust)
    with RealServer(box, starttls=context, auth_required=True) as server, closing(home):
        given = {"host": "mail.example.com", "port": str(server.port), "username": "shop"}

        found = tried(at(server.port, home), credential_of("smtp", password=password, **given))

    assert found == outcome
    assert box.signed_in == [(b"shop", password.encode())]
    assert box.taken == []


class Door(socketserver.ThreadingTCPServer):
    """A door over TCP to the tests' own PostgreSQL server, which listens on a socket file alone."""

    daemon_threads = True

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(("127.0.0.1", 0), Visit)


class Visit(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with socket.socket(socket.AF_UNIX) as inside:
            inside.connect(self.server.path)
            ends = {self.request: inside, inside: self.request}
            while True:
                for end in select.select(list(ends), [], [], 20)[0]:
                    data = end.recv(65_536)
                    if not data:
                        return
                    ends[end].sendall(data)


@pytest.fixture
def database(db) -> Iterator[dict[str, str]]:
    """A user of the tests' own PostgreSQL server."""
    settings = connection.settings_dict
    path = f"{settings['HOST']}/.s.PGSQL.{settings['PORT'] or 5432}"
    with Door(path) as door:
        threading.Thread(target=door.serve_forever, args=(0.01,), daemon=True).start()
        yield {
            "host": "127.0.0.1",
            "port": str(door.server_address[1]),
            "database": settings["NAME"],
            "username": settings["USER"],
            "password": "a password",
            "ssl_mode": "disable",
        }
        door.shutdown()


def test_a_database_is_signed_in_to(database) -> None:
    way = at(int(database["port"]))

    assert tried(way, credential_of("database_postgresql", **database)) == ("ok", "accepted")


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"database": "none_of_that_name"}, ("refused", "database_refused")),
        ({"database": "host=127.0.0.1 dbname=postgres"}, ("refused", "database_refused")),
        ({"username": "nobody_of_that_name"}, ("refused", "database_refused")),
        ({"ssl_mode": "verify-full"}, ("unreachable", "tls_failed")),
        ({"port": "1"}, ("unreachable", "blocked_destination")),
        ({"host": "127.0.0.1,127.0.0.1"}, ("unreachable", "bad_url")),
        ({"port": "99999"}, ("unreachable", "bad_url")),
    ],
)
def test_a_database_that_lets_nobody_in_says_so_in_our_words(database, change, outcome) -> None:
    way = at(int(database["port"]))

    assert tried(way, credential_of("database_postgresql", **database | change)) == outcome


def test_a_database_inside_is_not_dialled(database) -> None:
    credential = credential_of("database_postgresql", **database)

    assert tried(Way("t_demo", Policy()), credential) == ("unreachable", "blocked_destination")


def test_a_database_that_says_nothing_is_not_waited_for() -> None:
    with Server(lambda seen: None) as server:
        began_s = time.monotonic()
        given = {"host": "127.0.0.1", "port": str(server.port), "ssl_mode": "disable"}
        found = tried(at(server.port, timeout_s=2.0), credential_of("database_postgresql", **given))

    assert found == ("unreachable", "connect_failed")
    assert time.monotonic() - began_s < 10


@pytest.mark.parametrize("style", ["header", "body"])
def test_an_oauth_client_gets_a_token_that_is_thrown_away(style) -> None:
    def answer(seen: Seen) -> bytes:
        form = {name: texts[0] for name, texts in parse_qs(seen.body.decode()).items()}
        proof = seen.headers.get("authorization", form.get("client_secret", ""))
        is_good = proof in {f"Basic {base64.b64encode(b'me:a%2Bb').decode()}", "a+b"}
        assert (form["grant_type"], form["scope"]) == ("client_credentials", "read write")
        body = {"access_token": "t"} if is_good else {"error": "invalid_client"}
        return ok(json.dumps(body).encode(), status="200 OK" if is_good else "401 Unauthorized")

    with Server(answer) as server:
        given = {
            "token_url": server.url,
            "client_id": "me",
            "scope": "read write",
            "auth_style": style,
        }

        def found(secret: str) -> tuple[str, str]:
            credential = credential_of("oauth2_client_credentials", client_secret=secret, **given)
            return tried(at(server.port), credential)

        assert found("a+b") == ("ok", "accepted")
        assert found("other") == ("refused", "refused")


def test_a_token_server_that_gives_none_is_no_success() -> None:
    with Server(lambda _: ok(b"{}")) as server:
        credential = credential_of("oauth2_client_credentials", token_url=server.url)

        assert tried(at(server.port), credential) == ("refused", "no_token")


def pem(key: Any, password: str = "", form: str = "PKCS8") -> str:
    encryption = (
        serialization.BestAvailableEncryption(password.encode())
        if password
        else serialization.NoEncryption()
    )
    form_ = getattr(serialization.PrivateFormat, form)
    return key.private_bytes(serialization.Encoding.PEM, form_, encryption).decode()


def test_a_service_account_signs_for_a_token() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def answer(seen: Seen) -> bytes:
        assertion = parse_qs(seen.body.decode())["assertion"][0]
        claims = jwt.decode(assertion, key.public_key(), ["RS256"], audience=server.url)
        assert claims["iss"] == "shop@project.test"
        return ok(b'{"access_token": "t"}')

    with Server(answer) as server:
        account = {
            "client_email": "shop@project.test",
            "token_uri": server.url,
            "private_key": pem(key),
        }
        credential = credential_of("storage_gcs", service_account_json=json.dumps(account))

        assert tried(at(server.port), credential) == ("ok", "accepted")


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "{}", '{"token_uri": "https://a.b", "client_email": "x", "private_key": "y"}'],
)
def test_what_is_no_service_account_is_told_without_asking_anybody(text) -> None:
    credential = credential_of("storage_gcs", service_account_json=text or "null")

    assert tried(at(1), credential) == ("refused", "malformed")


def sealed_by_openssh(key: Any) -> str:
    """A key as OpenSSH encrypts it, with a way to make keys of passwords that is not installed here."""

    def texts(*parts: bytes) -> bytes:
        return b"".join(len(part).to_bytes(4) + part for part in parts)

    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    options = texts(b"salt" * 4) + (16).to_bytes(4)
    body = b"openssh-key-v1\0" + texts(b"aes256-ctr", b"bcrypt", options) + (1).to_bytes(4)
    body += texts(texts(b"ssh-ed25519", raw), b"\0" * 64)
    armour = base64.b64encode(body).decode()
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{armour}\n-----END OPENSSH PRIVATE KEY-----\n"


RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED_KEY = ed25519.Ed25519PrivateKey.generate()


@pytest.mark.parametrize(
    ("text", "passphrase", "outcome"),
    [
        (pem(ED_KEY, form="OpenSSH"), "", ("ok", "whole")),
        (sealed_by_openssh(ED_KEY), "open", ("untestable", "untestable")),
        (pem(RSA_KEY), "", ("ok", "whole")),
        (pem(RSA_KEY, "open"), "open", ("ok", "whole")),
        (pem(RSA_KEY, "open"), "shut", ("refused", "malformed")),
        (pem(RSA_KEY, "open"), "", ("refused", "malformed")),
        (pem(RSA_KEY)[:-200], "", ("refused", "malformed")),
        ("no key", "", ("refused", "malformed")),
    ],
)
def test_a_private_key_is_opened_and_sent_nowhere(text, passphrase, outcome) -> None:
    given = {"private_key": text} | ({"passphrase": passphrase} if passphrase else {})

    assert tried(at(1), credential_of("ssh_key", **given)) == outcome


@pytest.mark.parametrize(
    ("token", "outcome"), [(TOKEN, ("ok", "accepted")), ("other", ("refused", "refused"))]
)
def test_a_vault_says_whether_it_knows_the_token(token, outcome) -> None:
    held = KvStore(namespace="shop")
    with Server(held.answer) as server:
        given = {"address": server.url, "token": token, "namespace": "shop"}

        assert tried(at(server.port), credential_of("vault", **given)) == outcome

    assert held.asked == ["GET /v1/auth/token/lookup-self"]


@pytest.fixture(scope="module")
def aws() -> Iterator[tuple[str, int]]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}", port
    server.stop()


def bucket_at(endpoint: str) -> Callable[[str], None]:
    import boto3

    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    client = boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint, **keys)
    return lambda name: client.create_bucket(Bucket=name)


def test_aws_says_whose_key_it_is_and_s3_whether_the_bucket_is_there(aws) -> None:
    endpoint, port = aws
    bucket_at(endpoint)("shop-files")
    s3 = {"region": "us-east-1", "endpoint": endpoint}

    found = [
        tried(at(port), credential_of("aws", endpoint_url=endpoint, session_token="t", region="")),
        tried(at(port), credential_of("storage_aws_s3", bucket="shop-files", **s3)),
        tried(at(port), credential_of("storage_aws_s3", bucket="no-such-bucket", **s3)),
        tried(at(port), credential_of("storage_aws_s3", **s3)),
    ]

    assert found == [
        ("ok", "accepted"),
        ("ok", "accepted"),
        ("refused", "refused"),
        ("ok", "accepted"),
    ]


def test_every_type_is_tried_out_or_says_why_not() -> None:
    named = {kind.probe for kind in KINDS.values() if isinstance(kind.probe, str) and kind.probe}

    assert named == trying.PROCEDURES.keys()
    assert [kind.name for kind in KINDS.values() if not kind.probe and not kind.untested] == []
    assert psycopg.pq.version() >= 160000, "older ones know no `sslrootcert=system`"
