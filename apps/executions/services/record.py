"""Writing down what happened: one commit for a batch of turns, and nothing of a ticket that was lost meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core import db
from apps.dispatch import facade as dispatch
from apps.engine.frontier import OpenStep
from apps.engine.swift import swift
from apps.engine.value import DEFAULT_LIMITS, Json

# One statement: each execution's seq grows by the number of its step changes (at least one), and each change gets the
# next of them. A settled step never changes, a finished execution neither.
UPDATE = """
WITH change AS (
    SELECT * FROM unnest(
        %(ids)s::uuid[], %(statuses)s::text[], %(reasons)s::text[], %(frontiers)s::json[], %(counts)s::int[],
        %(outputs)s::json[], %(responses)s::json[], %(errors)s::json[], %(had_errors)s::bool[], %(ends)s::bool[],
        %(begins)s::timestamptz[]
    ) AS c(id, status, reason, frontier, n, output, response, error, had_errors, ends, began_at)
), execution AS (
    UPDATE {s}.executions_execution e
    SET status = c.status, reason = c.reason, frontier = c.frontier, seq = e.seq + c.n,
        output = c.output, response = coalesce(e.response, c.response), error = c.error, had_errors = c.had_errors,
        started_at = coalesce(e.started_at, c.began_at),
        ended_at = CASE WHEN c.ends THEN clock_timestamp() END
    FROM change c WHERE e.id = c.id AND e.id = ANY(%(ids)s::uuid[]) AND e.ended_at IS NULL
    RETURNING e.id, e.seq - c.n AS before, e.seq
"""

STEPS = """
), step AS (
    INSERT INTO {s}.executions_step AS old
        (execution_id, node_id, scope, node_type, status, attempt, attempts, input, output, item, log, port, error, seq, token,
         wake_at, first_started_at, started_at, ended_at, output_blob)
    SELECT s.execution_id, s.node_id, s.scope, s.node_type, s.status, s.attempt, s.attempts, s.input, s.output,
           s.item, s.log, s.port, s.error, x.before + s.place, s.token, s.wake_at, s.first_started_at, s.started_at, s.ended_at,
           coalesce(s.output_blob, '')
    FROM unnest(
        %(s_execution)s::uuid[], %(s_node)s::text[], %(s_scope)s::text[], %(s_type)s::text[], %(s_status)s::text[],
        %(s_attempt)s::int[], %(s_attempts)s::json[], %(s_input)s::json[], %(s_output)s::json[], %(s_item)s::json[], %(s_log)s::json[], %(s_port)s::text[],
        %(s_error)s::json[], %(s_place)s::int[], %(s_token)s::uuid[], %(s_wake)s::timestamptz[],
        %(s_first)s::timestamptz[], %(s_started)s::timestamptz[], %(s_ended)s::timestamptz[],
        %(s_blob)s::text[]
    ) AS s(execution_id, node_id, scope, node_type, status, attempt, attempts, input, output, item, log, port, error, place, token,
           wake_at, first_started_at, started_at, ended_at, output_blob)
    JOIN execution x ON x.id = s.execution_id
    ON CONFLICT (execution_id, node_id, scope) DO UPDATE
    SET status = excluded.status, attempt = excluded.attempt, attempts = coalesce((old.attempts::jsonb || excluded.attempts::jsonb)::json, excluded.attempts, old.attempts),
        input = coalesce(excluded.input, old.input), output = excluded.output, output_blob = excluded.output_blob,
        item = coalesce(excluded.item, old.item), log = coalesce(excluded.log, old.log), port = excluded.port,
        error = excluded.error, seq = excluded.seq, token = excluded.token, wake_at = excluded.wake_at,
        first_started_at = coalesce(old.first_started_at, excluded.first_started_at),
        started_at = coalesce(excluded.started_at, old.started_at), ended_at = excluded.ended_at
    WHERE old.status NOT IN ('completed', 'failed', 'skipped', 'cancelled')
    RETURNING 1
)
"""


WRITTEN = "SELECT id, before, seq FROM execution"
WRITE = UPDATE + STEPS + WRITTEN

# An execution that was run before it was ever stored: its row and its steps at once, if `source` has a row.
INSERTING = """
execution AS (
    INSERT INTO {{s}}.executions_execution
        (id, workflow_id, version_id, trigger_node, trigger_kind, status, reason, trigger, priority, frontier, seq,
         output, response, error, had_errors, created_at, started_at, ended_at, acts_as, trace_id)
    SELECT %(execution_id)s::uuid, %(workflow_id)s::uuid, %(version_id)s::uuid, %(trigger_node)s, %(trigger_kind)s,
           %(e_status)s, %(e_reason)s, %(trigger)s::json, %(priority)s::smallint, %(e_frontier)s::json,
           %(e_seq)s::bigint, %(e_output)s::json, %(e_response)s::json, %(e_error)s::json, %(e_had_errors)s::boolean,
           %(e_began)s::timestamptz, %(e_began)s::timestamptz, CASE WHEN %(e_ends)s::boolean THEN clock_timestamp() END,
           %(acts_as)s::json, %(trace_id)s::uuid
    FROM {source}
    RETURNING id, workflow_id, priority, ended_at, 0::bigint AS before
"""


# One live execution that goes on, in one statement that commits by itself: its ticket first, for the execution reads
# from `kept`, then the execution, from which the steps read. `after` is the seq that its owner knows: of a statement sent
# twice, because nobody answered the first, only one finds it, however late the other arrives.
GO_ON = f"""
WITH {dispatch.keeping()}, execution AS (
    UPDATE {{s}}.executions_execution e
    SET status = %(e_status)s, reason = %(e_reason)s, frontier = %(e_frontier)s::json,
        seq = e.seq + %(e_seq)s::bigint, response = coalesce(e.response, %(e_response)s::json),
        had_errors = %(e_had_errors)s::boolean, started_at = coalesce(e.started_at, %(e_began)s::timestamptz)
    FROM kept
    WHERE e.id = %(execution_id)s::uuid AND e.seq = %(after)s::bigint AND e.ended_at IS NULL
    RETURNING e.id, %(after)s::bigint AS before
{STEPS}SELECT kept.request, execution.id IS NOT NULL FROM kept LEFT JOIN execution ON true
"""  # noqa: S608 - parts of our own, no values

# What stands there instead of the seq that was expected, and whether it is what GO_ON has written.
STANDING = """
SELECT e.seq, EXISTS (
    SELECT FROM {s}.executions_step s
    WHERE s.execution_id = e.id AND s.node_id = %(node)s AND s.scope = %(scope)s
      AND s.token = %(token)s AND s.seq = %(seq)s
) FROM {s}.executions_execution e WHERE e.id = %(id)s AND e.ended_at IS NULL
"""


# What a successful execution's steps saw, written by earlier turns, when its workflow says not to keep it; what they
# did stays.
FORGET = (
    "UPDATE {s}.executions_step SET input = NULL, output = NULL, output_blob = '', item = NULL, log = NULL"
    " WHERE execution_id = ANY(%(ids)s)"
    " AND (input IS NOT NULL OR output IS NOT NULL OR output_blob <> '' OR item IS NOT NULL OR log IS NOT NULL)"
)
FORGET_HEARD = "UPDATE {s}.executions_heard SET said = NULL WHERE execution_id = ANY(%(ids)s) AND said IS NOT NULL"

# Of their files those stay that the execution's own data, which are kept, refer to; the sweep deletes the bytes.
FORGET_FILES = """
DELETE FROM {s}.executions_blob b USING {s}.executions_execution e
WHERE b.execution_id = ANY(%(ids)s) AND e.id = b.execution_id AND e.id = ANY(%(ids)s)
  AND position(b.id::text IN concat(e.trigger::text, e.output::text, e.response::text)) = 0
"""


@dataclass(slots=True)
class StepRecord:
    """What a step's row shall say from now on. `input` (masked already), `output`, `item` and `log` are JSON texts; times the database's.

    `output_blob` says where a large output lies, which then is no text here. Nobody changes a record; it is not
    frozen because that made it dearer by half, and a long loop makes four per pass.
    """

    node_id: str
    node_type: str
    status: str
    scope: str = ""
    attempt: int = 1
    attempts: Sequence[Json] = ()
    input: str | None = None
    output: str | None = None
    output_blob: str = ""
    item: str | None = None
    log: str | None = None
    port: str = ""
    error: Mapping[str, Json] | None = None
    wake_at: datetime | None = None
    first_started_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def length(self) -> int:
        """How many characters of data it holds."""
        return (
            len(self.input or "")
            + len(self.output or "")
            + len(self.item or "")
            + len(self.log or "")
        )


@swift(frozen=True, slots=True)
class Said:
    """What an attempt left to be stored, free of secrets; `item` is what a pass was given, or a loop goes through."""

    input: Json = None
    output: Json = None
    port: str = ""
    error: Mapping[str, Json] | None = None
    item: Json = None


NOTHING_SAID = Said()
NOTHING_NOTED = StepRecord("", "", "")


@dataclass(slots=True)
class Change:
    """What one turn changes: the execution's row, its steps in the order they happened, and its ticket.

    `began_at` is when the turn began, by the database; the first turn's is when the execution started. `after` is the
    execution's seq, as far as its owner knows.
    """

    execution_id: UUID
    token: UUID
    status: str
    began_at: datetime
    after: int = 0
    reason: str = ""
    frontier: Json = None
    output: Json = None
    response: Json = None
    error: Mapping[str, Json] | None = None
    had_errors: bool = False
    is_final: bool = False
    is_forgotten: bool = False
    steps: list[StepRecord] = field(default_factory=list)


@swift(frozen=True, slots=True)
class Written:
    """The seqs that a commit used: (before, seq]."""

    before: int
    seq: int


def write(schema: str, changes: Sequence[Change]) -> dict[UUID, Written]:
    """Store changes whose tickets the caller has locked, in its transaction; return the seqs of each execution."""
    if not changes:
        return {}
    rows = db.fetch(db.in_schema(WRITE, schema), {**_executions(changes), **_steps(changes)})
    _forget(schema, [change for change in changes if change.is_forgotten])
    return {row[0]: Written(row[1], row[2]) for row in rows}


def go_on(
    schema: str, change: Change, *, deadline_s: float | None, has_progressed: bool
) -> tuple[Written, dispatch.Asked] | None:
    """Store a change of an execution that goes on, and keep its ticket; None: the ticket is lost, nothing is stored.

    It is its own transaction, and is called again with the same change if nobody has answered. Workers of steps beside
    it may have moved the execution's seq; the change then follows them.
    """
    statement = db.in_schema(GO_ON, schema)
    params = _going_on(change) | dispatch.keeping_params(
        change.execution_id, change.token, has_progressed=has_progressed, deadline_s=deadline_s
    )
    while True:
        rows = db.fetch(statement, params | {"after": change.after})
        if not rows:
            return None
        request, is_written = rows[0]
        if not is_written:
            found = _standing(schema, change)
            if found is None:
                return None
            seq, was_written = found
            if not was_written:
                change.after = seq
                continue
        return Written(change.after, change.after + seq_of(change)), dispatch.Asked(request)


def _standing(schema: str, change: Change) -> tuple[int, bool] | None:
    """Return the seq of a live execution, and whether `change` is what follows the seq that was expected."""
    step = change.steps[-1]
    params = {
        "id": change.execution_id,
        "node": step.node_id,
        "scope": step.scope,
        "token": change.token,
        "seq": change.after + seq_of(change),
    }
    rows = db.fetch(db.in_schema(STANDING, schema), params)
    return (rows[0][0], rows[0][1]) if rows else None


def inserting(source: str) -> str:
    """Return the part of a WITH that stores an execution with all its steps if the relation `source` has a row.

    It names the relation `execution` (id, workflow_id, priority, ended_at). Its parameters are those of
    `inserting_params` and of `start.starting_params`, and `trigger` as JSON text.
    """
    return INSERTING.format(source=source) + STEPS


def inserting_params(change: Change) -> dict[str, object]:
    """Return what a new execution has become, for `inserting`."""
    return {
        **_going_on(change),
        "e_output": db.json_text(change.output),
        "e_error": db.json_text(change.error),
        "e_ends": change.is_final,
    }


def seq_of(change: Change) -> int:
    """Return by how much a change moves the seq of its execution: one for each step, at least one."""
    return max(1, len(change.steps))


def _forget(schema: str, changes: Sequence[Change]) -> None:
    if changes:
        ids = [change.execution_id for change in changes]
        db.execute(db.in_schema(FORGET, schema), {"ids": ids})
        db.execute(db.in_schema(FORGET_HEARD, schema), {"ids": ids})
        db.execute(db.in_schema(FORGET_FILES, schema), {"ids": ids})


def _going_on(change: Change) -> dict[str, object]:
    return {
        "execution_id": change.execution_id,
        "e_status": change.status,
        "e_reason": change.reason,
        "e_frontier": db.json_text(change.frontier),
        "e_seq": seq_of(change),
        "e_response": db.json_text(change.response),
        "e_had_errors": change.had_errors,
        "e_began": change.began_at,
        **_steps([change]),
    }


def _executions(changes: Sequence[Change]) -> dict[str, str]:
    return {
        "ids": db.array(change.execution_id for change in changes),
        "statuses": db.array(change.status for change in changes),
        "reasons": db.array(change.reason for change in changes),
        "frontiers": db.array(db.json_text(change.frontier) for change in changes),
        "counts": db.array(seq_of(change) for change in changes),
        "outputs": db.array(db.json_text(change.output) for change in changes),
        "responses": db.array(db.json_text(change.response) for change in changes),
        "errors": db.array(db.json_text(change.error) for change in changes),
        "had_errors": db.array(change.had_errors for change in changes),
        "ends": db.array(change.is_final for change in changes),
        "begins": db.array(change.began_at for change in changes),
    }


def _steps(changes: Sequence[Change]) -> dict[str, str]:
    steps = [step for change in changes for step in change.steps]
    seen = [None if change.is_forgotten else step for change in changes for step in change.steps]
    return {
        "s_execution": _of_each(changes, lambda change: change.execution_id),
        "s_place": db.array(
            place for change in changes for place in range(1, len(change.steps) + 1)
        ),
        "s_token": _of_each(changes, lambda change: change.token),
        "s_node": db.array([step.node_id for step in steps]),
        "s_scope": db.array([step.scope for step in steps]),
        "s_type": db.array([step.node_type for step in steps]),
        "s_status": db.array([step.status for step in steps]),
        "s_attempt": db.array([step.attempt for step in steps]),
        "s_attempts": _rare(
            [db.json_text(step.attempts) if step.attempts else None for step in steps]
        ),
        "s_input": _rare([step and step.input for step in seen]),
        "s_output": _rare([step and step.output for step in seen]),
        "s_item": _rare([step and step.item for step in seen]),
        "s_log": _rare([step and step.log for step in seen]),
        "s_port": db.array([step.port for step in steps]),
        "s_error": _rare([db.json_text(step.error) for step in steps]),
        "s_wake": _rare([step.wake_at for step in steps]),
        "s_first": _rare([step.first_started_at for step in steps]),
        "s_blob": _rare([step and (step.output_blob or None) for step in seen]),
        "s_started": _rare([step.started_at for step in steps]),
        "s_ended": _rare([step.ended_at for step in steps]),
    }


def _of_each(changes: Sequence[Change], fact: Callable[[Change], object]) -> str:
    """Return what is the same for all steps of a change."""
    told = [(str(fact(change)), len(change.steps)) for change in changes]
    return db.array([text for text, count in told for _ in range(count)])


def _rare(values: list[Any]) -> str:
    """Return a column that often says nothing at all; `unnest` fills up what is shorter than its neighbours."""
    return "{}" if values.count(None) == len(values) else db.array(values)


def output_text(node_type: str, status: str, output: Json) -> str | None:
    """Return what a step's row keeps of an output: a completed step's null is a null, a trigger's lies elsewhere."""
    if node_type.startswith("trigger:"):
        return None
    return db.json_text(output) or ("null" if status == "completed" else None)


def attempts(
    old: StepRecord, step: OpenStep | None, error: Mapping[str, Json] | None, now: datetime
) -> Sequence[Json]:
    """Return the failed attempts since the last commit, this one added; the row keeps the last 20 of all."""
    if error is None or step is None:
        return old.attempts
    failed: Json = {"attempt": step.attempt, "ended_at": now.isoformat(), "error": dict(error)}
    return [*old.attempts, failed][-DEFAULT_LIMITS.attempts_kept :]
