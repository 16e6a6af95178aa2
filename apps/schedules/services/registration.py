"""The schedules that live versions declare, and for when their alarms are set."""

import logging
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.audit import facade as audit
from apps.core import tenancy
from apps.dispatch import facade as dispatch
from apps.schedules import queries
from apps.schedules.errors import ScheduleNotFoundError
from apps.schedules.models import Schedule
from apps.schedules.rules.times import Plan
from apps.schedules.services.firing import KIND
from apps.workflows import facade as workflows
from apps.workflows.events import TriggersWritten
from apps.workflows.facade import TriggerInfo

BATCH = 500

logger = logging.getLogger(__name__)


def follow(written: TriggersWritten) -> None:
    """Offer exactly the schedules that a workflow has now, and set the alarms of those that may fire.

    An alarm is left alone by a new version with the same schedule: its time may just have come.
    """
    plans = {
        trigger.id: Plan.of(trigger.config)
        for trigger in written.triggers
        if trigger.kind == "schedule"
    }
    rows = Schedule.objects.filter(workflow_id=written.workflow_id)
    known = {row.pk: row for row in rows.order_by("pk").select_for_update(no_key=True)}
    rows.exclude(pk__in=plans).update(is_offered=False)
    Schedule.objects.bulk_create(
        [
            Schedule(
                pk=each, workflow_id=written.workflow_id, cron=plan.cron, timezone=plan.timezone
            )
            for each, plan in plans.items()
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["cron", "timezone", "is_offered", "updated_at"],
    )
    paused = {row.pk for row in known.values() if row.is_paused}
    fires = {each for each in plans if written.is_active and each not in paused}
    same = {each for each in fires if each in known and _plan(known[each]) == plans[each]}
    _clear((known.keys() | plans.keys()) - fires)
    kept = dispatch.alarms_of(tenancy.current_schema(), same)
    _set({each: plans[each] for each in fires - kept.keys()})


def silence(workflow_id: UUID) -> None:
    """Let no schedule of a workflow fire until it is activated again."""
    _clear(Schedule.objects.filter(workflow_id=workflow_id).values_list("pk", flat=True))


def forget(workflow_id: UUID) -> None:
    """Delete the schedules of a purged workflow with their history."""
    silence(workflow_id)
    Schedule.objects.filter(workflow_id=workflow_id).delete()


@transaction.atomic
def pause(schedule_id: UUID, *, is_paused: bool) -> None:
    """Let a schedule not fire, or fire again from its first time from now on. Twice is once.

    Raises:
        ScheduleNotFoundError: no live version has it.
    """
    rows = Schedule.objects.offered().filter(pk=schedule_id)
    has_changed = rows.filter(is_paused=not is_paused).update(is_paused=is_paused, updated_at=Now())
    trigger = workflows.trigger_by_id(schedule_id)
    if trigger is None or not rows.exists():
        raise ScheduleNotFoundError
    action = "schedule.paused" if is_paused else "schedule.unpaused"
    audit.record(action, target=audit.Target("schedule", schedule_id))
    if not has_changed:
        return
    if is_paused:
        _clear([schedule_id])
    elif trigger.is_active:
        _set({schedule_id: Plan.of(trigger.config)})


def mend() -> int:
    """Set the alarms of this tenant that should be set and are not; return how many.

    None is lost, but a schedule may be older than alarms: it was published when nothing fired it yet.
    """
    mended, after = 0, None
    while batch := workflows.active_of_kind("schedule", after=after, most=BATCH):
        mended += sum(_mend_one(trigger) for trigger in batch)
        after = batch[-1].id
    if mended:
        logger.warning("schedules.mended", extra={"count": mended})
    return mended


@transaction.atomic
def _mend_one(seen: TriggerInfo) -> int:
    plan = Plan.of(seen.config)
    Schedule.objects.bulk_create(
        [
            Schedule(
                pk=seen.id,
                workflow_id=seen.workflow_id,
                cron=plan.cron,
                timezone=plan.timezone,
            )
        ],
        ignore_conflicts=True,
    )
    # Whoever publishes holds this row until he is done, so what is read after it is what counts.
    row = Schedule.objects.select_for_update(no_key=True).get(pk=seen.id)
    trigger = workflows.trigger_by_id(seen.id)
    is_set = dispatch.alarms_of(tenancy.current_schema(), [seen.id])
    if row.is_paused or is_set or trigger is None or not trigger.is_active:
        return 0
    return _set({seen.id: Plan.of(trigger.config)})


def _plan(row: Schedule) -> Plan:
    return Plan(row.cron, row.timezone)


def _clear(ids: Iterable[UUID]) -> None:
    dispatch.clear_alarms(tenancy.current_schema(), ids)


def _set(plans: dict[UUID, Plan]) -> int:
    moment = queries.now() if plans else None
    times = {each: plan.after(moment) for each, plan in sorted(plans.items()) if moment}
    for each, due_at in times.items():
        if due_at is not None:
            dispatch.set_alarm(tenancy.current_schema(), each, due_at, kind=KIND)
    return sum(due_at is not None for due_at in times.values())
