"""The installation's key is replaced: all goes along, nothing is opened that must not be, and whoever dies harms nothing."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.core.failpoints import NAMES, hooked
from apps.credentials.models import Credential
from apps.credentials.services import store
from apps.credentials.services.opening import opened
from apps.keys.errors import RotationError
from apps.keys.models import Rotation, RotationPart
from apps.keys.services import checking, ring, rotation
from apps.webhooks.models import Webhook, WebhookSecret
from apps.webhooks.queries.doors import secret_aad
from tests.credentials.keys import LOGIN, SECRET
from tests.entries import recorded

PLACES = sorted(name for name in NAMES if name.startswith("reseal."))
MANY = 7


def keep(count: int = MANY) -> None:
    for number in range(count):
        store.create(
            name=f"c{number}", type_name="basic_auth", values=LOGIN["values"], actor_id=None
        )


def keep_webhook_secret() -> WebhookSecret:
    hook = Webhook.objects.create(workflow_id=Webhook().pk)
    secret = WebhookSecret(webhook=hook)
    sealed = ring.seal(ring.Secret(SECRET), aad=secret_aad(hook.pk, secret.pk))
    secret.sealed = sealed.to_json()
    secret.save()
    return secret


def rotated(**options) -> str:
    out = StringIO()
    call_command("rotate_kek", stdout=out, **options)
    return out.getvalue()


def opens(*names: str) -> bool:
    found = opened("t_demo", names)
    return len(found) == len(names) and all(
        getattr(each, "values", {}).get("password") == ring.Secret(SECRET)
        for each in found.values()
    )


def sealed_anywhere_under(key_id: str) -> list[str]:
    """Every table of every schema in which a value is sealed under a key, whoever knows of it."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            " AND (table_schema LIKE 't\\_%' OR table_schema = 'public')"
        )
        for schema, table in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{schema}"."{table}" r WHERE row_to_json(r)::text ~ %s',  # noqa: S608 - names of the catalog
                [f'"key_id"\\s*:\\s*"{key_id}"'],
            )
            found += [f"{schema}.{table}"] * cursor.fetchone()[0]
    return found


@pytest.fixture
def first(owner, settings) -> str:
    return ring.id_of(ring.writer())


def test_everything_goes_along_whoever_has_sealed_it_and_the_old_key_may_go(
    owner, first, second, settings
) -> None:
    keep()
    hook = keep_webhook_secret()
    before = {row.pk: (row.sealed, row.updated_at) for row in Credential.objects.all()}
    assert len(sealed_anywhere_under(first)) == MANY + 1

    settings.GORAX_KEKS = (second, "local")
    new = ring.id_of(ring.writer())
    said = rotated(batch=3)

    assert said == (f"{MANY + 1} sealed anew under {new}\n" + f"{new}: {MANY + 1} (seals)\n")
    assert sealed_anywhere_under(first) == []
    # The values themselves were not touched, and nobody has changed anything.
    assert {row.pk: (row.sealed, row.updated_at) for row in Credential.objects.all()} == before
    settings.GORAX_KEKS = (second,)
    assert opens(*(f"c{number}" for number in range(MANY)))
    hook.refresh_from_db()
    sealed = ring.Sealed.from_json(hook.sealed)
    aad = secret_aad(hook.webhook_id, hook.pk)
    assert ring.open_sealed(sealed, aad=aad).reveal() == SECRET


def test_the_platforms_trail_tells_who_changed_the_key_when_and_of_how_much(
    owner, first, second, settings
) -> None:
    keep()
    settings.GORAX_KEKS = (second, "local")
    rotated(batch=3)
    rotated()

    entries = recorded(schema="public")
    new = ring.id_of(ring.writer())
    told = [(entry.action, entry.after) for entry in entries if entry.action.startswith("kek.")]
    assert told == [
        ("kek.rotation_begun", {"to": new}),
        ("kek.rotated", {"to": new, "resealed": MANY}),
        ("kek.rotation_begun", {"to": new}),
        ("kek.rotated", {"to": new, "resealed": 0}),
    ]
    assert {
        (entry.category, entry.severity) for entry in entries if entry.action.startswith("kek.")
    } == {("credential", "warning")}
    last = entries[-1]
    assert (last.actor_kind, last.user_agent.partition(",")[0]) == (
        "operator",
        "manage.py rotate_kek",
    )


def test_a_second_time_there_is_nothing_to_do(owner, first, second, settings) -> None:
    keep()
    settings.GORAX_KEKS = (second, "local")
    rotated()

    assert rotated().startswith("0 sealed anew")
    assert [row.ended_at is None for row in Rotation.objects.all()] == [False, False]


def test_a_dry_run_counts_and_changes_nothing(owner, first, second, settings) -> None:
    keep()
    settings.GORAX_KEKS = (second, "local")
    new = ring.id_of(ring.writer())

    said = rotated(dry_run=True)

    assert sorted(said.splitlines()) == sorted(
        [f"{first}: {MANY} (still needed)", f"{new}: 0 (seals)"]
    )
    assert not Rotation.objects.exists()


