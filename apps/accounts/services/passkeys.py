"""Passkeys (WebAuthn): a signature by somebody's device over our challenge, for our host alone."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from apps.accounts.errors import PasskeyNotFoundError, PasskeyRefusedError, TooManyTriesError
from apps.accounts.models import Letter, Passkey, Ticket, User
from apps.accounts.queries import UserInfo, info_of
from apps.accounts.rules import Wording
from apps.accounts.services import letters, tickets
from apps.audit import facade as audit
from apps.core import rate_limit, tenancy
from apps.core.rate_limit import Limit

log = logging.getLogger(__name__)

MOST_PASSKEYS = 20
# Each asks for a row; the sign-in page asks once, when somebody presses the button.
PER_ADDRESS = Limit(burst=50, per_s=300 / 3600)
# Asked for always: a passkey then is two factors at once, something one has and something one knows or is.
VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passkey is used: the origin of our own pages, such as `https://gorax.example`."""

    origin: str

    @property
    def host(self) -> str:
        """Return the host without port, to which keys are bound."""
        return self.origin.partition("://")[2].partition(":")[0]

    def server(self) -> Fido2Server:
        """Return what judges answers for this place alone."""
        rp = PublicKeyCredentialRpEntity(id=self.host, name="gorax")
        return Fido2Server(rp, verify_origin=lambda origin: origin == self.origin)


def begin_adding(user_id: UUID, place: Place) -> tuple[str, dict[str, Any]]:
    """Return a ticket and what the browser needs to make a key pair."""
    with tenancy.entered(tenancy.PUBLIC):
        user = User.objects.get(pk=user_id)
        token, challenge = tickets.issue(Ticket.For.ADD_PASSKEY, user_id)
        entity = PublicKeyCredentialUserEntity(
            id=user.pk.bytes, name=user.email, display_name=user.name or user.email
        )
        options, _ = place.server().register_begin(
            entity,
            _credentials_of(user_id),
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=VERIFIED,
            challenge=challenge,
        )
    return token, dict(options)["publicKey"]


def add(
    user_id: UUID, place: Place, *, token: str, name: str, answer: Mapping[str, Any]
) -> Passkey:
    """Keep the public half of the key pair that the browser made.

    Raises:
        TicketOverError: it took too long, or the ticket is somebody else's.
        PasskeyRefusedError: the answer is not what was asked for, or this key is known already.
    """
    with tenancy.entered(tenancy.PUBLIC):
        ticket = tickets.try_once(token, Ticket.For.ADD_PASSKEY, user_id)
        try:
            made = place.server().register_complete(_state(ticket), answer)
        except _MALFORMED as reason:
            raise PasskeyRefusedError from reason
        data = made.credential_data
        if data is None or Passkey.objects.filter(user_id=user_id).count() >= MOST_PASSKEYS:
            raise PasskeyRefusedError
        try:
            with transaction.atomic():
                tickets.use_up(ticket)
                row = Passkey.objects.create(
                    user_id=user_id,
                    name=name,
                    credential_id=data.credential_id,
                    public_data=bytes(data),
                    sign_count=made.counter,
                )
                letters.write("passkey_added", User.objects.get(pk=user_id).email, facts={})
        except IntegrityError as reason:
            raise PasskeyRefusedError from reason
    return row


def remove(user_id: UUID, passkey_id: UUID) -> None:
    """Forget a passkey.

    Raises:
        PasskeyNotFoundError: this person has no such one.
    """
    with tenancy.entered(tenancy.PUBLIC):
        gone, _ = Passkey.objects.filter(pk=passkey_id, user_id=user_id).delete()
    if not gone:
        raise PasskeyNotFoundError


def begin_signing_in(place: Place, *, address: str) -> tuple[str, dict[str, Any]]:
    """Return a ticket and what the browser needs to let somebody choose one of their passkeys.

    Raises:
        TooManyTriesError: this caller asks too often.
    """
    wait_s = rate_limit.take("passkey-begin", address, PER_ADDRESS)
    if wait_s > 0:
        raise TooManyTriesError(wait_s)
    with tenancy.entered(tenancy.PUBLIC):
        token, challenge = tickets.issue(Ticket.For.PASSKEY_SIGN_IN, None)
    return token, options_for(None, place, challenge)


def options_for(user_id: UUID | None, place: Place, challenge: bytes) -> dict[str, Any]:
    """Return what the browser needs to sign `challenge`, with one of this person's keys or with any."""
    known = None if user_id is None else _credentials_of(user_id)
    options, _ = place.server().authenticate_begin(
        known, user_verification=VERIFIED, challenge=challenge
    )
    asked: dict[str, Any] = dict(options)["publicKey"]
    return asked


def sign_in(place: Place, *, token: str, answer: Mapping[str, Any]) -> UserInfo:
    """Return whose passkey has signed.

    Raises:
        TicketOverError: it took too long.
        PasskeyRefusedError: unknown, wrong, for another place, or the account is closed.
    """
    with tenancy.entered(tenancy.PUBLIC):
        ticket = tickets.try_once(token, Ticket.For.PASSKEY_SIGN_IN)
        try:
            user = signer(ticket, place, answer)
        except PasskeyRefusedError as refusal:
            audit.record_refused("session.refused", target=audit.Target("user"), code=refusal.code)
            raise
        tickets.use_up(ticket)
    return info_of(user)


def signer(ticket: Ticket, place: Place, answer: Mapping[str, Any]) -> User:
    """Return whose passkey has signed a ticket's challenge; with a ticket of somebody, only they are.

    Raises:
        PasskeyRefusedError: unknown, wrong, for another place, a copy, or the account is closed.
    """
    try:
        given = AuthenticationResponse.from_dict(answer)
        rows = Passkey.objects.select_related("user").filter(credential_id=given.raw_id)
        row = (rows if ticket.user_id is None else rows.filter(user_id=ticket.user_id)).first()
        if row is None or not row.user.is_active:
            raise PasskeyRefusedError
        known = AttestedCredentialData(bytes(row.public_data))
        place.server().authenticate_complete(_state(ticket), [known], answer)
        handle = given.response.user_handle
        counter = given.response.authenticator_data.counter
    except _MALFORMED as reason:
        raise PasskeyRefusedError from reason
    is_mine = handle is None or handle == row.user.pk.bytes
    # Devices that count never count down; those that do not always say 0.
    is_copy = (counter or row.sign_count) and counter <= row.sign_count
    if is_copy:
        log.warning("passkey.counts_backwards", extra={"passkey_id": str(row.pk)})
    if not is_mine or is_copy:
        raise PasskeyRefusedError
    Passkey.objects.filter(pk=row.pk).update(sign_count=counter, last_used_at=Now())
    return row.user


# What the library raises for what strangers send: it checks as it reads.
_MALFORMED = (ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError)


def _state(ticket: Ticket) -> dict[str, Any]:
    return {"challenge": websafe_encode(bytes(ticket.challenge)), "user_verification": VERIFIED}


def _credentials_of(user_id: UUID) -> list[AttestedCredentialData]:
    rows = Passkey.objects.filter(user_id=user_id).order_by("-id")[:MOST_PASSKEYS]
    return [AttestedCredentialData(bytes(row.public_data)) for row in rows]


def word_passkey_added(letter: Letter) -> Wording | None:
    """Return the letter, or None if it is no longer wanted."""
    return Wording(
        "A passkey was added to your account",
        ("From now on your account can be signed in to with a new passkey.",),
        "See your passkeys",
        letters.front_door("/account"),
        "If this was not you, remove it and change your password at once.",
    )
