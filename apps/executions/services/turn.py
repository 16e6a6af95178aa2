"""A turn: load, decide, run, record. Pure runs advance in batches with one commit, external ones each in a waiting slot.

pure batch ─► finished │ waiting │ handed out ─► one commit for all
         └──► one external step left ─► a waiting slot: record running ─► act ─► record result and what follows
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from uuid import UUID

from django.conf import settings
from django.db import ProgrammingError

from apps.adapters.blobs.store import BlobGoneError
from apps.core import db, tenancy
from apps.core.failpoints import failpoint
from apps.dispatch import facade as dispatch
from apps.engine.errors import EngineError
from apps.engine.failure import Failure
from apps.engine.state import StepStatus
from apps.engine.value import StepKey
from apps.executions.queries import owning
from apps.executions.services import (
    children,
    fanout,
    metrics,
    moves,
    record,
    telling,
    unreadable,
    unwritable,
)
from apps.executions.services.advancing import advance_pure, go_on, write
from apps.executions.services.calls import is_called
from apps.executions.services.closing import Closing, close
from apps.executions.services.requests import hear
from apps.executions.services.run import Run
from apps.executions.services.worker import RESULT_PATIENCE_S, Holding, Worker
from apps.tenants import facade as tenants
from apps.workflows import facade as workflows

logger = logging.getLogger(__name__)

# Nothing tells a forgotten run to look again, so it looks by itself: a lost poke costs a minute.
LOOK_AGAIN_S = 60.0


def open_runs(
    worker: Worker, schema: str, holdings: Sequence[Holding]
) -> list[tuple[Holding, Run]]:
    """Load the executions of claimed tickets; a ticket whose execution has ended or is gone is deleted.

    What cannot be read is set aside.
    """
    by_id = {holding.claimed.execution_id: holding for holding in holdings}
    try:
        loaded = owning.load(schema, list(by_id))
    except ProgrammingError:
        if not dispatch.is_missing(schema):
            raise
        _dismiss(worker, schema, holdings)
        return []
    failpoint("turn.after_load")
    gone = set(by_id) - {each.id for each in loaded}
    if gone:
        logger.error("turn.no_execution", extra={"schema": schema, "count": len(gone)})
        dispatch.delete(by_id[execution_id].claimed.id for execution_id in gone)
        for execution_id in gone:
            worker.drop(by_id[execution_id])
    with tenancy.entered(schema):
        tenant = tenants.current()
        runs = []
        for each in loaded:
            holding = by_id[each.id]
            token = holding.claimed.token
            try:
                program = workflows.version(each.version_id).program
                run = Run(schema, each, program, tenant_id=str(tenant.id), token=token)
            except EngineError as reason:
                unreadable.set_aside(worker, holding, reason)
                continue
            runs.append((holding, run))
    return runs


def _dismiss(worker: Worker, schema: str, holdings: Sequence[Holding]) -> None:
    """Delete every ticket of a schema that is gone, whoever has dropped it behind the product's back."""
    count = dispatch.dismiss(schema)
    logger.critical("tenant.schema_missing", extra={"schema": schema, "count": count})
    for holding in holdings:
        worker.drop(holding)


def own_batch(worker: Worker, holdings: list[Holding]) -> None:
    """Advance a batch of pure runs; if that fails, each is tried again alone and later."""
    try:
        advance_batch(worker, holdings)
    except Exception as failure:
        logger.exception("turn.batch_failed", extra={"count": len(holdings)})
        # Those that moved on to a waiting slot are in other hands.
        unwritable.stumble(worker, [each for each in holdings if not each.is_waiting], failure)


def advance_batch(worker: Worker, holdings: list[Holding]) -> None:
    """Advance pure runs of one tenant as far as they go without the world; commit once."""
    schema = holdings[0].claimed.schema
    todo = open_runs(worker, schema, holdings)
    for holding, run in todo:
        enter(run, holding)
    while todo:
        if len(todo) > 1:
            for holding, run in todo:
                advance_pure(run, holding)
        elif not go_on(worker, *todo[0]):
            return
        todo = [pair for pair in todo if not _moves_to_a_waiting_slot(worker, *pair)]
        todo = conclude(worker, schema, todo)


def advance_one(worker: Worker, holding: Holding, run: Run | None = None) -> None:
    """Own one execution until it ends, waits, or is lost; external steps act in this thread, one at a time."""
    schema = holding.claimed.schema
    if run is None:
        opened = open_runs(worker, schema, [holding])
        if not opened:
            return
        run = opened[0][1]
        enter(run, holding)
    todo = [(holding, run)]
    while todo:
        if not go_on(worker, holding, run):
            return
        key = inline_step(run)
        if key is not None and not (worker.stopping.is_set() or holding.is_suspended):
            if not act(worker, holding, run, key):
                return
            continue
        todo = conclude(worker, schema, todo)


def enter(run: Run, holding: Holding) -> None:
    """Begin a turn: take back what a dead owner left running, take in what others finished, hear requests."""
    for key, step in list(run.frontier.steps.items()):
        if step.status is not StepStatus.RUNNING or step.is_handed:
            continue
        if holding.claimed.has_overrun:
            run.answered(key, fanout.OVERRUN)
        else:
            run.lost(key)
    if holding.claimed.crash_count >= settings.GORAX_POISON_CRASHES:
        run.give_up(
            f"{holding.claimed.crash_count} workers died while they worked on this execution."
        )
    hear(run, holding)
    fanout.absorb(run)


