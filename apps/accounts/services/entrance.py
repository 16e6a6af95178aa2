import logging

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.accounts.errors import (
    EmailTakenError,
    PasswordRefusedError,
    SignInRefusedError,
    TooManySignInsError,
)
from apps.accounts.models import User
from apps.accounts.queries import UserInfo, info_of
from apps.accounts.services import guesses
from apps.audit import facade as audit
from apps.core import rate_limit
from apps.core.rate_limit import Limit

log = logging.getLogger(__name__)

SIGN_UPS_PER_ADDRESS = Limit(burst=50, per_s=200 / 3600)


def register(*, email: str, password: str, name: str, address: str) -> UserInfo:
    """Open an account; `address` is the caller's IP address, and only counts.

    Raises:
        TooManySignInsError: too many accounts from this address.
        PasswordRefusedError: too short, or known to everybody.
        EmailTakenError: there is an account with this e-mail address.
    """
    _take("sign-up", address, SIGN_UPS_PER_ADDRESS)
    candidate = User(email=email.strip().lower(), name=name.strip())
    try:
        validate_password(password, candidate)
    except ValidationError as reason:
        raise PasswordRefusedError(list(reason.messages)) from reason
    candidate.set_password(password)
    try:
        with transaction.atomic():
            candidate.save(force_insert=True)
    except IntegrityError as reason:
        raise EmailTakenError from reason
    return info_of(candidate)


def introduce(*, email: str, name: str) -> UserInfo:
    """Return the account of an address that somebody else has proven, opening one without a password if there is none."""
    user, _ = User.objects.get_or_create(
        email=email.strip().lower(),
        defaults={"name": name.strip()[:120], "password": make_password(None)},
    )
    return info_of(user)


def install(*, email: str, password: str, name: str, is_operator: bool) -> UserInfo:
    """Make sure that an account exists and has this password: for whoever installs, never for a stranger."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User(email=email.strip().lower(), name=name, is_operator=is_operator)
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
    user = User.objects.filter(email=email).first()
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
