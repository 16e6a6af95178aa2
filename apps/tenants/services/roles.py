"""A tenant's own roles: made, changed and removed by whoever holds all that is in them."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.audit import facade as audit
from apps.core import events, tenancy
from apps.core.principals import Principal
from apps.tenants.errors import RoleNameTakenError, RoleNotFoundError
from apps.tenants.events import RoleRemoved
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
    schema = tenancy.current_schema()
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
        audit.record("role.created", target=_target(row), after=_facts(row), schema=schema)
    return row


def change(principal: Principal, role_id: UUID, changes: dict[str, Any]) -> CustomRole:
    """Change a role's name, description or permissions: for everybody who holds it, from their next request on.

    Raises:
        RoleNotFoundError: this tenant has no such role.
        GrantTooWideError: it holds, or would hold, more than who asks.
        RoleNameTakenError: another role, or a built-in one, is called so.
    """
    schema = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        who = granter(principal)
        row = _own(who, role_id)
        wanted = changes.get("permissions", row.permissions)
        who.require((), frozenset(row.permissions) | frozenset(wanted))
        before = _facts(row)
        row.name = changes.get("name", row.name)
        row.description = changes.get("description", row.description)
        row.permissions = sorted(set(wanted))
        _save(row)
        before, after = audit.changed(before, _facts(row))
        audit.record("role.changed", target=_target(row), before=before, after=after, schema=schema)
    return row


def remove(principal: Principal, role_id: UUID) -> None:
    """Remove a role, also from everybody who holds it.

    Raises:
        RoleNotFoundError: this tenant has no such role.
        GrantTooWideError: it holds more than who asks.
    """
    schema = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        who = granter(principal)
        row = _own(who, role_id)
        who.require((), frozenset(row.permissions))
        audit.record("role.removed", target=_target(row), before=_facts(row), schema=schema)
        row.delete()
        events.announce(RoleRemoved(who.tenant_id, schema, role_id))


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


def _target(row: CustomRole) -> audit.Target:
    return audit.Target("role", row.pk, row.name)


def _facts(row: CustomRole) -> dict[str, Any]:
    return {"name": row.name, "description": row.description, "permissions": row.permissions}
