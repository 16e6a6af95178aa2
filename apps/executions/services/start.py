"""Accepting an execution: one row, one ticket, in the transaction of its cause."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from apps.core import db, request_context, tenancy
from apps.core.failpoints import failpoint
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.engine.value import Json
from apps.executions.errors import StartKeyReusedError
from apps.executions.services import acting, beginning, blobs, quota
from apps.executions.services.beginning import AT_THE_TRIGGER, Beginning
from apps.workflows import facade as workflows

INSERT = """
INSERT INTO {s}.executions_execution
    (id, workflow_id, version_id, trigger_node, trigger_kind, status, trigger, priority,
     started_by, acts_as, trace_id, parent_id, retry_of, replay_of, start_at, stop_at, pins, frontier, seq, response)
VALUES (%(id)s, %(workflow_id)s, %(version_id)s, %(trigger_node)s, %(trigger_kind)s, 'queued', %(trigger)s, %(priority)s,
        %(started_by)s, %(acts_as)s, %(trace_id)s, %(parent_id)s, %(retry_of)s, %(replay_of)s, %(start_at)s, %(stop_at)s, %(pins)s, %(frontier)s,
        %(seq)s, %(response)s)
RETURNING pg_current_xact_id()::text
"""

STARTING = """
started AS (
    INSERT INTO {{s}}.executions_execution
        (id, workflow_id, version_id, trigger_node, trigger_kind, status, trigger, priority, acts_as, trace_id)
    SELECT %(execution_id)s::uuid, %(workflow_id)s::uuid, %(version_id)s::uuid, %(trigger_node)s, %(trigger_kind)s,
           'queued', %(trigger)s::json, %(priority)s::smallint, %(acts_as)s::json, %(trace_id)s::uuid
    FROM {source}
    RETURNING id, workflow_id, priority
), ticketed AS ({opening})
"""

KEEP_KEY = """
INSERT INTO {s}.executions_start_key (key, execution_id, body_hash) VALUES (%(key)s, %(execution_id)s, %(body_hash)s)
ON CONFLICT (key) DO UPDATE
SET execution_id = excluded.execution_id, body_hash = excluded.body_hash, created_at = clock_timestamp()
WHERE executions_start_key.created_at < clock_timestamp() - interval '24 hours'
"""

READ_KEY = """
SELECT execution_id, body_hash FROM {s}.executions_start_key
WHERE key = %(key)s AND created_at >= clock_timestamp() - interval '24 hours'
"""

FORGET_KEYS = """
DELETE FROM {s}.executions_start_key WHERE created_at < clock_timestamp() - interval '24 hours'
"""


@dataclass(frozen=True, slots=True)
class Start:
    """What to run, and why. `trigger` is the output of the trigger node `trigger_node`.

    `next_kind` says whether the first node after the trigger is pure or external; a wrong guess costs one commit.
    `priority` None: that of the workflow. `acts_as` None: as `acting` says.
    `trace_id` None: that of the request under way, if its caller named one.
    """

    workflow_id: UUID
    version_id: UUID
    trigger_node: str
    trigger_kind: str
    trigger: Json
    next_kind: str = "pure"
    priority: int | None = None
    started_by: UUID | None = None
    acts_as: Mapping[str, Json] | None = None
    trace_id: UUID | None = None
    parent_id: UUID | None = None
    retry_of: UUID | None = None
    replay_of: UUID | None = None
    execution_id: UUID | None = None
    beginning: Beginning = AT_THE_TRIGGER


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new execution stands in its queue. `gate_key`: it waits before its workflow's gate; None: it is not limited."""

    priority: int
    gate_key: str | None


def actor_of(what: Start) -> Mapping[str, Json] | None:
    """Return as whom an execution that is to start will act."""
    if what.acts_as is not None:
        return what.acts_as
    return acting.acts_as(what.started_by, workflows.version(what.version_id))


def trace_of(what: Start) -> UUID | None:
    """Return the trace to which an execution that is to start will belong; None: to one of its own."""
    if what.trace_id is not None:
        return what.trace_id
    named = request_context.fields().get("trace_id")
    return UUID(named) if named else None


def place_of(what: Start) -> Place:
    """Return where an execution that is to start will stand. One that another one started is never held back."""
    version = workflows.version(what.version_id)
    priority = version.program.settings.priority if what.priority is None else what.priority
    gate_key = version.gate_key(what.trigger) if what.parent_id is None else None
    return Place(priority, gate_key)


def gate_key_of(what: Start) -> str | None:
    """Return with which key an execution that is to start will wait before its workflow's gate; None: it will not."""
    return place_of(what).gate_key


def begun(workflow_id: UUID, *, gate_key: str | None = None) -> None:
    """Let in and wake a worker for what has been committed just now; a lost call costs a sweep of the dispatcher."""
    if gate_key is not None:
        dispatch.let_in(tenancy.current_schema(), workflow_id, keys=[gate_key])
    dispatch.ring()


