"""Every read of executions. Lists are bounded, keyset-paged and touch the partitions newest first."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.core import db, tenancy
from apps.dispatch import facade as dispatch
from apps.engine.container import PassFacts
from apps.engine.state import ExecutionStatus, Reason, StepStatus
from apps.engine.value import Json, NodeId, ScopeKey, StepKey, opener_of, split_key, step_key
from apps.engine.weight import omitted
from apps.executions.errors import (
    ExecutionFinishedError,
    ExecutionNotFoundError,
    StepNotFoundError,
)
from apps.executions.models import FINAL_STATUSES, Child, Execution, Step

APPROVAL = "control:approval"

# What a list shows; payloads and the frontier stay where they are.
LISTED = (
    "id",
    "workflow_id",
    "version_id",
    "status",
    "reason",
    "trigger_kind",
    "had_errors",
    "seq",
    "parent_id",
    "retry_of",
    "replay_of",
    "created_at",
    "started_at",
    "ended_at",
)

LOAD = """
SELECT id, workflow_id, version_id, trigger_node, trigger_kind, status, trigger, frontier, seq, priority,
       response IS NOT NULL, created_at, clock_timestamp(), parent_id, caller, pins, stop_at
FROM {s}.executions_execution WHERE id = ANY(%(ids)s) AND ended_at IS NULL
"""

DECISIONS = """
SELECT node_id, scope, error ->> 'decision' FROM {s}.executions_step
WHERE execution_id = %(id)s AND status = 'unknown' AND error ->> 'decision' IS NOT NULL
ORDER BY seq
"""

STATUS = "SELECT status FROM {s}.executions_step WHERE execution_id = %(id)s AND node_id = %(node)s AND scope = %(scope)s"

# By pairs, which the primary key finds one by one.
OF_STEPS = """
FROM {s}.executions_step
WHERE execution_id = %(id)s AND (node_id, scope) IN (SELECT * FROM unnest(%(nodes)s::text[], %(scopes)s::text[]))
"""
OUTPUTS = f"SELECT node_id, scope, output {OF_STEPS} AND output IS NOT NULL"
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
SELECT scope, status, output, error, item FROM {s}.executions_step
WHERE execution_id = %(id)s AND node_id = %(node)s AND starts_with(scope, %(opener)s)
"""

# Why steps wait is known by what their execution still has to do; their rows only say until when.
REASONS = """
SELECT s.key, s.value ->> 'reason'
FROM {s}.executions_execution e CROSS JOIN json_each(e.frontier -> 'steps') AS s(key, value)
WHERE e.id = %(id)s AND s.value ->> 'status' = 'waiting'
"""

# What one answer may hold: a step's output may be 10 MiB, and an execution may have 250,000 steps.
MOST_STEPS = 1_000
MOST_OUTPUT_BYTES = 8 << 20
# Of the first %(steps)s steps: how long a value is as text, NULL if those before it fill an answer even as they are
# stored. To know a length is to read and unpack it, so not all are read to choose a few. `{value}` is what is measured.
SIZES = """
SELECT node_id, scope, CASE WHEN stored <= %(bytes)s AND before <= %(bytes)s THEN octet_length(value::text) END
FROM (
    SELECT node_id, scope, seq, value, stored, coalesce(sum(stored) FILTER (WHERE stored <= %(bytes)s) OVER (
        ORDER BY seq, node_id, scope ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW), 0) AS before
    FROM (
        SELECT node_id, scope, seq, {value} AS value, pg_column_size({value})::bigint AS stored
        FROM {s}.executions_step
        WHERE execution_id = %(id)s ORDER BY seq, node_id, scope LIMIT %(steps)s
    ) AS first
) AS summed
WHERE stored IS NOT NULL
"""
# What passes were given; what a loop goes through lies in the same column, and is shown by its passes.
GIVEN = r"CASE WHEN scope ~ ('(^|/)' || node_id || '\[[0-9]+\]$') THEN item END"


@dataclass(frozen=True, slots=True)
class Shown:
    """Steps for a reader. A row whose output did not fit says so by `output_omitted`."""

    rows: Sequence[Step]
    is_truncated: bool


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


def load(schema: str, ids: Sequence[UUID]) -> list[Loaded]:
    """Return those of `ids` that have not ended."""
    return [Loaded(*row) for row in db.fetch(db.in_schema(LOAD, schema), {"ids": list(ids)})]


def step_status(schema: str, execution_id: UUID, key: StepKey) -> str | None:
    """Return the status of a step; None: it has not begun."""
    scope, node_id = split_key(key)
    params = {"id": execution_id, "node": node_id, "scope": scope}
    rows = db.fetch(db.in_schema(STATUS, schema), params)
    return rows[0][0] if rows else None


def version_of(execution_id: UUID) -> UUID | None:
    """Return the version that an execution runs; None: this tenant has no such execution."""
    found: UUID | None = (
        Execution.objects.filter(pk=execution_id).values_list("version_id", flat=True).first()
    )
    return found


