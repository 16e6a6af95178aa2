"""People: opened once, recognised by their password, and limited in how often they may guess."""

import pytest
import redis
from django.contrib.auth.hashers import get_hasher
from django.db import IntegrityError, transaction

from apps.accounts import facade
from apps.accounts.errors import (
    EmailTakenError,
    PasswordRefusedError,
    SignInRefusedError,
    TooManySignInsError,
)
from apps.accounts.models import User
from apps.accounts.services import guesses
from apps.accounts.services.guesses import Attempt
from apps.core import rate_limit
from tests.pace import cpu_s

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
ADA = {"email": " Ada@X.test ", "password": PASSWORD, "name": " Ada ", "address": "10.0.0.1"}


def sign_in(
    email: str = "ada@x.test",
    password: str = PASSWORD,
    address: str = "10.0.0.1",
    proof: str = "",
):
    return facade.authenticate(email=email, password=password, address=address, proof=proof)


def test_an_account_is_opened_and_recognised_in_any_spelling_of_its_address() -> None:
    made = facade.register(**ADA)

    assert (made.email, made.name, made.is_operator) == ("ada@x.test", "Ada", False)
    assert sign_in() == sign_in("ADA@x.TEST ") == facade.by_id(made.id) == made


def test_the_password_is_stored_only_as_a_slow_hash(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    facade.register(**ADA)

    stored = User.objects.get(email="ada@x.test").password
    algorithm, iterations, *_ = stored.split("$")
    assert (algorithm, int(iterations) >= 600_000) == ("pbkdf2_sha256", True)
    assert PASSWORD not in stored


def test_one_address_has_one_account_however_it_is_spelt() -> None:
    facade.register(**ADA)
    before = User.objects.count()

    with pytest.raises(EmailTakenError):
        facade.register(**ADA | {"email": "ADA@X.TEST"})
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Upper@x.test")

    assert User.objects.count() == before


@pytest.mark.parametrize("password", ["", "short", "password12", "qwertyuiop"])
def test_an_easy_password_is_refused_and_opens_nothing(password: str) -> None:
    before = User.objects.count()

    with pytest.raises(PasswordRefusedError) as refusal:
        facade.register(**ADA | {"password": password})

    assert {each.path for each in refusal.value.errors} == {"/password"}
    assert User.objects.count() == before


def test_a_closed_account_is_nobody() -> None:
    made = facade.register(**ADA)
    User.objects.filter(pk=made.id).update(is_active=False)

    with pytest.raises(SignInRefusedError):
        sign_in()
    assert facade.by_id(made.id) is None


def test_ten_guesses_then_the_account_is_quiet_from_every_address() -> None:
    facade.register(**ADA)
    for number in range(10):
        with pytest.raises(SignInRefusedError):
            sign_in(password="wrong", address=f"10.0.1.{number}")

    with pytest.raises(TooManySignInsError) as refusal:
        sign_in(address="10.0.2.1")

    assert 0 < refusal.value.retry_after_s <= 45


def test_one_address_cannot_try_all_accounts() -> None:
    for number in range(50):
        with pytest.raises(SignInRefusedError):
            sign_in(f"victim{number}@x.test")

    with pytest.raises(TooManySignInsError):
        sign_in("victim50@x.test")
    with pytest.raises(SignInRefusedError):
        sign_in("victim51@x.test", address="10.0.0.2")


def test_an_address_that_is_quiet_cannot_lock_anybody_out() -> None:
    facade.register(**ADA)
    for number in range(50):
        with pytest.raises(SignInRefusedError):
            sign_in(f"victim{number}@x.test", address="10.6.6.6")

    for _ in range(12):
        with pytest.raises(TooManySignInsError):
            sign_in(password="wrong", address="10.6.6.6")

    assert sign_in().email == "ada@x.test"


def test_what_is_refused_unjudged_costs_the_address_nothing() -> None:
    facade.register(**ADA)
    for number in range(10):
        with pytest.raises(SignInRefusedError):
            sign_in("quiet@x.test", address=f"10.0.1.{number}")

    for _ in range(60):
        with pytest.raises(TooManySignInsError):
            sign_in("quiet@x.test")

    assert sign_in().email == "ada@x.test"


def test_one_address_cannot_use_up_what_an_account_has_for_others() -> None:
    facade.register(**ADA)
    for number in range(9):
        with pytest.raises((SignInRefusedError, TooManySignInsError)):
            sign_in(password=f"wrong {number}", address="10.6.6.6")

    assert sign_in(address="10.0.2.1").email == "ada@x.test"


def test_whoever_guesses_from_everywhere_locks_no_known_browser_out() -> None:
    facade.register(**ADA)
    proof = facade.proof_for("ada@x.test")
    for number in range(250):
        with pytest.raises((SignInRefusedError, TooManySignInsError)):
            sign_in(password="wrong", address=f"10.1.{number // 200}.{number % 200}")

    with pytest.raises(TooManySignInsError):
        sign_in(address="10.9.9.9")
    assert sign_in(address="10.9.9.9", proof=proof).email == "ada@x.test"


@pytest.mark.parametrize(
    "proof",
    ["", ".", "x", "a.b", "\ud800.\udfff", "a." + "0" * 64, "x" * 5000, ".".join("ab" * 50)],
)
def test_a_proof_that_was_not_given_here_is_none(proof) -> None:
    facade.register(**ADA)
    other = facade.proof_for("eve@x.test")
    for number in range(10):
        with pytest.raises(SignInRefusedError):
            sign_in(password="wrong", address=f"10.0.1.{number}")

    for shown in (proof, other, facade.proof_for("ada@x.test")[:-1] + "g"):
        with pytest.raises(TooManySignInsError):
            sign_in(address="10.0.2.1", proof=shown)


def test_of_ten_thousand_guesses_at_most_a_hundred_are_evaluated_within_an_hour(
    monkeypatch,
) -> None:
    """Strangers from everywhere and a stolen browser together, through one hour of the buckets' own clock."""
    facade.register(**ADA)
    moment = [0.0]
    dead = redis.Redis.from_url("unix:///nowhere/redis.sock")
    monkeypatch.setattr(rate_limit, "client", lambda: dead)
    monkeypatch.setattr(rate_limit, "_local", rate_limit._Local())
    monkeypatch.setattr(rate_limit.time, "monotonic", lambda: moment[0])
    proof = facade.proof_for("ada@x.test")
    evaluated = 0

    for number in range(10_000):
        moment[0] = number * 0.36
        attempt = Attempt("ada@x.test", f"10.{number % 250}.0.1", proof if number % 2 else "")
        try:
            guesses.take(attempt)
        except TooManySignInsError:
            continue
        evaluated += 1

    assert 90 <= evaluated <= 100


def test_one_address_cannot_open_accounts_without_end() -> None:
    for number in range(50):
        facade.register(**ADA | {"email": f"n{number}@x.test"})

    with pytest.raises(TooManySignInsError):
        facade.register(**ADA)

    assert not User.objects.filter(email="ada@x.test").exists()


def test_unknown_addresses_take_as_long_as_known_ones(settings, monkeypatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(type(get_hasher()), "iterations", 200_000)
    facade.register(**ADA)

    def attempt(email: str) -> None:
        with pytest.raises(SignInRefusedError):
            sign_in(email, "wrong password")

    known_s = cpu_s(lambda: attempt("ada@x.test"), 4)
    unknown_s = cpu_s(lambda: attempt("bob@x.test"), 4)

    assert 0.5 < unknown_s / known_s < 2


def test_operators_alone_hold_the_admins_permissions() -> None:
    operator = User.objects.create_superuser("op@x.test", PASSWORD)
    person = User.objects.create_user("p@x.test", PASSWORD)

    for user, holds in ((operator, True), (person, False)):
        assert (user.is_staff, user.is_superuser) == (holds, holds)
        assert user.has_perm("tenants.add_tenant") is holds
        assert user.has_perms(["tenants.add_tenant"]) is holds
        assert user.has_module_perms("tenants") is holds
    operator.is_active = False
    assert operator.has_perm("tenants.add_tenant") is False
