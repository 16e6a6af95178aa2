"""Letters before a credential expires: who gets them, once each, and not for what is no longer so."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F
from django.db.models.functions import Now

from apps.accounts.models import Letter, User
from apps.credentials import tasks
from apps.credentials.models import Credential
from apps.credentials.services import reminders
from tests.accounts.mailbox import Mailbox, text_of
from tests.callers import make_caller
from tests.counting import queries_on
from tests.credentials.keys import stored

OWNER, EDITOR = "owner@demo.test", "editor@demo.test"


@pytest.fixture
def people(owner, tenant) -> Any:
    """An owner and an editor, who may change credentials, and a viewer, who may not; all of them reachable."""
    for role in ("editor", "viewer"):
        make_caller(tenant, role)
    User.objects.all().update(email_verified_at=Now())
    Letter.objects.all().delete()
    return owner


def expiring(owner: Any, name: str, left: timedelta) -> UUID:
    made = stored(owner, name=name)
    Credential.objects.filter(pk=made["id"]).update(expires_at=Now() + left)
    return UUID(made["id"])


def later(credential_id: UUID, passed: timedelta) -> None:
    """Let time pass for one credential: its expiry, and what was written for it, come nearer."""
    Credential.objects.filter(pk=credential_id).update(
        expires_at=F("expires_at") - passed, reminded_for=F("reminded_for") - passed
    )


def written() -> list[tuple[str, str, int]]:
    found = Letter.objects.filter(kind=reminders.KIND).order_by("to", "created_at")
    return [(letter.to, letter.facts["name"], letter.facts["days"]) for letter in found]


def test_who_may_change_credentials_is_told_a_week_before_and_a_day_before_once_each(
    people,
) -> None:
    due = expiring(people, "acme", timedelta(days=6))
    expiring(people, "later", timedelta(days=8))
    expiring(people, "gone", timedelta(days=-1))
    stored(people, name="for-good")

    tasks.remind()
    tasks.remind()
    first = written()
    later(due, timedelta(days=5, hours=12))
    tasks.remind()
    tasks.remind()

    assert first == [(EDITOR, "acme", 7), (OWNER, "acme", 7)]
    assert written() == [
        (EDITOR, "acme", 7),
        (EDITOR, "acme", 1),
        (OWNER, "acme", 7),
        (OWNER, "acme", 1),
    ]


def test_what_expires_within_a_day_at_once_gets_the_later_letter_alone(people) -> None:
    expiring(people, "acme", timedelta(hours=5))

    assert (reminders.remind(), reminders.remind()) == (1, 0)

    assert written() == [(EDITOR, "acme", 1), (OWNER, "acme", 1)]


def test_a_new_expiry_begins_anew(people) -> None:
    due = expiring(people, "acme", timedelta(hours=5))
    reminders.remind()
    Credential.objects.filter(pk=due).update(expires_at=Now() + timedelta(days=3))

    reminders.remind()

    assert [days for _, _, days in written()] == [1, 7, 1, 7]


def test_nobody_is_told_of_what_is_disabled(people) -> None:
    due = expiring(people, "acme", timedelta(hours=5))
    people.patch(f"/credentials/{due}", {"is_disabled": True})

    assert reminders.remind() == 0


def test_letters_and_the_note_of_them_are_one_commit(people, monkeypatch) -> None:
    due = expiring(people, "acme", timedelta(days=6))

    def dies(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(reminders.accounts, "write_letter", dies)
        with pytest.raises(RuntimeError):
            reminders.remind()

    assert Credential.objects.get(pk=due).reminded_days is None
    assert reminders.remind() == 1
    assert len(written()) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"is_disabled": True},
        {"expires_at": Now() + timedelta(days=90)},
        {"expires_at": Now() - timedelta(days=1)},
        {"expires_at": None},
    ],
)
def test_a_letter_of_what_is_no_longer_so_is_not_sent(people, change, tmp_path) -> None:
    due = expiring(people, "acme", timedelta(days=6))
    reminders.remind()
    Credential.objects.filter(pk=due).update(**change)

    assert Mailbox(tmp_path).letters() == []
    assert {letter.outcome for letter in Letter.objects.all()} == {"unwanted"}


def test_the_letter_says_what_expires_when_and_where_to_go(people, tmp_path) -> None:
    due = expiring(people, "acme", timedelta(days=6))
    reminders.remind()

    found = {message["To"]: message for message in Mailbox(tmp_path).letters()}

    at = Credential.objects.get(pk=due).expires_at
    text = " ".join(text_of(found[OWNER]).split())
    assert found.keys() == {EDITOR, OWNER}
    assert found[OWNER]["Subject"] == "“acme” expires within a week"
    assert f"The credential “acme” in Demo expires on {at:%Y-%m-%d %H:%M} UTC." in text
    assert "/credentials" in text


def test_another_tenants_people_are_told_nothing(people, other) -> None:
    expiring(people, "acme", timedelta(days=6))
    User.objects.all().update(email_verified_at=Now())

    tasks.remind()

    assert {to for to, _, _ in written()} == {EDITOR, OWNER}


def test_a_list_says_what_expires_soon_and_shows_it_alone(owner) -> None:
    for name, days in (("soon", 6), ("later", 8), ("gone", -1)):
        expiring(owner, name, timedelta(days=days))
    stored(owner, name="for-good")

    with queries_on("credentials_credential") as asked:
        soon = owner.get("/credentials?expires_soon=true").json()["results"]
    rest = owner.get("/credentials?expires_soon=false").json()["results"]

    assert len(asked) == 1
    assert [(row["name"], row["expires_soon"]) for row in soon] == [("soon", True)]
    assert [(row["name"], row["expires_soon"]) for row in rest] == [
        ("for-good", False),
        ("gone", False),
        ("later", False),
    ]
    assert owner.get("/credentials?expires_soon=maybe").status_code == 400
