"""Lists that nodes work on: read from a config, their entries read by path and told apart by value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import TypeAlias

from apps.engine.config import Config
from apps.engine.errors import NodeError
from apps.engine.expressions.ast import Path, Segment
from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.kinds import called
from apps.engine.expressions.lookup import MISSING, clipped, find
from apps.engine.expressions.parser import parse
from apps.engine.fields import FieldProblem, is_absent, is_templated
from apps.engine.value import DEFAULT_LIMITS, Json

# A path as its segments; without any it is the entry itself.
RowPath: TypeAlias = tuple[Segment, ...]

_ROOT = "item"


def rows_of(config: Config, name: str = "items") -> list[Json]:
    """Return the list that an expression field yields; shared, not copied.

    Raises:
        ExpressionError: the expression cannot be evaluated.
        NodeError: `bad_input`, it is no list; `too_many_entries`.
    """
    value = config.formula(name).value()
    if not isinstance(value, list):
        raise NodeError("bad_input", f"“{name}” must be a list, not {called(value)}.")
    return bounded(value, name)


def bounded(rows: list[Json], name: str) -> list[Json]:
    """Return the list that the field `name` gives if it is short enough to be worked on in one go.

    Raises:
        NodeError: `too_many_entries`.
    """
    if len(rows) > DEFAULT_LIMITS.list_entries:
        raise NodeError(
            "too_many_entries",
            f"“{name}” comes to {len(rows):,} entries; a node works on at most"
            f" {DEFAULT_LIMITS.list_entries:,}. Split it, or ask its source for less.",
        )
    return rows


def row_path(text: str, name: str = "path") -> RowPath:
    """Return what `address.city`, `tags[0]` or `["first name"]` means; an empty text is the entry itself.

    Raises:
        NodeError: `bad_path`.
    """
    found = _parsed(text.strip())
    if found is None:
        raise NodeError("bad_path", f"“{name}”: “{clipped(text)}” is no path into an entry.")
    return found


@lru_cache(maxsize=256)
def _parsed(text: str) -> RowPath | None:
    glue = "" if not text or text.startswith("[") else "."
    try:
        node = parse(f"{_ROOT}{glue}{text}", frozenset(), DEFAULT_LIMITS)
    except ExpressionError:
        return None
    return node.segments[1:] if isinstance(node, Path) else None


def path_problems(value: Json, place: str) -> Iterator[FieldProblem]:
    """Yield what is wrong with a path, or with each of a list of paths, before it is known to be rendered."""
    values = value if isinstance(value, list) else [value]
    for index, text in enumerate(values):
        where = f"{place}[{index}]" if isinstance(value, list) else place
        if is_absent(text) or is_templated(text):
            continue
        if not isinstance(text, str):
            # What is wrong with a single value of another kind, its field says itself.
            if isinstance(value, list):
                yield FieldProblem(where, "field_type", "Each path must be text.")
        elif _parsed(text.strip()) is None:
            yield FieldProblem(
                where, "bad_path", f"“{clipped(text)}” is no path such as address.city or tags[0]."
            )


def value_at(row: Json, path: RowPath) -> Json:
    """Return what lies under the path in an entry; null if nothing does."""
    found: Json = find(row, path)
    return None if found is MISSING else found


def identity(value: Json) -> object:
    """Return something small to compare and to look up by: equal JSON has one identity.

    1 and 1.0 are one value, 1 and true are two, and the order of names in an object does not matter.
    """
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, list | dict):
        text = json.dumps(_evened(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return sha256(text.encode("utf-8", "surrogatepass")).digest()
    return value


def _evened(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_evened(item) for item in value]
    if isinstance(value, dict):
        return {name: _evened(item) for name, item in value.items()}
    return value
