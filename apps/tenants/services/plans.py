"""Which plan a tenant has, and what was agreed with it instead."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.audit import facade as audit
from apps.core import db, events, rate_limit, tenancy
from apps.tenants.errors import NoTenantError, PlanRefusedError
from apps.tenants.events import TenantPlanChanged
from apps.tenants.models import PlanFigures, Tenant
from apps.tenants.queries import directory
from apps.tenants.queries.directory import TenantInfo
from apps.tenants.rules import classes, plans
from apps.tenants.rules.plans import Limits

HELD = "SELECT figures::text FROM public.tenants_planfigures WHERE plan = %(plan)s FOR SHARE"


def set_plan(tenant_id: UUID, *, plan: str, agreed: Mapping[str, Any]) -> Limits:
    """Put a tenant on a plan, with the figures that were agreed instead of the plan's; return what holds from now on.

    Raises:
        PlanRefusedError: there is no such plan, or a figure is none; nothing has changed.
        NoTenantError: there is no living tenant with this id.
    """
    wrong = plans.problems(dict(agreed))
    if plan not in plans.PLANS:
        wrong.append(f"There is no plan called {plan}.")
    if wrong:
        raise PlanRefusedError(wrong)
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        tenant = Tenant.objects.living().select_for_update().filter(pk=tenant_id).first()
        if tenant is None:
            raise NoTenantError
        # Whoever changes the plan's figures at this moment tells this tenant, or has told it before.
        db.fetch(HELD, {"plan": plan})
        before = {"plan": tenant.plan, "agreed_limits": tenant.agreed_limits or {}}
        tenant.plan, tenant.agreed_limits = plan, dict(agreed)
        tenant.save(update_fields=["plan", "agreed_limits"])
        announce(tenant)
        audit.record(
            "plan.changed",
            target=audit.Target("tenant", tenant.pk, tenant.slug),
            before=before,
            after={"plan": plan, "agreed_limits": dict(agreed)},
            schema=tenant.schema_name,
        )
        told = directory.by_id(tenant_id)
    directory.forget()
    return told.limits if told else plans.limits_of(plan, agreed)


def set_figures(plan: str, figures: Mapping[str, Any]) -> None:
    """Let a plan allow this instead of the product's own figures, for all who are on it, from now on.

    Raises:
        PlanRefusedError: there is no such plan, or a figure is none; nothing has changed.
    """
    wrong = plans.problems(dict(figures))
    if plan not in plans.PLANS:
        wrong.append(f"There is no plan called {plan}.")
    if wrong:
        raise PlanRefusedError(wrong)
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        row = PlanFigures.objects.select_for_update().get(pk=plan)
        before, row.figures = row.figures, dict(figures)
        row.save(update_fields=["figures"])
        for tenant in Tenant.objects.living().filter(plan=plan).order_by("pk"):
            announce(tenant)
        audit.record(
            "plan.figures_changed",
            target=audit.Target("plan", plan, plan),
            before=before,
            after=dict(figures),
            severity="warning",
        )
    directory.forget()


def calls_used(tenant: TenantInfo) -> tuple[int, float | None]:
    """Return how many calls of a minute's worth are used up, and the seconds until none is; nothing counts without a limit."""
    most = tenant.limits.api_calls_per_min
    if most is None:
        return 0, None
    (state,) = rate_limit.take_each([classes.calls_of(tenant.schema, most, tokens=0)])
    used = max(0.0, most - state.left)
    return round(used), used / state.want.limit.per_s


def announce(tenant: Tenant) -> None:
    """Tell, in the caller's transaction, what share of the workers a tenant has now."""
    ((figures,),) = db.fetch(HELD, {"plan": tenant.plan})
    held = {**json.loads(figures), **(tenant.agreed_limits or {})}
    limits = plans.limits_of(tenant.plan, held)
    events.announce(TenantPlanChanged(tenant.pk, tenant.schema_name, limits.running, limits.weight))
