"""Who read a credential and who wrote it: one row for all reads of an execution, none of them with a value."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models import F

from apps.core.ids import uuid7
from apps.credentials.models import CredentialAccess
from apps.credentials.services import accesses
from apps.credentials.services.accesses import Reader
from apps.credentials.services.opening import opened
from tests.callers import make_caller
from tests.counting import queries_on
from tests.credentials.keys import LOGIN, SECRET, stored


@pytest.fixture(autouse=True)
def _by_hand(monkeypatch) -> None:
    """Write when the test says so: a thread would not see what this test's transaction has stored."""
    accesses._noted.clear()
    monkeypatch.setattr(accesses, "_start_writer", lambda: None)


def of(caller, credential_id: str, what: str = "access") -> list[dict]:
    answer = caller.get(f"/credentials/{credential_id}/{what}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_versions_say_when_by_whom_and_which_values_and_never_what_they_are(owner) -> None:
    made = stored(owner)
    one = f"/credentials/{made['id']}"
    owner.patch(one, {"description": "no new version"})
    owner.post(f"{one}/rotate", {"values": {"password": "another one"}})

    second, first = of(owner, made["id"], "versions")

    assert (first["number"], first["names"]) == (1, ["password", "username"])
    assert (second["number"], second["names"]) == (2, ["password"])
    assert sorted(second) == ["created_at", "made_by", "names", "number"]
    assert second["made_by"] == made["created_by"]
    text = owner.get(f"{one}/versions").content.decode()
    assert SECRET not in text
    assert "another one" not in text


def test_every_write_is_there_also_when_the_credential_is_gone(owner) -> None:
    made = stored(owner)
    one = f"/credentials/{made['id']}"
    owner.patch(one, {"values": {"username": "eve"}})
    owner.post(f"{one}/rotate", {"values": {"password": "another one"}})
    owner.delete(one)

    rows = of(owner, made["id"])

    assert [(row["kind"], row["version"]) for row in rows] == [
        ("delete", 3),
        ("rotate", 3),
        ("update", 2),
        ("create", 1),
    ]
    assert {(row["reader"], row["ip"], row["user_id"]) for row in rows} == {
        ("api", "127.0.0.1", made["created_by"])
    }
    assert all(row["api_key_id"] for row in rows)
    assert owner.get(f"{one}/versions").status_code == 404


def test_a_refused_write_is_not_there(owner) -> None:
    made = stored(owner)

    assert owner.patch(f"/credentials/{made['id']}", {"values": {"x": "y"}}).status_code == 422
    assert len(of(owner, made["id"])) == 1
    assert len(of(owner, made["id"], "versions")) == 1


def test_all_reads_of_an_execution_are_one_row_that_counts_them(owner) -> None:
    made = stored(owner)
    execution_id = uuid7()
    for _ in range(3):
        opened("t_demo", ["acme"], Reader("run", execution_id))
    accesses.flush()
    opened("t_demo", ["acme"], Reader("run", execution_id))
    opened("t_demo", ["acme"])  # nobody's
    accesses.flush()

    read, _ = of(owner, made["id"])

    assert (read["kind"], read["reader"], read["times"]) == ("read", "run", 4)
    assert (read["execution_id"], read["version"]) == (str(execution_id), 1)
    assert (read["is_success"], read["error"]) == (True, "")
    assert read["first_at"] <= read["last_at"]


def test_a_read_that_failed_says_why(owner) -> None:
    made = stored(owner)
    owner.patch(f"/credentials/{made['id']}", {"is_disabled": True})
    opened("t_demo", ["acme"], Reader("run", uuid7()))
    accesses.flush()

    read = of(owner, made["id"])[0]

    assert (read["is_success"], read["error"]) == (
        False,
        "It is disabled: enable it, or choose another one.",
    )


def test_while_the_database_is_away_reads_are_held_and_too_many_are_told(
    owner, monkeypatch, caplog
) -> None:
    made = stored(owner)
    write = accesses._write
    monkeypatch.setattr(accesses, "MOST_NOTED", 1)

    def away(*args: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(accesses, "_write", away)
    known = Reader("run", uuid7())
    opened("t_demo", ["acme"], known)
    accesses.flush()
    opened("t_demo", ["acme"], known)
    opened("t_demo", ["acme"], Reader("run", uuid7()))
    monkeypatch.setattr(accesses, "_write", write)
    accesses.flush()

    assert [row["times"] for row in of(owner, made["id"])] == [2, 1]
    assert [record.message for record in caplog.records if "accesses" in record.message] == [
        "credentials.accesses_not_written",
        "credentials.accesses_lost",
    ]


def test_the_log_is_for_whoever_may_read_the_audit_and_versions_for_whoever_sees_credentials(
    owner, tenant
) -> None:
    made = stored(owner)
    viewer = make_caller(tenant, "viewer")

    assert viewer.get(f"/credentials/{made['id']}/access").status_code == 403
    assert viewer.get(f"/credentials/{made['id']}/versions").status_code == 200


def test_a_page_takes_two_queries_however_long_it_is(owner) -> None:
    made = stored(owner)
    for number in range(5):
        owner.patch(f"/credentials/{made['id']}", {"values": {"username": str(number)}})

    for what in ("access", "versions"):
        with queries_on("credentials_") as found:
            assert len(of(owner, made["id"], what)) == 6
        assert len(found) == 2


def test_old_entries_are_forgotten(owner, settings) -> None:
    made = stored(owner)
    other = stored(owner, name="other", values=LOGIN["values"])
    settings.GORAX_ACCESS_LOG_DAYS = 30
    CredentialAccess.objects.filter(credential_id=made["id"]).update(
        last_at=F("last_at") - timedelta(days=31)
    )

    assert accesses.forget_old() == 1
    kept = CredentialAccess.objects.filter(credential_id__in=[made["id"], other["id"]])
    assert [each.credential_name for each in kept] == ["other"]
