"""Opening accounts, and recognising people by their password."""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.accounts.errors import EmailTakenError, SignInRefusedError, TooManySignInsError
from apps.accounts.models import User
from apps.accounts.queries import UserInfo, info_of
from apps.accounts.services import letters, passwords
from apps.audit import facade as audit
from apps.core import clock, rate_limit
from apps.core.ids import uuid7
from apps.core.rate_limit import Limit

log = logging.getLogger(__name__)

# 10 at once, then 80 an hour: at most 100 guesses are evaluated in an account's first hour.
PER_ACCOUNT = Limit(burst=10, per_s=80 / 3600)
PER_ADDRESS = Limit(burst=50, per_s=300 / 3600)
INSTALLATION = Limit(burst=200, per_s=20)
SIGN_UPS_PER_ADDRESS = Limit(burst=50, per_s=200 / 3600)


def register(
    *, email: str, password: str, name: str, address: str, is_verified: bool = False
) -> UserInfo:
    """Open an account; `address` is the caller's IP address, and only counts.

    Unless it `is_verified` that they read the mail of this address, a letter asks them to confirm it.

    Raises:
        TooManySignInsError: too many accounts from this address.
        PasswordRefusedError: too short, or known to everybody.
        EmailTakenError: there is an account with this e-mail address.
    """
    _take("sign-up", address, SIGN_UPS_PER_ADDRESS)
    candidate = User(email=email.strip().lower(), name=name.strip())
    passwords.judge(password, candidate)
    candidate.set_password(password)
    if is_verified:
        candidate.email_verified_at = clock.now()
    try:
        with transaction.atomic():
            candidate.save(force_insert=True)
    except IntegrityError as reason:
        raise EmailTakenError from reason
    if not is_verified:
        letters.write("verify_email", candidate.email, about=candidate.pk)
    return info_of(candidate)


def open_service_account(name: str) -> UserInfo:
    """Open an account of no person: it has no password and no mailbox, and acts by API keys alone."""
    user_id = uuid7()
    user = User(
        id=user_id,
        email=f"{user_id.hex}@service.invalid",
        name=name.strip(),
        is_service=True,
        email_verified_at=clock.now(),
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    return info_of(user)


def rename_service_account(user_id: UUID, name: str) -> None:
    """Call an account of no person something else."""
    User.objects.filter(pk=user_id, is_service=True).update(name=name.strip(), updated_at=Now())


def close_service_account(user_id: UUID) -> None:
    """Close an account of no person: its keys are worthless from the next request on."""
    User.objects.filter(pk=user_id, is_service=True).update(is_active=False, updated_at=Now())


def rename(user_id: UUID, name: str) -> None:
    """Call a person as they want to be called."""
    User.objects.filter(pk=user_id).update(name=name.strip(), updated_at=Now())


def install(*, email: str, password: str, name: str, is_operator: bool) -> UserInfo:
    """Make sure that an account exists and has this password: for whoever installs, never for a stranger."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User(email=email.strip().lower(), name=name, is_operator=is_operator)
    user.email_verified_at = user.email_verified_at or clock.now()
    user.set_password(password)
    user.save()
    return info_of(user)


def authenticate(*, email: str, password: str, address: str) -> UserInfo:
    """Return whose e-mail address and password these are; unknown addresses take as long as known ones.

    Only failures count towards the limits.

    Raises:
        TooManySignInsError: this account, `address` or the whole installation is asked about too often.
        SignInRefusedError: they do not belong together, or the account is closed.
    """
    email = email.strip().lower()
    # The caller's own address first: an address that is quiet must not touch anybody's account.
    counted = (
        ("sign-in-address", address, PER_ADDRESS),
        ("sign-in-account", email, PER_ACCOUNT),
        ("sign-in", "all", INSTALLATION),
    )
    _take_all(counted)
    user = User.objects.filter(email=email, is_service=False).first()
    if user is None:
        make_password(password)
    if user is None or not check_password(password, user.password) or not user.is_active:
        log.warning("account.sign_in_refused", extra={"address": address})
        # By what was typed: the trail does not tell which accounts exist.
        audit.record_refused("session.refused", target=audit.Target("user", name=email))
        raise SignInRefusedError
    for name, subject, _ in counted:
        rate_limit.put_back(name, subject)
    return info_of(user)


def _take_all(counted: Sequence[tuple[str, str, Limit]]) -> None:
    """Take a token of each bucket, or of none: a refused attempt tells nothing, so it costs nothing."""
    for place, (name, subject, limit) in enumerate(counted):
        try:
            _take(name, subject, limit)
        except TooManySignInsError:
            for taken, of, _ in counted[:place]:
                rate_limit.put_back(taken, of)
            raise


def _take(name: str, subject: str, limit: Limit) -> None:
    wait_s = rate_limit.take(name, subject, limit)
    if wait_s > 0:
        raise TooManySignInsError(wait_s)
