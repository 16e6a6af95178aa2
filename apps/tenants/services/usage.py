"""What a tenant has used, day by day: told by who counts it, and read by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.core import db, tenancy

NOTE = """
INSERT INTO public.tenants_usageday AS kept (tenant_id, day, executions, steps, stored_bytes, seats)
SELECT t.id, d.day, d.executions, d.steps, %(stored_bytes)s,
       (SELECT count(*) FROM public.tenants_membership m JOIN public.accounts_user u ON u.id = m.user_id
        WHERE m.tenant_id = t.id AND u.is_active AND NOT u.is_service)
FROM public.tenants_tenant t
CROSS JOIN unnest(%(days)s::date[], %(executions)s::bigint[], %(steps)s::bigint[]) AS d(day, executions, steps)
WHERE t.schema_name = %(schema)s
ON CONFLICT (tenant_id, day) DO UPDATE
SET executions = excluded.executions, steps = excluded.steps,
    stored_bytes = CASE WHEN excluded.day = %(today)s THEN excluded.stored_bytes ELSE kept.stored_bytes END,
    seats = CASE WHEN excluded.day = %(today)s THEN excluded.seats ELSE kept.seats END
"""
UNTIL = """
SELECT max(u.day) FROM public.tenants_usageday u JOIN public.tenants_tenant t ON t.id = u.tenant_id
WHERE t.schema_name = %(schema)s
"""
FORGET = """
WITH calls AS (DELETE FROM public.tenants_callday WHERE day < current_date - interval '25 months')
DELETE FROM public.tenants_usageday WHERE day < current_date - interval '25 months'
"""


@dataclass(frozen=True, slots=True)
class Day:
    """What was begun and done on one day."""

    day: date
    executions: int
    steps: int


def note(days: Sequence[Day], *, today: date, stored_bytes: int) -> None:
    """Keep what was counted of the current tenant; a day that is known is counted anew, not twice.

    Files and people are those of now, so that only today's are replaced.
    """
    params = {
        "schema": tenancy.current_schema(),
        "days": [each.day for each in days],
        "executions": [each.executions for each in days],
        "steps": [each.steps for each in days],
        "stored_bytes": stored_bytes,
        "today": today,
    }
    db.execute(NOTE, params)


def counted_until() -> date | None:
    """Return the last day of the current tenant that was counted, None if none was."""
    day: date | None = db.fetch(UNTIL, {"schema": tenancy.current_schema()})[0][0]
    return day


def forget_old() -> int:
    """Delete days that are older than two years and a month; return how many."""
    return db.execute(FORGET)
