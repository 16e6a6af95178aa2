"""Workflows that a clock starts, and what is stored of their times."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.core import db, tenancy
from apps.executions.models import Execution
from apps.schedules.models import Firing
from apps.workflows.models import Trigger
from apps.workflows.services import drafts, publish
from tests.workflows.documents import edge, node

ALARMS = "SELECT id, due_at FROM public.dispatch_alarm WHERE schema = %(schema)s"
SET = (
    "UPDATE public.dispatch_alarm SET due_at = %(due_at)s WHERE id = %(id)s AND schema = %(schema)s"
)


def clock(cron: str = "@daily", **config: Any) -> dict[str, Any]:
    #  clock ──► end
    return {
        "nodes": [
            node("clock", "trigger:schedule", cron=cron, **config),
            node("end", "control:no_op"),
        ],
        "edges": [edge("clock", "end")],
    }


def make_live(document: dict[str, Any], *, schema: str = "t_demo") -> UUID:
    with tenancy.entered(schema):
        workflow = drafts.create(name="w", description="", draft=document, actor_id=None)
        publish.publish(workflow.pk, actor_id=None)
        publish.activate(workflow.pk)
        return Trigger.objects.get(workflow=workflow, kind="schedule").pk


def republish(schedule_id: UUID, document: dict[str, Any]) -> None:
    workflow = Trigger.objects.get(pk=schedule_id).workflow
    drafts.save(workflow.pk, {"draft": document}, revision=workflow.draft_revision)
    publish.publish(workflow.pk, actor_id=None)


def yearly(moment: datetime) -> str:
    """The schedule that fires once a year: at this minute, in UTC."""
    return f"{moment.minute} {moment.hour} {moment.day} {moment.month} *"


def minutes_ago(now: datetime, minutes: int) -> datetime:
    return (now - timedelta(minutes=minutes)).replace(second=0, microsecond=0)


def alarms(schema: str = "t_demo") -> dict[UUID, datetime]:
    return dict(db.fetch(ALARMS, {"schema": schema}))


def let_come(schedule_id: UUID, due_at: datetime, *, schema: str = "t_demo") -> None:
    """Let the schedule's next time be `due_at`, as if it had been set before."""
    assert db.execute(SET, {"id": schedule_id, "due_at": due_at, "schema": schema}) == 1


def firings() -> list[tuple[datetime, str]]:
    return list(Firing.objects.order_by("fire_at").values_list("fire_at", "status"))


def started() -> list[Any]:
    return list(Execution.objects.order_by("pk").values_list("trigger", flat=True))
