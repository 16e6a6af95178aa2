"""A synchronous caller's execution, run in the caller's own transaction when nothing can go wrong with that.

No ticket exists for it: a crash rolls everything back, and the sender's retry begins anew. Whatever does not end in
time becomes an ordinary execution with a frontier and a ticket, in that same transaction.
"""

import time
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from psycopg.types.json import Json as AsJson

from apps.adapters.calls import Cancellation
from apps.core import db, tenancy
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.engine.graph import Effect
from apps.engine.program import Program
from apps.engine.value import Json
from apps.executions import queries
from apps.executions.services import news, record, turn
from apps.executions.services.ports import ports_for
from apps.executions.services.run import Run
from apps.executions.services.start import Start, start
from apps.tenants import facade as tenants
from apps.workflows import facade as workflows

BUDGET_S = 0.05
MOST_NODES = 200
LARGEST_BODY_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a synchronous caller gets: the response of a respond node, or the output of what has ended."""

    execution_id: UUID
    status: str
    response: Json = None
    output: Json = None
    error: Json = None


@dataclass(frozen=True, slots=True)
class Begun:
    """An execution that was stored. `answer` is None if it goes on elsewhere. Call `published` after the commit."""

    execution_id: UUID
    answer: Answer | None
    schema: str
    told: news.News | None = None

    def published(self) -> None:
        """Tell those who watch, or wake a worker for what is left."""
        if self.told is not None:
            news.tell(self.schema, self.told)
        if self.answer is None:
            dispatch.ring()


def start_and_run(what: Start, *, body_bytes: int) -> Begun:
    """Start an execution in the open transaction and, if it may be, run it to its end right here.

    Only pure nodes, at most 200 of them, a body of at most 256 KiB, a tenant below its cap without an older due
    ticket of this workflow, and 50 ms of time; anything else becomes queued work.
    """
    schema = tenancy.current_schema()
    program = workflows.version(what.version_id).program
    queue = dispatch.queue_of(schema, what.workflow_id) if is_simple(program, body_bytes) else None
    if queue is None or not queue.is_free:
        execution_id = start(what)
        return Begun(execution_id, None, schema)
    what = replace(what, execution_id=what.execution_id or uuid7())
    run = _opened(schema, what, program, queue)
    _advance(run)
    return _stored(schema, what, run)


def is_simple(program: Program, body_bytes: int) -> bool:
    """Say whether a whole execution of this program may happen inside a web request."""
    return (
        body_bytes <= LARGEST_BODY_BYTES
        and len(program.graph.nodes) <= MOST_NODES
        and all(node.effect is Effect.PURE for node in program.graph.nodes.values())
    )


def _opened(schema: str, what: Start, program: Program, queue: dispatch.Queue) -> Run:
    assert what.execution_id is not None  # noqa: S101 - set by the caller
    loaded = queries.Loaded(
        id=what.execution_id,
        workflow_id=what.workflow_id,
        version_id=what.version_id,
        trigger_node=what.trigger_node,
        trigger_kind=what.trigger_kind,
        status="running",
        trigger=what.trigger,
        frontier=None,
        seq=0,
        priority=what.priority,
        has_response=False,
        created_at=queue.now,
        now=queue.now,
    )
    return Run(schema, loaded, program, tenant_id=str(tenants.current().id), token=uuid4())


def _advance(run: Run) -> None:
    """Run pure steps until the end, a wait, or the end of the budget."""
    over_at = time.monotonic() + BUDGET_S
    ports = ports_for(run.schema, Cancellation())
    while time.monotonic() < over_at:
        decision = run.decide()
        if decision.cancel or decision.abort:
            for key in (*decision.cancel, *decision.abort):
                run.settle_cancelled(key)
            continue
        if run.finish is not None or not decision.start:
            return
        for key in decision.start:
            run.begin(key)
            run.perform(key, ports)


def _stored(schema: str, what: Start, run: Run) -> Begun:
    decision = run.decide()
    change = run.change()
    row = {
        "workflow_id": what.workflow_id,
        "version_id": what.version_id,
        "trigger_node": what.trigger_node,
        "trigger_kind": what.trigger_kind,
        "trigger": AsJson(what.trigger),
        "priority": what.priority,
        "started_by": what.started_by,
        "replay_of": what.replay_of,
    }
    written = record.insert(schema, row, change)
    if not change.is_final:
        due_at = run.now() if decision.start else decision.wake_at
        dispatch.open_run(
            dispatch.NewTicket(
                schema, run.id, what.workflow_id, priority=what.priority, due_at=due_at
            )
        )
    answer = None
    if change.is_final or change.response is not None:
        answer = Answer(
            run.id,
            change.status,
            change.response,
            change.output,
            dict(change.error) if change.error else None,
        )
    return Begun(run.id, answer, schema, turn.news_of(run, change, written))


def answer_of(execution_id: UUID) -> Answer | None:
    """Return the answer of an execution that has responded or ended; None: not yet."""
    rows = db.fetch(db.in_schema(ANSWER, tenancy.current_schema()), {"id": execution_id})
    return Answer(execution_id, *rows[0]) if rows else None


ANSWER = """
SELECT status, response, output, error FROM {s}.executions_execution
WHERE id = %(id)s AND (ended_at IS NOT NULL OR response IS NOT NULL)
"""
