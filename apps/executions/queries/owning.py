"""What the owner of an execution reads: all of it that has not ended, and of its steps what the next ones need."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core import db
from apps.engine.container import PassFacts
from apps.engine.value import Json, ScopeKey, StepKey, opener_of, split_key, step_key
from apps.executions.queries import large

LOAD = """
SELECT id, workflow_id, version_id, trigger_node, trigger_kind, status, trigger, frontier, seq, priority,
       response IS NOT NULL, created_at, clock_timestamp(), parent_id, caller, pins, stop_at, acts_as, trace_id
FROM {s}.executions_execution WHERE id = ANY(%(ids)s) AND ended_at IS NULL
"""

STATUS = "SELECT status FROM {s}.executions_step WHERE execution_id = %(id)s AND node_id = %(node)s AND scope = %(scope)s"

# By pairs, which the primary key finds one by one.
OF_STEPS = """
FROM {s}.executions_step
WHERE execution_id = %(id)s AND (node_id, scope) IN (SELECT * FROM unnest(%(nodes)s::text[], %(scopes)s::text[]))
"""

OUTPUTS = f"SELECT node_id, scope, output, output_blob {OF_STEPS} AND (output IS NOT NULL OR output_blob <> '')"

DECISIONS = f"SELECT node_id, scope, error ->> 'decision' {OF_STEPS} AND status = 'unknown' AND error ->> 'decision' IS NOT NULL ORDER BY seq"
ITEMS = f"SELECT node_id, scope, item {OF_STEPS} AND item IS NOT NULL"

FIRST_START = f"SELECT min(first_started_at) {OF_STEPS}"

# An owner that did not open the loop reads a piece of its list: the whole may be megabytes, and a loop whose passes wait
# has an owner for each of them.
PIECE = """
SELECT array_agg(item.value ORDER BY item.place), array_agg(key.value ORDER BY item.place)
FROM {s}.executions_step s
CROSS JOIN LATERAL json_array_elements(s.item -> 'items') WITH ORDINALITY AS item(value, place)
LEFT JOIN LATERAL json_array_elements_text(s.item -> 'keys') WITH ORDINALITY AS key(value, place) USING (place)
WHERE s.execution_id = %(id)s AND s.node_id = %(node)s AND s.scope = %(scope)s
  AND place > %(first)s AND place <= %(first)s + %(most)s
"""

PIECE_ITEMS = 100

# A container's node stands nowhere inside of itself but as its passes.
PASSES = """
SELECT scope, output_blob, status, output, error, item FROM {s}.executions_step
WHERE execution_id = %(id)s AND node_id = %(node)s AND starts_with(scope, %(opener)s)
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An execution as its owner needs it; `now` is the database's clock at the read."""

    id: UUID
    workflow_id: UUID
    version_id: UUID
    trigger_node: str
    trigger_kind: str
    status: str
    trigger: Json
    frontier: Json
    seq: int
    priority: int
    has_response: bool
    created_at: datetime
    now: datetime
    parent_id: UUID | None = None
    caller: Mapping[str, Any] | None = None
    pins: Json = None
    stop_at: list[str] | None = None
    acts_as: Mapping[str, Any] | None = None
    trace_id: UUID | None = None


def load(schema: str, ids: Sequence[UUID]) -> list[Loaded]:
    """Return those of `ids` that have not ended."""
    return [Loaded(*row) for row in db.fetch(db.in_schema(LOAD, schema), {"ids": list(ids)})]


def step_status(schema: str, execution_id: UUID, key: StepKey) -> str | None:
    """Return the status of a step; None: it has not begun."""
    scope, node_id = split_key(key)
    params = {"id": execution_id, "node": node_id, "scope": scope}
    rows = db.fetch(db.in_schema(STATUS, schema), params)
    return rows[0][0] if rows else None


def decisions(schema: str, execution_id: UUID, keys: Sequence[StepKey]) -> dict[StepKey, str]:
    """Return what people have decided about unknown steps, in the order in which these became unknown."""
    return _of_steps(DECISIONS, schema, execution_id, keys)


def outputs(
    schema: str, execution_id: UUID, keys: Sequence[StepKey], heavy: dict[StepKey, int]
) -> dict[StepKey, Json]:
    """Return the stored outputs of steps; one without an output is left out. Of large ones note in `heavy` how large.

    Raises:
        BlobGoneError, StoreFailedError: a large one cannot be read.
    """
    rows = db.fetch(db.in_schema(OUTPUTS, schema), _places(execution_id, keys))
    found = {}
    for node_id, scope, output, output_blob in rows:
        key = step_key(scope, node_id)
        if not output_blob:
            found[key] = output
            continue
        raw = large.text(schema, output_blob)
        heavy[key], found[key] = len(raw), json.loads(raw)
    return found


def items(schema: str, execution_id: UUID, keys: Sequence[StepKey]) -> dict[StepKey, PassFacts]:
    """Return what passes were given, and what loops go through."""
    return _of_steps(ITEMS, schema, execution_id, keys)


def piece(
    schema: str, execution_id: UUID, opener: StepKey, first: int
) -> tuple[list[Json], list[str] | None]:
    """Return up to 100 items of what a loop goes through, from that of pass `first` on, and their keys if it has any."""
    scope, node_id = split_key(opener)
    params = {
        "id": execution_id,
        "node": node_id,
        "scope": scope,
        "first": first,
        "most": PIECE_ITEMS,
    }
    ((found, keys),) = db.fetch(db.in_schema(PIECE, schema), params)
    return found, None if keys[0] is None else keys


def first_start(schema: str, execution_id: UUID, keys: Sequence[StepKey]) -> datetime | None:
    """Return when the first of some steps began; None: none of them has."""
    rows = db.fetch(db.in_schema(FIRST_START, schema), _places(execution_id, keys))
    moment: datetime | None = rows[0][0]
    return moment


def passes(schema: str, execution_id: UUID, opener: StepKey) -> dict[int, tuple[Any, ...]]:
    """Return (status, output, error, item) of each pass of a container that has a row, by index.

    Raises:
        BlobGoneError, StoreFailedError: a large output cannot be read.
    """
    params = {"id": execution_id, "node": split_key(opener)[1], "opener": f"{opener}["}
    rows = db.fetch(db.in_schema(PASSES, schema), params)
    return {
        opener_of(ScopeKey(scope))[1]: (
            *(status, large.output(schema, blob) if blob else output),
            *rest,
        )
        for scope, blob, status, output, *rest in rows
    }


def _of_steps(
    statement: str, schema: str, execution_id: UUID, keys: Sequence[StepKey]
) -> dict[StepKey, Any]:
    rows = db.fetch(db.in_schema(statement, schema), _places(execution_id, keys))
    return {step_key(scope, node_id): value for node_id, scope, value in rows}


def _places(execution_id: UUID, keys: Sequence[StepKey]) -> dict[str, Any]:
    places = [split_key(key) for key in keys]
    return {
        "id": execution_id,
        "nodes": [node_id for _, node_id in places],
        "scopes": [scope for scope, _ in places],
    }
