"""Works with dates: parse, convert, add, compare, format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone, tzinfo

from apps.engine.errors import NodeError
from apps.engine.expressions import ExpressionError, Scope
from apps.engine.expressions.evaluation import Evaluation
from apps.engine.expressions.functions import dates, layouts
from apps.engine.fields import Field, FieldProblem, Kind, is_absent, is_templated
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.value import DEFAULT_LIMITS, Json
from apps.nodes.data_date_time import calendar

_NOTHING = Scope({})


def run(ctx: Context) -> Result:
    """Do what the operation says; most give a date with its parts.

    Raises:
        NodeError: `bad_date`, a value is no date, or none that follows the layout; `bad_zone`; `date_out_of_range`,
            the result lies before the year 1 or after 9999; `bad_config`, an amount is not whole.
    """
    try:
        return Result(_OPERATIONS[ctx.config.text("operation")](ctx))
    except (OverflowError, ValueError):
        raise NodeError(
            "date_out_of_range", "“date” leads to a time before the year 1 or after the year 9999."
        ) from None


def _parse(ctx: Context) -> Json:
    value = ctx.config.json("date")
    if not ctx.config.is_given("layout") or not isinstance(value, str):
        return _shown(_point(ctx))
    point = layouts.read(value, ctx.config.text("layout"), _evaluation())
    if point is None:
        raise NodeError("bad_date", "“date” does not follow the layout.")
    if point.tzinfo is None:
        # With the offset that the clocks there have, as a date without a layout gets it.
        there = point.replace(tzinfo=_zone(ctx))
        point = point.replace(tzinfo=timezone(there.utcoffset() or there - there))
    return _shown(_placed(ctx, point))


def _convert(ctx: Context) -> Json:
    return _shown(_point(ctx))


def _add(ctx: Context) -> Json:
    amount, unit = ctx.config.number("amount"), ctx.config.text("unit")
    return _shown(calendar.later(_point(ctx), amount, unit))


def _start_of(ctx: Context) -> Json:
    return _shown(calendar.start_of(_point(ctx), ctx.config.text("period")))


def _end_of(ctx: Context) -> Json:
    return _shown(calendar.end_of(_point(ctx), ctx.config.text("period")))


def _difference(ctx: Context) -> Json:
    units = calendar.difference(_point(ctx), _point(ctx, "other"), ctx.config.text("unit"))
    return int(units) if float(units).is_integer() else units


def _format(ctx: Context) -> Json:
    return layouts.write(_point(ctx), ctx.config.text("layout"), _evaluation())


def _point(ctx: Context, name: str = "date") -> datetime:
    value = ctx.config.json(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NodeError("bad_date", f"“{name}” must be a date, as text or in seconds since 1970.")
    try:
        return _placed(ctx, dates.moment(name, value, _zone(ctx)))
    except ExpressionError as error:
        sentence = error.message.removeprefix(f"{name}() ")
        raise NodeError("bad_date", f"“{name}” {sentence}") from None


def _zone(ctx: Context) -> tzinfo:
    name = ctx.config.text("zone") if ctx.config.is_given("zone") else ctx.zone
    try:
        return dates.zone_named("zone", name)
    except ExpressionError as error:
        raise NodeError("bad_zone", f"“zone” {error.message.removeprefix('zone() ')}") from None


def _placed(ctx: Context, point: datetime) -> datetime:
    """Return the moment as its own clocks show it, unless the node or the workflow names others."""
    if ctx.config.is_given("zone") or ctx.zone != "UTC":
        return point.astimezone(_zone(ctx))
    return point


def _evaluation() -> Evaluation:
    return Evaluation(_NOTHING, DEFAULT_LIMITS, "")


def _shown(point: datetime) -> Json:
    seconds = point.timestamp()
    return {
        "date": dates.shown(point),
        "timestamp": int(seconds) if seconds.is_integer() else seconds,
        "year": point.year,
        "month": point.month,
        "day": point.day,
        "hour": point.hour,
        "minute": point.minute,
        "second": point.second,
        "weekday": point.isoweekday(),
        "week": point.isocalendar().week,
        "day_of_year": point.timetuple().tm_yday,
    }


def _check(config: Raw) -> Iterator[FieldProblem]:
    zone = config.get("zone")
    if isinstance(zone, str) and not is_absent(zone) and not is_templated(zone):
        try:
            dates.zone_named("zone", zone)
        except ExpressionError:
            sentence = "There is no such time zone; Europe/Paris and +02:00 are some."
            yield FieldProblem("zone", "timezone_unknown", sentence)
    if config.get("operation") == "format" and is_absent(config.get("layout")):
        yield FieldProblem("layout", "field_required", "“Layout” is empty.")


_OPERATIONS: Mapping[str, Callable[[Context], Json]] = {
    "convert": _convert,
    "parse": _parse,
    "format": _format,
    "add": _add,
    "difference": _difference,
    "start_of": _start_of,
    "end_of": _end_of,
}

NODE = NodeType(
    type="data:date_time",
    title="Date and time",
    description="Reads, writes, moves and compares dates, in any time zone.",
    category="data",
    run=run,
    check=_check,
    fields=(
        Field(
            name="operation",
            kind=Kind.SELECT,
            title="Operation",
            options=tuple(_OPERATIONS),
            default="convert",
        ),
        Field(
            name="date",
            kind=Kind.TEMPLATE,
            title="Date",
            help="Text, or seconds since 1970.",
            placeholder="{{ now() }}",
            is_required=True,
        ),
        Field(
            name="other",
            kind=Kind.TEMPLATE,
            title="Other date",
            help="To which the difference is counted.",
            is_required=True,
            depends_on=("operation", ("difference",)),
        ),
        Field(
            name="amount",
            kind=Kind.NUMBER,
            title="Amount",
            help="Negative for earlier.",
            is_required=True,
            minimum=-1e12,
            maximum=1e12,
            depends_on=("operation", ("add",)),
        ),
        Field(
            name="unit",
            kind=Kind.SELECT,
            title="Unit",
            options=calendar.UNITS,
            default="days",
            depends_on=("operation", ("add", "difference")),
        ),
        Field(
            name="period",
            kind=Kind.SELECT,
            title="Period",
            options=calendar.PERIODS,
            default="day",
            depends_on=("operation", ("start_of", "end_of")),
        ),
        Field(
            name="layout",
            kind=Kind.TEMPLATE,
            title="Layout",
            help="How the text is written.",
            placeholder="DD.MM.YYYY HH:mm",
            longest=layouts.LONGEST_LAYOUT,
            depends_on=("operation", ("format", "parse")),
        ),
        Field(
            name="zone",
            kind=Kind.TEMPLATE,
            title="Time zone",
            help="Left empty, the workflow's.",
            placeholder="Europe/Berlin",
        ),
    ),
)
