"""Secrets in a tenant's own stores: asked for when a step needs them, from the store that it names, and kept nowhere."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.core import tenancy
from apps.credentials.models import CredentialAccess
from apps.credentials.services import accesses, lookups, store
from apps.credentials.services.accesses import Reader
from apps.credentials.services.opening import opened
from apps.engine.credential import Credential, Unusable
from apps.engine.mask import mask_of
from apps.tenants import facade as tenants
from tests.adapters.servers import Server
from tests.credentials.keys import stored
from tests.credentials.kv_store import TOKEN, KvStore
from tests.workflows.documents import edge, hook, node

SHOP = {"password": "p4ss-of-the-shop", "user": "ann", "inner": {"pin": "p1n-p1n-p1n"}}


@pytest.fixture
def kv(owner) -> Iterator[tuple[KvStore, Server]]:
    """A store on loopback that the tenant may call, known to it as `vault`."""
    made = KvStore(held={"secret/shop/db": SHOP})
    with Server(made.answer) as server:
        tenants.allow_egress("t_demo", "127.0.0.1", server.port)
        values = {"address": server.url, "token": TOKEN}
        stored(owner, name="vault", type="vault", values=values)
        yield made, server
    lookups.forget_all()


def looked_up(
    *asked: str, run: UUID | None = None, name: str = "vault", schema: str = "t_demo"
) -> Any:
    reader = Reader("run", run or uuid4())
    return opened(schema, [name], reader, {name: frozenset(asked)})[name]


def texts(found: Any) -> dict[str, str]:
    assert isinstance(found, Credential), found
    return {name: secret.reveal() for name, secret in found.found.items()}


def test_a_field_of_a_secret_is_found_and_a_whole_one_with_each_of_its_texts(kv) -> None:
    assert texts(looked_up(":shop/db#password")) == {":shop/db#password": SHOP["password"]}

    whole = looked_up(":shop/db")

    assert texts(whole)[":shop/db"] == (
        '{"password":"p4ss-of-the-shop","user":"ann","inner":{"pin":"p1n-p1n-p1n"}}'
    )
    hidden = mask_of(whole.secrets).scrub("p4ss-of-the-shop p1n-p1n-p1n hvs.t0ken-of-the-test")
    assert hidden == "[REDACTED] [REDACTED] [REDACTED]"


def test_a_secret_is_asked_for_once_in_an_execution_and_anew_in_the_next(kv) -> None:
    run = uuid4()
    for _ in range(3):
        looked_up(":shop/db#user", run=run)
    assert kv[0].asked == ["GET /v1/secret/data/shop/db"]

    kv[0].held["secret/shop/db"] = {"user": "bob"}

    assert texts(looked_up(":shop/db#user", run=run)) == {":shop/db#user": "ann"}
    assert texts(looked_up(":shop/db#user")) == {":shop/db#user": "bob"}
    assert len(kv[0].asked) == 2


def test_what_was_kept_is_let_go_after_a_minute_and_when_the_store_changes(
    kv, owner, monkeypatch
) -> None:
    run = uuid4()
    looked_up(":shop/db#user", run=run)
    now = lookups.time.monotonic()
    monkeypatch.setattr(lookups.time, "monotonic", lambda: now + 61)
    looked_up(":shop/db#user", run=run)
    assert len(kv[0].asked) == 2

    (made,) = owner.get("/credentials?type=vault").json()["results"]
    owner.patch(f"/credentials/{made['id']}", {"values": {"mount": "other", "token": TOKEN}})

    assert looked_up(":shop/db#user", run=run).code == "secret_not_found"
    assert kv[0].asked[-1] == "GET /v1/other/data/shop/db"


@pytest.mark.parametrize(
    ("away", "asked", "code", "is_retryable"),
    [
        ([], ":nothing", "secret_not_found", False),
        ([], ":shop/db#nothing", "secret_not_found", False),
        (["403 Forbidden"], ":shop/db", "secret_refused", False),
        (["429 Too Many Requests"], ":shop/db", "secret_unavailable", True),
        (["503 Service Unavailable"], ":shop/db", "secret_unavailable", True),
    ],
)
def test_a_store_that_does_not_give_says_so_in_our_words_and_whether_time_may_heal_it(
    kv, away, asked, code, is_retryable
) -> None:
    kv[0].away = away

    found = looked_up(asked)

    assert isinstance(found, Unusable)
    assert (found.code, found.is_retryable) == (code, is_retryable)
    assert TOKEN not in found.message


def test_a_failure_is_not_kept(kv) -> None:
    kv[0].away, run = ["503 Service Unavailable"], uuid4()
    looked_up(":shop/db#user", run=run)

    assert texts(looked_up(":shop/db#user", run=run)) == {":shop/db#user": "ann"}


def test_a_store_that_is_away_is_worth_another_try_and_an_address_inside_is_not(owner, kv) -> None:
    with Server() as gone:
        values = {"address": gone.url, "token": TOKEN}
        stored(owner, name="inside", type="vault", values=values)
        inside = looked_up(":a", name="inside")
        tenants.allow_egress("t_demo", "127.0.0.1", gone.port)
        assert gone.connections == 0
    away = looked_up(":a", name="inside")

    assert (inside.code, inside.is_retryable) == ("secret_unavailable", False)
    assert (away.code, away.is_retryable) == ("secret_unavailable", True)


def test_a_store_is_only_what_its_type_says(owner) -> None:
    stored(owner, name="plain", type="secret", values={"value": "x"})

    assert looked_up(":a", name="plain").code == "secret_store"


def test_a_tenant_reaches_no_store_but_its_own(kv, other) -> None:
    tenants.allow_egress(other.schema, "127.0.0.1", kv[1].port)

    reader = Reader("run", uuid4())
    assert opened(other.schema, ["vault"], reader, {"vault": {":shop/db"}}) == {}
    with tenancy.entered(other.schema):
        values = {"address": kv[1].url, "token": "of-the-other"}
        store.create(name="vault", type_name="vault", values=values, actor_id=None)
    looked_up(":shop/db")
    asked = len(kv[0].asked)

    assert looked_up(":shop/db", schema=other.schema).code == "secret_refused"
    assert len(kv[0].asked) == asked + 1


def test_a_namespace_goes_along(kv, owner) -> None:
    kv[0].namespace = "teams/shop"
    values = {"address": kv[1].url, "token": TOKEN, "namespace": "teams/shop"}
    stored(owner, name="ours", type="vault", values=values)

    assert texts(looked_up(":shop/db#user", name="ours")) == {":shop/db#user": "ann"}
    assert looked_up(":shop/db#user").code == "secret_refused"


def test_a_dry_run_asks_no_store(kv, owner) -> None:
    #  hook ──► call
    document = hook(path="p")
    config = {"url": "https://a.b", "headers": {"A": "{{ secrets.vault:shop/db#password }}"}}
    document["nodes"] = [document["nodes"][0], node("call", "action:http", **config)]
    document["edges"] = [edge("hook", "call")]
    made = owner.post("/workflows", {"name": "w", "definition": document}).json()

    answer = owner.post(f"/workflows/{made['id']}/dry-run", {"mocks": {"call": {"status": 200}}})

    assert answer.status_code == 200, answer.content
    assert kv[0].asked == []
    assert SHOP["password"] not in answer.content.decode()


def test_a_document_that_looks_into_what_is_no_store_is_warned_of(owner) -> None:
    stored(owner, name="plain", type="secret", values={"value": "x"})
    document = hook(path="p")
    config = {"url": "https://a.b", "headers": {"A": "{{ secrets.plain:a }} {{ secrets.gone:a }}"}}
    document["nodes"] = [document["nodes"][0], node("call", "action:http", **config)]
    document["edges"] = [edge("hook", "call")]

    made = owner.post("/workflows", {"name": "w", "definition": document}).json()

    found = {each["code"]: each["severity"] for each in made["problems"]}
    assert found.items() >= {"secret_store": "warning", "credential_unknown": "warning"}.items()


def test_who_looked_into_a_store_stands_in_its_access_log(kv) -> None:
    run = uuid4()
    looked_up(":shop/db#user", run=run)
    looked_up(":nothing", run=run)
    accesses.flush()

    read = CredentialAccess.objects.filter(kind="read", execution_id=run).order_by("is_success")
    assert [(each.is_success, each.error) for each in read] == [
        (False, "There is no “nothing” in the store."),
        (True, ""),
    ]


@pytest.fixture(scope="module")
def aws() -> Iterator[tuple[str, int]]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}", port
    server.stop()


def test_secrets_manager_gives_texts_fields_and_says_what_it_has_not(owner, aws) -> None:
    import boto3

    endpoint, port = aws
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    client = boto3.client("secretsmanager", "eu-central-1", endpoint_url=endpoint, **keys)
    arn = client.create_secret(Name="shop/key", SecretString="pl4in-secret")["ARN"]
    client.create_secret(Name="shop/db", SecretString='{"password": "p4ss", "port": 5432}')
    client.create_secret(Name="shop/bytes", SecretBinary=b"\x00\x01")
    tenants.allow_egress("t_demo", "127.0.0.1", port)
    values = {
        "access_key_id": "testing",
        "secret_access_key": "testing",
        "region": "eu-central-1",
        "endpoint_url": endpoint,
    }
    stored(owner, name="aws", type="aws", values=values)

    found = looked_up(":shop/key", f":{arn}", ":shop/db#password", ":shop/db#port", name="aws")

    assert texts(found) == {
        ":shop/key": "pl4in-secret",
        f":{arn}": "pl4in-secret",
        ":shop/db#password": "p4ss",
        ":shop/db#port": "5432",
    }
    assert looked_up(":shop/none", name="aws").code == "secret_not_found"
    assert looked_up(":shop/bytes", name="aws").code == "secret_not_found"
