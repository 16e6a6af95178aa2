"""External steps beside others: each gets a ticket of its own, and its result comes back through its row and a poke."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.adapters.calls import Cancellation
from apps.core import db
from apps.core.failpoints import failpoint
from apps.dispatch import facade as dispatch
from apps.engine import loss, plan
from apps.engine.failure import Failure
from apps.engine.node import Answer, Result
from apps.engine.state import Reason, StepStatus
from apps.engine.value import Json, StepKey, split_key
from apps.engine.wrap import run_prepared
from apps.executions.queries import owning
from apps.executions.services import called, moves
from apps.executions.services.calls import is_called
from apps.executions.services.ports import ports_for
from apps.executions.services.run import Run
from apps.executions.services.worker import Holding, Worker

ABORTED = "aborted"
# A step that is this much past its own time hangs: its ticket is seized.
GRACE_S = 5.0

# Whoever hangs in the call may still act, so it is not repeated unless the author's own patterns say so.
OVERRUN = Failure("timeout", "The node did not come back in its time.")

ROWS = """
SELECT node_id, scope, status, attempt, port, error, wake_at, first_started_at
FROM {s}.executions_step
WHERE execution_id = %(id)s AND (node_id, scope) IN (SELECT * FROM unnest(%(nodes)s::text[], %(scopes)s::text[]))
  AND status NOT IN ('queued', 'running')
