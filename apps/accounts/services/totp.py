"""Codes of an app (RFC 6238): six digits, new every 30 s, each good once."""

import base64
import hmac
import logging
import secrets
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.db import transaction
from django.db.models.functions import Now

from apps.accounts.errors import CodeRefusedError, SecondFactorExistsError, TooManyTriesError
from apps.accounts.models import Totp, User
from apps.core import clock, rate_limit, sealing, tenancy
from apps.core.rate_limit import Limit
from apps.engine.secret import Secret
from apps.keys import facade as keys
from apps.keys.errors import KeyAwayError, SealError

log = logging.getLogger(__name__)

PLACE = "{schema}|totp|{user_id}"
SECRET_BYTES = 20
DIGITS = 6
PERIOD_S = 30
# A phone's clock may be off by one period. Three codes are good at a time, so a guess is right once in 333,000.
DRIFT = (0, -1, 1)
# Of one account: 10 at once, then 10 an hour. Recovery codes and passkeys are not counted, so that whoever has stolen a
# password and guesses codes does not lock the owner out.
GUESSES = Limit(burst=10, per_s=10 / 3600)


@dataclass(frozen=True, slots=True)
class Setup:
    """What an app is told, by a picture of `uri` or by hand."""

    secret: str
    uri: str


def begin(user_id: UUID) -> Setup:
    """Return a new secret for an app; it counts once `confirm` has seen a code of it.

    Raises:
        SecondFactorExistsError: an app is set up already.
    """
    text = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        if Totp.objects.filter(user=user).exclude(confirmed_at=None).exists():
            raise SecondFactorExistsError
        Totp.objects.filter(user=user).delete()
        Totp.objects.create(user=user, sealed=_sealed(text, user_id), sealed_secret=b"")
    label = quote(f"gorax:{user.email}")
    query = urlencode({"secret": text, "issuer": "gorax", "digits": DIGITS, "period": PERIOD_S})
    return Setup(text, f"otpauth://totp/{label}?{query}")


def confirm(user_id: UUID, code: str) -> None:
    """Let the app that was begun count from now on.

    Raises:
        SecondFactorExistsError: one counts already.
        CodeRefusedError: none was begun, or this is not its code.
        TooManyTriesError: guessed too often.
    """
    with tenancy.entered(tenancy.PUBLIC):
        if Totp.objects.filter(user_id=user_id).exclude(confirmed_at=None).exists():
            raise SecondFactorExistsError
        if not _accepts(user_id, code, is_confirmed=False):
            raise CodeRefusedError
        Totp.objects.filter(user_id=user_id).update(confirmed_at=Now())


def accepts(user_id: UUID, code: str) -> bool:
    """Say whether this is the code that the app shows now, and use it up.

    Raises:
        TooManyTriesError: guessed too often.
        KeyAwayError: the service that holds the key does not answer; nothing was counted.
    """
    with tenancy.entered(tenancy.PUBLIC):
        return _accepts(user_id, code, is_confirmed=True)


def seal_anew() -> tuple[int, int]:
    """Seal by the ring what releases before have sealed under SECRET_KEY; return how many, and how many do not open.

    Raises:
        SealError, KeyAwayError: the key that seals cannot be used; what was done stays done.
    """
    done = shut = 0
    with tenancy.entered(tenancy.PUBLIC):
        for row in Totp.objects.filter(sealed=None).order_by("pk").iterator():
            try:
                secret = _under_secret_key(row)
            except sealing.UnsealableError:
                shut += 1
            else:
                done += _move(row, secret)
    return done, shut


def _accepts(user_id: UUID, code: str, *, is_confirmed: bool) -> bool:
    wait_s = rate_limit.take("totp", str(user_id), GUESSES)
    if wait_s > 0:
        raise TooManyTriesError(wait_s)
    row = Totp.objects.filter(user_id=user_id, confirmed_at__isnull=not is_confirmed).first()
    try:
        counter = None if row is None else _counter_of(row, code)
    except KeyAwayError:
        rate_limit.put_back("totp", str(user_id))
        raise
    if row is None or counter is None:
        return False
    # One statement decides: of two that show one code at once, one gets in, and none comes after a newer one.
    fresh = Totp.objects.filter(pk=row.pk, last_counter__lt=counter).update(last_counter=counter)
    if fresh:
        rate_limit.put_back("totp", str(user_id))
    return bool(fresh)


def _counter_of(row: Totp, code: str) -> int | None:
    """Return the 30 s whose code this is; None: of none near now.

    Raises:
        KeyAwayError: the service that holds the key does not answer.
    """
    secret = _opened(row)
    if secret is None:
        return None  # nobody can open it: recovery codes still work
    given = "".join(code.split()).encode("utf-8", "surrogatepass")
    hotp = HOTP(secret, DIGITS, SHA1(), enforce_key_length=False)  # noqa: S303 - what every app computes
    now = int(clock.now().timestamp()) // PERIOD_S
    found = None
    for drift in DRIFT:
        if hmac.compare_digest(hotp.generate(now + drift), given):
            found = now + drift
    return found


def _opened(row: Totp) -> bytes | None:
    """Return the secret; None: no key opens it any more."""
    try:
        if row.sealed is None:
            return _moved(row)
        text = keys.open_sealed(keys.Sealed.from_json(row.sealed), aad=_place(row.user_id))
        return base64.b32decode(text.reveal())
    except KeyAwayError:
        raise
    except (SealError, sealing.UnsealableError):
        log.exception("totp.does_not_open", extra={"user_id": str(row.user_id)})
        return None


def _moved(row: Totp) -> bytes:
    """Return what a release before has sealed, and let the ring seal it."""
    secret = _under_secret_key(row)
    try:
        _move(row, secret)
    except SealError as reason:
        # It opens, and that is what somebody waits for: the next use tries again.
        log.warning("totp.not_sealed_anew", extra={"code": reason.code})
    return secret


def _under_secret_key(row: Totp) -> bytes:
    return sealing.unseal(bytes(row.sealed_secret), f"totp|{row.user_id}")


def _move(row: Totp, secret: bytes) -> int:
    """Let the ring seal it, unless somebody has meanwhile; return how many rows that were."""
    sealed = _sealed(base64.b32encode(secret).decode(), row.user_id)
    same = Totp.objects.filter(pk=row.pk, sealed=None, sealed_secret=row.sealed_secret)
    return same.update(sealed=sealed, sealed_secret=b"")


def _sealed(text: str, user_id: UUID) -> dict[str, object]:
    return dict(keys.seal(Secret(text), aad=_place(user_id)).to_json())


def _place(user_id: UUID) -> str:
    return PLACE.format(schema=tenancy.PUBLIC, user_id=user_id)
