"""Opening accounts, and recognising people by their password."""

import logging
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.accounts.errors import EmailTakenError, SignInRefusedError, TooManySignInsError
from apps.accounts.models import User
from apps.accounts.queries import UserInfo, info_of
from apps.accounts.services import guesses, letters, passwords
from apps.audit import facade as audit
from apps.core import clock, rate_limit, tenancy
from apps.core.ids import uuid7
from apps.core.rate_limit import Limit

log = logging.getLogger(__name__)

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


def introduce(*, email: str, name: str) -> UserInfo:
    """Return the account of an address that somebody else has proven, opening one without a password if there is none."""
    user, _ = User.objects.get_or_create(
        email=email.strip().lower(),
        defaults={
            "name": name.strip()[:120],
            "password": make_password(None),
            "email_verified_at": clock.now(),
        },
    )
    return info_of(user)


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


def forget_service_accounts(ids: list[UUID]) -> None:
    """Delete accounts of no person, with all that is theirs: their tenant is gone."""
    User.objects.filter(pk__in=ids, is_service=True).delete()


def rename(user_id: UUID, name: str) -> None:
    """Call a person as they want to be called; others read it in lists and letters, so it is written down."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        before, after = audit.changed({"name": user.name}, {"name": name.strip()})
        if before != after:
            user.name = name.strip()
            user.save(update_fields=["name", "updated_at"])
            target = audit.Target("user", user.pk, user.email)
            audit.record(
                "user.renamed", target=target, before=before, after=after, schema=tenancy.PUBLIC
            )


def install(*, email: str, password: str, name: str, is_operator: bool) -> UserInfo:
    """Make sure that an account exists and has this password: for whoever installs, never for a stranger."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User(email=email.strip().lower(), name=name, is_operator=is_operator)
    user.email_verified_at = user.email_verified_at or clock.now()
    user.set_password(password)
    user.save()
    return info_of(user)


def authenticate(*, email: str, password: str, address: str, proof: str = "") -> UserInfo:
    """Return whose e-mail address and password these are; unknown addresses take as long as known ones.

    Only failures count towards the limits. `proof` is what the caller's browser shows of an earlier sign-in.

    Raises:
        TooManySignInsError: this account, `address` or the whole installation is asked about too often.
        SignInRefusedError: they do not belong together, or the account is closed.
    """
    email = email.strip().lower()
    taken = guesses.take(guesses.Attempt(email, address, proof))
    user = User.objects.filter(email=email, is_service=False).first()
    if user is None:
        make_password(password)
    if user is None or not check_password(password, user.password) or not user.is_active:
        log.warning("account.sign_in_refused", extra={"address": address})
        # By what was typed: the trail does not tell which accounts exist.
        audit.record_refused("session.refused", target=audit.Target("user", name=email))
        raise SignInRefusedError
    guesses.give_back(taken)
    return info_of(user)


def _take(name: str, subject: str, limit: Limit) -> None:
    wait_s = rate_limit.take(name, subject, limit)
    if wait_s > 0:
        raise TooManySignInsError(wait_s)
