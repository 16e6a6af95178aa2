"""Roles and members of the current tenant, as its people see them."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from apps.core import tenancy
from apps.tenants.errors import MemberNotFoundError, RoleNotFoundError
from apps.tenants.models import CustomRole, Membership, RoleGrant


def roles() -> QuerySet[CustomRole]:
    """Return the roles that the current tenant has made."""
    return CustomRole.objects.filter(tenant__schema_name=tenancy.current_schema())


def role(role_id: UUID) -> CustomRole:
    """Return one role.

    Raises:
        RoleNotFoundError: this tenant has none with this id.
    """
    found = roles().filter(pk=role_id).first()
    if found is None:
        raise RoleNotFoundError
    return found


def members() -> QuerySet[Membership]:
    """Return who belongs to the current tenant, with their accounts and the roles that they were given."""
    grants = RoleGrant.objects.select_related("role").order_by("id")
    return (
        Membership.objects.filter(tenant__schema_name=tenancy.current_schema())
        .select_related("user")
        .prefetch_related(Prefetch("grants", queryset=grants))
    )


def member(user_id: UUID) -> Membership:
    """Return one member.

    Raises:
        MemberNotFoundError: nobody with this id belongs to this tenant.
    """
    found = members().filter(user_id=user_id).first()
    if found is None:
        raise MemberNotFoundError
    return found


def members_called(user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what those are called who belong to the current tenant: their names, or else their addresses."""
    if not user_ids:
        return {}
    rows = Membership.objects.filter(
        tenant__schema_name=tenancy.current_schema(), user_id__in=user_ids
    )
    return {
        user_id: name or email
        for user_id, name, email in rows.values_list("user_id", "user__name", "user__email")
    }


def roles_called(role_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those roles that the current tenant has made."""
    return dict(roles().filter(pk__in=role_ids).values_list("pk", "name")) if role_ids else {}
