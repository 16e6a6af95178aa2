"""Browser sessions: families of refresh tokens."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Least, Now

from apps.accounts import facade as accounts
from apps.core import tenancy
from apps.core.ids import uuid7
from apps.tenants.errors import RefreshReusedError, SessionOverError
from apps.tenants.models import Session, SignInMethod
from apps.tenants.queries import access
from apps.tenants.services import tokens, trail

log = logging.getLogger(__name__)

REFRESH_LIFE = timedelta(days=14)
# Two tabs that refresh at once, or one whose answer was lost: as long as a request may be on its way. Longer helps thieves.
REUSE_GRACE = timedelta(seconds=30)
REFRESHED = (
    "refresh_hash",
    "rotated_at",
    "expires_at",
    "last_used_at",
    "ip",
    "user_agent",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class Device:
    """What a session is known by in its owner's list; nothing is decided by it."""

    ip: str | None = None
    user_agent: str = ""


NO_DEVICE = Device()


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a browser is given: two secrets, for cookies that no script reads."""

    session_id: UUID
    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a session comes from, and what its owner has shown there.

    The session that it crossed from (`root`), who vouches for it, and when it ends for good.

    The trail of `schema`, or of the schema of now, tells of the beginning. With `operator_id` it is not its owner's, but
    that of an operator who acts as its owner.
    """

    root: UUID | None = None
    method: str = SignInMethod.PASSWORD
    ends_at: datetime | Combinable | None = None
    has_second_factor: bool = False
    confirmed_at: datetime | Combinable | None = field(default_factory=Now)
    schema: str = ""
    operator_id: UUID | None = None
    acting_because: str = ""


HERE = Origin()


def open_session(
    user_id: UUID, tenant_id: UUID | None, origin: Origin = HERE, device: Device = NO_DEVICE
) -> Tokens:
    """Begin a session on one host; `tenant_id` None is the public host."""
    chain = origin.schema or tenancy.current_schema()
    secret = tokens.new_secret()
    session_id = uuid7()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        session = Session.objects.create(
            id=session_id,
            root=origin.root or session_id,
            has_second_factor=origin.has_second_factor,
            confirmed_at=origin.confirmed_at,
            ip=device.ip,
            user_agent=device.user_agent[:200],
            last_used_at=Now(),
            user_id=user_id,
            tenant_id=tenant_id,
            password_mark=accounts.password_mark(user_id),
            refresh_hash=tokens.hash_of(secret),
            # The least of what is known: PostgreSQL's LEAST overlooks NULL.
            expires_at=Least(Now() + REFRESH_LIFE, origin.ends_at),
            method=origin.method,
            ends_at=origin.ends_at,
            operator_id=origin.operator_id,
            acting_because=origin.acting_because,
        )
        trail.opened(session, chain=chain, is_crossed=origin.root is not None)
    return _tokens(session, secret)


def refresh(token: str, tenant_id: UUID | None, device: Device = NO_DEVICE) -> Tokens:
    """Exchange a refresh token for new tokens.

    Once, but for the grace: in the 30 s after its exchange it brings the same successor again, so that two tabs of one
    browser end up with one token, whichever answer comes last.

    Raises:
        SessionOverError: unknown, ended, expired, for another host, or its owner may no longer be here.
        RefreshReusedError: it was exchanged before that, so it is in two hands; the family is ended.
    """
    session_id, secret = _split(token)
    successor = tokens.successor_of(session_id, secret)
    chain = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC):
        with transaction.atomic():
            session = (
                Session.objects.on(tenant_id)
                .alive()
                .annotate(is_just_rotated=Q(rotated_at__gt=Now() - REUSE_GRACE))
                .select_for_update(of=("self",))
                .filter(pk=session_id)
                .first()
            )
            if session is None or access.standing(session_id, tenant_id) is None:
                raise SessionOverError
            is_current = tokens.is_same(secret, session.refresh_hash)
            is_just_rotated = getattr(session, "is_just_rotated", False)
            is_graced = is_just_rotated and tokens.is_same(successor, session.refresh_hash)
            if is_current:
                session.refresh_hash = tokens.hash_of(successor)
                session.rotated_at = Now()
                session.expires_at = Least(Now() + REFRESH_LIFE, F("ends_at"))
                session.last_used_at = Now()
                session.ip, session.user_agent = device.ip, device.user_agent[:200]
                session.save(update_fields=REFRESHED)
            elif not is_graced:
                _revoke(Session.objects.filter(root=session.root), "reused")
                trail.reused(session.user_id, session_id, chain=chain)
        # Outside the transaction: the end of the family must stay.
        if not (is_current or is_graced):
            log.warning("session.refresh_reused", extra={"session_id": str(session_id)})
            raise RefreshReusedError
    return _tokens(session, successor)


def sign_out(token: str, tenant_id: UUID | None) -> None:
    """End the session of a refresh token and all that it crossed from or to: their tokens stop working at once.

    So does the token before it, which a tab sends while another one refreshes. What is no refresh token of this host
    changes nothing.
    """
    try:
        session_id, secret = _split(token)
    except SessionOverError:
        return
    ours = (secret, tokens.successor_of(session_id, secret))
    chain = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        rows = Session.objects.on(tenant_id).select_related("user", "operator")
        session = rows.filter(pk=session_id).first()
        if session and any(tokens.is_same(each, session.refresh_hash) for each in ours):
            _revoke(Session.objects.filter(root=session.root), "signed_out")
            trail.ended(session, chain=chain)


def _revoke(sessions: QuerySet[Session], because: str) -> int:
    return sessions.filter(revoked_at=None).update(revoked_at=Now(), revoked_because=because)


def _tokens(session: Session, secret: str) -> Tokens:
    signed = tokens.sign_access(session.user_id, session.pk, session.tenant_id, tokens.issued_at())
    return Tokens(session.pk, signed, f"{session.pk.hex}.{secret}")


def _split(token: str) -> tuple[UUID, str]:
    text, _, secret = token.partition(".")
    try:
        return UUID(hex=text), secret
    except ValueError as reason:
        raise SessionOverError from reason
