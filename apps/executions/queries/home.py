"""How it went, and what needs somebody: failed executions, questions that wait, credentials that expire, drafts that are not published; and trends."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, DurationField, F, Min, Q

from apps.core import clock, db, ids, tenancy
from apps.core.principals import Principal
from apps.credentials import facade as credentials
from apps.engine.state import ExecutionStatus, StepStatus
from apps.engine.value import Json
from apps.executions.models import Step
from apps.executions.queries import finding
from apps.executions.queries.showing import APPROVAL
from apps.workflows import facade as workflows

SHOWN = 10
# No count is a reason to read a million rows.
MOST_COUNTED = 1_000
MOST_WAITING = 100
HOURS = 24
DAYS = 14
FAILED = (ExecutionStatus.FAILED.value, ExecutionStatus.TIMED_OUT.value)

# Of each workflow at most so many executions are looked at, the newest first, along the index (workflow_id, id).
TRENDS = """
SELECT w.id, f.day, count(*) FILTER (WHERE f.status = 'completed'), count(*) FILTER (WHERE f.status = ANY(%(failed)s))
FROM unnest(%(ids)s::uuid[]) AS w(id)
CROSS JOIN LATERAL (
    SELECT e.status, (e.created_at AT TIME ZONE 'UTC')::date AS day
    FROM {s}.executions_execution e WHERE e.workflow_id = w.id AND e.id >= %(first)s
    ORDER BY e.id DESC LIMIT %(most)s
) AS f
GROUP BY 1, 2
"""
MOST_OF_EACH = 2_000
LAST = """
SELECT w.id, e.id, e.status, e.had_errors, e.created_at
FROM unnest(%(ids)s::uuid[]) AS w(id)
CROSS JOIN LATERAL (
    SELECT * FROM {s}.executions_execution x WHERE x.workflow_id = w.id ORDER BY x.id DESC LIMIT 1
) AS e
"""
# Of the tenant's executions so many are looked at, the newest first.
MOST_LOOKED_AT = 10_000
HEALTH_DAYS = 7


@dataclass(frozen=True, slots=True)
class Counted:
    """Things that need somebody: how many (at most 1,000 are counted), and the newest of them."""

    count: int
    results: Sequence[Mapping[str, Any]]


class _NineteenOfTwenty(Aggregate):
    """The smallest value that nineteen of twenty do not exceed."""

    function = "percentile_disc"
    template = "%(function)s(0.95) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Health:
    """How executions went on each of the last seven days, the oldest first. `since`: those before it were not looked at."""

    days: Sequence[Mapping[str, Any]]
    total: int
    p95_ms: int | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Home:
    """How it went, and what needs somebody. None: who asks may not see such things."""

    health: Health | None
    failed: Counted | None
    approvals: Counted | None
    credentials: Counted | None
    drafts: Counted


@dataclass(frozen=True, slots=True)
class Trend:
    """How the executions of a workflow ended, by the day on which each was started, the oldest day first; and its newest one."""

    id: UUID
    days: Sequence[Mapping[str, Any]]
    last: Mapping[str, Any] | None


def home(by: Principal) -> Home:
    """Return what needs whoever asks."""
    sees_executions = by.may("execution.read")
    unpublished = workflows.unpublished(by, SHOWN)
    return Home(
        _health(by) if sees_executions else None,
        _failed(by) if sees_executions else None,
        _approvals(by) if sees_executions else None,
        _expiring(by) if by.may("credential.read") else None,
        Counted(len(unpublished), unpublished),
    )


def _health(by: Principal) -> Health:
    midnight = datetime.combine(clock.now().date(), datetime.min.time(), tzinfo=clock.now().tzinfo)
    starts = [midnight - timedelta(days=back) for back in reversed(range(HEALTH_DAYS))]
    rows = finding.listed(by=by).filter(pk__gte=ids.floor(starts[0])).order_by("-pk")
    wanted: dict[str, Aggregate] = {
        "total": Count("pk"),
        "oldest": Min("created_at"),
        "p95": _NineteenOfTwenty(F("ended_at") - F("started_at")),
    }
    for index, start in enumerate(starts):
        of_day = Q(created_at__gte=start, created_at__lt=start + timedelta(days=1))
        wanted[f"completed_{index}"] = Count(
            "pk", filter=of_day & Q(status=ExecutionStatus.COMPLETED.value)
        )
        wanted[f"failed_{index}"] = Count("pk", filter=of_day & Q(status__in=FAILED))
    found = rows[:MOST_LOOKED_AT].aggregate(**wanted)
    days = [
        {
            "date": start.date(),
            "completed": found[f"completed_{index}"],
            "failed": found[f"failed_{index}"],
        }
        for index, start in enumerate(starts)
    ]
    p95 = found["p95"]
    return Health(
        days,
        found["total"],
        None if p95 is None else round(p95.total_seconds() * 1_000),
        found["oldest"] if found["total"] == MOST_LOOKED_AT else None,
    )


def _failed(by: Principal) -> Counted:
    since = ids.floor(clock.now() - timedelta(hours=HOURS))
    rows = finding.listed(by=by, status=FAILED).filter(pk__gte=since).order_by("-pk")
    newest = list(rows.only("workflow_id", "status", "error", "ended_at")[:SHOWN])
    names = workflows.names_of({row.workflow_id for row in newest})
    return Counted(
        len(newest) if len(newest) < SHOWN else rows[:MOST_COUNTED].count(),
        [
            {
                "id": row.pk,
                "workflow_id": row.workflow_id,
                "workflow_name": names.get(row.workflow_id, ""),
                "status": row.status,
                "message": _message(row.error),
                "ended_at": row.ended_at,
            }
            for row in newest
        ],
    )


def _message(error: Json) -> str:
    found = error.get("message") if isinstance(error, dict) else None
    return found[:500] if isinstance(found, str) else ""


def _approvals(by: Principal) -> Counted:
    """Return the questions of the newest executions that wait."""
    waiting = finding.listed(by=by, status=[ExecutionStatus.WAITING.value]).order_by("-pk")
    found = dict(waiting.values_list("pk", "workflow_id")[:MOST_WAITING])
    steps = Step.objects.filter(
        execution_id__in=found, node_type=APPROVAL, status=StepStatus.WAITING
    ).only("node_id", "scope", "input", "started_at", "wake_at")
    rows = sorted(steps, key=lambda row: row.started_at or clock.now())
    names = workflows.names_of({found[row.execution_id] for row in rows[:SHOWN]})
    return Counted(
        len(rows),
        [
            {
                "execution_id": row.execution_id,
                "workflow_id": found[row.execution_id],
                "workflow_name": names.get(found[row.execution_id], ""),
                "node_id": row.node_id,
                "scope": row.scope,
                "title": _title(row.input),
                "asked_at": row.started_at,
                "until": row.wake_at,
            }
            for row in rows[:SHOWN]
        ],
    )


def _title(given: Json) -> str:
    found = given.get("title") if isinstance(given, dict) else None
    return found[:500] if isinstance(found, str) else ""


def _expiring(by: Principal) -> Counted:
    rows = credentials.expiring(by, MOST_COUNTED)
    return Counted(len(rows), rows[:SHOWN])


def trends(by: Principal, workflow_ids: Sequence[UUID]) -> list[Trend]:
    """Return how the newest executions of workflows ended on each of the last 14 days; one that is not there is left out."""
    today: date = clock.now().date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    seen = workflows.seen(by, workflow_ids)
    shown = [each for each in dict.fromkeys(workflow_ids) if each in seen]
    first = datetime.combine(days[0], datetime.min.time(), tzinfo=clock.now().tzinfo)
    params = {
        "ids": shown,
        "failed": list(FAILED),
        "first": ids.floor(first),
        "most": MOST_OF_EACH,
    }
    counts: dict[UUID, dict[date, tuple[int, int]]] = defaultdict(dict)
    statement = db.in_schema(TRENDS, tenancy.current_schema())
    for workflow_id, day, completed, failed in db.fetch(statement, params) if shown else ():
        counts[workflow_id][day] = (completed, failed)
    last = _last_of(shown)
    return [
        Trend(
            each,
            [
                {"date": day, "completed": done, "failed": failed}
                for day in days
                for done, failed in [counts[each].get(day, (0, 0))]
            ],
            last.get(each),
        )
        for each in shown
    ]


def _last_of(workflow_ids: Sequence[UUID]) -> dict[UUID, Mapping[str, Any]]:
    if not workflow_ids:
        return {}
    statement = db.in_schema(LAST, tenancy.current_schema())
    return {
        workflow_id: {"id": pk, "status": status, "had_errors": had, "created_at": created_at}
        for workflow_id, pk, status, had, created_at in db.fetch(statement, {"ids": workflow_ids})
    }