@contextmanager
def expiring(run: Run, holding: Holding, timeout_s: float) -> Iterator[None]:
    """End a call of at most `timeout_s` seconds inside the block when the execution's time is up before that."""
    left_s = run.left_s()
    if left_s is None or left_s >= timeout_s:
        yield
        return
    timer = threading.Timer(left_s, holding.expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def inline_step(run: Run) -> StepKey | None:
    """Return the external step to run right here: the only open one. With company it gets a ticket of its own."""
    if run.finish is not None or len(run.frontier.steps) != 1 or run.calls.changes:
        return None
    (key,) = run.frontier.steps
    decision = moves.decide(run)
    is_alone = not moves.has_passes(decision)
    return key if is_alone and key in decision.start and run.acts(key) else None


def act(worker: Worker, holding: Holding, run: Run, key: StepKey) -> bool:
    """Record a step as running, run it without a connection, take its answer in. False: the ticket is lost."""
    with suppress(BlobGoneError):  # the step itself says it
        run.bring(key)
    failpoint("step.before_running")
    run.begin(key)
    timeout_s = run.program.types[run.node(key).id].timeout_of(run.node(key).config)
    if not write(run, holding, deadline_s=timeout_s + fanout.GRACE_S):
        return False
    failpoint("step.after_running")
    with expiring(run, holding, timeout_s):
        answer, masked = fanout.call(worker, holding, run, key)
    if holding.is_lost:
        return False
    if isinstance(answer, Failure) and answer.code == fanout.ABORTED:
        hear(run, holding)
        run.settle_cancelled(key)
    else:
        run.answered(key, answer, masked=masked)
    return True


def conclude(
    worker: Worker, schema: str, todo: list[tuple[Holding, Run]]
) -> list[tuple[Holding, Run]]:
    """Commit a batch and let go of its tickets; return those that have more to do right now."""
    closings = [close(holding, run) for holding, run in todo]
    written, busy = db.in_transaction(
        lambda: _commit(schema, closings), patience_s=RESULT_PATIENCE_S
    )
    failpoint("finish.after_commit")
    metrics.PARKED.inc(sum(closing.run.id not in written for closing in closings))
    if _let_others_in(schema, closings) or any(closing.wakes_others for closing in closings):
        dispatch.ring()
    left = []
    for closing in closings:
        run = closing.run
        if run.id in written:
            telling.tell(run, closing.change, written[run.id])
        if run.id not in busy:
            worker.drop(closing.holding)
        elif (asked := dispatch.unpoke(run.id, run.token)) is not None:
            closing.holding.note(asked)
            hear(run, closing.holding)
            fanout.absorb(run)
            left.append((closing.holding, run))
        else:
            worker.drop(closing.holding)  # lost since the commit: the next owner decides
    return left


def _let_others_in(schema: str, closings: list[Closing]) -> bool:
    """Let in who waits for the places of those that have ended; True if anybody was."""
    ended: dict[UUID, set[str]] = {}
    for closing in closings:
        claimed = closing.holding.claimed
        if closing.change.is_final and claimed.is_gated:
            ended.setdefault(claimed.workflow_id, set()).add(claimed.gate_key)
    return sum(dispatch.let_in(schema, each, keys=ended[each]) for each in sorted(ended)) > 0


def _commit(schema: str, closings: list[Closing]) -> tuple[dict[UUID, record.Written], set[UUID]]:
    """Write what is still ours and let its tickets go; return the seqs, and the runs that could not be let go."""
    mine = dispatch.lock_mine((closing.run.id, closing.run.token) for closing in closings)
    ours = [closing for closing in closings if closing.run.id in mine]
    written = record.write(schema, [closing.change for closing in ours])
    dispatch.delete(closing.run.id for closing in ours if closing.change.is_final)
    for closing in ours:
        closing.start_others(schema)
    busy = set()
    for closing in ours:
        if closing.change.is_final:
            continue
        fanout.open_tickets(closing.run, closing.holding, closing.handed)
        failpoint("release.before")
        if not _release(closing):
            busy.add(closing.run.id)
        failpoint("release.after")
    children.poke_parents(closing.parent_id for closing in ours)
    failpoint("finish.before_commit")
    return written, busy


def _release(closing: Closing) -> bool:
    """Let a run rest until its next timer, its next external claim, or a poke. False: there is more to do right now."""
    run, decision = closing.run, closing.decision
    has_pure = moves.has_passes(decision) or any(not run.acts(key) for key in decision.start)
    if has_pure and not closing.holding.is_suspended:
        dispatch.keep(run.id, run.token, has_progressed=closing.has_progressed)
        return False
    due_at, next_kind = decision.wake_at, "pure"
    if has_pure:
        due_at = run.now()
    elif decision.start:
        due_at, next_kind = run.now(), "external"
    elif any(step.is_handed or is_called(step) for step in run.frontier.steps.values()):
        due_at = min(filter(None, (due_at, run.later(LOOK_AGAIN_S))))
    return dispatch.release(
        run.id,
        run.token,
        due_at=due_at,
        next_kind=next_kind,
        has_progressed=closing.has_progressed,
    )


def _moves_to_a_waiting_slot(worker: Worker, holding: Holding, run: Run) -> bool:
    """Go on in a waiting slot of this process with a run whose only open step is external; saves a commit and a claim."""
    if (
        inline_step(run) is None
        or worker.room(run.schema).external == 0
        or worker.stopping.is_set()
        or holding.is_suspended
    ):
        return False
    worker.move_to_waiting(holding)
    worker.waiting.submit(own, worker, holding, run)
    return True


def own(worker: Worker, holding: Holding, run: Run | None = None) -> None:
    """Thread body of a waiting slot: whatever happens, the slot and the connection are given back."""
    try:
        advance_one(worker, holding, run)
    except Exception as failure:
        logger.exception("turn.failed", extra={"execution_id": str(holding.claimed.execution_id)})
        unwritable.stumble(worker, [holding], failure)
    finally:
        worker.drop(holding)
        db.give_back()
