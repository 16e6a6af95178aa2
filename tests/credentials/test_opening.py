"""What a step gets when it names a credential: its values, or what to do about it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from apps.adapters.destination import parse
from apps.credentials.models import Credential as Row
from apps.credentials.services.opening import opened
from apps.engine.credential import Credential, Unusable, is_allowed
from apps.engine.secret import Secret
from tests.counting import queries_on
from tests.credentials.keys import LOGIN, SECRET, stored

OAUTH = {
    "token_url": "https://login.acme.test/token",
    "client_id": "me",
    "client_secret": SECRET,
}


def reason(name: str = "acme") -> str:
    found = opened("t_demo", [name])[name]
    assert isinstance(found, Unusable)
    return found.message


def test_all_that_a_step_names_is_read_by_one_query(owner) -> None:
    stored(owner)
    stored(owner, name="other", type="secret", values={"value": "v"})

    with queries_on("") as found:
        vault = opened("t_demo", ["acme", "other", "gone"])

    assert found == []  # a raw statement, which names its schema
    assert set(vault) == {"acme", "other"}
    acme = vault["acme"]
    assert isinstance(acme, Credential)
    assert (acme.name, acme.type, acme.allowed_hosts) == ("acme", "basic_auth", ())
    assert acme.values == {"username": "ann", "password": Secret(SECRET)}


def test_each_version_goes_by_a_mark_of_its_own(owner) -> None:
    made = stored(owner)
    before = opened("t_demo", ["acme"])["acme"]
    owner.post(f"/credentials/{made['id']}/rotate", {"values": {"password": "new"}})
    after = opened("t_demo", ["acme"])["acme"]

    assert isinstance(before, Credential)
    assert isinstance(after, Credential)
    assert before.mark == f"t_demo|{made['id']}|1"
    assert after.mark == f"t_demo|{made['id']}|2"


def test_one_that_is_disabled_or_has_expired_says_what_to_do(owner) -> None:
    made = stored(owner)
    one = f"/credentials/{made['id']}"

    owner.patch(one, {"is_disabled": True})
    assert reason() == "It is disabled: enable it, or choose another one."
    past = datetime.now(UTC) - timedelta(days=1)
    owner.patch(one, {"is_disabled": False, "expires_at": past.isoformat()})
    assert reason() == (
        f"It expired on {past:%Y-%m-%d %H:%M} UTC: rotate it, or give it a later expiry."
    )
    owner.patch(one, {"expires_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()})
    assert isinstance(opened("t_demo", ["acme"])["acme"], Credential)


@pytest.mark.parametrize("column", ["dek", "sealed", "version"])
def test_a_row_that_was_altered_opens_nothing(owner, column) -> None:
    stored(owner)
    stored(owner, name="other", values=LOGIN["values"])
    theirs = Row.objects.get(name="other")

    Row.objects.filter(name="acme").update(
        **{column: 2 if column == "version" else getattr(theirs, column)}
    )

    assert reason().startswith("It cannot be opened (")


def test_a_row_that_is_copied_into_another_tenants_schema_opens_nothing_there(owner, other) -> None:
    stored(owner)
    columns = ", ".join(f'"{field.column}"' for field in Row._meta.fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO t_other.credentials_credential ({columns}) SELECT {columns} FROM t_demo.credentials_credential"  # noqa: S608 - our own names
        )

    found = opened("t_other", ["acme"])["acme"]

    assert isinstance(found, Unusable)
    assert found.message.startswith("It cannot be opened (seal_broken)")


def test_one_of_a_type_that_this_version_does_not_know_says_so(owner) -> None:
    stored(owner)
    Row.objects.update(type="telepathy")

    assert reason() == "Its type telepathy is not known to this version: upgrade, or replace it."


@pytest.mark.parametrize(
    ("allowed", "hosts"),
    [
        ([], ()),
        (["api.acme.test"], ("api.acme.test", "login.acme.test")),
        (["login.acme.test"], ("login.acme.test",)),
    ],
)
def test_the_servers_that_a_credential_names_itself_are_always_allowed(
    owner, allowed, hosts
) -> None:
    stored(owner, name="o", type="oauth2_client_credentials", values=OAUTH, allowed_hosts=allowed)

    found = opened("t_demo", ["o"])["o"]

    assert isinstance(found, Credential)
    assert found.allowed_hosts == hosts


def test_a_server_whose_name_cannot_be_read_allows_no_host(owner) -> None:
    stored(owner, name="m", type="openai", values={"api_key": SECRET}, allowed_hosts=["a.test"])
    Row.objects.update(values={"base_url": "https://["})

    found = opened("t_demo", ["m"])["m"]

    assert isinstance(found, Credential)
    assert found.allowed_hosts == ("a.test",)


def test_a_dot_at_the_end_of_a_server_makes_it_no_other_one(owner) -> None:
    values = {"api_key": SECRET, "base_url": "https://llm.acme.test.:8443/v1"}
    stored(owner, name="m", type="openai", values=values, allowed_hosts=["a.test"])

    found = opened("t_demo", ["m"])["m"]

    assert isinstance(found, Credential)
    assert found.allowed_hosts == ("a.test", "llm.acme.test")
    assert is_allowed(parse(values["base_url"]).name, found.allowed_hosts)
