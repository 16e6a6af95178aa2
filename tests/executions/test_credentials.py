"""Credentials in running steps: opened for the step that names them, sent, and left nowhere."""

import base64
import logging

import pytest
from django.db import connection

from apps.accounts import facade as accounts
from apps.core import tenancy
from apps.credentials import queries
from apps.credentials.models import Credential
from apps.credentials.services import store
from apps.tenants import facade as tenants
from tests.adapters.servers import Server
from tests.credentials.kv_store import TOKEN, KvStore
from tests.executions.makers import (
    begin,
    call,
    chain,
    execution,
    make_version,
    steps,
    work_until_ended,
    work_until_idle,
)

KEY_TEXT = "s3cr3t-of-acme/ö"
STORE_KEY = "s3cr3t-of-the-store"
FORMS = (KEY_TEXT, base64.b64encode(KEY_TEXT.encode()).decode(), "s3cr3t-of-acme%2F%C3%B6")


def keep(name: str = "acme", **facts) -> Credential:
    values = {"username": "ann", "password": KEY_TEXT}
    return store.create(name=name, type_name="basic_auth", values=values, actor_id=None, **facts)


def everything_stored() -> str:
    """Every row of every table but that of credentials, as text."""
    texts = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            " AND table_schema IN ('t_demo', 'public') AND table_name <> 'credentials_credential'"
        )
        for schema, table in cursor.fetchall():
            cursor.execute(f'SELECT row_to_json(r)::text FROM "{schema}"."{table}" AS r')  # noqa: S608 - names of the catalog
            texts += [text for (text,) in cursor.fetchall()]
    return "\n".join(texts)


def test_a_credential_is_sent_and_lies_nowhere_but_in_the_vault(
    receiver, caplog, redis_server
) -> None:
    caplog.set_level(logging.DEBUG)
    keep()
    version = make_version(
        chain(
            ("one", "action:http", call(f"{receiver.url}/echo", credential="acme")),
            (
                "two",
                "action:http",
                call(f"{receiver.url}/echo", headers={"X-Key": "k={{ credentials.acme }}"}),
            ),
            ("bad", "action:http", call(f"{receiver.url}/{{{{ credentials.acme }}}}/status/500")),
        )
    )

    execution_id = begin(version, {})
    work_until_ended(execution_id)

    asked = [entry["headers"] for entry in receiver.book.read(None)["requests"]]
    pair = base64.b64encode(f"ann:{KEY_TEXT}".encode()).decode()
    assert f"Basic {pair}" in [each.get("authorization") for each in asked]
    assert any(each.get("x-key", "").startswith("k=s3cr3t-of-acme/") for each in asked)
    recorded = steps(execution_id)
    assert recorded["one"].input["credential"] == "acme"
    assert recorded["one"].output["body"]["headers"]["authorization"] == "Basic [REDACTED]"
    kept = everything_stored() + caplog.text + repr([vars(each) for each in caplog.records])
    for name in redis_server.keys("*"):
        kept += repr(redis_server.dump(name))
    assert [form for form in (*FORMS, pair) if form in kept] == []


def test_a_step_gets_its_credentials_by_one_query_and_others_by_none(receiver, monkeypatch) -> None:
    keep()
    version = make_version(
        chain(
            ("none", "action:http", call(f"{receiver.url}/ok")),
            ("both", "action:http", call(f"{receiver.url}/ok", credential="acme", headers={"X": "{{ credentials.acme }}"})),
        )
    )  # fmt: skip
    counted: list[set[str]] = []
    rows_named = queries.rows_named

    def counting(schema: str, names: frozenset[str]) -> list[queries.Row]:
        counted.append(set(names))
        return rows_named(schema, names)

    monkeypatch.setattr(queries, "rows_named", counting)
    execution_id = begin(version, {})
    work_until_idle()

    assert execution(execution_id).status == "completed"
    assert counted == [{"acme"}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_disabled": True}, "It is disabled: enable it, or choose another one."),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "It expired on 2020-01-01 00:00 UTC: rotate it, or give it a later expiry."),
        (None, "There is no credential of that name: create it, or choose another one."),
    ],
)  # fmt: skip
def test_one_that_cannot_be_used_fails_the_step_and_nothing_is_sent(
    receiver, change, words
) -> None:
    kept = keep()
    version = make_version(
        chain(("one", "action:http", call(f"{receiver.url}/ok", credential="acme")))
    )
    if change is None:
        store.delete(kept.pk)
    else:
        Credential.objects.filter(pk=kept.pk).update(**change)

    execution_id = begin(version, {})
    work_until_idle()

    assert execution(execution_id).error == {
        "code": "credential_missing",
        "message": f"“one”: “Credential” names the credential “acme”. {words}",
        "node": "one",
        "details": {"field": "credential", "credential": "acme"},
    }
    assert receiver.book.read(None)["requests"] == []


