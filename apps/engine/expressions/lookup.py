"""Values found by path: directly, lazily, and with a useful sentence when there is nothing."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final

from apps.engine.expressions.ast import Segment
from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.kinds import called
from apps.engine.expressions.lexer import printable
from apps.engine.expressions.scope import Hinting
from apps.engine.expressions.segments import written

MISSING: Final = object()
# More names than this are not compared: the answer must not cost more than the question.
NAMES_COMPARED = 500


class MissingError(Exception):
    """A path led nowhere. It is turned into words only if nobody catches it: `??` often does."""

    def __init__(self, base: Any, segments: tuple[Segment, ...], shown: str, position: int) -> None:
        super().__init__(shown)
        self.base = base
        self.segments = segments
        self.shown = shown
        self.position = position


def find(value: Any, segments: Iterable[Segment]) -> Any:
    """Return what lies under `segments` in `value`, or MISSING.

    A number counts in a list from 0 and names the entry of that name in an object. Names below
    `headers` are also found in lower case.
    """
    previous: Segment | None = None
    for segment in segments:
        value = _next(value, segment, previous)
        if value is MISSING:
            return MISSING
        previous = segment
    return value


def _next(value: Any, segment: Segment, previous: Segment | None) -> Any:
    kind = type(value)
    if kind is dict:
        found = value.get(segment, MISSING)
    elif kind is list:
        found = _element(value, segment)
    else:
        found = _loaded(value, segment)
    return _other_spelling(value, segment, previous) if found is MISSING else found


def _element(values: list[Any], segment: Segment) -> Any:
    if type(segment) is int and 0 <= segment < len(values):
        return values[segment]
    return MISSING


def _loaded(value: Any, segment: Segment) -> Any:
    if not isinstance(value, Mapping):
        return MISSING
    try:
        return value[segment]
    except KeyError:
        return MISSING


def _other_spelling(value: Any, segment: Segment, previous: Segment | None) -> Any:
    if not isinstance(value, Mapping):
        return MISSING
    if type(segment) is int:
        return _loaded(value, str(segment))
    if previous == "headers":
        return _loaded(value, str(segment).lower())
    return MISSING


def explain(missing: MissingError) -> ExpressionError:
    """Return the failure for people: the path, where it breaks off, the nearest name there is."""
    value, count = missing.base, 0
    previous: Segment | None = None
    # What loads may have come into being since; then the last segment is to blame.
    while count < len(missing.segments) - 1:
        found = _next(value, missing.segments[count], previous)
        if found is MISSING:
            break
        value, previous, count = found, missing.segments[count], count + 1
    wanted = missing.segments[count]
    names: tuple[Segment, ...] = (missing.shown,) if missing.shown else ()
    path = written((*names, *missing.segments))
    place = written((*names, *missing.segments[:count])) if names or count else ""
    return ExpressionError(
        "missing_path",
        f"{clipped(path)} is missing: {_reason(value, wanted, place)}",
        position=missing.position,
        path=path,
    )


def _reason(value: Any, wanted: Segment, place: str) -> str:
    shown = clipped(place)
    if type(value) is list:
        if type(wanted) is int:
            return f"{shown} has {len(value)} elements, counted from 0."
        return f"{shown} is a list. Write {shown}[0] for its first element, or map() for all."
    if not isinstance(value, Mapping):
        return f"{shown} is {called(value)}, so nothing lies inside it."
    hint = value.hint_for(str(wanted)) if isinstance(value, Hinting) else None
    if hint:
        return hint
    return _nearest(value, str(wanted), place)


def _nearest(value: Mapping[str, Any], wanted: str, place: str) -> str:
    names = [str(name) for name in itertools.islice(value, NAMES_COMPARED)]
    where = f"{clipped(place)} has no" if place else "there is no"
    sentence = f"{where} “{clipped(wanted)}”."
    close = difflib.get_close_matches(wanted[:100], names, n=1, cutoff=0.6)
    if not close:
        close = [name for name in names if name.lower() == wanted.lower()][:1]
    if close:
        return (
            f"{sentence} Did you mean {clipped(written((place, close[0])) if place else close[0])}?"
        )
    if not names:
        return f"{sentence} It is empty." if place else sentence
    return f"{sentence} There is: {', '.join(clipped(name) for name in names[:5])}."


def clipped(text: str) -> str:
    """Return `text` short enough, and clean enough, for a sentence."""
    return printable(text if len(text) <= 80 else f"{text[:79]}…")
