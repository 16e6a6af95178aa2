"""Who belongs to a tenant."""

from uuid import UUID

from django.db import transaction

from apps.audit import facade as audit
from apps.core import tenancy
from apps.tenants.models import Membership, Role


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


def is_member(tenant_id: UUID, user_id: UUID) -> bool:
    """Say whether a user belongs to a tenant."""
    with tenancy.entered(tenancy.PUBLIC):
        return Membership.objects.filter(tenant_id=tenant_id, user_id=user_id).exists()


def follow_provider(tenant_id: UUID, user_id: UUID, role: str, *, is_synced: bool) -> str:
    """Make a user a member with `role`, or (`is_synced`) give a member that role; return the role of now.

    An owner stays one: a provider's mistake must not leave a tenant to nobody.
    """
    join(tenant_id, user_id, role)
    schema = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        mine = Membership.objects.select_for_update().get(tenant_id=tenant_id, user_id=user_id)
        if is_synced and mine.role not in {role, Role.OWNER}:
            was, mine.role = mine.role, role
            mine.save(update_fields=["role", "updated_at"])
            audit.record(
                "membership.changed",
                target=audit.Target("user", user_id),
                before={"role": was},
                after={"role": role},
                schema=schema,
            )
    return mine.role
