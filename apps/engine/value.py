"""The values that travel: JSON, ids, step keys, and the one table of limits."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NewType, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

NodeId = NewType("NodeId", str)
StepKey = NewType("StepKey", str)
ScopeKey = NewType("ScopeKey", str)
ExecutionId = NewType("ExecutionId", str)

ROOT_SCOPE = ScopeKey("")
# One pass of a loop takes its keys apart some fifty times, and then never again.
KEYS_KEPT = 4_096
NODE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound of the engine, each with its unit; plans and tenants lower or raise them."""

    output_inline_bytes: int = 64 * 1024
    output_bytes: int = 10 * 1024 * 1024
    input_bytes: int = 10 * 1024 * 1024
    input_stored_bytes: int = 256 * 1024
    note_bytes: int = 4 * 1024
    blob_bytes: int = 100 * 1024 * 1024
    expression_source_bytes: int = 2 * 1024
    expression_depth: int = 32
    expression_nesting: int = 2
    expression_result_bytes: int = 1024 * 1024
    expression_literal_elements: int = 1_000
    expression_steps: int = 500_000
    expression_built_bytes: int = 16 * 1024 * 1024
    form_steps: int = 300_000
    body_json_bytes: int = 5 * 1024 * 1024
    json_depth: int = 64
    json_keys: int = 10_000
    list_entries: int = 100_000
    nodes_warned_above: int = 300
    nodes_refused_above: int = 2_000
    steps: int = 250_000
    region_depth: int = 16
    loop_iterations: int = 100_000
    passes_at_once: int = 1_000
    children: int = 10_000
    deduplication_days: int = 35
    attempts_kept: int = 20


DEFAULT_LIMITS = Limits()


def step_key(scope: ScopeKey, node_id: NodeId) -> StepKey:
    """Return the key of `node_id`'s step in `scope`: `http-1`, or `loop-1[3]/inner`."""
    return StepKey(f"{scope}/{node_id}" if scope else node_id)


@lru_cache(maxsize=KEYS_KEPT)
def split_key(key: StepKey) -> tuple[ScopeKey, NodeId]:
    """Return the scope and the node of a step key; the opposite of `step_key`."""
    scope, _, node_id = key.rpartition("/")
    return ScopeKey(scope), NodeId(node_id)


def pass_scope(opener: StepKey, index: int) -> ScopeKey:
    """Return the scope of pass `index` (from 0) that the step `opener` opened."""
    return ScopeKey(f"{opener}[{index}]")


@lru_cache(maxsize=KEYS_KEPT)
def opener_of(scope: ScopeKey) -> tuple[StepKey, int]:
    """Return who opened a scope, and the index of the pass; the opposite of `pass_scope`.

    Raises:
        ValueError: it is the root scope, which nobody opened.
    """
    opener, _, index = scope.rpartition("[")
    return StepKey(opener), int(index[:-1])


def pass_key(opener: StepKey, index: int) -> StepKey:
    """Return the key under which a pass itself is recorded: its container's node, inside of the pass."""
    return step_key(pass_scope(opener, index), split_key(opener)[1])


@lru_cache(maxsize=KEYS_KEPT)
def frames_of(scope: ScopeKey) -> tuple[tuple[NodeId, int], ...]:
    """Return the containers that a scope lies in with the pass of each, the outermost first."""
    if not scope:
        return ()
    frames = (frame[:-1].rpartition("[") for frame in scope.split("/"))
    return tuple((NodeId(node_id), int(index)) for node_id, _, index in frames)


def outer_scope(scope: ScopeKey, depth: int) -> ScopeKey:
    """Return the scope that lies in the same `depth` containers, counted from the outermost."""
    return ScopeKey("/".join(scope.split("/")[:depth]))


def is_json(value: object) -> bool:
    """Say whether `value` is JSON that every store takes.

    That means no NaN and no infinity, no other types, text without NUL and lone surrogates, names that
    are text. Databases refuse what is refused here.
    """
    if not isinstance(value, dict | list):
        return _is_plain(value)
    todo: list[dict[Any, Any] | list[Any]] = [value]
    seen: set[int] = set()
    while todo:
        item = todo.pop()
        if id(item) in seen:
            continue
        # What stands in many places is looked at once.
        seen.add(id(item))
        if isinstance(item, dict):
            if not (all(map(_is_name, item)) and _has_plain_parts(item.values(), todo)):
                return False
        elif not _has_plain_parts(item, todo):
            return False
    return True


def _is_name(name: object) -> bool:
    return type(name) is str and _is_storable(name)


def _has_plain_parts(parts: Iterable[object], todo: list[dict[Any, Any] | list[Any]]) -> bool:
    """Say whether all parts are JSON but for those that have parts themselves, which are put into `todo`."""
    for part in parts:
        # Most parts are texts and numbers; this loop is run for every value of every step.
        kind = type(part)
        if kind is str:
            if not _is_storable(str(part)):
                return False
        elif isinstance(part, dict | list):
            todo.append(part)
        elif not _is_plain(part):
            return False
    return True


def _is_plain(value: object) -> bool:
    kind = type(value)
    if kind is int or kind is bool or value is None:
        return True
    if isinstance(value, float):
        return math.isfinite(value)
    return kind is str and _is_storable(str(value))


def _is_storable(text: str) -> bool:
    return "\0" not in text and (text.isascii() or _SURROGATE.search(text) is None)


def storable(value: Json) -> Json:
    """Return `value` with every NUL and lone surrogate in a text replaced by U+FFFD."""
    match value:
        case str():
            return _UNSTORABLE.sub("\ufffd", value)
        case list():
            return [storable(item) for item in value]
        case dict():
            return {_UNSTORABLE.sub("\ufffd", name): storable(item) for name, item in value.items()}
        case _:
            return value


def is_deeper(value: Json, most: int) -> bool:
    """Say whether lists and objects are nested deeper than `most` levels; never recurses."""
    level = _containers([value])
    for _ in range(most):
        if not level:
            return False
        level = _containers(
            inner for item in level for inner in (item if isinstance(item, list) else item.values())
        )
    return bool(level)


def _containers(values: Iterable[Json]) -> list[list[Json] | dict[str, Json]]:
    return [value for value in values if isinstance(value, list | dict)]


def written(text: str) -> Json:
    """Return the JSON that a text is.

    Raises:
        ValueError: it is none, is nested deeper than what is delivered may be, or holds what no store takes.
    """
    try:
        value: Json = json.loads(text)
    except RecursionError as reason:
        raise ValueError("nested too deep") from reason
    if is_deeper(value, DEFAULT_LIMITS.json_depth) or not is_json(value):
        raise ValueError("nested too deep, or not what a store takes")
    return value


def compact(value: Json) -> str:
    """Return `value` as the shortest JSON text; the same value always gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def size_bytes(value: Json) -> int:
    """Return how many bytes `value` takes as compact JSON in UTF-8."""
    # A lone surrogate has no UTF-8 form; it still must be weighed, not crash the scale.
    return len(compact(value).encode("utf-8", "surrogatepass"))
