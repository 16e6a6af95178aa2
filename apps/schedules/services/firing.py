"""A time that has come: firing, execution and next alarm in one transaction, or nothing of them."""

import logging
import time
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings

from apps.core import db, tenancy
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.dispatch.facade import Due
from apps.engine.expressions import ExpressionError
from apps.engine.value import Json
from apps.executions import facade as executions
from apps.schedules.errors import OvertakenError
from apps.schedules.models import Firing, Schedule
from apps.schedules.rules.times import Decision, Plan, decide
from apps.tenants.errors import ExecutionQuotaError
from apps.workflows import facade as workflows
from apps.workflows.facade import TriggerInfo, VersionInfo

BATCH = 500
KIND = "schedule"
# One that fails is left alone for a while, so that it fills no log and holds nobody up.
RESTS_S = 60.0

INSERT = """
INSERT INTO {s}.schedules_firing (id, schedule_id, fire_at, status, reason, execution_id)
VALUES (%(id)s, %(schedule_id)s, %(fire_at)s, %(status)s, %(reason)s, %(execution_id)s)
ON CONFLICT (schedule_id, fire_at) DO NOTHING
"""

logger = logging.getLogger(__name__)

_resting: dict[UUID, float] = {}


def fire_due() -> int:
    """Fire what is due in any tenant; return how many executions were started. One statement if nothing is.

    Whatever one schedule raises is logged, and the next goes on; only a database that is away ends the round.
    """
    started = 0
    for alarm in dispatch.due_alarms(BATCH, kind=KIND, besides=_at_rest()):
        try:
            started += tenancy.run_in(alarm.schema, _fire, alarm)
        except Exception as failure:
            if db.is_away(failure):
                raise
            where = {"schedule_id": str(alarm.id), "schema": alarm.schema}
            logger.exception("schedule.failed", extra=where)
            _resting[alarm.token] = time.monotonic() + RESTS_S
    if started:
        executions.ring()
    return started


def _at_rest() -> list[UUID]:
    now = time.monotonic()
    for token in [token for token, until in _resting.items() if until < now]:
        del _resting[token]
    return list(_resting)


def _fire(alarm: Due) -> bool:
    """Answer one alarm; say whether an execution was started."""
    try:
        return db.in_transaction(lambda: _answer(alarm))
    except OvertakenError:
        return False


def _answer(alarm: Due) -> bool:
    now = dispatch.hold_alarm(alarm)
    if now is None:
        return False
    trigger = _trigger(alarm.id)
    if trigger is None:
        dispatch.move_alarm(alarm, None)
        return False
    plan = Plan.of(trigger.config)
    late_s = settings.GORAX_SCHEDULE_LATE_S
    decision = decide(plan, due_at=alarm.due_at, now=now, late_s=late_s)
    execution_id = _fired(trigger, plan, decision)
    if not dispatch.move_alarm(alarm, decision.next_at):
        raise OvertakenError("the schedule was changed as it fired")
    return execution_id is not None


def _trigger(schedule_id: UUID) -> TriggerInfo | None:
    """Return the trigger that may fire; None: it is inactive, paused, in the bin or no schedule any more."""
    trigger = workflows.trigger_by_id(schedule_id)
    if trigger is None or not trigger.is_active or trigger.kind != "schedule":
        return None
    is_on = Schedule.objects.offered().filter(pk=schedule_id, is_paused=False).exists()
    return trigger if is_on else None


def _fired(trigger: TriggerInfo, plan: Plan, decision: Decision) -> UUID | None:
    """Write down that a time has come, unless that is known, and start what it starts; return the execution."""
    version = workflows.version(trigger.version_id)
    data: dict[str, Json] = {
        "type": "schedule",
        "timestamp": _text(decision.fire_at),
        "cron": plan.cron,
    }
    status, reason = _judged(trigger, version, data, decision)
    execution_id = uuid7() if status == Firing.Status.STARTED else None
    row = {
        "id": uuid7(),
        "schedule_id": trigger.id,
        "fire_at": decision.fire_at,
        "status": status,
        "reason": reason,
        "execution_id": execution_id,
    }
    if not db.execute(db.in_schema(INSERT, tenancy.current_schema()), row):
        return None
    if execution_id is not None:
        executions.start(
            executions.Start(
                workflow_id=trigger.workflow_id,
                version_id=trigger.version_id,
                trigger_node=trigger.node_id,
                trigger_kind=trigger.kind,
                trigger=data,
                next_kind=version.next_kind(trigger.node_id),
                execution_id=execution_id,
            )
        )
    elif status == Firing.Status.FILTERED:
        workflows.count_filtered(trigger.id)
    return execution_id


def _judged(
    trigger: TriggerInfo, version: VersionInfo, data: Json, decision: Decision
) -> tuple[str, str]:
    """Return the status of a firing and its reason."""
    if decision.is_missed:
        return Firing.Status.MISSED, "Nobody looked at schedules when it was due."
    try:
        is_wanted = workflows.is_wanted(
            trigger.condition, data, now=decision.fire_at, zone=version.zone
        )
    except ExpressionError as problem:
        return Firing.Status.FILTER_ERROR, problem.message
    if not is_wanted:
        return Firing.Status.FILTERED, ""
    try:
        executions.refuse_beyond_quota()
    except ExecutionQuotaError as refusal:
        return Firing.Status.MISSED, refusal.message
    return Firing.Status.STARTED, ""


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
