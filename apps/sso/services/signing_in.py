"""To a tenant's provider and back: the authorisation code flow with PKCE, state and nonce, each good once and in one browser."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now

from apps.core import rate_limit, tenancy
from apps.core.errors import GoraxError
from apps.core.rate_limit import Limit
from apps.sso.errors import (
    ProviderBrokenError,
    ProviderRefusedError,
    SignInNotOfferedError,
    SignInRefusedError,
    TooManyLooksError,
)
from apps.sso.models import Attempt, Connection
from apps.sso.queries import connections as queries
from apps.sso.rules import claims as rules
from apps.sso.rules.claims import Claims
from apps.sso.services import provider, settling, signed, trail
from apps.sso.services.connections import client_of
from apps.sso.services.provider import Client
from apps.sso.services.settling import Arrived
from apps.tenants.facade import Let, TenantInfo

ATTEMPT_LIFE = timedelta(minutes=10)
PER_ADDRESS = Limit(burst=60, per_s=1)
# 43 characters of 256 random bits, as we write them.
SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST_CODE = 4096


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and the secret of the cookie that binds the way back to it."""

    url: str
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants who sets out: where to land, as whom, and (`user_id`) to be known by it from now on."""

    next: str = "/"
    login_hint: str = ""
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """What came back with the browser, as it was written."""

    state: str = ""
    code: str = field(default="", repr=False)
    error: str = ""
    issuer: str = ""


def begin(
    tenant: TenantInfo, connection_id: UUID, *, browser: str, origin: str, wish: Wish, address: str
) -> Begun:
    """Set out: return where the browser goes. `browser` is what its cookie holds; another secret is made if it is none.

    Raises:
        SignInNotOfferedError: this tenant has no such connection, or it is switched off.
        TooManyLooksError: too many set out from `address`.
        ProviderUnreachableError, ProviderBrokenError: the provider does not say where to go.
    """
    row = queries.enabled(tenant.id, connection_id)
    if row is None:
        raise SignInNotOfferedError
    wait_s = rate_limit.take("sso-begin", address, PER_ADDRESS)
    if wait_s > 0:
        raise TooManyLooksError(wait_s)
    about = provider.metadata(client_of(row, tenant.schema))
    browser = browser if SECRET.fullmatch(browser) else secrets.token_urlsafe(32)
    state = secrets.token_urlsafe(32)
    with tenancy.entered(tenancy.PUBLIC):
        Attempt.objects.create(
            connection=row,
            state_hash=signed.digest_of(state),
            browser_hash=signed.digest_of(browser),
            next=wish.next,
            user_id=wish.user_id,
            expires_at=Now() + ATTEMPT_LIFE,
        )
    asked = {
        "response_type": "code",
        "client_id": row.client_id,
        "redirect_uri": callback_of(origin, row.pk),
        "scope": " ".join(row.scopes),
        "state": state,
        "nonce": _derived("nonce", state),
        "code_challenge": _challenge(_derived("pkce", state)),
        "code_challenge_method": "S256",
    }
    if wish.login_hint:
        asked["login_hint"] = wish.login_hint
    joint = "&" if urlsplit(about.authorization_endpoint).query else "?"
    return Begun(f"{about.authorization_endpoint}{joint}{urlencode(asked)}", browser)


def finish(
    tenant: TenantInfo, connection_id: UUID, back: Back, *, browser: str, origin: str
) -> tuple[Let | None, str]:
    """Come back: return the session that was opened (None: an identity was connected) and the path that was wanted.

    Whatever comes of it, the state is spent. What is refused is on the tenant's trail, within its bounds.

    Raises:
        SignInNotOfferedError: this tenant has no such connection, or it is switched off.
        SignInRefusedError: no such way was begun in this browser, or it is too old, or was used.
        ProviderRefusedError: the provider, or the person, said no.
        ProviderUnreachableError, ProviderBrokenError: the provider is away, or says what cannot be right.
        NotLinkedError, NotAMemberError, IdentityTakenError: it is a good sign-in of nobody who may come in.
    """
    row = queries.enabled(tenant.id, connection_id)
    if row is None:
        raise SignInNotOfferedError
    try:
        return _finish(tenant, row, back, browser=browser, origin=origin)
    except GoraxError as refusal:
        trail.refused(row, refusal.code)
        raise


def _finish(
    tenant: TenantInfo, row: Connection, back: Back, *, browser: str, origin: str
) -> tuple[Let | None, str]:
    attempt = _spend(row, back.state, browser)
    client = client_of(row, tenant.schema)
    _refuse_other_issuer(client, back.issuer)
    if back.error or not 0 < len(back.code) <= LONGEST_CODE:
        raise ProviderRefusedError
    grant = provider.exchange(
        client,
        code=back.code,
        verifier=_derived("pkce", back.state),
        redirect_uri=callback_of(origin, row.pk),
    )
    claims = signed.id_token(client, grant.id_token, _derived("nonce", back.state))
    arrived = Arrived(
        row,
        str(claims["sub"]),
        rules.session_of(claims),
        _whole(row, client, claims, grant),
        grant.id_token,
        rules.has_second_factor(claims),
    )
    return settling.settle(tenant, arrived, wanted_by=attempt.user_id), attempt.next


def callback_of(origin: str, connection_id: UUID) -> str:
    """Return the redirect URI of a connection: each has its own, so that no provider's answer passes for another's."""
    return f"{origin}/auth/sso/{connection_id}/callback"


def _spend(row: Connection, state: str, browser: str) -> Attempt:
    if not SECRET.fullmatch(state) or not SECRET.fullmatch(browser):
        raise SignInRefusedError
    with tenancy.entered(tenancy.PUBLIC):
        mine = Attempt.objects.filter(
            state_hash=signed.digest_of(state),
            browser_hash=signed.digest_of(browser),
            connection=row,
        )
        # One statement on the row's own columns decides between two that come at once.
        if mine.filter(used_at=None, expires_at__gt=Now()).update(used_at=Now()) != 1:
            raise SignInRefusedError
        return mine.get()


def _refuse_other_issuer(client: Client, named: str) -> None:
    """Refuse an answer that another provider gave (RFC 9207)."""
    about = provider.metadata(client)
    if (named and named != client.issuer) or (about.names_issuer and not named):
        raise ProviderBrokenError("the answer is another issuer's")


def _whole(row: Connection, client: Client, claims: Claims, grant: provider.Grant) -> Claims:
    """Return the claims of the ID token, and what the provider tells beyond them if something that we want is missing."""
    wanted = [row.email_claim, *(str(rule["claim"]) for rule in row.role_rules)]
    is_whole = all(rules.found(claims, path) is not None for path in wanted)
    is_whole = is_whole and rules.is_email_verified(claims)
    if is_whole or not grant.access_token or not provider.metadata(client).userinfo_endpoint:
        return claims
    told: Mapping[str, Any] = provider.userinfo(client, grant.access_token)
    if told.get("sub") != claims["sub"]:
        raise ProviderBrokenError("it tells of another person than its token names")
    mine, theirs = (rules.email_of(each, row.email_claim) for each in (claims, told))
    if mine and theirs != mine:
        # Proof of one address is none of another.
        told = {name: value for name, value in told.items() if name not in rules.PROOFS}
    return {**told, **claims}


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _derived(purpose: str, state: str) -> str:
    """Return the nonce or PKCE verifier of a state: only our key can tell it, and nothing of it is stored."""
    digest = hmac.digest(_key(), f"{purpose}|{state}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@cache
def _key() -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"gorax.sso.v1", "sha256")
