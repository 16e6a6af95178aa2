"""What is wrong with the schedules that a document declares and their fields alone do not show."""

from datetime import UTC, datetime

from apps.engine.problem import pointer
from apps.schedules.rules.times import Plan
from apps.schedules.rules.words import problems_of
from apps.workflows.events import DocumentChecked

# Whether a schedule ever fires depends on no year: any day before a leap year will do.
SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def judge(checked: DocumentChecked) -> None:
    """Report schedules that can be read but mean no day that exists."""
    for trigger in checked.triggers:
        if trigger.kind != "schedule" or not isinstance(trigger.config.get("cron"), str):
            continue
        plan = Plan.of(trigger.config)
        # What cannot be read is named with its field already.
        if any(problems_of(plan)) or plan.after(SOME_DAY) is not None:
            continue
        checked.report.error(
            "schedule_never_fires",
            f"“{trigger.name}” never fires: no month that it names has such a day.",
            node_id=trigger.node_id,
            path=trigger.place + pointer("cron"),
            field="cron",
        )
