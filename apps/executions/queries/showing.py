"""The steps of an execution for a reader: as many, and as much of their data, as one answer may hold."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.core import db, tenancy
from apps.core.fields import JsonDocumentField
from apps.engine.errors import PortError
from apps.engine.state import Reason, StepStatus
from apps.engine.value import Json, NodeId, ScopeKey, step_key
from apps.engine.weight import omitted
from apps.executions.errors import (
    StepNotFoundError,
)
from apps.executions.models import Blob, Execution, Step
from apps.executions.queries import finding, large
from apps.executions.queries.finding import Frame

APPROVAL = "control:approval"

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
    sizes = _sizes(execution.pk, "output", MOST_OUTPUT_BYTES) | _sizes_apart(execution.pk, rows)
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
    _bring([row for row in rows if row.output_blob and not row.output_omitted], outputs_by_key)
    for row in rows:
        key = (row.node_id, row.scope)
        is_trigger = row.node_id == execution.trigger_node and not row.scope
        row.output = execution.trigger if is_trigger else outputs_by_key.get(key)
        row.item = items.get(key)
        row.has_log = key in wrote
        row.is_pinned = is_pinned(row, execution.pins or {})
    return Shown(rows, is_truncated=is_truncated)


def step(frame: Frame, node_id: str, scope: str) -> Step:
    """Return one step with all of its data, however much that is.

    Raises:
        StepNotFoundError: the execution has no such step.
    """
    given = RawSQL(GIVEN, [], output_field=JsonDocumentField())  # noqa: S611 - a constant
    wrote = ExpressionWrapper(Q(log__isnull=False), output_field=BooleanField())
    rows = Step.objects.filter(execution_id=frame.execution_id, node_id=node_id, scope=scope)
    row: Any = rows.defer("item", "log").annotate(given=given, wrote=wrote).first()
    if row is None:
        raise StepNotFoundError("The execution has no such step.")
    if row.status == StepStatus.WAITING:
        _say_why(frame.execution_id, [row])
    if row.output_blob:
        apart: dict[tuple[str, str], Any] = {}
        _bring([row], apart)
        row.output = apart.get((node_id, scope))
    if node_id == frame.trigger_node and not scope:
        row.output = finding.trigger_of(frame.execution_id)
    row.item, row.has_log = row.given, row.wrote
    row.is_pinned = is_pinned(row, frame.pinned)
    found: Step = row
    return found


def is_pinned(row: Step, pinned: Collection[str]) -> bool:
    """Say whether an output that was pinned stood for running the node."""
    return row.node_id in pinned and row.status == StepStatus.COMPLETED


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
    finding.require(execution_id)
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
        finding.require(execution_id)
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


def _sizes_apart(execution_id: UUID, rows: Sequence[Step]) -> dict[tuple[str, str], float]:
    """Return how long those outputs are that lie in the store; endless is one that this execution does not own.

    Rows may share a file: a pass leaves what its last step has left.
    """
    ids = {row.pk: large.id_in(row.output_blob) for row in rows if row.output_blob}
    if not ids:
        return {}
    owned = Blob.objects.filter(execution_id=execution_id, id__in=set(ids.values()))
    sizes = dict(owned.values_list("id", "size_bytes"))
    return {
        (node_id, scope): sizes.get(each, math.inf) for (_, node_id, scope), each in ids.items()
    }


def _bring(rows: Sequence[Step], outputs: dict[tuple[str, str], Any]) -> None:
    """Read outputs from the store; what it has lost, or does not give, is left out."""
    schema = tenancy.current_schema()
    for row in rows:
        try:
            outputs[row.node_id, row.scope] = large.output(schema, row.output_blob)
        except PortError:
            row.output_omitted = True


def _values(column: str, places: Sequence[tuple[UUID, str, str]]) -> dict[tuple[str, str], Any]:
    rows = Step.objects.filter(pk__in=places).values_list("node_id", "scope", column)
    return {(node_id, scope): value for node_id, scope, value in rows}