def decisions(schema: str, execution_id: UUID) -> list[tuple[str, str, str]]:
    """Return (node, scope, decision) of each unknown step about which a person has decided."""
    return [
        (node_id, scope, decision)
        for node_id, scope, decision in db.fetch(
            db.in_schema(DECISIONS, schema), {"id": execution_id}
        )
    ]


def outputs(schema: str, execution_id: UUID, keys: Sequence[StepKey]) -> dict[StepKey, Json]:
    """Return the stored outputs of steps; one without an output is left out."""
    return _of_steps(OUTPUTS, schema, execution_id, keys)


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
    """Return (status, output, error, item) of each pass of a container that has a row, by index."""
    params = {"id": execution_id, "node": split_key(opener)[1], "opener": f"{opener}["}
    rows = db.fetch(db.in_schema(PASSES, schema), params)
    return {opener_of(ScopeKey(scope))[1]: tuple(rest) for scope, *rest in rows}


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


def listed(
    *,
    status: Sequence[str] = (),
    workflow_id: UUID | None = None,
    parent_id: UUID | None = None,
) -> QuerySet[Execution]:
    """Return the tenant's executions without their payloads; the caller pages them by id and shows `as_seen`.

    One that is being cancelled or paused is found by that word and by the one that its row still says. `parent_id` asks
    for those that an execution has called.
    """
    rows = Execution.objects.only(*LISTED)
    if parent_id is not None:
        called = Child.objects.filter(parent_id=parent_id, execution_id__isnull=False)
        rows = rows.filter(pk__in=called.values("execution_id"))
    meant = Q(status__in=status)
    for word, asked in (
        (ExecutionStatus.CANCELLING, dispatch.ASKED_TO_END),
        (ExecutionStatus.PAUSED, dispatch.ASKED_TO_PAUSE),
    ):
        if word in status:
            found = RawSQL(asked, [tenancy.current_schema()])  # noqa: S611 - a constant
            meant |= Q(pk__in=found, ended_at__isnull=True)
    if status:
        rows = rows.filter(meant)
    return rows if workflow_id is None else rows.filter(workflow_id=workflow_id)


def as_seen(rows: Sequence[Execution]) -> Sequence[Execution]:
    """Let live rows say what only their tickets know: `cancelling`, `paused`, and which limit keeps them queued.

    One query for all rows; nothing is stored, for a row's one writer is the owner of its ticket.
    """
    live = {row.pk: row for row in rows if row.ended_at is None}
    standings = dispatch.standings(tenancy.current_schema(), live)
    for execution_id, standing in standings.items():
        row = live[execution_id]
        if standing.request == "cancel":
            row.status, row.reason = ExecutionStatus.CANCELLING, Reason.CANCELLED_BY_USER
        elif standing.request == "pause":
            row.status, row.reason = ExecutionStatus.PAUSED, ""
        elif row.status == ExecutionStatus.PAUSED:
            row.status = ExecutionStatus.RUNNING
        elif standing.is_over_cap and row.status == ExecutionStatus.QUEUED:
            row.reason = Reason.TENANT_LIMIT
        elif standing.blocked_on and row.status == ExecutionStatus.QUEUED:
            row.reason = Reason(standing.blocked_on)
    return rows


def get(execution_id: UUID) -> Execution:
    """Return one execution with its payloads, as it is seen.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
    """
    row = Execution.objects.defer("frontier").filter(pk=execution_id).first()
    if row is None:
        raise ExecutionNotFoundError("There is no such execution here.")
    as_seen([row])
    return row


def parent_of(execution: Execution) -> dict[str, Json] | None:
    """Return who called an execution, None if nobody did."""
    caller = execution.caller
    if execution.parent_id is None or caller is None:
        return None
    scope, node_id = split_key(StepKey(caller["step"]))
    return {
        "execution_id": str(execution.parent_id),
        "workflow_id": caller["chain"][-1],
        "node_id": node_id,
        "scope": scope,
        "is_waiting": caller["is_waiting"],
    }


def stored(execution_id: UUID) -> Execution:
    """Return one execution with its payloads as it is stored, whatever its ticket was asked.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
    """
    row = Execution.objects.defer("frontier", "output").filter(pk=execution_id).first()
    if row is None:
        raise ExecutionNotFoundError("There is no such execution here.")
    return row


def require(execution_id: UUID) -> None:
    """Check that an execution is here, and read nothing of it.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
    """
    if not Execution.objects.filter(pk=execution_id).exists():
        raise ExecutionNotFoundError("There is no such execution here.")


