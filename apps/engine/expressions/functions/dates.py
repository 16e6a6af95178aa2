"""Functions of dates. A date is RFC 3339 text, with its offset; a number means seconds since 1970."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from apps.engine.expressions.functions.catalogue import (
    DATE,
    NUMBER,
    TEXT,
    Catalogue,
    Evaluation,
    Example,
    Parameter,
    needs,
    optional,
)
from apps.engine.expressions.functions.layouts import read, write
from apps.engine.expressions.operators import number
from apps.engine.zone import zone_names

CATALOGUE = Catalogue("Dates")
_DATE = Parameter("date", DATE)
_RFC_3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2})?([.,]\d{1,9})?)?(?:([Zz])|([+-]\d{2}):?(\d{2}))?",
    re.ASCII,
)
_DURATION = re.compile(r"([+-]?)((?:[0-9]{1,12}(?:\.[0-9]{1,9})?(?:ms|us|ns|[dhms]))+)")
_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|us|ns|[dhms])")
_UNIT_S = {"d": 86_400, "h": 3_600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
# Whichever a workflow's setting uses.
NAMES_OF_UTC = frozenset(
    f"{area}{name}" for area in ("", "Etc/") for name in ("UTC", "UCT", "Universal", "Zulu")
)
_ZONE = re.compile(r"[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]")


def moment(name: str, value: str | float, zone: tzinfo) -> datetime:
    """Return the point in time that a function was given.

    Text without an offset is taken in `zone`; a date without a time is its midnight.

    Raises:
        ExpressionError: `bad_value`, it is no date.
    """
    if isinstance(value, str):
        return _from_text(name, value, zone)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        raise needs(name, "needs a date between the years 1 and 9999") from None


def _from_text(name: str, text: str, zone: tzinfo) -> datetime:
    found = _RFC_3339.fullmatch(text.strip())
    if not found:
        raise needs(name, "needs a date like “2024-05-17” or “2024-05-17T12:30:00Z”")
    day, minutes, seconds, fraction, zulu, hours_off, minutes_off = found.groups()
    if minutes is None and (zulu or hours_off):
        raise needs(name, "needs a time before an offset")
    offset = "+00:00" if zulu else f"{hours_off}:{minutes_off}" if hours_off else ""
    micros = f".{fraction[1:7]:0<6}" if fraction else ""
    try:
        made = datetime.fromisoformat(
            f"{day}T{minutes or '00:00'}{seconds or ':00'}{micros}{offset}"
        )
    except ValueError:
        raise needs(name, "is given a date or a time that does not exist") from None
    return made if made.tzinfo else _placed_there(made, zone)


def _placed_there(wall: datetime, zone: tzinfo) -> datetime:
    # With its offset alone: between two times of one zone Python counts the hands of its clocks, not the hours.
    return wall.replace(tzinfo=timezone(wall.replace(tzinfo=zone).utcoffset() or timedelta()))


def home(name: str, evaluation: Evaluation) -> tzinfo:
    """Return the time zone of dates that do not name theirs."""
    return zone_named(name, evaluation.zone)


def shown(value: datetime) -> str:
    """Return RFC 3339 text: the offset kept, UTC as Z, fractions only if there are any."""
    text = value.isoformat()
    return text.removesuffix("+00:00") + "Z" if value.utcoffset() == timedelta() else text


def zone_named(name: str, zone: str) -> tzinfo:
    """Return the time zone `Europe/Paris`, `UTC` or `+02:00`.

    Raises:
        ExpressionError: `bad_value`, there is none of that name.
    """
    if _ZONE.fullmatch(zone):
        sign = -1 if zone[0] == "-" else 1
        return timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:])))
    # Python looks for an unknown zone in files and packages of that name: only known ones get there.
    if zone in zone_names():
        return ZoneInfo(zone)
    raise needs(name, "needs a time zone like “Europe/Paris” or “+02:00”")


def placed(name: str, point: datetime, zone: tzinfo) -> datetime:
    """Return the same point in time as the clocks of `zone` show it.

    Raises:
        ExpressionError: `bad_value`, they show a year before 1 or after 9999.
    """
    try:
        return point.astimezone(zone)
    except OverflowError:
        raise needs(name, "leaves the years 1 to 9999") from None


def _moved(name: str, evaluation: Evaluation, value: str | float, **by: float) -> str:
    start = moment(name, value, home(name, evaluation))
    try:
        return shown(start + timedelta(**by))
    except OverflowError:
        raise needs(name, "leaves the years 1 to 9999") from None


@CATALOGUE.function(
    "formatDate",
    (_DATE, Parameter("layout", TEXT), optional("zone", TEXT)),
    "text",
    Example(
        'formatDate("2024-05-07T09:05:00Z", "DD.MM.YYYY HH:mm", "Europe/Berlin")',
        "07.05.2024 11:05",
    ),
    aliases=("dateFormat",),
)
def format_date(
    evaluation: Evaluation, date: str | float, layout: str, zone: str | None = None
) -> str:
    """Return the date in a layout of YYYY YY MMMM MMM MM M DD D dddd ddd HH H hh h mm m ss s SSS A a Z; [text] stays.

    Layouts that spell out the date 2006-01-02 15:04:05 work as well. If no zone is given, the workflow's; if that is
    UTC, the date keeps its own.
    """
    here = home("formatDate", evaluation)
    point = moment("formatDate", date, here)
    if zone is not None:
        point = placed("formatDate", point, zone_named("formatDate", zone))
    elif evaluation.zone not in NAMES_OF_UTC:
        point = placed("formatDate", point, here)
    return write(point, layout, evaluation)


@CATALOGUE.function(
    "parseDate",
    (_DATE, optional("layout", TEXT), optional("zone", TEXT)),
    "date",
    Example(
        'parseDate("07.05.2024 11:05", "DD.MM.YYYY HH:mm", "Europe/Berlin")',
        "2024-05-07T11:05:00+02:00",
    ),
    aliases=("dateParse",),
)
def parse_date(
    evaluation: Evaluation, date: str | float, layout: str | None = None, zone: str | None = None
) -> str:
    """Return the date that a text holds, as RFC 3339; the layout as in formatDate(), the zone that of the workflow if left out."""
    place = zone_named("parseDate", evaluation.zone if zone is None else zone)
    if layout is None or not isinstance(date, str):
        return shown(moment("parseDate", date, place))
    point = read(date, layout, evaluation)
    if point is None:
        raise needs("parseDate", "needs a text that follows the layout")
    return shown(point if point.tzinfo else _placed_there(point, place))


@CATALOGUE.function(
    "addDays",
    (_DATE, Parameter("days", NUMBER)),
    "date",
    Example('addDays("2024-02-28T12:00:00Z", 2)', "2024-03-01T12:00:00Z"),
)
def add_days(evaluation: Evaluation, date: str | float, days: float) -> str:
    """Return the date so many days later, or earlier if negative."""
    return _moved("addDays", evaluation, date, days=days)


@CATALOGUE.function(
    "addHours",
    (_DATE, Parameter("hours", NUMBER)),
    "date",
    Example('addHours("2024-05-07T23:30:00Z", 1)', "2024-05-08T00:30:00Z"),
)
def add_hours(evaluation: Evaluation, date: str | float, hours: float) -> str:
    """Return the date so many hours later."""
    return _moved("addHours", evaluation, date, hours=hours)


@CATALOGUE.function(
    "addMinutes",
    (_DATE, Parameter("minutes", NUMBER)),
    "date",
    Example('addMinutes("2024-05-07T23:59:00Z", 1.5)', "2024-05-08T00:00:30Z"),
)
def add_minutes(evaluation: Evaluation, date: str | float, minutes: float) -> str:
    """Return the date so many minutes later."""
    return _moved("addMinutes", evaluation, date, minutes=minutes)


@CATALOGUE.function(
    "diffDays",
    (Parameter("from", DATE), Parameter("to", DATE)),
    "number",
    Example('diffDays("2024-05-01", "2024-05-02T12:00:00Z")', 1.5),
)
def diff_days(evaluation: Evaluation, start: str | float, end: str | float) -> float:
    """Return the days from the first date to the second, with fractions."""
    place = home("diffDays", evaluation)
    return _whole(
        (moment("diffDays", end, place) - moment("diffDays", start, place)) / timedelta(days=1)
    )


@CATALOGUE.function(
    "diffHours",
    (Parameter("from", DATE), Parameter("to", DATE)),
    "number",
    Example('diffHours("2024-05-01T00:00:00Z", "2024-05-01T05:30:00+02:00")', 3.5),
)
def diff_hours(evaluation: Evaluation, start: str | float, end: str | float) -> float:
    """Return the hours from the first date to the second, with fractions."""
    place = home("diffHours", evaluation)
    return _whole(
        (moment("diffHours", end, place) - moment("diffHours", start, place)) / timedelta(hours=1)
    )


@CATALOGUE.function(
    "timestamp", (_DATE,), "number", Example('timestamp("1970-01-02T00:00:00Z")', 86_400)
)
def timestamp(evaluation: Evaluation, date: str | float) -> float:
    """Return the seconds since 1970: dates become numbers that can be compared and subtracted."""
    since = moment("timestamp", date, home("timestamp", evaluation)) - datetime(
        1970, 1, 1, tzinfo=UTC
    )
    return _whole(since / timedelta(seconds=1))


@CATALOGUE.function(
    "duration", (Parameter("text", TEXT),), "number", Example('duration("1h30m")', 5_400)
)
def duration(_: Evaluation, text: str) -> float:
    """Return the seconds that a span like “2d”, “1h30m” or “1.5s” takes."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise needs("duration", "needs a span like “2d”, “1h30m” or “500ms”")
    seconds = math.fsum(
        float(amount) * _UNIT_S[unit] for amount, unit in _DURATION_PART.findall(found[2])
    )
    return number(_whole(-seconds if found[1] == "-" else seconds))


def _whole(value: float) -> float:
    return int(value) if value.is_integer() else value
