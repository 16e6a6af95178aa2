"""Every read of credentials. What is sealed stays sealed here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.core import db
from apps.core.principals import Principal
from apps.credentials.errors import CredentialNotFoundError
from apps.credentials.models import Credential, CredentialAccess, CredentialVersion
from apps.engine.value import Json

_ROW = """
SELECT name, id, type, "values", version, dek, sealed, allowed_hosts, is_disabled, expires_at,
       expires_at <= clock_timestamp() AS is_expired,
       CASE WHEN is_restricted THEN ARRAY(SELECT subject FROM {s}.credentials_grant g WHERE g.credential_id = c.id) END
FROM {s}.credentials_credential c WHERE {which}
"""
BY_NAME = _ROW.replace("{which}", "name = ANY(%(names)s::text[])")
BY_ID = _ROW.replace("{which}", "id = %(id)s::uuid")


@dataclass(frozen=True, slots=True)
class Row:
    """A credential at rest, as whoever opens it reads it."""

    name: str
    id: UUID
    type: str
    values: dict[str, str]
    version: int
    dek: Json
    sealed: dict[str, Json]
    allowed_hosts: list[str]
    is_disabled: bool
    expires_at: datetime | None
    is_expired: bool | None
    # Whose it is: members, built-in roles and the tenant's own; None: everybody's.
    granted: list[str] | None


def credentials(
    by: Principal, type_name: str = "", *, expires_soon: bool | None = None
) -> QuerySet[Credential]:
    """Return what somebody may use, for a list: all, of one type, that expires within a week or that does not."""
    rows = Credential.objects.without_seals().usable_by(by).with_expiry()
    if expires_soon is not None:
        rows = rows.expiring(is_soon=expires_soon)
    return rows.of_type(type_name) if type_name else rows


def expiring(by: Principal, limit: int) -> list[dict[str, Any]]:
    """Return of those credentials that somebody may use which expire within a week, the first to do so first."""
    rows = credentials(by, expires_soon=True).order_by("expires_at", "pk")[:limit]
    return [
        {"id": row.pk, "name": row.name, "type": row.type, "expires_at": row.expires_at}
        for row in rows
    ]


def credential(credential_id: UUID) -> Credential:
    """Return one credential, without what is sealed.

    Raises:
        CredentialNotFoundError: there is none.
    """
    return _one(Credential.objects.without_seals().with_expiry(), credential_id)


def is_to_expire(credential_id: UUID, expires_at: datetime) -> bool:
    """Say whether a credential is still in use, and expires at that time, which is still to come."""
    rows = Credential.objects.filter(pk=credential_id, is_disabled=False)
    return rows.filter(expires_at=expires_at, expires_at__gt=Now()).exists()


def require(by: Principal, credential_id: UUID) -> None:
    """Refuse whoever may not use a credential.

    Raises:
        CredentialNotFoundError: there is none, or it is none for them.
    """
    if not Credential.objects.usable_by(by).filter(pk=credential_id).exists():
        raise CredentialNotFoundError


def names_kept_from(by: Principal) -> frozenset[str]:
    """Return the names of the credentials that somebody may not use."""
    if by.is_manager:
        return frozenset()
    restricted = Credential.objects.filter(is_restricted=True)
    theirs = Credential.objects.usable_by(by)
    return frozenset(restricted.exclude(pk__in=theirs).values_list("name", flat=True))


def locked(credential_id: UUID) -> Credential:
    """Lock the row of a credential until the transaction ends, and return it with what is sealed.

    Raises:
        CredentialNotFoundError: there is none.
    """
    return _one(Credential.objects.select_for_update(), credential_id)


def versions(credential_id: UUID) -> QuerySet[CredentialVersion]:
    """Return the versions that a credential has had.

    Raises:
        CredentialNotFoundError: there is none.
    """
    credential(credential_id)
    return CredentialVersion.objects.filter(credential_id=credential_id)


def accesses(credential_id: UUID) -> QuerySet[CredentialAccess]:
    """Return the access log of a credential, which outlives it.

    Raises:
        CredentialNotFoundError: there is none, and nothing is known of one.
    """
    found = CredentialAccess.objects.filter(credential_id=credential_id)
    if not found.exists():
        credential(credential_id)
    return found


def rows_named(schema: str, names: Iterable[str]) -> list[Row]:
    """Return the credentials of a tenant that have these names, by one query."""
    found = db.fetch(db.in_schema(BY_NAME, schema), {"names": db.array(names)})
    return [Row(*each) for each in found]


def row(schema: str, credential_id: UUID) -> Row:
    """Return one credential with what is sealed.

    Raises:
        CredentialNotFoundError: there is none.
    """
    found = db.fetch(db.in_schema(BY_ID, schema), {"id": credential_id})
    if not found:
        raise CredentialNotFoundError
    return Row(*found[0])


def types_by_name() -> dict[str, str]:
    """Return the name of each credential of this tenant with its type."""
    return dict(Credential.objects.order_by("name").values_list("name", "type"))


def _one(rows: QuerySet[Credential], credential_id: UUID) -> Credential:
    found = rows.filter(pk=credential_id).first()
    if found is None:
        raise CredentialNotFoundError
    return found
