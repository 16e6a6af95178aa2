"""What tenants have used, by month: sums of at most thirty-one rows for each."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.core import db, tenancy

BY_MONTH = """
SELECT date_trunc('month', u.day)::date, sum(u.executions)::bigint, sum(u.steps)::bigint, max(u.stored_bytes), max(u.seats),
       coalesce(sum(c.calls), 0)::bigint
FROM public.tenants_usageday u JOIN public.tenants_tenant t ON t.id = u.tenant_id
LEFT JOIN public.tenants_callday c ON c.tenant_id = u.tenant_id AND c.day = u.day
WHERE t.schema_name = %(schema)s AND u.day >= date_trunc('month', current_date) - %(months)s * interval '1 month'
GROUP BY 1 ORDER BY 1 DESC
"""
OF_ALL = """
SELECT t.slug, t.id, t.plan, sum(u.executions)::bigint, sum(u.steps)::bigint, max(u.stored_bytes), max(u.seats),
       coalesce(sum(c.calls), 0)::bigint
FROM public.tenants_usageday u JOIN public.tenants_tenant t ON t.id = u.tenant_id
LEFT JOIN public.tenants_callday c ON c.tenant_id = u.tenant_id AND c.day = u.day
WHERE u.day >= %(month)s AND u.day < %(month)s + interval '1 month'
GROUP BY t.id ORDER BY 4 DESC, t.slug LIMIT %(most)s
"""
MONTHS = 12
MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Month:
    """What a tenant used in a month; `stored_bytes` and `seats` are the most that were counted on a day of it."""

    month: date
    executions: int
    steps: int
    stored_bytes: int
    seats: int
    api_calls: int


@dataclass(frozen=True, slots=True)
class Used:
    """The same of one tenant among all."""

    slug: str
    id: UUID
    plan: str
    executions: int
    steps: int
    stored_bytes: int
    seats: int
    api_calls: int


def by_month() -> list[Month]:
    """Return what the current tenant has used in this month and in the twelve before, newest first."""
    params = {"schema": tenancy.current_schema(), "months": MONTHS}
    return [Month(*row) for row in db.fetch(BY_MONTH, params)]


def of_all(month: date) -> list[Used]:
    """Return what each tenant used in a month that begins then, who ran most first; at most 500."""
    params = {"month": month.replace(day=1), "most": MOST_LISTED}
    return [Used(*row) for row in db.fetch(OF_ALL, params)]
