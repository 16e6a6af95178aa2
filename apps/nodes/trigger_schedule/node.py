"""Starts a workflow at set times."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import NodeType, Raw

DESCRIPTORS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")


def _check(config: Raw) -> Iterator[FieldProblem]:
    cron = config.get("cron")
    if not isinstance(cron, str) or not cron.strip():
        return
    words = cron.split()
    if cron.strip() not in DESCRIPTORS and len(words) not in {5, 6}:
        yield FieldProblem(
            "cron",
            "cron_invalid",
            "A schedule has five parts (minute, hour, day, month, weekday), as in “0 9 * * 1-5”.",
        )


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
