"""What happens to tenants. All are announced inside the transaction, so a subscriber's row commits with it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EnteringByPassword:
    """Somebody whose password was right is about to enter a tenant; a subscriber that raises keeps them out."""

    tenant_id: UUID
    schema: str
    user_id: UUID
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class TenantProvisioned:
    """A tenant and its schema exist."""

    tenant_id: UUID
    schema: str


@dataclass(frozen=True, slots=True)
class TenantSuspended:
    """Nothing of this tenant may run from now on."""

    tenant_id: UUID
    schema: str


@dataclass(frozen=True, slots=True)
class TenantResumed:
    """A suspended tenant is active again."""

    tenant_id: UUID
    schema: str


@dataclass(frozen=True, slots=True)
class TenantPlanChanged:
    """The tenant may have `running` executions with workers at once (None: as many as anybody), by this weight."""

    tenant_id: UUID
    schema: str
    running: int | None
    weight: float


@dataclass(frozen=True, slots=True)
class TenantDeleted:
    """The tenant's schema is about to be dropped in this transaction."""

    tenant_id: UUID
    schema: str


@dataclass(frozen=True, slots=True)
class TenantGone:
    """The tenant's schema is gone: what lies outside the database goes now. Told again until all have done it."""

    tenant_id: UUID
    schema: str


@dataclass(frozen=True, slots=True)
class MembershipEnded:
    """Somebody belongs to a tenant no more: what was shared with them there ends with it."""

    tenant_id: UUID
    schema: str
    user_id: UUID


@dataclass(frozen=True, slots=True)
class RoleRemoved:
    """A role that a tenant has made is gone, and so is what was shared with it."""

    tenant_id: UUID
    schema: str
    role_id: UUID