ORDER BY seq
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What the worker of a step left in its row."""

    key: StepKey
    status: StepStatus
    attempt: int
    port: str
    error: Mapping[str, Any] | None
    wake_at: Any
    first_started_at: Any


def hand_out(run: Run) -> list[tuple[str, int]]:
    """Mark every external step that may start beside others as handed out; return (step key, attempt) of each."""
    if run.finish is not None:
        return []
    decision = moves.decide(run)
    ready = [key for key in decision.start if run.acts(key)]
    if len(run.frontier.steps) == 1 and not moves.has_passes(decision):
        return []
    for key in ready:
        run.hand(key)
    return [(key, run.frontier.steps[key].attempt + 1) for key in ready]


def open_tickets(run: Run, holding: Holding, handed: list[tuple[str, int]]) -> None:
    """Insert the tickets of handed steps, in the transaction that records them."""
    if not handed:
        return
    failpoint("step_ticket.before_open")
    claimed = holding.claimed
    dispatch.open_steps(
        dispatch.NewTicket(
            schema=run.schema,
            execution_id=run.id,
            workflow_id=claimed.workflow_id,
            priority=claimed.priority,
        ),
        handed,
    )
    failpoint("step_ticket.after_open")


def absorb(run: Run) -> None:
    """Take in what others have recorded since: workers of handed steps, in the order in which it happened, then people.

    A person may have decided about a step before its run has even heard that nobody knows.
    """
    handed = [key for key, step in run.frontier.steps.items() if step.is_handed]
    for row in rows_of(run.schema, run.id, handed):
        graph, now = run.program.graph, run.now()
        run.start_as_recorded(row.key, row.first_started_at)
        run.outputs.look_again(row.key)
        if row.status is StepStatus.WAITING:
            run.frontier = plan.waiting(run.frontier, row.key, row.wake_at, Reason.RETRY, now)
        elif row.status is StepStatus.UNKNOWN:
            run.frontier = loss.lost(graph, run.frontier, row.key, now)
        else:
            run.frontier = plan.settled(graph, run.frontier, row.key, _outcome(row), now)
        run.has_progressed = True
    _absorb_calls(run)
    called.wake(run, run.frontier.steps)
    unknown = [key for key, step in run.frontier.steps.items() if step.status is StepStatus.UNKNOWN]
    if unknown:
        for key, decision in owning.decisions(run.schema, run.id, unknown).items():
            run.decided(key, decision)


def _absorb_calls(run: Run) -> None:
    for key in [key for key, step in run.frontier.steps.items() if is_called(step)]:
        step = run.frontier.steps[key]
        answer = run.calls.looked(key, step, is_paused=run.frontier.is_paused)
        if answer is not None:
            run.answered(key, answer)


def rows_of(schema: str, execution_id: UUID, keys: Iterable[StepKey]) -> list[Row]:
    """Return the rows of `keys` whose attempt is over, in the order of their seq."""
    places = [split_key(key) for key in keys]
    if not places:
        return []
    found = db.fetch(
        db.in_schema(ROWS, schema),
        {
            "id": execution_id,
            "nodes": [node_id for _, node_id in places],
            "scopes": [scope for scope, _ in places],
        },
    )
    key_by_place = dict(zip(places, keys, strict=True))
    return [
        Row(key_by_place[(scope, node_id)], StepStatus(status), *rest)
        for node_id, scope, status, *rest in found
    ]


def _outcome(row: Row) -> plan.Completed | plan.Aborted | Failure:
    if row.status is StepStatus.COMPLETED:
        return plan.Completed(port=row.port or None)
    if row.status is StepStatus.CANCELLED:
        return plan.Aborted()
    error = row.error or {}
    return Failure(
        code=str(error.get("code", "node_failed")),
        message=str(error.get("message", "")),
        status=error.get("status"),
        details=error.get("details") or {},
        is_final=True,  # whoever recorded it has asked the policy; a settled row never changes
    )


def call_back(run: Run, decision: plan.Decision) -> bool:
    """Cancel what nobody works on, and ask those who work to stop if it is to be aborted. False: only waiting is left."""
    in_flight: list[tuple[StepKey, int]] = []
    recalled: list[StepKey] = []
    # Whoever was asked once in this turn is not asked again, however many steps go on beside it.
    wanted = [key for key in (*decision.cancel, *decision.abort) if not _was_asked(run, key)]
    for key in wanted:
        step = run.frontier.steps[key]
        if not step.is_handed:
            run.settle_cancelled(key)
        elif _is_recalled(run, key, step.attempt + 1):
            recalled.append(key)
        else:
            in_flight.append((key, step.attempt + 1))
    run.asked.update((key, is_aborted(run, key)) for key, _ in in_flight)
    aborted = [(key, attempt) for key, attempt in in_flight if is_aborted(run, key)]
    if recalled:
        # A ticket that is gone may have left a result, which stands.
        absorb(run)
    for key in recalled:
        if key in run.frontier.steps:
            run.settle_cancelled(key)
    if aborted:
        dispatch.ask_steps(run.schema, run.id, aborted, "cancel")
    return len(in_flight) < len(wanted)


def is_aborted(run: Run, key: StepKey) -> bool:
    """Say whether a step is to be stopped in the middle, and not only to get no other attempt."""
    ending = run.frontier.ending_of(key)
    return ending is not None and ending.is_aborting


def _was_asked(run: Run, key: StepKey) -> bool:
    return (key, is_aborted(run, key)) in run.asked


def _is_recalled(run: Run, key: StepKey, attempt: int) -> bool:
    """Make sure that nobody will claim a handed step any more. False: somebody works on it."""
    return dispatch.withdraw(dispatch.step_ticket_id(run.id, key, attempt))


def call(
    worker: Worker, holding: Holding, run: Run, key: StepKey
) -> tuple[Answer | Failure, Mapping[str, Json] | None]:
    """Render a started step and run it without holding a connection; a stop of the ticket aborts its call."""
    cancellation = Cancellation()
    prepared = run.prepared(key, ports_for(run.schema, run.id, cancellation))
    if isinstance(prepared, Failure):
        return prepared, None
    if not worker.may_act():
        holding.lose()
        return Failure(
            ABORTED, "This worker's lease was over before the call began."
        ), prepared.masked
    db.give_back()
    holding.on_stop = cancellation.abort
    if holding.stop.is_set():
        cancellation.abort()
    failpoint("step.before_effect")
    try:
        answer = run_prepared(run.program, prepared)
    finally:
        holding.on_stop = None
    failpoint("step.after_effect")
    if not isinstance(answer, Result | Failure):
        answer = Failure(
            "answer_not_allowed", "A node that acts on the world can only give a result."
        )
    return answer, prepared.masked
