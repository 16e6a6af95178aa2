"""What is asked after the password: a code of the app, a passkey, or a recovery code."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.accounts import rules
from apps.accounts.errors import (
    CodeRefusedError,
    NoSecondFactorError,
    PasskeyRefusedError,
    TooManyTriesError,
)
from apps.accounts.events import SecondFactorShown
from apps.accounts.models import Letter, Passkey, RecoveryCode, Ticket, Totp, User
from apps.accounts.queries import UserInfo, factors_of, info_of
from apps.accounts.rules import Wording
from apps.accounts.services import letters, passkeys, tickets, totp
from apps.accounts.services.passkeys import Place
from apps.audit import facade as audit
from apps.core import events, rate_limit, tenancy, tokens
from apps.core.rate_limit import Limit

# Of one caller over all accounts.
PER_ADDRESS = Limit(burst=20, per_s=60 / 3600)
# Somebody knows the password and guesses: its owner hears of it, once a day.
ALARM = Limit(burst=1, per_s=1 / 86_400)
GUESSES_BEFORE_ALARM = 3


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is asked of somebody whose password was right. `passkey` is for the browser; None: they have none."""

    ticket: str
    methods: list[str]
    passkey: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What they answer: one of `totp`, `recovery` and `passkey`."""

    method: str
    code: str = ""
    passkey: Mapping[str, Any] | None = None


def challenge(user_id: UUID, place: Place, *, is_confirming: bool = False) -> Challenge | None:
    """Return what is to be asked of this person now; None: they have no second factor."""
    with tenancy.entered(tenancy.PUBLIC):
        factors = factors_of(user_id)
        if not factors.any:
            return None
        purpose = Ticket.For.CONFIRM if is_confirming else Ticket.For.SECOND_FACTOR
        token, signed = tickets.issue(purpose, user_id)
        asked = passkeys.options_for(user_id, place, signed) if factors.passkeys else None
    return Challenge(token, factors.methods, asked)


def answer(token: str, given: Answer, place: Place, *, address: str) -> UserInfo:
    """Return who has answered the challenge of a sign-in. The ticket is used up.

    Raises:
        TicketOverError: too late, used, or out of tries.
        CodeRefusedError, PasskeyRefusedError: not what was asked for.
        TooManyTriesError: guessed too often.
    """
    return _answer(token, given, place, address, Ticket.For.SECOND_FACTOR, None)


def admit(user_id: UUID, code: str, *, address: str) -> None:
    """Let somebody whose password was right go on where there is no second page: by a code of the app, or a recovery code.

    Raises:
        NoSecondFactorError: they have no app, so nothing lets them in here.
        CodeRefusedError: wrong, or used before.
        TooManyTriesError: guessed too often.
    """
    with tenancy.entered(tenancy.PUBLIC):
        if not factors_of(user_id).has_app:
            raise NoSecondFactorError
        wait_s = rate_limit.take("second-factor", address, PER_ADDRESS)
        if wait_s > 0:
            raise TooManyTriesError(wait_s)
        method = "totp" if code.replace(" ", "").isdigit() else "recovery"
        if not accepts_code(user_id, method, code):
            raise CodeRefusedError
    rate_limit.put_back("second-factor", address)


def confirm(user_id: UUID, token: str, given: Answer, place: Place, *, address: str) -> None:
    """Let somebody who is signed in show once more that it is they; raises as `answer`."""
    _answer(token, given, place, address, Ticket.For.CONFIRM, user_id)


def _answer(
    token: str,
    given: Answer,
    place: Place,
    address: str,
    purpose: Ticket.For,
    user_id: UUID | None,
) -> UserInfo:
    wait_s = rate_limit.take("second-factor", address, PER_ADDRESS)
    if wait_s > 0:
        raise TooManyTriesError(wait_s)
    with tenancy.entered(tenancy.PUBLIC):
        ticket = tickets.try_once(token, purpose, user_id)
        user = ticket.user
        if user is None or not user.is_active:
            raise CodeRefusedError
        try:
            _judge(user, ticket, given, place)
        except (CodeRefusedError, PasskeyRefusedError) as refusal:
            audit.record_refused(
                "mfa.refused", target=audit.Target("user", user.pk, user.email), code=refusal.code
            )
            raise
        tickets.use_up(ticket)
    rate_limit.put_back("second-factor", address)
    return info_of(user)


def _judge(user: User, ticket: Ticket, given: Answer, place: Place) -> None:
    if given.method == "passkey":
        passkeys.signer(ticket, place, given.passkey or {})
    elif not accepts_code(user.pk, given.method, given.code):
        _alarm(user, ticket)
        raise CodeRefusedError


def accepts_code(user_id: UUID, method: str, code: str) -> bool:
    """Say whether a code of the app, or a recovery code, is good, and use it up.

    Raises:
        TooManyTriesError: codes of the app were guessed too often.
    """
    if method == "totp":
        return totp.accepts(user_id, code)
    if method == "recovery":
        return _accepts_recovery(user_id, code)
    return False


def add_passkey(
    user_id: UUID,
    place: Place,
    *,
    token: str,
    name: str,
    answer: Mapping[str, Any],
    session_id: UUID | None,
) -> Passkey:
    """Keep a passkey; this session then counts as one in which a second factor was shown. Raises as `passkeys.add`."""
    row = passkeys.add(user_id, place, token=token, name=name, answer=answer)
    _record("passkey.added", user_id)
    if session_id is not None:
        events.announce(SecondFactorShown(user_id, session_id))
    return row


def confirm_app(user_id: UUID, code: str, session_id: UUID | None) -> list[str]:
    """Let the app that was begun count, and return recovery codes: they are shown this once.

    Raises:
        as `totp.confirm`.
    """
    totp.confirm(user_id, code)
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        user = User.objects.get(pk=user_id)
        if session_id is not None:
            events.announce(SecondFactorShown(user_id, session_id))
        letters.write("app_added", user.email)
        _record("mfa.enabled", user_id)
        return _fresh_codes(user_id)


def remove_app(user_id: UUID) -> None:
    """Take the app away; with the last second factor its recovery codes go.

    Raises:
        NoSecondFactorError: there is none.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        gone, _ = Totp.objects.filter(user_id=user_id).delete()
        if not gone:
            raise NoSecondFactorError
        _forget_codes_without_use(user_id)
        letters.write("app_removed", user.email)
        _record("mfa.disabled", user_id)


