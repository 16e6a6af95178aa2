"""How much of its plan a tenant uses: of executions by their ids, which are born in order, so that no count drifts."""

from dataclasses import dataclass
from datetime import UTC, datetime

from apps.core import db, ids, tenancy
from apps.dispatch import facade as dispatch
from apps.tenants import facade as tenants
from apps.workflows import facade as workflows

# A day's executions are neighbours in the primary key; no more of them are looked at than matter. Deleted ones count.
BEGUN = """
SELECT least(%(most)s, (
    SELECT count(*) FROM (SELECT FROM {s}.executions_execution WHERE id >= %(floor)s LIMIT %(most)s) AS day
) + (SELECT coalesce(sum(executions), 0) FROM {s}.executions_gone WHERE day >= %(day)s))
"""
TODAY = """
SELECT date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC',
       86400 - extract(epoch FROM (clock_timestamp() AT TIME ZONE 'UTC')::time)::float8
"""
# So far is counted where nothing is limited.
MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Used:
    """One thing that a plan may limit: `limit` None is none, `resets_in_s` None: it does not by itself."""

    name: str
    limit: int | None
    used: int
    resets_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """A tenant's plan and what is used of it."""

    plan: str
    weight: float
    limits: tuple[Used, ...]


def today() -> tuple[datetime, float]:
    """Return when the database's day (UTC) began, and the seconds until it ends."""
    day, left_s = db.fetch(TODAY)[0]
    return day, left_s


def begun_since(day: datetime, *, most: int) -> int:
    """Return how many executions the current tenant has begun since then, but at most `most`."""
    params = {"floor": ids.floor(day), "most": most, "day": day.astimezone(UTC).date()}
    return int(db.fetch(db.in_schema(BEGUN, tenancy.current_schema()), params)[0][0])


def of_tenant() -> Usage:
    """Return what the current tenant uses; nothing is counted beyond 100,000."""
    tenant = tenants.current()
    limits = tenant.limits
    day, left_s = today()
    calls, calls_s = tenants.calls_used(tenant)
    return Usage(
        tenant.plan,
        limits.weight,
        (
            Used("workflows", limits.workflows, workflows.count(MOST_COUNTED)),
            Used(
                "executions_per_day",
                limits.executions_per_day,
                begun_since(day, most=MOST_COUNTED),
                left_s,
            ),
            Used("running", limits.running, dispatch.running_of(tenant.schema)),
            Used("api_calls_per_min", limits.api_calls_per_min, calls, calls_s),
        ),
    )
