"""A synchronous caller's execution, run in the caller's own thread when nothing can go wrong with that.

It runs before anything of it is stored, for its nodes touch nothing: a crash leaves no trace, the sender's retry begins
anew, and of two equal deliveries one is stored. Then one statement stores cause, execution and steps together. Whatever
does not end in time becomes an ordinary execution with a frontier and a ticket, in that same statement.
"""

import time
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from apps.adapters.calls import Cancellation
from apps.core import db, tenancy
from apps.dispatch import facade as dispatch
from apps.engine import plan
from apps.engine.graph import Effect
from apps.engine.program import Program
from apps.engine.value import Json
from apps.executions.queries import owning
from apps.executions.services import moves, news, record, telling
from apps.executions.services.ports import ports_for
from apps.executions.services.run import Run
from apps.executions.services.start import Start, actor_of, place_of, trace_of
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
class Ran:
    """An execution that was run and is not stored yet. `answer` is None if it goes on elsewhere."""

    schema: str
    run: Run
    change: record.Change
    due_at: datetime | None
    answer: Answer | None

    def params(self) -> dict[str, object]:
        """Return what `storing` needs beside `starting_params` and `trigger`."""
        return {**record.inserting_params(self.change), "due_at": self.due_at}

    def published(self) -> None:
        """Tell those who watch, and wake a worker for what is left; after the commit."""
        written = record.Written(before=0, seq=record.seq_of(self.change))
        told = telling.news_of(self.run, self.change, written)
        # Who waits for an answer has it already.
        news.tell(self.schema, replace(told, has_answer=False))
        if not self.change.is_final:
            dispatch.ring()


def run_ahead(what: Start, *, body_bytes: int) -> Ran | None:
    """Run a new execution (its id given) to its end, or as far as it goes, before it is stored; None: queue it.

    Only pure nodes, at most 200 of them, a body of at most 256 KiB, a workflow without limits, a tenant below its cap
    without an older due ticket of this workflow, and 50 ms of work; anything else is queued work.
    """
    schema = tenancy.current_schema()
    program = workflows.version(what.version_id).program
    place = place_of(what)
    if place.gate_key is not None:
        return None
    queue = dispatch.queue_of(schema, what.workflow_id) if is_simple(program, body_bytes) else None
    if queue is None or not queue.is_free:
        return None
    run = _opened(schema, replace(what, priority=place.priority), program, queue)
    decision = _advance(run)
    change = run.change()
    is_busy = decision.start or moves.has_passes(decision)
    due_at = run.now() if is_busy else decision.wake_at
    return Ran(schema, run, change, due_at, _answer(change))


def storing(source: str) -> str:
    """Return the part of a WITH that stores what `run_ahead` has run if the relation `source` has a row.

    Its parameters are those of `starting_params` and of `Ran.params`, and `trigger` as JSON text.
    """
    unfinished = dispatch.opening("execution WHERE ended_at IS NULL")
    return f"{record.inserting(source)}, ticketed AS ({unfinished})"


def _answer(change: record.Change) -> Answer | None:
    if not change.is_final and change.response is None:
        return None
    error = dict(change.error) if change.error else None
    return Answer(change.execution_id, change.status, change.response, change.output, error)


def is_simple(program: Program, body_bytes: int) -> bool:
    """Say whether a whole execution of this program may happen inside a web request."""
    return (
        body_bytes <= LARGEST_BODY_BYTES
        and len(program.graph.nodes) <= MOST_NODES
        and all(node.effect is Effect.PURE for node in program.graph.nodes.values())
        # What is stored by one statement starts nothing beside.
        and not any(
            program.types[node.id].calls(node.config) for node in program.graph.nodes.values()
        )
        and program.settings.error_workflow_id is None
    )


def _opened(schema: str, what: Start, program: Program, queue: dispatch.Queue) -> Run:
    assert what.execution_id is not None  # noqa: S101 - set by the caller
    loaded = owning.Loaded(
        id=what.execution_id,
        workflow_id=what.workflow_id,
        version_id=what.version_id,
        trigger_node=what.trigger_node,
        trigger_kind=what.trigger_kind,
        status="running",
        trigger=what.trigger,
        frontier=None,
        seq=0,
        priority=what.priority or 0,
        has_response=False,
        created_at=queue.now,
        now=queue.now,
        acts_as=actor_of(what),
        trace_id=trace_of(what),
    )
    return Run(schema, loaded, program, tenant_id=str(tenants.current().id), token=uuid4())


def spent_s() -> float:
    """Return a clock of the thread's own time on the processor, on which waiting counts a tenth.

    Sixteen deliveries at once share one interpreter: by a clock on the wall the wait for it alone sent up to a third of them
    to the workers, and a workflow's others queue up behind those. But who waits for a lock or a store holds a thread.
    """
    return time.thread_time() + time.monotonic() / 10


def _advance(run: Run) -> plan.Decision:
    """Run pure steps until the end, a wait, or the end of the budget; return what may happen then."""
    over_at = spent_s() + BUDGET_S
    ports = ports_for(run.schema, run.id, Cancellation())
    while True:
        decision = moves.decide(run, until=over_at, clock=spent_s)
        for key in (*decision.cancel, *decision.abort):
            run.settle_cancelled(key)
        if decision.cancel or decision.abort:
            continue
        if run.finish is not None or not decision.start or spent_s() >= over_at:
            return decision
        for place, key in enumerate(decision.start):
            # A fan of many nodes is no way around the budget.
            if place and spent_s() >= over_at:
                break
            run.begin_pure(key)
            run.perform(key, ports)


def answer_of(execution_id: UUID) -> Answer | None:
    """Return the answer of an execution that has responded or ended; None: not yet."""
    rows = db.fetch(db.in_schema(ANSWER, tenancy.current_schema()), {"id": execution_id})
    return Answer(execution_id, *rows[0]) if rows else None


ANSWER = """
SELECT status, response, output, error FROM {s}.executions_execution
WHERE id = %(id)s AND (ended_at IS NOT NULL OR response IS NOT NULL)
"""