def remove_passkey(user_id: UUID, passkey_id: UUID) -> None:
    """Forget a passkey; with the last second factor the recovery codes go.

    Raises:
        PasskeyNotFoundError: this person has no such one.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        passkeys.remove(user_id, passkey_id)
        _record("passkey.removed", user_id)
        _forget_codes_without_use(user_id)


def new_recovery_codes(user_id: UUID) -> list[str]:
    """Return ten new codes, shown this once; the old ones are worth nothing any more.

    Raises:
        NoSecondFactorError: there is nothing that they could stand in for.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        User.objects.select_for_update().get(pk=user_id)
        if not factors_of(user_id).any:
            raise NoSecondFactorError
        _record("recovery_codes.renewed", user_id)
        return _fresh_codes(user_id)


def _record(action: str, user_id: UUID) -> None:
    audit.record(action, target=audit.Target("user", user_id), schema=tenancy.PUBLIC)


def _fresh_codes(user_id: UUID) -> list[str]:
    codes = [
        rules.recovery_code(secrets.token_bytes(rules.RECOVERY_BYTES))
        for _ in range(rules.RECOVERY_CODES)
    ]
    RecoveryCode.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user_id=user_id, code_hash=tokens.hash_of(rules.plain_code(code)))
        for code in codes
    )
    return codes


def _accepts_recovery(user_id: UUID, code: str) -> bool:
    mine = RecoveryCode.objects.filter(
        user_id=user_id, code_hash=tokens.hash_of(rules.plain_code(code)), used_at=None
    )
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        if not mine.update(used_at=Now()):
            return False
        left = RecoveryCode.objects.filter(user_id=user_id, used_at=None).count()
        user = User.objects.get(pk=user_id)
        letters.write("recovery_used", user.email, facts={"left": left})
        _record("recovery_codes.used", user_id)
    return True


def _forget_codes_without_use(user_id: UUID) -> None:
    if not Totp.objects.filter(user_id=user_id).exists() and not (
        Passkey.objects.filter(user_id=user_id).exists()
    ):
        RecoveryCode.objects.filter(user_id=user_id).delete()


def _alarm(user: User, ticket: Ticket) -> None:
    is_guessing = ticket.attempts >= GUESSES_BEFORE_ALARM
    if is_guessing and rate_limit.take("second-factor-alarm", str(user.pk), ALARM) == 0:
        letters.write("codes_guessed", user.email)


def word_app_added(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    return Wording(
        "Two-step sign-in is on",
        ("From now on your account also asks for a code of your app.",),
        footer="If this was not you, write to whoever runs this installation at once.",
    )


def word_app_removed(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    return Wording(
        "The app was removed from your account",
        ("Your account no longer asks for a code of your app.",),
        "Look at it",
        letters.front_door("/account"),
        "If this was not you, change your password at once.",
    )


def word_recovery_used(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    return Wording(
        "A recovery code was used",
        (f"One of your recovery codes was used to sign in; {letter.facts['left']} are left.",),
        "Make new ones",
        letters.front_door("/account"),
        "If this was not you, change your password at once.",
    )


def word_codes_guessed(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    return Wording(
        "Somebody knows your password",
        (
            "Somebody gave your right password and then wrong codes, several times.",
            "They did not get in. If this was not you, change your password now.",
        ),
        "Set a new password",
        letters.front_door("/forgot"),
    )
