"""Counting on the calendar of a time zone and along the time line."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from apps.engine.errors import NodeError

# Units that pass; all others are counted on the calendar.
_PASSING: Mapping[str, timedelta] = {
    "hours": timedelta(hours=1),
    "minutes": timedelta(minutes=1),
    "seconds": timedelta(seconds=1),
    "milliseconds": timedelta(milliseconds=1),
}
_DAYS: Mapping[str, int] = {"weeks": 7, "days": 1}
_MONTHS: Mapping[str, int] = {"years": 12, "months": 1}
UNITS = (*_MONTHS, *_DAYS, *_PASSING)
_MILLISECOND = timedelta(milliseconds=1)


def later(point: datetime, amount: float, unit: str) -> datetime:
    """Return the point so many units later, as the same clocks show it.

    Raises:
        NodeError: `bad_config`, days, weeks, months and years come whole.
        OverflowError, ValueError: there is no such date.
    """
    if unit in _PASSING:
        return _passed(point, _PASSING[unit] * amount)
    if not float(amount).is_integer():
        raise NodeError("bad_config", f"“amount” must be a whole number of {unit}.")
    if amount == 0:
        return point
    if unit in _DAYS:
        return _shown_by(point, _wall(point) + timedelta(days=_DAYS[unit] * int(amount)))
    return _shown_by(point, _months_later(_wall(point), _MONTHS[unit] * int(amount)))


def difference(point: datetime, other: datetime, unit: str) -> float:
    """Return the units from one point to the other; days and weeks by the clocks of the first one's zone."""
    other = other.astimezone(point.tzinfo)
    if unit in _PASSING:
        return (other.astimezone(UTC) - point.astimezone(UTC)) / _PASSING[unit]
    start, end = _wall(point), _wall(other)
    if unit in _DAYS:
        return (end - start) / timedelta(days=_DAYS[unit])
    return (
        _whole_months(start, end) // _MONTHS[unit]
        if end >= start
        else -(_whole_months(end, start) // _MONTHS[unit])
    )


def start_of(point: datetime, period: str) -> datetime:
    """Return the first moment of the period in which the point lies."""
    return _passing_start(point, period) or _shown_by(point, _STARTS[period](_wall(point)))


def end_of(point: datetime, period: str) -> datetime:
    """Return the last millisecond of the period in which the point lies."""
    if period in _PASSING_PERIODS:
        return _passed(start_of(point, period), _PASSING_PERIODS[period] - _MILLISECOND)
    first = _STARTS[period](_wall(point))
    following = (
        first + timedelta(days=_DAY_PERIODS[period])
        if period in _DAY_PERIODS
        else _months_later(first, _MONTH_PERIODS[period])
    )
    return _passed(_shown_by(point, following), -_MILLISECOND)


def _wall(point: datetime) -> datetime:
    """Return what the clocks show, without their zone."""
    return point.replace(tzinfo=None, fold=0)


def _passed(point: datetime, span: timedelta) -> datetime:
    # Between two times of one zone Python counts the hands of its clocks, so this goes by UTC.
    return (point.astimezone(UTC) + span).astimezone(point.tzinfo)


def _shown_by(point: datetime, wall: datetime) -> datetime:
    """Return when the clocks of the point's zone show this; of two such moments the one with the point's offset.

    A time that they leave out becomes the one as much later.
    """
    zone: tzinfo | None = point.tzinfo
    first, second = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    is_second = second.utcoffset() == point.utcoffset() and _is_twice(first, second)
    return (second if is_second else first).astimezone(UTC).astimezone(zone)


def _is_twice(first: datetime, second: datetime) -> bool:
    before, after = first.utcoffset(), second.utcoffset()
    return before is not None and after is not None and before > after


def _months_later(wall: datetime, months: int) -> datetime:
    """Return the same day so many months later, or the last one of that month."""
    year, month = divmod(wall.year * 12 + wall.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return wall.replace(
        year=year, month=month + 1, day=min(wall.day, monthrange(year, month + 1)[1])
    )


def _whole_months(start: datetime, end: datetime) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if _months_later(start, months) > end else months


def _passing_start(point: datetime, period: str) -> datetime | None:
    if period not in _PASSING_PERIODS:
        return None
    beyond = timedelta(seconds=point.second, microseconds=point.microsecond)
    if period == "hour":
        beyond += timedelta(minutes=point.minute)
    return _passed(point, -beyond)


def _midnight(wall: datetime) -> datetime:
    return wall.replace(hour=0, minute=0, second=0, microsecond=0)


_STARTS: Mapping[str, Callable[[datetime], datetime]] = {
    "year": lambda wall: _midnight(wall).replace(month=1, day=1),
    "quarter": lambda wall: _midnight(wall).replace(month=wall.month - (wall.month - 1) % 3, day=1),
    "month": lambda wall: _midnight(wall).replace(day=1),
    "week": lambda wall: _midnight(wall) - timedelta(days=wall.weekday()),
    "day": _midnight,
}
_DAY_PERIODS: Mapping[str, int] = {"week": 7, "day": 1}
_MONTH_PERIODS: Mapping[str, int] = {"year": 12, "quarter": 3, "month": 1}
_PASSING_PERIODS: Mapping[str, timedelta] = {
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
}
PERIODS = (*_STARTS, *_PASSING_PERIODS)
