"""Service accounts: members that are no persons. They have a name, a role and API keys, and never sign in."""

from uuid import UUID

from django.db import transaction

from apps.accounts import facade as accounts
from apps.audit import facade as audit
from apps.core import events, tenancy
from apps.core.principals import PERMISSIONS_BY_ROLE, Principal
from apps.tenants.errors import NoTenantError, RoleTooWideError, ServiceAccountNotFoundError
from apps.tenants.events import MembershipEnded
from apps.tenants.models import Membership, Role


def create(principal: Principal, *, name: str, role: str) -> Membership:
    """Make a service account in the tenant of `principal`, who must hold all that its role gives.

    Raises:
        RoleTooWideError: the role gives more than its maker holds.
    """
    if principal.tenant_id is None:
        raise NoTenantError
    _refuse_wider(principal, role)
    chain = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        made = accounts.open_service_account(name)
        row = Membership.objects.create(user_id=made.id, tenant_id=principal.tenant_id, role=role)
        _record("service_account.created", made.id, chain, name=made.name, role=role)
        return row


def change(
    principal: Principal, user_id: UUID, *, name: str | None = None, role: str | None = None
) -> None:
    """Call a service account something else, or give it another role, from its next call on.

    Raises:
        ServiceAccountNotFoundError: this tenant has no such one.
        RoleTooWideError: its role, old or new, gives more than `principal` holds.
    """
    chain = tenancy.current_schema()
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = _locked(principal, user_id)
        for each in filter(None, (row.role, role)):
            _refuse_wider(principal, each)
        if name is not None:
            accounts.rename_service_account(user_id, name)
        if role is not None:
            row.role = role
            row.save(update_fields=["role", "updated_at"])
        _record("service_account.changed", user_id, chain, name=name, role=role)


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


def _record(action: str, user_id: UUID, chain: str, **said: str | None) -> None:
    after = {name: value for name, value in said.items() if value is not None}
    audit.record(action, target=audit.Target("service_account", user_id), after=after, schema=chain)


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
