"""Schedules and when they fired, for people to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from apps.core import db, tenancy
from apps.core.principals import Principal
from apps.dispatch import facade as dispatch
from apps.schedules.errors import ScheduleInvalidError, ScheduleNotFoundError
from apps.schedules.models import Firing, Schedule
from apps.schedules.rules import words
from apps.schedules.rules.times import Plan
from apps.workflows import facade as workflows
from apps.workflows.facade import TriggerInfo


@dataclass(frozen=True, slots=True)
class ScheduleInfo:
    """A schedule as people see it. Without `next_at` it is paused, inactive, or never fires again."""

    id: UUID
    is_paused: bool
    plan: Plan
    description: str
    trigger: TriggerInfo
    workflow_name: str
    next_at: datetime | None
    last: Firing | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a schedule means, and when it would fire next."""

    description: str
    times: tuple[datetime, ...]


def now() -> datetime:
    """Return the present by the database's clock, which alone decides when a schedule fires."""
    moment: datetime = db.fetch("SELECT clock_timestamp()")[0][0]
    return moment


def listed(by: Principal, workflow_id: UUID | None = None) -> QuerySet[Schedule]:
    """Return the schedules that live versions declare and that are there for who asks, for a list."""
    rows = Schedule.objects.offered()
    if not by.is_manager:
        hidden = RawSQL(workflows.HIDDEN, [by.names])  # noqa: S611 - a constant
        rows = rows.exclude(workflow_id__in=hidden)
    return rows if workflow_id is None else rows.filter(workflow_id=workflow_id)


def described(schedules: Iterable[Schedule]) -> list[ScheduleInfo]:
    """Return everything about some schedules in their order, with four queries however many they are."""
    rows = list(schedules)
    ids = [row.pk for row in rows]
    triggers = workflows.triggers_by_id(ids)
    names = workflows.names_of({row.workflow_id for row in rows})
    alarms = dispatch.alarms_of(tenancy.current_schema(), ids)
    latest = Firing.objects.filter(schedule_id__in=ids).order_by("schedule_id", "-fire_at")
    last = {firing.schedule_id: firing for firing in latest.distinct("schedule_id")}
    return [
        ScheduleInfo(
            id=row.pk,
            is_paused=row.is_paused,
            plan=(plan := Plan.of(triggers[row.pk].config)),
            description=words.in_words(plan),
            trigger=triggers[row.pk],
            workflow_name=names.get(row.workflow_id, ""),
            next_at=alarms.get(row.pk),
            last=last.get(row.pk),
        )
        for row in rows
        if row.pk in triggers
    ]


def schedule(schedule_id: UUID) -> ScheduleInfo:
    """Return one schedule.

    Raises:
        ScheduleNotFoundError: no live version has it.
    """
    for found in described(Schedule.objects.offered().filter(pk=schedule_id)):
        return found
    raise ScheduleNotFoundError


def workflow_of(schedule_id: UUID) -> UUID:
    """Return the workflow whose trigger a schedule is, or was.

    Raises:
        ScheduleNotFoundError: this tenant has no such schedule, not even a former one.
    """
    rows = Schedule.objects.filter(pk=schedule_id)
    found: UUID | None = rows.values_list("workflow_id", flat=True).first()
    if found is None:
        raise ScheduleNotFoundError
    return found


def firings(schedule_id: UUID) -> QuerySet[Firing]:
    """Return the times of a schedule that came, for a list.

    Raises:
        ScheduleNotFoundError: this tenant has no such schedule, not even a former one.
    """
    if not Schedule.objects.filter(pk=schedule_id).exists():
        raise ScheduleNotFoundError
    return Firing.objects.filter(schedule_id=schedule_id)


def preview(plan: Plan, count: int) -> Preview:
    """Return what a plan means, and its next times; none if it never fires.

    Raises:
        ScheduleInvalidError: it cannot be read; names each place.
    """
    problems = list(words.problems_of(plan))
    if problems:
        raise ScheduleInvalidError(problems[0].message, errors=problems)
    return Preview(words.in_words(plan), tuple(plan.first(count, now())))
