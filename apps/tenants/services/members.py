"""Who belongs to a tenant."""

from uuid import UUID

from django.db import transaction

from apps.audit import facade as audit
from apps.core import tenancy
from apps.tenants.models import Membership


def join(tenant_id: UUID, user_id: UUID, role: str) -> None:
    """Make a user a member; who is one already keeps the role."""
    schema = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        _, is_new = Membership.objects.get_or_create(
            tenant_id=tenant_id, user_id=user_id, defaults={"role": role}
        )
        if is_new:
            facts = {"tenant_id": tenant_id, "role": role}
            target = audit.Target("user", user_id)
            audit.record("membership.added", target=target, after=facts, schema=schema)
