"""Secrets of apps lie under the installation's keys; what a release before has sealed goes on working, and moves."""

import hmac
from io import StringIO

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings as configured
from django.core.management import CommandError, call_command

from apps.accounts.models import Totp, User
from apps.accounts.services import totp
from apps.core import clock
from apps.keys.errors import KeyAwayError
from apps.keys.services import ring
from tests.keys.conftest import second  # noqa: F401 - a fixture
from tests.keys.test_services import vault  # noqa: F401 - a fixture
from tests.tenants.app import App

pytestmark = pytest.mark.django_db

SECRET = bytes(range(20))
TEXT = "AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT"
NEXT = 1


@pytest.fixture(autouse=True)
def _still(monkeypatch):
    """Time stands still: codes would turn in the middle."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


def person(email: str = "ada@x.test") -> User:
    return User.objects.create_user(email, "correct horse battery")


def kept_by_a_release_before(user: User, key: str = "") -> Totp:
    """An app as releases before have stored it: AES-GCM under a key derived from SECRET_KEY."""
    under = hmac.digest((key or configured.SECRET_KEY).encode(), b"gorax.sealing.v1", "sha256")
    nonce = b"n" * 12
    sealed = nonce + AESGCM(under).encrypt(nonce, SECRET, f"totp|{user.pk}".encode())
    return Totp.objects.create(user=user, sealed_secret=sealed, confirmed_at=clock.now())


def command() -> str:
    out = StringIO()
    call_command("seal_apps_anew", stdout=out)
    return out.getvalue()


def test_a_new_secret_lies_under_the_key_that_seals_and_is_bound_to_its_owner(settings) -> None:
    user, other = person(), person("bob@x.test")
    app = App(totp.begin(user.pk).secret)
    totp.begin(other.pk)
    totp.confirm(user.pk, app.code())
    mine, theirs = Totp.objects.get(user=user), Totp.objects.get(user=other)

    settings.SECRET_KEY = "another key, and nothing of it is needed any more"
    assert mine.sealed["key_id"] == ring.id_of(ring.writer())
    assert bytes(mine.sealed_secret) == b""
    assert totp.accepts(user.pk, app.code(NEXT))
    Totp.objects.filter(pk=theirs.pk).update(sealed=mine.sealed, confirmed_at=clock.now())
    assert not totp.accepts(other.pk, app.code())


def test_what_a_release_before_has_sealed_is_good_and_moves_when_it_is_used(settings) -> None:
    user = person()
    kept_by_a_release_before(user)
    app = App(TEXT)

    assert totp.accepts(user.pk, app.code())

    row = Totp.objects.get()
    assert (bytes(row.sealed_secret), row.sealed["algorithm"]) == (b"", "A256GCM")
    settings.SECRET_KEY = "another key, and nothing of it is needed any more"
    assert totp.accepts(user.pk, app.code(NEXT))


def test_a_key_that_cannot_seal_keeps_nobody_out_who_can_be_recognised(settings, tmp_path) -> None:
    user = person()
    before = kept_by_a_release_before(user)
    settings.GORAX_KEKS = (f"file:{tmp_path / 'nothing'}",)

    assert totp.accepts(user.pk, App(TEXT).code())

    row = Totp.objects.get()
    assert (bytes(row.sealed_secret), row.sealed) == (before.sealed_secret, None)


def test_the_command_moves_all_that_open_and_counts_those_that_do_not(settings) -> None:
    for number in range(3):
        kept_by_a_release_before(person(f"p{number}@x.test"))

    assert command() == "3 sealed anew\n"
    assert command() == "0 sealed anew\n"
    assert not Totp.objects.filter(sealed=None).exists()

    lost = kept_by_a_release_before(person(), key="a key that is no more, of thirty-two bytes")
    with pytest.raises(CommandError, match="1 do not open"):
        command()
    lost.refresh_from_db()
    assert lost.sealed is None


def test_a_code_is_refused_if_no_key_opens_its_secret(settings, second) -> None:  # noqa: F811 - pytest hands it over by its name
    user = person()
    app = App(totp.begin(user.pk).secret)
    settings.GORAX_KEKS = (second,)

    assert not totp.accepts(user.pk, app.code())


@pytest.mark.django_db(transaction=True)
def test_a_change_of_keys_takes_the_apps_along(settings, second) -> None:  # noqa: F811 - as above
    user = person()
    app = App(totp.begin(user.pk).secret)
    totp.confirm(user.pk, app.code())
    settings.GORAX_KEKS = (second, "local")

    call_command("rotate_kek", stdout=StringIO())

    settings.GORAX_KEKS = (second,)
    assert totp.accepts(user.pk, app.code(NEXT))


def test_while_the_key_is_away_no_guess_counts_and_the_code_is_good_afterwards(vault) -> None:  # noqa: F811 - as above
    user = person()
    app = App(totp.begin(user.pk).secret)
    totp.confirm(user.pk, app.code())
    ring.forget_opened()
    vault.is_sealed = True
    for _ in range(2 * int(totp.GUESSES.burst)):
        with pytest.raises(KeyAwayError):
            totp.accepts(user.pk, app.code(NEXT))

    vault.is_sealed = False

    assert totp.accepts(user.pk, app.code(NEXT))
