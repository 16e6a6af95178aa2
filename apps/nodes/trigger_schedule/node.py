"""Starts a workflow at set times."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import NodeType, Raw
from apps.engine.problem import clipped
from apps.engine.zone import zone_names
from apps.nodes.trigger_schedule.cron import wrongs


def _check(config: Raw) -> Iterator[FieldProblem]:
    cron, zone = config.get("cron"), config.get("timezone")
    if isinstance(cron, str):
        for sentence in wrongs(cron) if cron.strip() else ():
            yield FieldProblem("cron", "cron_invalid", sentence)
    if isinstance(zone, str) and zone and zone not in zone_names():
        sentence = (
            f"There is no time zone “{clipped(zone)}”. Write a name such as UTC or Europe/Berlin."
        )
        yield FieldProblem("timezone", "timezone_unknown", sentence)


NODE = NodeType(
    type="trigger:schedule",
    title="Schedule",
    description="Starts the workflow at set times, such as every weekday at nine.",
    category="trigger",
    run=None,
    is_trigger=True,
    check=_check,
    fields=(
        Field(
            name="cron",
            kind=Kind.TEXT,
            title="When",
            help="Minute, hour, day of the month, month and weekday; or @hourly, @daily, @weekly.",
            placeholder="0 9 * * 1-5",
            is_required=True,
        ),
        Field(
            name="timezone",
            kind=Kind.TEXT,
            title="Time zone",
            help="Such as UTC or Europe/Berlin.",
            default="UTC",
        ),
        Field(
            name="condition",
            kind=Kind.EXPRESSION,
            title="Condition",
            help="Over `trigger`; when false, no execution is started.",
            reads=("trigger",),
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "type": {"const": "schedule"},
            "timestamp": {"type": "string", "format": "date-time"},
            "cron": {"type": "string"},
        },
    },
)
