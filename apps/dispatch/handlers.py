"""A tenant's place in the queue follows the tenant's life, in the same transaction."""

from apps.core.events import subscribe
from apps.dispatch.services import tenancy
from apps.tenants.events import (
    TenantDeleted,
    TenantPlanChanged,
    TenantProvisioned,
    TenantResumed,
    TenantSuspended,
)


def admit(event: TenantProvisioned) -> None:
    """Give a new tenant its place."""
    tenancy.admit(event.schema, cap=tenancy.DEFAULT_CAP)


def suspend(event: TenantSuspended) -> None:
    """Stop claiming."""
    tenancy.suspend(event.schema, is_suspended=True)


def resume(event: TenantResumed) -> None:
    """Claim again."""
    tenancy.suspend(event.schema, is_suspended=False)


def dismiss(event: TenantDeleted) -> None:
    """Take the place and every ticket away, before the schema goes."""
    tenancy.dismiss(event.schema)


subscribe(TenantProvisioned, admit)


def share(event: TenantPlanChanged) -> None:
    """Let it have as many executions with workers at once as its plan says."""
    cap = tenancy.DEFAULT_CAP if event.running is None else event.running
    tenancy.share(event.schema, cap=cap, weight=event.weight)


subscribe(TenantPlanChanged, share)
subscribe(TenantSuspended, suspend)
subscribe(TenantResumed, resume)
subscribe(TenantDeleted, dismiss)
