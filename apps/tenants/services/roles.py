"""A tenant's own roles: made, changed and removed by whoever holds all that is in them."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.core import tenancy
from apps.core.principals import Principal
from apps.tenants.errors import RoleNameTakenError, RoleNotFoundError
from apps.tenants.models import CustomRole, Role
from apps.tenants.services.granting import Granter, granter


def create(
    principal: Principal, *, name: str, description: str, permissions: list[str]
) -> CustomRole:
    """Make a role.

    Raises:
        GrantTooWideError: it would hold more than who asks.
        RoleNameTakenError: another role, or a built-in one, is called so.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        who = granter(principal)
        who.require((), frozenset(permissions))
        row = CustomRole(
            tenant_id=who.tenant_id,
            name=name,
            description=description,
            permissions=sorted(set(permissions)),
        )
        _save(row)
    return row


def change(principal: Principal, role_id: UUID, changes: dict[str, Any]) -> CustomRole:
    """Change a role's name, description or permissions: for everybody who holds it, from their next request on.

    Raises:
        RoleNotFoundError: this tenant has no such role.
        GrantTooWideError: it holds, or would hold, more than who asks.
        RoleNameTakenError: another role, or a built-in one, is called so.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        who = granter(principal)
        row = _own(who, role_id)
        wanted = changes.get("permissions", row.permissions)
        who.require((), frozenset(row.permissions) | frozenset(wanted))
        row.name = changes.get("name", row.name)
        row.description = changes.get("description", row.description)
        row.permissions = sorted(set(wanted))
        _save(row)
    return row


def remove(principal: Principal, role_id: UUID) -> None:
    """Remove a role, also from everybody who holds it.

    Raises:
        RoleNotFoundError: this tenant has no such role.
        GrantTooWideError: it holds more than who asks.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        who = granter(principal)
        row = _own(who, role_id)
        who.require((), frozenset(row.permissions))
        row.delete()


def _own(who: Granter, role_id: UUID) -> CustomRole:
    row = CustomRole.objects.filter(pk=role_id, tenant_id=who.tenant_id).first()
    if row is None:
        raise RoleNotFoundError
    return row


def _save(row: CustomRole) -> None:
    if row.name.lower() in Role.values:
        raise RoleNameTakenError
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as reason:
        raise RoleNameTakenError from reason