def test_what_is_rotated_between_two_steps_is_new_for_the_second(receiver) -> None:
    kept = keep()
    wait = {"config": {"duration": "1s"}}
    version = make_version(
        chain(
            ("one", "action:http", call(f"{receiver.url}/ok", credential="acme")),
            ("pause", "control:delay", wait),
            ("two", "action:http", call(f"{receiver.url}/ok", credential="acme")),
        )
    )
    execution_id = begin(version, {})
    work_until_idle()
    store.rotate(kept.pk, values={"password": "another-one"})
    work_until_ended(execution_id)

    newest, oldest = (
        entry["headers"]["authorization"] for entry in receiver.book.read(None)["requests"]
    )
    assert base64.b64decode(oldest.removeprefix("Basic ")).decode() == f"ann:{KEY_TEXT}"
    assert base64.b64decode(newest.removeprefix("Basic ")).decode() == "ann:another-one"


def test_a_credential_goes_to_no_host_that_it_does_not_allow(receiver) -> None:
    keep(allowed_hosts=["api.acme.test"])
    version = make_version(
        chain(("one", "action:http", call(f"{receiver.url}/ok", credential="acme")))
    )

    execution_id = begin(version, {})
    work_until_idle()

    assert execution(execution_id).error["code"] == "credential_host"
    assert receiver.book.read(None)["requests"] == []


def test_the_credential_of_another_tenant_is_not_there_though_its_name_is_the_same(
    receiver,
) -> None:
    with tenancy.entered(tenancy.PUBLIC):
        owner = accounts.install(
            email="o@o.test", password="a password", name="O", is_operator=False
        )
    other = tenants.provision(slug="other", name="Other", owner_id=owner.id)
    with tenancy.entered(other.schema):
        keep()
    version = make_version(
        chain(("one", "action:http", call(f"{receiver.url}/ok", credential="acme")))
    )

    execution_id = begin(version, {})
    work_until_idle()

    assert execution(execution_id).error["code"] == "credential_missing"
    assert receiver.book.read(None)["requests"] == []


def test_a_secret_of_a_store_is_sent_and_lies_nowhere(receiver, caplog, redis_server) -> None:
    caplog.set_level(logging.DEBUG)
    held = KvStore(held={"secret/shop/key": {"key": STORE_KEY}})
    with Server(held.answer) as server:
        tenants.allow_egress("t_demo", "127.0.0.1", server.port)
        values = {"address": server.url, "token": TOKEN}
        store.create(name="vault", type_name="vault", values=values, actor_id=None)
        header = {"X-Key": "{{ secrets.vault:shop/key#key }}"}
        version = make_version(
            chain(
                ("one", "action:http", call(f"{receiver.url}/echo", headers=header)),
                ("two", "action:http", call(f"{receiver.url}/echo", headers=header)),
                ("bad", "action:http", call(f"{receiver.url}/{{{{ secrets.vault:none }}}}")),
            )
        )

        execution_id = begin(version, {})
        work_until_ended(execution_id)

    sent = [entry["headers"].get("x-key") for entry in receiver.book.read(None)["requests"]]
    assert sent == [STORE_KEY, STORE_KEY]
    assert held.asked == ["GET /v1/secret/data/shop/key", "GET /v1/secret/data/none"]
    assert steps(execution_id)["bad"].error["code"] == "secret_not_found"
    assert steps(execution_id)["one"].output["body"]["headers"]["x-key"] == "[REDACTED]"
    kept = everything_stored() + caplog.text + repr([vars(each) for each in caplog.records])
    for name in redis_server.keys("*"):
        kept += repr(redis_server.dump(name))
    assert [form for form in (STORE_KEY, TOKEN) if form in kept] == []