def start(what: Start) -> UUID:
    """Insert a queued execution and its run ticket in the open transaction of the current tenant; return its id.

    The caller calls `begun` after commit. The transaction is named, so
    that `db.in_transaction` can ask what became of a commit that nobody answered.

    Raises:
        ExecutionQuotaError: the tenant has begun as many today as its plan allows; what an execution calls counts, and goes on.
    """
    schema = tenancy.current_schema()
    if what.parent_id is None:
        quota.refuse_beyond()
    execution_id = what.execution_id or uuid7()
    place = place_of(what)
    row = {**_row(what, execution_id), "priority": place.priority}
    db.name_transaction(db.fetch(db.in_schema(INSERT, schema), row)[0][0])
    beginning.keep(execution_id, what.trigger_node, what.beginning)
    giver = what.retry_of or what.beginning.kept_of
    if giver is not None:
        blobs.hand_on_to_begun(schema, giver, [execution_id])
    failpoint("start.before_ticket")
    dispatch.open_run(
        dispatch.NewTicket(
            schema=schema,
            execution_id=execution_id,
            workflow_id=what.workflow_id,
            next_kind=what.next_kind,
            priority=place.priority,
            gate_key=place.gate_key,
        )
    )
    failpoint("start.after_ticket")
    return execution_id


def starting(source: str) -> str:
    """Return the part of a WITH that starts one execution if the relation `source` has a row.

    For whoever accepts by one statement of his own, which is a third of the round trips of `start`. Its parameters are
    those of `starting_params`, and `trigger` as JSON text. The caller calls `begun` after commit.
    """
    return STARTING.format(source=source, opening=dispatch.opening("started"))


def starting_params(what: Start) -> dict[str, object]:
    """Return the parameters of `starting`, but for `trigger`."""
    place = place_of(what)
    return {
        "execution_id": what.execution_id or uuid7(),
        "workflow_id": what.workflow_id,
        "version_id": what.version_id,
        "trigger_node": what.trigger_node,
        "trigger_kind": what.trigger_kind,
        "priority": place.priority,
        "acts_as": db.json_text(_plain(actor_of(what))),
        "trace_id": trace_of(what),
        "gate_key": place.gate_key,
        "next_kind": what.next_kind,
        "due_at": None,
        "schema": tenancy.current_schema(),
    }


def start_by_key(what: Start, *, key: str, body_hash: bytes) -> tuple[UUID, bool]:
    """Start as `start` does, once per `key` within 24 hours; return (execution id, whether it was known already).

    Raises:
        StartKeyReusedError: the key was used with another body.
    """
    schema = tenancy.current_schema()
    execution_id = what.execution_id or uuid7()
    kept = {"key": key, "execution_id": execution_id, "body_hash": body_hash}
    while not db.execute(db.in_schema(KEEP_KEY, schema), kept):
        first_id = known_by_key(key, body_hash=body_hash)
        if first_id is not None:
            return first_id, True
        # Its 24 hours ended between the two looks, or somebody forgot it: now it can be had.
    return start(replace(what, execution_id=execution_id)), False


def forget_keys() -> int:
    """Delete the keys of this tenant that nobody may send again; return how many."""
    return db.execute(db.in_schema(FORGET_KEYS, tenancy.current_schema()))


def known_by_key(key: str, *, body_hash: bytes) -> UUID | None:
    """Return the execution that was started under `key`, None if there is none yet.

    Raises:
        StartKeyReusedError: the key was used with another body.
    """
    rows = db.fetch(db.in_schema(READ_KEY, tenancy.current_schema()), {"key": key})
    if not rows:
        return None
    first_id, first_hash = rows[0]
    if bytes(first_hash) != body_hash:
        raise StartKeyReusedError(
            "This Idempotency-Key was used with another body. Send a new key."
        )
    found: UUID = first_id
    return found


def _row(what: Start, execution_id: UUID) -> dict[str, object]:
    return {
        "id": execution_id,
        "workflow_id": what.workflow_id,
        "version_id": what.version_id,
        "trigger_node": what.trigger_node,
        "trigger_kind": what.trigger_kind,
        # A JSON null is data, the column knows no other.
        "trigger": "null" if what.trigger is None else db.json_text(what.trigger),
        "started_by": what.started_by,
        "acts_as": db.json_text(_plain(actor_of(what))),
        "trace_id": trace_of(what),
        "parent_id": what.parent_id,
        "retry_of": what.retry_of,
        "replay_of": what.replay_of,
        "start_at": what.beginning.start_at,
        "stop_at": db.json_text(what.beginning.stop_at),
        "pins": db.json_text(what.beginning.pins_json()),
        "frontier": db.json_text(what.beginning.frontier),
        "seq": what.beginning.seq,
        "response": db.json_text(what.beginning.response),
    }


def _plain(actor: Mapping[str, Json] | None) -> Json:
    return None if actor is None else dict(actor)
