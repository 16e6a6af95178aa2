"""What lets somebody in, as it travels: access tokens, and secrets of which only the hash is stored."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import jwt
from django.conf import settings

from apps.core import clock
from apps.core.ids import uuid7
from apps.core.tokens import hash_of, is_same, new_secret
from apps.tenants.errors import AccessExpiredError, SessionOverError

__all__ = [
    "ACCESS_LIFE",
    "Access",
    "audience_of",
    "hash_of",
    "is_same",
    "issued_at",
    "new_secret",
    "read_access",
    "sign_access",
    "successor_of",
]

ACCESS_LIFE = timedelta(minutes=15)
ISSUER = "gorax"
# The audience of the public host; tenants' audiences are their ids.
PUBLIC_AUDIENCE = "public"
_ALGORITHM = "HS256"
_CLAIMS = ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"]


@dataclass(frozen=True, slots=True)
class Access:
    """A valid access token: whose, and of which session."""

    user_id: UUID
    session_id: UUID


def successor_of(session_id: UUID, secret: str) -> str:
    """Return the refresh secret that follows this one in a session: 256 bits that only our key can tell.

    Computed, not drawn, so that whoever exchanges a token twice gets one successor, and none has to be stored.
    """
    digest = hmac.digest(_refresh_key(), session_id.bytes + secret.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def audience_of(tenant_id: UUID | None) -> str:
    """Return the audience of a host: its tenant's id."""
    return PUBLIC_AUDIENCE if tenant_id is None else str(tenant_id)


def sign_access(user_id: UUID, session_id: UUID, tenant_id: UUID | None, now: datetime) -> str:
    """Return an access token for one host, good for 15 minutes."""
    claims = {
        "iss": ISSUER,
        "aud": audience_of(tenant_id),
        "sub": str(user_id),
        "sid": str(session_id),
        "jti": uuid7().hex,
        "iat": now,
        "nbf": now,
        "exp": now + ACCESS_LIFE,
    }
    return jwt.encode(claims, _key(), algorithm=_ALGORITHM)


def read_access(token: str, tenant_id: UUID | None) -> Access:
    """Return what a token says, if we signed it for this host and it is neither too old nor too new.

    Raises:
        AccessExpiredError: it was good once.
        SessionOverError: anything else is wrong with it.
    """
    try:
        claims = jwt.decode(
            token,
            _key(),
            algorithms=[_ALGORITHM],
            issuer=ISSUER,
            audience=audience_of(tenant_id),
            options={"require": _CLAIMS, "strict_aud": True},
        )
        return Access(UUID(claims["sub"]), UUID(claims["sid"]))
    except jwt.ExpiredSignatureError as reason:
        raise AccessExpiredError from reason
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as reason:
        raise SessionOverError from reason


@cache
def _key() -> bytes:
    """Derive the signing key, so that no other use of SECRET_KEY makes a token."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"gorax.access.v1", "sha256")


@cache
def _refresh_key() -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"gorax.refresh.v1", "sha256")


def issued_at() -> datetime:
    """Return the instant that goes into a token: whole seconds, as JWT counts."""
    return clock.now().replace(microsecond=0)
