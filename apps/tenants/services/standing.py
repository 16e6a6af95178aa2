"""What a member is: changed and ended by whoever stands at least as high, never by themselves."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core import events, tenancy
from apps.core.principals import Principal
from apps.tenants.errors import MemberNotFoundError, OwnRoleError
from apps.tenants.events import MembershipEnded
from apps.tenants.models import Membership, Role, Session, Tenant
from apps.tenants.services.granting import (
    Granter,
    give_exactly,
    granter,
    held_by,
    held_through,
    refuse_last_owner,
    roles_of,
)


def change(
    principal: Principal,
    user_id: UUID,
    *,
    role: str | None = None,
    custom: Collection[UUID] | None = None,
) -> None:
    """Give a member another built-in role, or exactly these custom ones; None leaves as it is.

    Raises:
        MemberNotFoundError: nobody with this id belongs to the tenant.
        OwnRoleError: it is who asks.
        UnknownRolesError: the tenant does not have one of the custom roles.
        OwnersOnlyError, GrantTooWideError: it is above who asks, before or after.
        LastOwnerError: nobody would be an owner.
    """
    schema = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        who = granter(principal)
        row = _member(who, user_id)
        after = row.role if role is None else role
        wanted = None if custom is None else roles_of(who, custom)
        given = row.grants.select_related("role").order_by("id")
        kept = [each.role for each in given] if wanted is None else wanted
        who.require({row.role, after}, held_by(row) | held_through(after, kept))
        if row.role == Role.OWNER != after:
            refuse_last_owner(who.tenant_id, user_id)
        before = {"role": row.role, "roles": [each.role.name for each in given]}
        if after != row.role:
            row.role = after
            row.save(update_fields=["role", "updated_at"])
        if wanted is not None:
            give_exactly(who, row, wanted)
        then, now = audit.changed(before, {"role": after, "roles": [each.name for each in kept]})
        audit.record(
            "membership.changed",
            target=audit.Target("user", user_id),
            before=then,
            after=now,
            schema=schema,
        )


def remove(principal: Principal, user_id: UUID) -> None:
    """End a membership and its sessions here; keys that it made open nothing from now on.

    Raises:
        MemberNotFoundError, OwnRoleError, OwnersOnlyError, GrantTooWideError, LastOwnerError: as `change`.
    """
    schema = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        who = granter(principal)
        row = _member(who, user_id)
        who.require({row.role}, held_by(row))
        if row.role == Role.OWNER:
            refuse_last_owner(who.tenant_id, user_id)
        before = {
            "role": row.role,
            "roles": [each.role.name for each in row.grants.select_related("role")],
        }
        audit.record(
            "membership.removed",
            target=audit.Target("user", user_id),
            before=before,
            schema=schema,
        )
        row.delete()
        Session.objects.on(who.tenant_id).filter(user_id=user_id, revoked_at=None).update(
            revoked_at=Now(), revoked_because="removed"
        )
        events.announce(MembershipEnded(who.tenant_id, schema, user_id))


def refuse_orphans(user_id: UUID) -> None:
    """Refuse to close an account that is the last owner of a living tenant; in the transaction that closes it.

    Raises:
        LastOwnerError: nobody would be left there.
    """
    owned = Tenant.objects.living().filter(
        memberships__user_id=user_id, memberships__role=Role.OWNER
    )
    for tenant_id in sorted(owned.values_list("pk", flat=True)):
        tenant = Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id)
        refuse_last_owner(tenant_id, user_id, tenant.name)


def _member(who: Granter, user_id: UUID) -> Membership:
    row = Membership.objects.filter(tenant_id=who.tenant_id, user_id=user_id).first()
    if row is None:
        raise MemberNotFoundError
    if user_id == who.user_id:
        raise OwnRoleError
    return row
