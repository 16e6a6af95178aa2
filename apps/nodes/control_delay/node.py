"""Waits, holding nobody: the execution sleeps in the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind, is_absent, is_templated
from apps.engine.node import Context, NodeType, Raw, Result, Wait
from apps.engine.value import Json

# A year: more than this is a schedule, or a slip of the pen.
LONGEST_S = 366 * 86_400

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*(ms|min|s|m|h|d|w)\s*", re.IGNORECASE)
_ISO = re.compile(
    r"P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?"
)
_ISO_UNITS = (604_800, 86_400, 3600, 60, 1)


def run(ctx: Context) -> Result | Wait:
    """Let go until the time has come, then say how long it took.

    Raises:
        NodeError: `duration_invalid`, the text is no duration, or longer than a year; `moment_invalid`, it is no
            moment with a zone, or more than a year ahead.
    """
    if ctx.config.is_given("until"):
        until = moment_of(ctx.config.json("until"), ctx.started_at)
        if ctx.woken is None:
            return Wait(until=until.astimezone(UTC))
        return Result({"until": until.isoformat(), "completed": True})
    duration = ctx.config.json("duration")
    seconds = seconds_of(duration)
    if ctx.woken is None:
        return Wait(seconds=seconds)
    return Result({"duration": duration, "delayed_ms": round(seconds * 1000), "completed": True})


def seconds_of(duration: Json) -> float:
    """Return the seconds of `5`, `"5s"`, `"1m30s"`, `"2 h"` or `"PT1M30S"`.

    Raises:
        NodeError: `duration_invalid`.
    """
    seconds = _read(duration)
    if seconds is None or not 0 <= seconds <= LONGEST_S:
        raise NodeError(
            "duration_invalid",
            "A duration is written like 5s, 1m30s, 2h or PT1M30S, and lasts a year at most.",
        )
    return seconds


def _read(duration: Json) -> float | None:
    if isinstance(duration, bool):
        return None
    if isinstance(duration, int | float):
        # Judged first: an integer may be larger than any float.
        return float(duration) if 0 <= duration <= LONGEST_S else None
    if not isinstance(duration, str) or not duration.strip():
        return None
    text = duration.strip()
    iso = _ISO.fullmatch(text)
    if iso is not None and any(iso.groups()):
        parts = zip(iso.groups(), _ISO_UNITS, strict=True)
        return sum(float(number) * unit for number, unit in parts if number)
    seconds, place = 0.0, 0
    while place < len(text):
        part = _PART.match(text, place)
        if part is None:
            return None
        seconds += float(part[1]) * _UNITS[part[2].lower()]
        place = part.end()
    return seconds


def moment_of(text: Json, now: datetime | None = None) -> datetime:
    """Return the moment of an ISO 8601 text that knows its zone; with `now` it lies at most a year after that.

    Raises:
        NodeError: `moment_invalid`.
    """
    try:
        moment = datetime.fromisoformat(text if isinstance(text, str) else "")
        # At the ends of the calendar a moment of one zone is none in UTC, by which it is stored.
        in_utc = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NodeError(
            "moment_invalid", "A moment is written like 2026-03-01T09:00:00+01:00, with its zone."
        )
    if now is not None and (in_utc - now).total_seconds() > LONGEST_S:
        raise NodeError("moment_invalid", "A moment lies a year ahead at most.")
    return moment


def _check(config: Raw) -> Iterator[FieldProblem]:
    duration, until = config.get("duration"), config.get("until")
    if is_absent(duration) and is_absent(until):
        yield FieldProblem("duration", "field_required", "How long to wait is empty.")
    for name, value, read in (("duration", duration, seconds_of), ("until", until, moment_of)):
        if is_absent(value) or is_templated(value):
            continue
        try:
            read(value)
        except NodeError as error:
            yield FieldProblem(name, error.code, error.message)


NODE = NodeType(
    type="control:delay",
    title="Delay",
    description="Waits for a while, or until a moment. Nothing is held meanwhile, and restarts do not matter.",
    category="control",
    run=run,
    check=_check,
    fields=(
        Field(
            name="duration",
            kind=Kind.TEMPLATE,
            title="How long",
            help="Like 5s, 1m30s, 2h, 3d or PT1M30S; a number counts seconds.",
            placeholder="1m30s",
        ),
        Field(
            name="until",
            kind=Kind.TEMPLATE,
            title="Until",
            help="A moment with its zone, instead of a duration; a moment that has passed waits no more.",
            placeholder="2026-03-01T09:00:00+01:00",
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "duration": {},
            "delayed_ms": {"type": "integer"},
            "completed": {"const": True},
        },
    },
)
