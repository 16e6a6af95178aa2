"""What becomes of a tenant after it was made: suspended, resumed, open to second factors alone."""

from uuid import UUID

from django.db import transaction

from apps.audit import facade as audit
from apps.core import events, tenancy
from apps.core.principals import Principal
from apps.tenants.errors import NoTenantError, SecondFactorNeededError
from apps.tenants.events import TenantResumed, TenantSuspended
from apps.tenants.models import Session, Tenant, TenantStatus
from apps.tenants.queries import directory
from apps.tenants.services import acting


def suspend(tenant_id: UUID) -> None:
    """Stop a tenant: its host answers 403 and nothing of it runs; twice does nothing.

    Raises:
        NoTenantError: there is no living tenant with this id.
    """
    _switch(tenant_id, TenantStatus.ACTIVE, TenantStatus.SUSPENDED, TenantSuspended)


def resume(tenant_id: UUID) -> None:
    """Let a suspended tenant work again; twice does nothing.

    Raises:
        NoTenantError: there is no living tenant with this id.
    """
    _switch(tenant_id, TenantStatus.SUSPENDED, TenantStatus.ACTIVE, TenantResumed)


def require_second_factor(principal: Principal, *, is_required: bool) -> None:
    """Let members of the tenant of `principal` in only with a second factor, or also without; from the next request on.

    Raises:
        SecondFactorNeededError: whoever asks for it has shown none in this session, and would lock themselves out.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        if principal.tenant_id is None or principal.session_id is None:
            raise NoTenantError
        tenant = _locked(principal.tenant_id)
        has_shown = Session.objects.filter(pk=principal.session_id, has_second_factor=True)
        if is_required and not has_shown.exists():
            raise SecondFactorNeededError
        tenant.requires_second_factor = is_required
        tenant.save(update_fields=["requires_second_factor", "updated_at"])
        audit.record(
            "tenant.changed",
            target=audit.Target("tenant", tenant.pk, tenant.name),
            after={"requires_second_factor": is_required},
            schema=tenant.schema_name,
        )


def _switch(
    tenant_id: UUID,
    before: TenantStatus,
    after: TenantStatus,
    told: type[TenantSuspended] | type[TenantResumed],
) -> None:
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        tenant = _locked(tenant_id)
        if tenant.status == before:
            _set(tenant, after)
            if after == TenantStatus.SUSPENDED:
                acting.end_in(tenant.pk, "tenant_suspended")
            events.announce(told(tenant.pk, tenant.schema_name))
            action = "tenant.suspended" if after == TenantStatus.SUSPENDED else "tenant.resumed"
            for chain in (tenancy.PUBLIC, tenant.schema_name):
                audit.record(action, target=_target(tenant), severity="warning", schema=chain)
    directory.forget()


def _target(tenant: Tenant) -> audit.Target:
    return audit.Target("tenant", tenant.pk, tenant.slug)


def _locked(tenant_id: UUID) -> Tenant:
    tenant = Tenant.objects.living().select_for_update().filter(pk=tenant_id).first()
    if tenant is None:
        raise NoTenantError
    return tenant


def _set(tenant: Tenant, status: TenantStatus) -> None:
    tenant.status = status
    tenant.save(update_fields=["status", "updated_at"])
