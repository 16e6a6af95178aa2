"""Who may do something in a tenant, for whoever has to tell them of it."""

from uuid import UUID

from django.db.models import Q

from apps.core import tenancy
from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.tenants.models import Membership

MOST = 50


def addresses_of_holders(tenant_id: UUID, permission: str) -> list[str]:
    """Return the proven mail addresses of a tenant's people who hold a permission; by one query, at most 50, in order."""
    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if permission in held]
    with tenancy.entered(tenancy.PUBLIC):
        rows = Membership.objects.filter(
            Q(role__in=roles) | Q(grants__role__permissions__contains=[permission]),
            tenant_id=tenant_id,
            user__is_active=True,
            user__is_service=False,
            user__email_verified_at__isnull=False,
        )
        return list(
            rows.order_by("user__email").values_list("user__email", flat=True).distinct()[:MOST]
        )
