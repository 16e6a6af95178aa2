"""Every credential gets a new data key: the values stay, the ciphertext does not."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.core.failpoints import hooked
from apps.credentials.models import Credential
from apps.credentials.services import store
from apps.credentials.services.opening import opened
from apps.keys.services import rotation
from tests.credentials.keys import LOGIN, SECRET, stored
from tests.entries import recorded


def rotated(**options) -> str:
    out = StringIO()
    call_command("rotate_dek", stdout=out, **options)
    return out.getvalue()


def test_values_stay_and_every_key_and_ciphertext_is_new(owner) -> None:
    stored(owner)
    stored(owner, name="other")
    before = {row.pk: row for row in Credential.objects.all()}

    assert rotated(batch=1) == "2 encrypted anew\n"

    for row in Credential.objects.all():
        old = before[row.pk]
        assert (row.version, row.updated_at) == (old.version, old.updated_at)
        assert row.sealed_at > old.sealed_at
        assert row.dek != old.dek
        assert row.sealed["password"]["key_id"] != old.sealed["password"]["key_id"]
        assert row.sealed["password"]["ciphertext"] != old.sealed["password"]["ciphertext"]
    found = opened("t_demo", ["acme", "other"])
    assert {each.values["password"].reveal() for each in found.values()} == {SECRET}
    told = [(entry.action, entry.after, entry.actor_kind) for entry in recorded(schema="public")]
    assert told[-2:] == [
        ("dek.rotation_begun", {}, "operator"),
        ("dek.rotated", {"resealed": 2}, "operator"),
    ]


def test_one_that_is_written_meanwhile_is_left_to_who_wrote_it(owner) -> None:
    made = stored(owner)

    def meanwhile() -> None:
        store.rotate(made["id"], values={"password": "another one"})

    with hooked("reseal.before_write", meanwhile):
        assert rotated() == "0 encrypted anew\n"

    assert opened("t_demo", ["acme"])["acme"].values["password"].reveal() == "another one"


def test_one_that_was_begun_and_is_not_over_is_gone_on_with(owner) -> None:
    stored(owner)
    rotation.begin("dek")

    (report,) = rotation.continue_begun(for_s=60)

    assert (report.resealed, report.is_ended) == (1, True)
    assert rotation.continue_begun(for_s=60) == []


def test_what_does_not_open_stays_and_is_told(owner) -> None:
    stored(owner)
    Credential.objects.update(version=7)
    before = Credential.objects.get().dek

    with pytest.raises(CommandError, match="1 do not open and stay as they are"):
        rotated()
    with pytest.raises(CommandError, match="--batch is 1 to 10000"):
        rotated(batch=0)
    assert Credential.objects.get().dek == before
    assert LOGIN["name"] == Credential.objects.get().name
