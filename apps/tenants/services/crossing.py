"""The way from one host to a tenant's: a code that works once, for 30 seconds, in the browser that asked for it.

The two hosts share no cookie. So the tenant's host gives the browser that brings a code a cookie of its own and sends it back
to where the code was asked for; there the session says that it is the same browser, and the code is bound to that cookie.
"""

import re
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from apps.core import events, tenancy
from apps.tenants.errors import (
    CrossingRefusedError,
    NoTenantError,
    OtherTenantsSignInError,
    SecondFactorNeededError,
)
from apps.tenants.events import EnteringByPassword
from apps.tenants.models import CrossingCode
from apps.tenants.queries import access
from apps.tenants.services import sessions, tokens
from apps.tenants.services.sessions import NO_DEVICE, Device, Origin, Tokens

# Of the tenant's host; it lives as long as a code may be on its way, and several ways at once share it.
COOKIE = f"{settings.GORAX_COOKIE_PREFIX}gorax_crossing"
COOKIE_S = 60
CODE_LIFE = timedelta(seconds=30)
SECRET = re.compile(r"[\w-]{43}", re.ASCII)
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def issue_code(*, user_id: UUID, session_id: UUID, tenant: str) -> tuple[str, UUID]:
    """Return a code that opens a session of this user on a tenant's host, and that tenant's id.

    `tenant` is a slug or an id. The code has 256 bits, works once, for 30 seconds, for this user and tenant alone.

    Raises:
        NoTenantError: the user belongs to no such tenant, or it is not active.
        OtherTenantsSignInError: a tenant's identity provider vouches for the session; it leads nowhere else.
        SecondFactorNeededError: the tenant asks for one, and this session has shown none.
        Whatever a subscriber of EnteringByPassword raises: the tenant lets nobody in by a password.
    """
    way = access.way_into(tenant, user_id=user_id, session_id=session_id)
    if way is None:
        raise NoTenantError
    if way.is_federated:
        raise OtherTenantsSignInError
    events.announce(EnteringByPassword(way.tenant_id, way.schema, user_id, way.email, way.role))
    if way.is_kept_out:
        raise SecondFactorNeededError
    return code_into(user_id, way.tenant_id, session_id), way.tenant_id


def code_into(user_id: UUID, tenant_id: UUID, session_id: UUID, browser: str = "") -> str:
    """Return a code that opens a session on a tenant's host; whether it may is for the caller to know.

    `browser` is what the browser's cookie there holds, if it has been seen there already.
    """
    code = tokens.new_secret()
    with tenancy.entered(tenancy.PUBLIC):
        CrossingCode.objects.create(
            code_hash=tokens.hash_of(code),
            user_id=user_id,
            tenant_id=tenant_id,
            session_id=session_id,
            browser_hash=tokens.hash_of(browser) if browser else None,
            expires_at=Now() + CODE_LIFE,
        )
    return code


def cookie_for(shown: str) -> str:
    """Return what a browser shall show when it comes back: what it shows already, or a new secret."""
    return shown if SECRET.fullmatch(shown) else tokens.new_secret()


def is_operators(code: str) -> bool:
    """Say whether a code was asked for by an operator at the desk, who acts as its user."""
    with tenancy.entered(tenancy.PUBLIC):
        asked = CrossingCode.objects.filter(code_hash=tokens.hash_of(code), used_at=None)
        return asked.exclude(session__operator=None).exists()


def asked_at(code: str, tenant_id: UUID) -> UUID | None:
    """Return on which tenant's host a code was asked for, None: on the public one; for a code that no browser has yet.

    Raises:
        CrossingRefusedError: there is no such code.
    """
    with tenancy.entered(tenancy.PUBLIC):
        row = (
            CrossingCode.objects.filter(
                code_hash=tokens.hash_of(code),
                tenant_id=tenant_id,
                browser_hash=None,
                used_at=None,
                expires_at__gt=Now(),
            )
            .values_list("session__tenant_id")
            .first()
        )
    if row is None:
        raise CrossingRefusedError
    return row[0]


def bind(code: str, browser_hash: str, *, session_id: UUID) -> UUID:
    """Bind a code to the one browser that may spend it, for the session in which it was asked for; return its tenant's id.

    Raises:
        CrossingRefusedError: there is no such code, it was asked for in another session, or it is bound.
    """
    if not HASH.fullmatch(browser_hash):
        raise CrossingRefusedError
    with tenancy.entered(tenancy.PUBLIC):
        mine = CrossingCode.objects.filter(code_hash=tokens.hash_of(code), session_id=session_id)
        free = mine.filter(browser_hash=None, used_at=None, expires_at__gt=Now())
        if not free.update(browser_hash=bytes.fromhex(browser_hash)):
            raise CrossingRefusedError
        return mine.values_list("tenant_id", flat=True).get()


def spend_code(code: str, tenant_id: UUID, browser: str, device: Device = NO_DEVICE) -> Tokens:
    """Turn a crossing code into a session on the tenant's host; `browser` is what its cookie there holds.

    Raises:
        CrossingRefusedError: unknown, spent, too old, for another tenant or browser, or its owner has signed out since.
    """
    # Whoever asked may have bound it to any hash, also to that of no cookie at all.
    if not SECRET.fullmatch(browser):
        raise CrossingRefusedError
    chain = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        mine = CrossingCode.objects.filter(code_hash=tokens.hash_of(code), tenant_id=tenant_id)
        # One statement decides, on this row's own columns: with a joined filter Django would put the conditions into
        # a sub-select, which two that come at once both pass (ten threads: three sessions).
        spent = mine.filter(
            browser_hash=tokens.hash_of(browser), used_at=None, expires_at__gt=Now()
        ).update(used_at=Now())
        row = mine.select_related("session").first() if spent == 1 else None
        if row is None or not _is_still_good(row):
            raise CrossingRefusedError
        crossed = row.session
        origin = Origin(
            crossed.root,
            crossed.method,
            crossed.ends_at,
            has_second_factor=crossed.has_second_factor,
            confirmed_at=crossed.confirmed_at,
            schema=chain,
            operator_id=crossed.operator_id,
            acting_because=crossed.acting_because,
        )
        return sessions.open_session(row.user_id, tenant_id, origin, device)


def _is_still_good(code: CrossingCode) -> bool:
    """Say whether its owner is still signed in where they asked for it, and still belongs to the tenant."""
    is_member = access.enterable(code.user_id, str(code.tenant_id)) is not None
    return is_member and access.lives(code.session_id)
