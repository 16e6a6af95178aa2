"""Proofs that somebody reads the mail of an address: to verify it, to change it, and to set a new password."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.accounts import rules
from apps.accounts.errors import EmailTakenError, LinkRefusedError, TooManyTriesError
from apps.accounts.models import Letter, Proof, Purpose, Ticket, User
from apps.accounts.queries import UserInfo, info_of
from apps.accounts.rules import Wording
from apps.accounts.services import letters
from apps.audit import facade as audit
from apps.core import rate_limit, tenancy, tokens
from apps.core.rate_limit import Limit

log = logging.getLogger(__name__)

# Letters to one address, whoever asks for them: three at once, then five an hour.
PER_MAILBOX = Limit(burst=3, per_s=5 / 3600)
# What one caller may have sent: a company behind one address has many people.
PER_ADDRESS = Limit(burst=20, per_s=60 / 3600)
KEPT_FOR = timedelta(days=7)
NOT_YOU = "If this was not you, you can ignore this letter: nothing changes without the link."


def ask_to_verify(user_id: UUID, *, address: str = "") -> None:
    """Send the link that verifies a person's address; nothing if it is verified.

    Raises:
        TooManyTriesError: too many letters to this address, or by this caller.
    """
    user = User.objects.filter(pk=user_id, is_active=True, email_verified_at=None).first()
    if user is not None:
        _count(user.email, address)
        letters.write("verify_email", user.email, about=user.pk)


def verify(token: str) -> UserInfo:
    """Note that a person reads the mail of their address.

    Raises:
        LinkRefusedError: the link is not good, or the address is another one by now.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        proof = _spend(token, Purpose.VERIFY)
        if proof.user.email != proof.email:
            raise LinkRefusedError
        return info_of(mark_verified(proof.user))


def confirm_email(token: str) -> UserInfo:
    """Confirm an address by whichever link: the one of now, or the one that is to be.

    Raises:
        LinkRefusedError: the link is not good.
        EmailTakenError: somebody else has opened an account with it since.
    """
    is_new = Proof.objects.filter(token_hash=tokens.hash_of(token), purpose=Purpose.CHANGE)
    return change_email(token) if is_new.exists() else verify(token)


def verified(user_id: UUID) -> None:
    """Note that this person has shown to read their mail, by a link of another kind, such as an invitation."""
    mark_verified(User.objects.get(pk=user_id))


def mark_verified(user: User) -> User:
    """Note that this person has shown to read the mail of their present address; in the transaction of what showed it."""
    if User.objects.filter(pk=user.pk, email_verified_at=None).update(email_verified_at=Now()):
        target = audit.Target("user", user.pk, user.email)
        audit.record("email.verified", target=target, schema=tenancy.PUBLIC)
        user.refresh_from_db()
    return user


def ask_to_change_email(user_id: UUID, email: str, *, address: str) -> None:
    """Send a link to a new address; nothing changes before it is opened. The answer never says whether it is taken.

    Raises:
        TooManyTriesError: too many letters to this address, or by this caller.
    """
    email = email.strip().lower()
    _count(email, address)
    letters.write("change_email", email, about=User.objects.get(pk=user_id).pk)