def test_only_the_key_that_seals_can_be_rotated_to(owner, first, second, settings) -> None:
    settings.GORAX_KEKS = ("local", second)
    other = ring.id_of(ring.key_of(second))

    with pytest.raises(RotationError, match="put that key first in GORAX_KEKS"):
        rotation.begin("kek", other)
    with pytest.raises(CommandError, match="--batch is 1 to 10000"):
        rotated(batch=0)
    assert not Rotation.objects.exists()


def test_what_does_not_open_stays_as_it_is_and_is_told(owner, first, second, settings) -> None:
    keep(2)
    broken = Credential.objects.get(name="c0")
    Credential.objects.filter(pk=broken.pk).update(version=9)
    settings.GORAX_KEKS = (second, "local")

    with pytest.raises(CommandError, match="1 do not open and stay as they are"):
        rotated()

    assert opens("c1")
    assert Credential.objects.get(name="c0").dek == broken.dek
    part = RotationPart.objects.get(table="credentials_credential", schema="t_demo")
    assert (part.resealed, part.unopened) == (1, 1)
    assert Rotation.objects.get().ended_at is None


def test_a_credential_that_is_rotated_or_deleted_meanwhile_is_left_to_who_did_it(
    owner, first, second, settings
) -> None:
    keep(3)
    changed, gone, _ = Credential.objects.order_by("name")
    settings.GORAX_KEKS = (second, "local")

    def meanwhile() -> None:
        # By a process that has not been told of the new key yet.
        settings.GORAX_KEKS = ("local", second)
        store.rotate(changed.pk, values={"password": "another one"})
        store.delete(gone.pk)
        settings.GORAX_KEKS = (second, "local")

    with hooked("reseal.before_write", meanwhile):
        rotated()

    settings.GORAX_KEKS = (second,)
    found = opened("t_demo", ["c0", "c1", "c2"])
    assert found["c0"].values["password"].reveal() == "another one"
    assert sorted(found) == ["c0", "c2"]
    assert sealed_anywhere_under(first) == []


def test_two_that_rotate_at_once_do_everything_once(owner, first, second, settings) -> None:
    keep()
    settings.GORAX_KEKS = (second, "local")
    begun = rotation.begin("kek")

    def the_other() -> None:
        rotation.go_on(rotation.begin("kek"))

    with hooked("reseal.before_write", the_other):
        rotation.go_on(begun, batch=4)

    assert sum(part.resealed for part in RotationPart.objects.all()) == MANY
    assert Rotation.objects.count() == 1
    assert sealed_anywhere_under(first) == []


@pytest.mark.parametrize("place", PLACES)
def test_who_is_killed_anywhere_harms_nothing_and_the_next_one_ends_it(
    owner, first, second, settings, place
) -> None:
    keep()
    settings.GORAX_KEKS = (second, "local")
    given = os.environ | {
        "GORAX_KEKS": f"{second},local",
        "GORAX_FAILPOINTS": f"{place}:kill",
    }

    killed = subprocess.run(
        [sys.executable, "manage.py", "rotate_kek", "--batch", "3"],
        env=given,
        capture_output=True,
        check=False,
    )

    assert killed.returncode == -9, killed.stderr
    assert opens(*(f"c{number}" for number in range(MANY)))
    assert Rotation.objects.get().ended_at is None
    (report,) = rotation.continue_begun(for_s=60)
    assert report.is_ended
    assert report.resealed == MANY
    assert sealed_anywhere_under(first) == []


def test_the_beat_goes_on_only_with_what_was_begun_and_in_time(
    owner, first, second, settings
) -> None:
    keep()
    settings.GORAX_KEKS = (second, "local")
    assert rotation.continue_begun(for_s=60) == []

    rotation.begin("kek")
    assert [each.is_ended for each in rotation.continue_begun(for_s=0)] == [False]
    settings.GORAX_KEKS = ("local", second)
    assert rotation.continue_begun(for_s=60) == []  # this process seals under another key
    assert len(sealed_anywhere_under(first)) == MANY


def test_the_check_says_which_keys_are_needed(owner, first, second, settings) -> None:
    keep(2)

    def told() -> list[tuple[str, str]]:
        return [
            (each.id, each.msg) for each in checking.tell_keys_in_use(None, databases=["default"])
        ]

    assert told() == []
    settings.GORAX_KEKS = (second, "local")
    assert told() == [("gorax.W001", f"2 secrets are still sealed under {first}.")]
    settings.GORAX_KEKS = (second,)
    assert told() == [
        ("gorax.E005", f"2 secrets are sealed under {first}, which is none of GORAX_KEKS.")
    ]
    settings.GORAX_KEKS = (second, "local")
    rotated()
    assert told() == []
