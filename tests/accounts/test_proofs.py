"""Links in letters: each proves once, for a while, that its reader reads the mail of one address."""

import threading

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from apps.accounts import facade
from apps.accounts.errors import (
    EmailTakenError,
    LinkRefusedError,
    PasswordRefusedError,
    PasswordWrongError,
    SignInRefusedError,
    TooManyTriesError,
)
from apps.accounts.models import Letter, Proof, User
from apps.accounts.services import passwords, proofs
from tests.accounts.mailbox import Mailbox

pytestmark = pytest.mark.django_db

PASSWORD, OTHER = "correct horse battery", "another good sentence"
VERIFY, RESET = "Confirm your e-mail address", "Set a new password"
CHANGE = "Confirm your new e-mail address"


def register(email: str = "ada@x.test") -> User:
    made = facade.register(email=email, password=PASSWORD, name="Ada", address="10.0.0.1")
    return User.objects.get(pk=made.id)


def sign_in(password: str, email: str = "ada@x.test"):
    return facade.authenticate(email=email, password=password, address="10.0.0.1")


def test_who_opens_the_link_of_the_first_letter_is_verified_and_once(mailbox: Mailbox) -> None:
    user = register()
    assert facade.by_id(user.pk).is_verified is False

    token = mailbox.token(VERIFY)
    assert proofs.verify(token).is_verified is True

    with pytest.raises(LinkRefusedError):
        proofs.verify(token)


def test_only_the_hash_of_a_link_is_stored(mailbox: Mailbox) -> None:
    register()

    token = mailbox.token(VERIFY)

    row = Proof.objects.values().get()
    assert (len(token), len(bytes(row["token_hash"]))) == (43, 32)
    assert token not in repr(row) + repr(Letter.objects.values().get())


@pytest.mark.parametrize("spend", [proofs.verify, proofs.change_email, proofs.spend_reset])
@pytest.mark.parametrize("token", ["", "x", "é", "x" * 10_000, "\ud800", "../etc"])
def test_what_is_no_link_of_ours_is_refused(spend, token: str) -> None:
    with pytest.raises(LinkRefusedError):
        spend(token)


def test_a_link_is_good_for_its_own_purpose_alone_and_for_its_time(mailbox: Mailbox) -> None:
    register()
    token = mailbox.token(VERIFY)

    for spend in (proofs.change_email, proofs.spend_reset):
        with pytest.raises(LinkRefusedError):
            spend(token)
    Proof.objects.update(expires_at=Now())
    with pytest.raises(LinkRefusedError):
        proofs.verify(token)

    assert Proof.LIFE["verify"].total_seconds() == 24 * 3600
    assert Proof.LIFE["reset"].total_seconds() == 30 * 60


def test_letters_to_one_mailbox_are_limited_whoever_asks(mailbox: Mailbox) -> None:
    user = register()

    for number in range(3):
        proofs.ask_to_verify(user.pk, address=f"10.1.0.{number}")
    with pytest.raises(TooManyTriesError):
        proofs.ask_to_verify(user.pk, address="10.1.0.9")

    assert len(mailbox.to("ada@x.test")) == 4


def test_who_is_verified_is_not_asked_again(mailbox: Mailbox) -> None:
    user = register()
    proofs.verify(mailbox.token(VERIFY))
    before = len(mailbox.letters())

    proofs.ask_to_verify(user.pk)

    assert len(mailbox.letters()) == before


def test_a_reset_sets_the_password_verifies_the_address_and_tells(mailbox: Mailbox) -> None:
    user = register()
    proofs.ask_to_reset(" ADA@x.test", address="10.0.0.1")
    token = mailbox.token(RESET)

    assert passwords.reset(token, OTHER).is_verified is True

    assert sign_in(OTHER).id == user.pk
    with pytest.raises(SignInRefusedError):
        sign_in(PASSWORD)
    with pytest.raises(LinkRefusedError):
        passwords.reset(token, "yet another sentence")
    assert mailbox.to("ada@x.test")[-1] == "Your password was changed"


def test_a_refused_new_password_leaves_the_link_good(mailbox: Mailbox) -> None:
    register()
    proofs.ask_to_reset("ada@x.test", address="10.0.0.1")
    token = mailbox.token(RESET)

    with pytest.raises(PasswordRefusedError):
        passwords.reset(token, "short")

    assert passwords.reset(token, OTHER).email == "ada@x.test"