def change_email(token: str) -> UserInfo:
    """Give a person the address whose mail they have shown to read, and tell the old one.

    Raises:
        LinkRefusedError: the link is not good.
        EmailTakenError: somebody else has opened an account with it since.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        proof = _spend(token, Purpose.CHANGE)
        old, user = proof.user.email, proof.user
        try:
            with transaction.atomic():
                User.objects.filter(pk=user.pk).update(
                    email=proof.email, email_verified_at=Now(), updated_at=Now()
                )
        except IntegrityError as reason:
            raise EmailTakenError from reason
        # Links that went to the old address are worth nothing any more.
        Proof.objects.filter(user=user, used_at=None).update(used_at=Now())
        if old != proof.email:
            letters.write("email_changed", old, about=user.pk)
        user.refresh_from_db()
        audit.record(
            "email.changed",
            target=audit.Target("user", user.pk, user.email),
            before={"email": old},
            after={"email": user.email},
            schema=tenancy.PUBLIC,
        )
        return info_of(user)


def ask_to_reset(email: str, *, address: str) -> None:
    """Send a link for a new password, if there is such an account: all that happens here is the same either way.

    Raises:
        TooManyTriesError: too many questions by this caller. Too many about one account are swallowed in silence.
    """
    _count_caller(address)
    email = email.strip().lower()
    if rate_limit.take("letters-mailbox", email, PER_MAILBOX) == 0:
        letters.write("reset_password", email)


def spend_reset(token: str) -> User:
    """Return whose password may be set anew; for the caller's transaction, in which the link is used up.

    Raises:
        LinkRefusedError: the link is not good, or the address is another one by now.
    """
    proof = _spend(token, Purpose.RESET)
    if proof.user.email != proof.email:
        raise LinkRefusedError
    return proof.user


def forget_old() -> int:
    """Delete links and tickets that ended more than a week ago; return how many."""
    with tenancy.entered(tenancy.PUBLIC):
        proofs, _ = Proof.objects.filter(expires_at__lt=Now() - KEPT_FOR).delete()
        tickets, _ = Ticket.objects.filter(expires_at__lt=Now() - KEPT_FOR).delete()
    return proofs + tickets


def _spend(token: str, purpose: Purpose) -> Proof:
    """Use a link up; one statement decides, so two that come at once are one. Its sisters go with it."""
    mine = Proof.objects.alive().filter(token_hash=tokens.hash_of(token), purpose=purpose)
    if not mine.update(used_at=Now()):
        raise LinkRefusedError
    proof: Proof = Proof.objects.select_related("user").get(token_hash=tokens.hash_of(token))
    if not proof.user.is_active:
        raise LinkRefusedError
    Proof.objects.filter(user=proof.user, purpose=purpose, used_at=None).update(used_at=Now())
    return proof


def _link(user: User, purpose: Purpose, email: str, path: str) -> str:
    """Return the address of a page with a new token behind `#`: no server, log or referrer ever sees that part."""
    token = tokens.new_secret()
    Proof.objects.create(
        user=user,
        purpose=purpose,
        email=email,
        token_hash=tokens.hash_of(token),
        expires_at=Now() + Proof.LIFE[purpose],
    )
    return letters.front_door(f"{path}#{token}")


def word_verify_email(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    user = User.objects.filter(pk=_about(letter), is_active=True, email=letter.to).first()
    if user is None or user.email_verified_at is not None:
        return None
    return Wording(
        "Confirm your e-mail address",
        (f"Hello {rules.tame(user.name) or user.email},", "is this your address? Then confirm it."),
        "Confirm",
        _link(user, Purpose.VERIFY, user.email, "/verify"),
        f"The link works once, within 24 hours. {NOT_YOU}",
    )


def word_change_email(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    user = User.objects.filter(pk=_about(letter), is_active=True).first()
    if user is None:
        return None
    if User.objects.filter(email=letter.to).exclude(pk=user.pk).exists():
        return Wording(
            "You have an account already",
            ("Somebody wants to use this address for another account, but it has one already.",),
            "Sign in",
            letters.front_door("/sign-in"),
        )
    return Wording(
        "Confirm your new e-mail address",
        ("You want to sign in with this address from now on.",),
        "Confirm",
        _link(user, Purpose.CHANGE, letter.to, "/verify"),
        f"The link works once, within 24 hours. {NOT_YOU}",
    )


def word_email_changed(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    return Wording(
        "Your e-mail address was changed",
        (
            "Your account is signed in to with another address from now on; letters go there.",
            "If this was not you, write to whoever runs this installation at once.",
        ),
    )


def word_reset_password(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    user = User.objects.filter(email=letter.to, is_active=True, is_service=False).first()
    if user is None:
        return None
    return Wording(
        "Set a new password",
        ("Somebody, we hope you, wants to set a new password for your account.",),
        "Set a new password",
        _link(user, Purpose.RESET, user.email, "/reset"),
        f"The link works once, within 30 minutes, and ends all your sessions. {NOT_YOU}",
    )


def _about(letter: Letter) -> UUID:
    return letter.subject_id or letter.pk  # the latter is nobody's


def _count(email: str, address: str) -> None:
    _count_caller(address)
    wait_s = rate_limit.take("letters-mailbox", email, PER_MAILBOX)
    if wait_s > 0:
        raise TooManyTriesError(wait_s)


def _count_caller(address: str) -> None:
    wait_s = rate_limit.take("letters-address", address, PER_ADDRESS) if address else 0
    if wait_s > 0:
        raise TooManyTriesError(wait_s)