def steps(execution: Execution) -> Shown:
    """Return the first steps of an execution in the order of their last change, with outputs as far as they fit.

    The fired trigger's output is the execution's own trigger, which is stored once and always shown. What passes
    were given counts with the outputs; what a loop goes through is shown by its passes.
    """
    stored = Step.objects.filter(execution_id=execution.pk).order_by("seq", "node_id", "scope")
    rows = list(stored.defer("output", "item", "log")[: MOST_STEPS + 1])
    wrote = set(stored.filter(log__isnull=False).values_list("node_id", "scope")[: MOST_STEPS + 1])
    is_truncated = len(rows) > MOST_STEPS
    del rows[MOST_STEPS:]
    sizes = _sizes(execution.pk, "output", MOST_OUTPUT_BYTES)
    room: float = MOST_OUTPUT_BYTES
    outputs_of: list[tuple[UUID, str, str]] = []
    for row in rows:
        size = sizes.get((row.node_id, row.scope), 0)
        row.output_omitted = size > room
        if size and not row.output_omitted:
            room -= size
            outputs_of.append(row.pk)
    _say_why(execution.pk, [row for row in rows if row.status == StepStatus.WAITING])
    items = _items(execution.pk, rows, room)
    outputs_by_key = _values("output", outputs_of)
    for row in rows:
        key = (row.node_id, row.scope)
        is_trigger = row.node_id == execution.trigger_node and not row.scope
        row.output = execution.trigger if is_trigger else outputs_by_key.get(key)
        row.item = items.get(key)
        row.has_log = key in wrote
        row.is_pinned = row.node_id in (execution.pins or {}) and row.status == StepStatus.COMPLETED
    return Shown(rows, is_truncated=is_truncated)


def _say_why(execution_id: UUID, rows: Sequence[Step]) -> None:
    """Let waiting steps say what they wait for, and until when."""
    if not rows:
        return
    statement = db.in_schema(REASONS, tenancy.current_schema())
    reasons = dict(db.fetch(statement, {"id": execution_id}))
    for row in rows:
        key = step_key(ScopeKey(row.scope), NodeId(row.node_id))
        # Only retries wait in the hands of others.
        row.waits_for = {"reason": reasons.get(key) or str(Reason.RETRY), "until": row.wake_at}


def open_approvals(execution_id: UUID) -> QuerySet[Step]:
    """Return the steps that wait for a person to approve, the oldest first.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
    """
    require(execution_id)
    waiting = Step.objects.filter(
        execution_id=execution_id, node_type=APPROVAL, status=StepStatus.WAITING
    )
    return waiting.only("node_id", "scope", "input", "started_at", "wake_at").order_by(
        "seq", "node_id", "scope"
    )[:MOST_STEPS]


def step_log(execution_id: UUID, node_id: str, scope: str) -> list[Json]:
    """Return the lines that the last attempt of a step wrote, at most 101.

    Raises:
        ExecutionNotFoundError, StepNotFoundError: there is no such execution here, or it has no such step.
    """
    found = Step.objects.filter(execution_id=execution_id, node_id=node_id, scope=scope)
    logs = list(found.values_list("log", flat=True))
    if not logs:
        require(execution_id)
        raise StepNotFoundError("The execution has no such step.")
    return logs[0] or []


def _items(execution_id: UUID, rows: Sequence[Step], room: float) -> dict[tuple[str, str], Json]:
    """Return what passes were given, as far as it fits into `room`; of what does not, that it was left out."""
    sizes = _sizes(execution_id, GIVEN, int(room))
    fitting: list[tuple[UUID, str, str]] = []
    items: dict[tuple[str, str], Json] = dict.fromkeys(sizes, omitted(MOST_OUTPUT_BYTES))
    for row in rows:
        size = sizes.get((row.node_id, row.scope), math.inf)
        if size <= room:
            room -= size
            fitting.append(row.pk)
    return items | _values("item", fitting)


def _sizes(execution_id: UUID, value: str, most_bytes: int) -> dict[tuple[str, str], float]:
    """Return how long a value of the first steps is, by (node, scope); endless is what cannot fit any more."""
    params = {"id": execution_id, "steps": MOST_STEPS, "bytes": most_bytes}
    statement = db.in_schema(SIZES.replace("{value}", value), tenancy.current_schema())
    return {
        (node_id, scope): math.inf if length is None else length
        for node_id, scope, length in db.fetch(statement, params)
    }


def _values(column: str, places: Sequence[tuple[UUID, str, str]]) -> dict[tuple[str, str], Any]:
    rows = Step.objects.filter(pk__in=places).values_list("node_id", "scope", column)
    return {(node_id, scope): value for node_id, scope, value in rows}


def why_not_live(execution_id: UUID) -> ExecutionNotFoundError | ExecutionFinishedError:
    """Return the refusal to give when an execution has no ticket."""
    found: Any = Execution.objects.filter(pk=execution_id).values_list("status", flat=True).first()
    if found is None:
        return ExecutionNotFoundError("There is no such execution here.")
    if found in FINAL_STATUSES:
        return ExecutionFinishedError(f"This execution is already {found}.")
    return ExecutionFinishedError("This execution is coming to its end.")


def has_live(workflow_id: UUID) -> bool:
    """Say whether an execution of the workflow has not ended."""
    return Execution.objects.filter(workflow_id=workflow_id, ended_at__isnull=True).exists()


def versions_in_use(workflow_id: UUID) -> set[UUID]:
    """Return the versions of a workflow that stored executions refer to."""
    rows = Execution.objects.filter(workflow_id=workflow_id)
    return set(rows.values_list("version_id", flat=True).distinct())
