"""Counting what a tenant uses: day by day, by the ids of executions, which are born in order."""

from datetime import UTC, date, datetime, timedelta

from apps.core import db, ids, tenancy
from apps.tenants import facade as tenants

# Steps lie beside their execution, so one range of ids counts both. Days that are over are counted once more, not again.
# What was deleted of them was used.
COUNTED = """
SELECT (SELECT count(*) FROM {s}.executions_execution WHERE id >= %(floor)s AND id < %(ceiling)s) + gone.executions,
       (SELECT count(*) FROM {s}.executions_step WHERE execution_id >= %(floor)s AND execution_id < %(ceiling)s) + gone.steps
FROM (
    SELECT coalesce(sum(executions), 0)::bigint AS executions, coalesce(sum(steps), 0)::bigint AS steps
    FROM {s}.executions_gone WHERE day = %(day)s
) AS gone
"""
STORED = """
SELECT coalesce(sum(size_bytes), 0)::bigint
FROM (SELECT DISTINCT ON (id) size_bytes FROM {s}.executions_blob ORDER BY id) AS file
"""
TODAY = "SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date"
# So far back a tenant is counted whose usage nobody has counted, such as one of an older release.
FURTHEST_DAYS = 62


def count() -> int:
    """Count the current tenant's days from the last one that was counted until today; return how many."""
    schema = tenancy.current_schema()
    today: date = db.fetch(TODAY)[0][0]
    until = tenants.usage_counted_until()
    first = today - timedelta(days=FURTHEST_DAYS) if until is None else until
    days = [_counted(schema, first + timedelta(days=n)) for n in range((today - first).days + 1)]
    if until is None:
        begun = next((n for n, each in enumerate(days) if each.executions), len(days) - 1)
        days = days[begun:]
    ((stored,),) = db.fetch(db.in_schema(STORED, schema))
    tenants.note_usage(days, today=today, stored_bytes=stored)
    return len(days)


def _counted(schema: str, day: date) -> tenants.UsedDay:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    ceiling = ids.floor(start + timedelta(days=1))
    params = {"floor": ids.floor(start), "ceiling": ceiling, "day": day}
    ((executions, steps),) = db.fetch(db.in_schema(COUNTED, schema), params)
    return tenants.UsedDay(day, executions, steps)
