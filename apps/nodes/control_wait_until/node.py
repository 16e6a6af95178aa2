"""Waits until a moment, holding nobody: the execution sleeps in the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from apps.engine.errors import NodeError
from apps.engine.expressions import ExpressionError
from apps.engine.expressions.functions import dates
from apps.engine.fields import Field, FieldProblem, Kind, is_absent, is_templated
from apps.engine.node import Context, NodeType, Raw, Result, Wait
from apps.engine.value import Json

# A year: more than this is a schedule, or a slip of the pen.
LONGEST_S = 366 * 86_400
# As seconds this is the year 5138, as milliseconds it was 1973: programs in JavaScript count in those.
MILLISECONDS_FROM = 100_000_000_000


def run(ctx: Context) -> Result | Wait:
    """Let go until the moment has come; one that has passed already is waited for no more.

    Raises:
        NodeError: `moment_invalid`, it is no moment, or more than a year ahead; `zone_unknown`.
    """
    zone = ctx.config.text("zone") if ctx.config.is_given("zone") else ctx.zone
    until = moment_of(ctx.config.json("until"), zone)
    ahead_s = 0.0 if ctx.started_at is None else (until - ctx.started_at).total_seconds()
    if ahead_s > LONGEST_S:
        raise NodeError("moment_invalid", "A moment lies a year ahead at most.")
    has_passed = ahead_s <= 0
    if ctx.woken is None and not has_passed:
        return Wait(until=until.astimezone(UTC))
    return Result({"until": until.isoformat(), "had_passed": has_passed, "completed": True})


def moment_of(value: Json, zone: str) -> datetime:
    """Return the moment of a text, in `zone` if it names no offset, or of the seconds or milliseconds since 1970.

    Raises:
        NodeError: `moment_invalid`; `zone_unknown`.
    """
    try:
        place = dates.zone_named("zone", zone)
    except ExpressionError as error:
        raise NodeError("zone_unknown", f"“zone” {error.message.removeprefix('zone() ')}") from None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NodeError("moment_invalid", "A moment is a date as text, or a number of seconds.")
    if not isinstance(value, str) and MILLISECONDS_FROM <= value < MILLISECONDS_FROM * 1000:
        value /= 1000
    try:
        moment = dates.moment("until", value, place)
        # At the ends of the calendar a moment of one zone is none in UTC, by which it is stored.
        moment.astimezone(UTC)
        return moment.astimezone(place)
    except (ExpressionError, OverflowError, ValueError):
        raise NodeError(
            "moment_invalid",
            "A moment is written like 2026-03-01T09:00, 2026-03-01T09:00:00+01:00 or 1772352000.",
        ) from None


def _check(config: Raw) -> Iterator[FieldProblem]:
    until, zone = config.get("until"), config.get("zone")
    is_zone_known = isinstance(zone, str) and zone != "" and not is_templated(zone)
    place = str(zone) if is_zone_known else "UTC"
    if is_absent(until) or is_templated(until):
        until = 0
    try:
        moment_of(until, place)
    except NodeError as error:
        name = "zone" if error.code == "zone_unknown" else "until"
        yield FieldProblem(name, error.code, error.message)


NODE = NodeType(
    type="control:wait_until",
    title="Wait until",
    description="Waits until a moment. Nothing is held meanwhile, and restarts do not matter.",
    category="control",
    run=run,
    check=_check,
    fields=(
        Field(
            name="until",
            kind=Kind.TEMPLATE,
            title="Until",
            help="A date with its time, or the seconds (or milliseconds) since 1970. A moment that has passed waits no more.",
            placeholder="{{ addDays(now(), 2) }}",
            is_required=True,
        ),
        Field(
            name="zone",
            kind=Kind.TEMPLATE,
            title="Time zone",
            help="Where a date without an offset is read. Left empty: the workflow's.",
            placeholder="Europe/Paris",
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "until": {"type": "string"},
            "had_passed": {"type": "boolean"},
            "completed": {"const": True},
        },
    },
)
