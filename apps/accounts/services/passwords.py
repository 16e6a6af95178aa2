"""Passwords: judged, changed by whoever knows the old one, and set anew by whoever reads the mail."""

from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.errors import PasswordRefusedError, PasswordWrongError, TooManyTriesError
from apps.accounts.events import AccountClosing, PasswordChanged
from apps.accounts.models import Letter, User
from apps.accounts.queries import UserInfo, info_of
from apps.accounts.rules import Wording
from apps.accounts.services import letters, proofs
from apps.audit import facade as audit
from apps.core import events, rate_limit, tenancy
from apps.core.rate_limit import Limit

# Guesses by somebody who sits in front of an open session: never by strangers, so nobody else is locked out.
GUESSES = Limit(burst=10, per_s=20 / 3600)


def judge(password: str, user: User) -> None:
    """Refuse a password that is short or known to everybody.

    Raises:
        PasswordRefusedError: says why.
    """
    try:
        validate_password(password, user)
    except ValidationError as reason:
        raise PasswordRefusedError(list(reason.messages)) from reason


def check(user_id: UUID, password: str) -> None:
    """Refuse whoever sits in front of an open session and does not know its owner's password.

    Raises:
        TooManyTriesError: guessed too often.
        PasswordWrongError: it is another one.
    """
    wait_s = rate_limit.take("own-password", str(user_id), GUESSES)
    if wait_s > 0:
        raise TooManyTriesError(wait_s)
    user = User.objects.get(pk=user_id)
    if not check_password(password, user.password):
        raise PasswordWrongError
    rate_limit.put_back("own-password", str(user_id))


def change(user_id: UUID, *, old: str, new: str, session_id: UUID | None) -> None:
    """Give a person another password: every session ends but the one in which they did it.

    Raises:
        TooManyTriesError, PasswordWrongError: as `check`.
        PasswordRefusedError: the new one is too easy to guess.
    """
    check(user_id, old)
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        judge(new, user)
        _set(user, new, session_id)


def reset(token: str, password: str) -> UserInfo:
    """Set a password by the link of a letter: all sessions end, and the address is known to be theirs.

    Raises:
        LinkRefusedError: the link is not good.
        PasswordRefusedError: too easy to guess; the link stays good.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        user = proofs.spend_reset(token)
        judge(password, user)
        _set(user, password, None)
        return info_of(proofs.mark_verified(user))


def close(user_id: UUID, password: str) -> None:
    """Close an account at its owner's wish: they are signed out everywhere, and what they made stays.

    Raises:
        TooManyTriesError, PasswordWrongError: as `check`.
        ConflictError: somebody depends on them, such as a tenant without another owner.
    """
    check(user_id, password)
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        events.announce(AccountClosing(user.pk))
        user.is_active = False
        user.save(update_fields=["is_active", "updated_at"])
        letters.write("account_closed", user.email)
        audit.record("user.closed", target=_target(user), schema=tenancy.PUBLIC)


def _set(user: User, password: str, session_id: UUID | None) -> None:
    user.set_password(password)
    user.save(update_fields=["password", "updated_at"])
    events.announce(PasswordChanged(user.pk, session_id))
    letters.write("password_changed", user.email)
    audit.record("password.changed", target=_target(user), schema=tenancy.PUBLIC)


def _target(user: User) -> audit.Target:
    return audit.Target("user", user.pk, user.email)


def word_password_changed(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    return Wording(
        "Your password was changed",
        ("Your account has a new password, and other sessions were ended.",),
        "Set another one",
        letters.front_door("/forgot"),
        "If this was not you, set another one at once.",
    )


def word_account_closed(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    return Wording(
        "Your account was closed",
        ("Your account was closed at your wish, and you are signed out everywhere.",),
    )
