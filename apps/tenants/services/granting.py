"""Who may be what: every change of roles and members, one after the other in each tenant, by what the asker holds then."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from apps.core.principals import Principal
from apps.tenants import rules
from apps.tenants.errors import (
    GrantTooWideError,
    LastOwnerError,
    NoTenantError,
    OwnersOnlyError,
    UnknownRolesError,
)
from apps.tenants.models import CustomRole, Membership, Role, RoleGrant, Tenant
from apps.tenants.queries.access import permissions_of


@dataclass(frozen=True, slots=True)
class Granter:
    """Who asks, as the database says under the lock; a key holds at most its scopes and is never an owner."""

    tenant_id: UUID
    user_id: UUID
    is_owner: bool
    held: frozenset[str]

    def require(self, roles: Iterable[str], permissions: frozenset[str]) -> None:
        """Refuse whom the roles, or anything in the permissions, are above.

        Raises:
            OwnersOnlyError, GrantTooWideError: as rules.why_not_touch says.
        """
        refusal = rules.why_not_touch(
            is_owner=self.is_owner, held=self.held, roles=set(roles), permissions=permissions
        )
        if refusal == OwnersOnlyError.code:
            raise OwnersOnlyError
        if refusal:
            raise GrantTooWideError(sorted(permissions - self.held))


def granter(principal: Principal) -> Granter:
    """Lock the tenant's roles and members until the transaction ends, and return who asks.

    Only under the lock is it known what anybody holds: two owners who demote each other come one after the other, and
    a role cannot grow between the look at it and its grant.

    Raises:
        NoTenantError: the tenant is gone, or who asks belongs to it no more.
    """
    if principal.tenant_id is None:
        raise NoTenantError
    row = _locked(principal.tenant_id, principal.user_id)
    return Granter(
        tenant_id=row.tenant_id,
        user_id=principal.user_id,
        is_owner=row.role == Role.OWNER and principal.kind == "user",
        held=held_by(row) & principal.permissions,
    )


def promiser(tenant_id: UUID, user_id: UUID) -> Granter:
    """Lock as `granter`, and return who has promised something before, as they stand now.

    Raises:
        NoTenantError: the tenant is gone, or they belong to it no more.
    """
    row = _locked(tenant_id, user_id)
    return Granter(tenant_id, user_id, row.role == Role.OWNER, held_by(row))


def roles_of(who: Granter, custom: Collection[UUID]) -> list[CustomRole]:
    """Return the custom roles of the granter's tenant with these ids.

    Raises:
        UnknownRolesError: the tenant does not have one of them.
    """
    found = list(CustomRole.objects.filter(tenant_id=who.tenant_id, pk__in=custom).order_by("id"))
    if len(found) != len(set(custom)):
        raise UnknownRolesError
    return found


def held_by(row: Membership) -> frozenset[str]:
    """Return all that a member may."""
    grants = RoleGrant.objects.filter(membership=row).select_related("role")
    return permissions_of(row.role, (name for each in grants for name in each.role.permissions))


def held_through(role: str, custom: Iterable[CustomRole]) -> frozenset[str]:
    """Return all that a built-in role and custom ones hold together."""
    return permissions_of(role, (name for each in custom for name in each.permissions))


def give_exactly(who: Granter, row: Membership, wanted: list[CustomRole]) -> None:
    """Let a member hold exactly these custom roles. Grants that stay are left as they are: who gave them, and when, is history."""
    row.grants.exclude(role__in=wanted).delete()
    RoleGrant.objects.bulk_create(
        [RoleGrant(membership=row, role=each, granted_by=who.user_id) for each in wanted],
        ignore_conflicts=True,
    )


def refuse_last_owner(tenant_id: UUID, user_id: UUID, name: str = "the tenant") -> None:
    """Refuse to lose an owner, if no other person with an open account is one; under the tenant's lock.

    Raises:
        LastOwnerError: nobody would be left.
    """
    others = Membership.objects.filter(
        tenant_id=tenant_id, role=Role.OWNER, user__is_active=True, user__is_service=False
    ).exclude(user_id=user_id)
    if not others.exists():
        raise LastOwnerError(name)


def _locked(tenant_id: UUID, user_id: UUID) -> Membership:
    locked = Tenant.objects.select_for_update(no_key=True).filter(pk=tenant_id).first()
    row = Membership.objects.filter(tenant=locked, user_id=user_id, user__is_active=True).first()
    if locked is None or row is None:
        raise NoTenantError
    return row