def test_asking_for_a_reset_does_the_same_for_known_and_unknown_addresses(
    mailbox: Mailbox,
) -> None:
    register()
    mailbox.letters()

    asked = []
    for email in ("ada@x.test", "nobody@x.test"):
        with CaptureQueriesContext(connection) as seen:
            proofs.ask_to_reset(email, address="10.0.0.1")
        asked.append([each["sql"].partition(" VALUES")[0] for each in seen])

    assert asked[0] == asked[1]
    assert len(mailbox.to("nobody@x.test")) == 0
    assert mailbox.to("ada@x.test")[-1] == RESET


def test_too_many_resets_of_one_account_are_swallowed_in_silence(mailbox: Mailbox) -> None:
    register()

    for number in range(10):
        proofs.ask_to_reset("ada@x.test", address=f"10.2.0.{number}")

    assert mailbox.to("ada@x.test").count(RESET) == 3


def test_one_caller_cannot_have_letters_sent_without_end() -> None:
    for number in range(20):
        proofs.ask_to_reset(f"n{number}@x.test", address="10.6.6.6")

    with pytest.raises(TooManyTriesError):
        proofs.ask_to_reset("n99@x.test", address="10.6.6.6")


def test_a_new_address_counts_once_it_was_confirmed_and_the_old_one_is_told(
    mailbox: Mailbox,
) -> None:
    user = register()
    proofs.ask_to_reset("ada@x.test", address="10.0.0.1")
    reset = mailbox.token(RESET)
    proofs.ask_to_change_email(user.pk, " New@x.test", address="10.0.0.1")
    assert sign_in(PASSWORD).email == "ada@x.test"

    changed = proofs.change_email(mailbox.token(CHANGE))

    assert (changed.email, changed.is_verified) == ("new@x.test", True)
    assert mailbox.to("ada@x.test")[-1] == "Your e-mail address was changed"
    with pytest.raises(LinkRefusedError):
        passwords.reset(reset, OTHER)


def test_an_address_that_somebody_has_is_told_so_and_the_asker_is_not(mailbox: Mailbox) -> None:
    user = register()
    register("bob@x.test")
    mailbox.letters()

    proofs.ask_to_change_email(user.pk, "bob@x.test", address="10.0.0.1")

    assert mailbox.to("bob@x.test")[-1] == "You have an account already"


def test_an_address_that_was_taken_meanwhile_is_not_taken_again(mailbox: Mailbox) -> None:
    user = register()
    proofs.ask_to_change_email(user.pk, "new@x.test", address="10.0.0.1")
    token = mailbox.token(CHANGE)
    register("new@x.test")

    with pytest.raises(EmailTakenError):
        proofs.change_email(token)

    user.refresh_from_db()
    assert user.email == "ada@x.test"


def test_a_password_is_changed_by_whoever_knows_the_old_one() -> None:
    user = register()

    with pytest.raises(PasswordWrongError):
        passwords.change(user.pk, old="wrong", new=OTHER, session_id=None)
    passwords.change(user.pk, old=PASSWORD, new=OTHER, session_id=None)

    assert sign_in(OTHER).id == user.pk


def test_whoever_sits_in_front_of_an_open_session_cannot_guess_the_password() -> None:
    user = register()
    for _ in range(10):
        with pytest.raises(PasswordWrongError):
            passwords.check(user.pk, "wrong")

    with pytest.raises(TooManyTriesError):
        passwords.check(user.pk, PASSWORD)


def test_a_closed_account_is_nobody_and_its_links_are_dead(mailbox: Mailbox) -> None:
    user = register()
    proofs.ask_to_reset("ada@x.test", address="10.0.0.1")
    token = mailbox.token(RESET)

    passwords.close(user.pk, PASSWORD)

    with pytest.raises(SignInRefusedError):
        sign_in(PASSWORD)
    with pytest.raises(LinkRefusedError):
        passwords.reset(token, OTHER)
    assert mailbox.to("ada@x.test")[-1] == "Your account was closed"


@pytest.mark.django_db(transaction=True)
def test_of_two_that_open_one_link_at_once_one_comes_through(mailbox: Mailbox) -> None:
    register()
    token = mailbox.token(VERIFY)
    outcomes: list[str] = []
    together = threading.Barrier(4)

    def spend() -> None:
        together.wait()
        try:
            outcomes.append(proofs.verify(token).email)
        except LinkRefusedError as refusal:
            outcomes.append(refusal.code)
        connection.close()

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["ada@x.test", "link_refused", "link_refused", "link_refused"]
