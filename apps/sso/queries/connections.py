"""The connections of a tenant, and whom a mail domain leads to. All lie in `public`, and each read names its tenant."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.core import tenancy
from apps.sso.errors import ConnectionNotFoundError
from apps.sso.models import Connection, Identity, MailDomain

MOST_OFFERED = 10


@dataclass(frozen=True, slots=True)
class Offer:
    """A sign-in that a mail domain leads to."""

    connection_id: UUID
    name: str
    tenant_id: UUID
    is_enforced: bool


def connections(tenant_id: UUID) -> QuerySet[Connection]:
    """Return a tenant's connections, newest first, with their domains."""
    return (
        Connection.objects.filter(tenant_id=tenant_id).prefetch_related("domains").order_by("-id")
    )


def connection(tenant_id: UUID, connection_id: UUID) -> Connection:
    """Return one of them.

    Raises:
        ConnectionNotFoundError: this tenant has none of that id.
    """
    with tenancy.entered(tenancy.PUBLIC):
        row = connections(tenant_id).filter(pk=connection_id).first()
    if row is None:
        raise ConnectionNotFoundError
    return row


def enabled(tenant_id: UUID, connection_id: UUID) -> Connection | None:
    """Return a connection by which people may sign in now."""
    with tenancy.entered(tenancy.PUBLIC):
        return Connection.objects.filter(
            pk=connection_id, tenant_id=tenant_id, is_enabled=True
        ).first()


def locked(tenant_id: UUID, connection_id: UUID) -> Connection:
    """Return a connection that nobody else changes until the transaction ends.

    Raises:
        ConnectionNotFoundError: this tenant has none of that id.
    """
    rows = Connection.objects.select_for_update().filter(tenant_id=tenant_id, pk=connection_id)
    row = rows.first()
    if row is None:
        raise ConnectionNotFoundError
    return row


def offers(domain: str) -> list[Offer]:
    """Return the sign-ins of a mail domain, in tenants that are active: by one query, at most ten."""
    with tenancy.entered(tenancy.PUBLIC):
        rows = (
            MailDomain.objects.filter(
                domain=domain,
                verified_at__isnull=False,
                connection__is_enabled=True,
                tenant__status="active",
            )
            .select_related("connection")
            .order_by("verified_at", "id")[:MOST_OFFERED]
        )
        return [
            Offer(row.connection_id, row.connection.name, row.tenant_id, row.connection.is_enforced)
            for row in rows
        ]


def is_enforced(tenant_id: UUID, domain: str) -> bool:
    """Say whether a tenant lets the addresses of a domain in by its provider alone."""
    with tenancy.entered(tenancy.PUBLIC):
        return MailDomain.objects.filter(
            tenant_id=tenant_id,
            domain=domain,
            verified_at__isnull=False,
            connection__is_enabled=True,
            connection__is_enforced=True,
        ).exists()


def owns(connection_id: UUID, domain: str) -> bool:
    """Say whether it is proven that a domain belongs to the tenant of this connection."""
    with tenancy.entered(tenancy.PUBLIC):
        return MailDomain.objects.filter(
            connection_id=connection_id, domain=domain, verified_at__isnull=False
        ).exists()


def identities(tenant_id: UUID, user_id: UUID) -> QuerySet[Identity]:
    """Return by what a person is known in a tenant, newest first."""
    return (
        Identity.objects.filter(Q(connection__tenant_id=tenant_id) & Q(user_id=user_id))
        .select_related("connection")
        .order_by("-id")
    )
