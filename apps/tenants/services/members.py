"""Who belongs to a tenant."""

from uuid import UUID

from apps.core import tenancy
from apps.tenants.models import Membership


def join(tenant_id: UUID, user_id: UUID, role: str) -> None:
    """Make a user a member; who is one already keeps the role."""
    with tenancy.entered(tenancy.PUBLIC):
        Membership.objects.get_or_create(
            tenant_id=tenant_id, user_id=user_id, defaults={"role": role}
        )
