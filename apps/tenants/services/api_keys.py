"""API keys: a program's way in, never wider than its maker's."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core import clock, tenancy
from apps.tenants.errors import (
    ApiKeyNotFoundError,
    ApiKeyRefusedError,
    ExpiryPassedError,
    ScopeTooWideError,
)
from apps.tenants.models import ApiKey
from apps.tenants.queries import access
from apps.tenants.queries.access import KeyHolder
from apps.tenants.services import tokens

PREFIX_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
PREFIX_LENGTH = 12
# `last_used_at` is for people: one write a minute is precise enough, one a request is too many.
LAST_USED_EVERY_S = 60


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `secret` is its whole text, and never to be had again."""

    row: ApiKey
    secret: str


def create(
    *,
    tenant_id: UUID,
    created_by: UUID,
    name: str,
    scopes: Collection[str],
    held: frozenset[str],
    expires_at: datetime | None,
) -> NewKey:
    """Make a key with `scopes`, of which the maker must hold (`held`) every one.

    Raises:
        ScopeTooWideError: it would hold more than its maker.
        ExpiryPassedError: it would have expired already.
    """
    too_wide = sorted(set(scopes) - held)
    if too_wide:
        raise ScopeTooWideError(too_wide)
    if expires_at is not None and expires_at <= clock.now():
        raise ExpiryPassedError
    prefix = "".join(secrets.choice(PREFIX_ALPHABET) for _ in range(PREFIX_LENGTH))
    secret = secrets.token_hex(32)
    schema = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = ApiKey.objects.create(
            tenant_id=tenant_id,
            created_by_id=created_by,
            name=name,
            prefix=prefix,
            secret_hash=tokens.hash_of(secret),
            scopes=sorted(set(scopes)),
            expires_at=expires_at,
        )
        audit.record(
            "api_key.created",
            target=audit.Target("api_key", row.pk, name),
            after={"prefix": prefix, "scopes": row.scopes, "expires_at": expires_at},
            schema=schema,
        )
    return NewKey(row, f"gx_{prefix}_{secret}")


def revoke(key_id: UUID, tenant_id: UUID, *, holder_id: UUID | None = None) -> None:
    """Make a key worthless from now on; with `holder_id`, only one of this person's own.

    Raises:
        ApiKeyNotFoundError: this tenant has no such key, or it is revoked already.
    """
    schema = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        rows = ApiKey.objects.filter(pk=key_id, tenant_id=tenant_id, revoked_at=None)
        if holder_id is not None:
            rows = rows.filter(created_by_id=holder_id)
        if not rows.update(revoked_at=Now()):
            raise ApiKeyNotFoundError
        audit.record("api_key.revoked", target=audit.Target("api_key", key_id), schema=schema)


def holder_of(text: str, tenant_id: UUID, *, address: str = "") -> KeyHolder:
    """Return whose key this is, and note that it was used, and from where.

    Raises:
        ApiKeyRefusedError: malformed, unknown, wrong, revoked, expired, another tenant's, or its maker has left.
    """
    kind, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if kind != "gx" or not text.isascii() or len(text) > 120:
        raise ApiKeyRefusedError
    holder = access.key_holder(prefix, tenant_id)
    if holder is None or not tokens.is_same(secret, holder.secret_hash):
        raise ApiKeyRefusedError
    last = holder.last_used_at
    if last is None or (clock.now() - last).total_seconds() > LAST_USED_EVERY_S:
        with tenancy.entered(tenancy.PUBLIC):
            ApiKey.objects.filter(pk=holder.key_id).update(
                last_used_at=Now(), last_used_ip=address or None
            )
    return holder
