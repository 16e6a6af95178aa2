"""Service accounts: members that are no persons. They have a name, a role and API keys, and never sign in."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts import facade as accounts
from apps.audit import facade as audit
from apps.core import events, tenancy
from apps.core.principals import PERMISSIONS_BY_ROLE, Principal
from apps.tenants.errors import NoTenantError, RoleTooWideError, ServiceAccountNotFoundError
from apps.tenants.events import MembershipEnded
from apps.tenants.models import CustomRole, Membership, Role
from apps.tenants.services.granting import (
    give_exactly,
    granter,
    held_by,
    held_through,
    roles_of,
)


def create(
    principal: Principal, *, name: str, role: str, roles: Collection[UUID] = ()
) -> Membership:
    """Make a service account in the tenant of `principal`, who must hold all that its role and the custom `roles` give.

    Raises:
        RoleTooWideError: the role gives more than its maker holds.
        UnknownRolesError, GrantTooWideError: a custom role is not there, or is above its maker.
    """
    if principal.tenant_id is None:
        raise NoTenantError
    _refuse_wider(principal, role)
    chain = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        who = granter(principal)
        custom = roles_of(who, roles)
        who.require(set(), held_through(role, custom))
        made = accounts.open_service_account(name)
        row = Membership.objects.create(user_id=made.id, tenant_id=principal.tenant_id, role=role)
        give_exactly(who, row, custom)
        facts = {"name": made.name, "role": role, **_named(custom)}
        _record("service_account.created", made.id, chain, facts)
        return row


def change(
    principal: Principal,
    user_id: UUID,
    *,
    name: str | None = None,
    role: str | None = None,
    roles: Collection[UUID] | None = None,
) -> None:
    """Call a service account something else, or give it other roles, from its next call on; None leaves as it is.

    Raises:
        ServiceAccountNotFoundError: this tenant has no such one.
        RoleTooWideError: its role, old or new, gives more than `principal` holds.
        UnknownRolesError, GrantTooWideError: a custom role is not there, or one of old or new is above who asks.
    """
    chain = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        who = granter(principal)
        row = _locked(principal, user_id)
        for each in filter(None, (row.role, role)):
            _refuse_wider(principal, each)
        custom = None if roles is None else roles_of(who, roles)
        kept = _given(row) if custom is None else custom
        who.require(set(), held_by(row) | held_through(role or row.role, kept))
        if name is not None:
            accounts.rename_service_account(user_id, name)
        if role is not None:
            row.role = role
            row.save(update_fields=["role", "updated_at"])
        if custom is not None:
            give_exactly(who, row, custom)
        said = {"name": name, "role": role, **({} if custom is None else _named(custom, even=True))}
        facts = {key: value for key, value in said.items() if value is not None}
        _record("service_account.changed", user_id, chain, facts)


def close(principal: Principal, user_id: UUID) -> None:
    """Close a service account: its keys are worthless from the next request on, what it made stays.

    Raises:
        ServiceAccountNotFoundError: this tenant has no such one.
    """
    chain = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = _locked(principal, user_id)
        accounts.close_service_account(user_id)
        row.delete()
        _record("service_account.closed", user_id, chain)
        events.announce(MembershipEnded(row.tenant_id, chain, user_id))


def is_here(user_id: UUID, tenant_id: UUID) -> bool:
    """Say whether a tenant has this service account."""
    with tenancy.entered(tenancy.PUBLIC):
        return Membership.objects.filter(
            user_id=user_id, tenant_id=tenant_id, user__is_service=True, user__is_active=True
        ).exists()


def _record(
    action: str, user_id: UUID, chain: str, after: Mapping[str, Any] = MappingProxyType({})
) -> None:
    target = audit.Target("service_account", user_id)
    audit.record(action, target=target, after=dict(after), schema=chain)


def _given(row: Membership) -> list[CustomRole]:
    return [each.role for each in row.grants.select_related("role")]


def _named(custom: Collection[CustomRole], *, even: bool = False) -> dict[str, list[str]]:
    """Return the custom roles by name, for the trail; none are only told where that is a change."""
    return {"roles": [each.name for each in custom]} if custom or even else {}


def _locked(principal: Principal, user_id: UUID) -> Membership:
    if principal.tenant_id is None:
        raise NoTenantError
    row = (
        Membership.objects.select_for_update(of=("self",))
        .filter(user_id=user_id, tenant_id=principal.tenant_id, user__is_service=True)
        .first()
    )
    if row is None:
        raise ServiceAccountNotFoundError
    return row


def _refuse_wider(principal: Principal, role: str) -> None:
    """Refuse whom a role is above; to be an owner is more than its permissions."""
    is_above = role == Role.OWNER != principal.role
    if is_above or not PERMISSIONS_BY_ROLE[role] <= principal.permissions:
        raise RoleTooWideError
