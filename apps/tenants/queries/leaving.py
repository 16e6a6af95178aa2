"""Which tenants leave, which have left something behind, and who is told of it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Now

from apps.core import db, request_context, tenancy
from apps.tenants.models import Membership, Role, Tenant, TenantStatus

MOST_AT_ONCE = 100
MOST_OWNERS = 50


def due() -> list[UUID]:
    """Return the tenants whose time has come, by the database's clock; at most a hundred, who waits longest first."""
    with tenancy.entered(tenancy.PUBLIC):
        rows = Tenant.objects.filter(status=TenantStatus.LEAVING, gone_after__lte=Now())
        return list(rows.order_by("gone_after", "id").values_list("pk", flat=True)[:MOST_AT_ONCE])


def is_due(tenant_id: UUID) -> bool:
    """Say whether this one's time has come."""
    return Tenant.objects.filter(
        pk=tenant_id, status=TenantStatus.LEAVING, gone_after__lte=Now()
    ).exists()


def unswept() -> list[tuple[UUID, str]]:
    """Return the deleted tenants of which something may still lie in a store, with their schemas; at most a hundred."""
    with tenancy.entered(tenancy.PUBLIC):
        rows = Tenant.objects.filter(status=TenantStatus.DELETED, swept_at=None)
        return list(
            rows.order_by("updated_at", "id").values_list("pk", "schema_name")[:MOST_AT_ONCE]
        )


def time_in(wait: timedelta) -> datetime:
    """Return when so much time will have gone by, by the database's clock."""
    when: datetime = db.fetch("SELECT now() + %(wait)s", {"wait": wait})[0][0]
    return when


def owners(tenant_id: UUID) -> list[str]:
    """Return the proven mail addresses of a tenant's owners, in order."""
    rows = Membership.objects.filter(
        tenant_id=tenant_id,
        role=Role.OWNER,
        user__is_active=True,
        user__is_service=False,
        user__email_verified_at__isnull=False,
    )
    return list(rows.order_by("user__email").values_list("user__email", flat=True)[:MOST_OWNERS])


def asker() -> str:
    """Return who asks, for a letter: an owner's address, or that it is whoever runs the installation."""
    who = request_context.asker()
    return who.email if who.kind == "user" else "An operator of this installation"
