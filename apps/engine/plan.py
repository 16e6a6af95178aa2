"""What happens next: a pure decision, and the pure transitions that lead from one frontier to the next.

Every transition takes a frontier and returns a new one; the work is proportional to what changed. Time is
always an argument. The frontier knows nothing of outputs: those lie in the step records of the caller.

    begin ─► decide ─► started ─► settled │ waiting │ lost ─► decide ─► … ─► finish
                  └─► handed, skips_recorded, dropped        cancel and ended may come at any time
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from apps.engine.bounds import deadline_at, overstepped
from apps.engine.edit import Edit
from apps.engine.errors import TransitionError
from apps.engine.failure import Failure
from apps.engine.frontier import Ending, Frontier, OpenStep
from apps.engine.graph import ERROR_PORT, Graph, OnError, OnUnknown
from apps.engine.retry import LONG_WAIT_S
from apps.engine.state import ExecutionStatus, Reason, StepStatus, refuse_unless
from apps.engine.value import (
    DEFAULT_LIMITS,
    ROOT_SCOPE,
    Json,
    Limits,
    NodeId,
    StepKey,
    split_key,
    step_key,
)


@dataclass(frozen=True, slots=True)
class Completed:
    """A step that succeeded and left by `port` (None: the node's default port).

    `is_response` answers the caller of the execution; `is_stop` ends the whole execution as completed;
    `has_error` marks the execution as one that had errors.
    """

    port: str | None = None
    is_response: bool = False
    is_stop: bool = False
    has_error: bool = False


@dataclass(frozen=True, slots=True)
class Aborted:
    """A step in flight that was told to stop, and did. Nothing follows it."""


@dataclass(frozen=True, slots=True)
class Finish:
    """How the execution ends. Its output is that of `responded`; else of the one leaf; else of all by node."""

    status: ExecutionStatus
    reason: Reason | None = None
    error: dict[str, Json] | None = None
    had_errors: bool = False
    responded: StepKey | None = None
    leaves: tuple[StepKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do now. `ending`: the execution is over its time or its size; call `ended`, then decide again."""

    start: tuple[StepKey, ...] = ()
    skip: tuple[StepKey, ...] = ()
    cancel: tuple[StepKey, ...] = ()
    abort: tuple[StepKey, ...] = ()
    wake_at: datetime | None = None
    ending: Ending | None = None
    finish: Finish | None = None


def decide(
    graph: Graph, frontier: Frontier, now: datetime, limits: Limits = DEFAULT_LIMITS
) -> Decision:
    """Say what may start, what is skipped, what is cancelled, when to look again, and whether it is over.

    Pure, total and repeatable: until a transition carries an answer out, the same answer is given again.
    `now` is the database's clock, never the process's.
    """
    if frontier.ending is not None:
        return Decision(
            skip=frontier.skips,
            cancel=tuple(frontier.drops),
            abort=tuple(frontier.aborts),
            finish=_finish(frontier) if frontier.is_over else None,
        )
    ending = overstepped(graph, frontier, now, limits)
    if ending is not None:
        return Decision(skip=frontier.skips, ending=ending)
    due: list[StepKey] = []
    wake_at = last_moment = deadline_at(graph, frontier)
    for moment, key in frontier.timers:
        if moment > now:
            wake_at = min(moment, last_moment or moment)
            break
        due.append(key)
    return Decision(
        start=(*frontier.ready, *due),
        skip=frontier.skips,
        wake_at=wake_at,
        finish=_finish(frontier) if frontier.is_over else None,
    )


def _finish(frontier: Frontier) -> Finish:
    ending = frontier.ending or Ending(ExecutionStatus.COMPLETED)
    return Finish(
        status=ending.status,
        reason=ending.reason,
        error=None if ending.error is None else dict(ending.error),
        had_errors=frontier.had_errors,
        responded=frontier.responded,
        leaves=frontier.scopes[ROOT_SCOPE].leaves,
    )


def standing(frontier: Frontier) -> tuple[ExecutionStatus, Reason | None]:
    """Return the status of an execution that has not finished, and why it waits if it does."""
    if frontier.ending is not None:
        is_cancel = frontier.ending.reason is Reason.CANCELLED_BY_USER
        return (ExecutionStatus.CANCELLING if is_cancel else ExecutionStatus.RUNNING), None
    waiting = [
        step
        for step in frontier.steps.values()
        if step.status in {StepStatus.WAITING, StepStatus.UNKNOWN} and not step.is_handed
    ]
    if not waiting or len(waiting) < len(frontier.steps):
        return ExecutionStatus.RUNNING, None
    if frontier.timers:
        return ExecutionStatus.WAITING, frontier.steps[frontier.timers[0][1]].reason
    return ExecutionStatus.WAITING, waiting[0].reason


def begin(graph: Graph, trigger: NodeId, now: datetime) -> Frontier:
    """Return the first frontier: the fired trigger is settled, every other source is skipped.

    The caller records the trigger's step as completed; its output is what it was fired with.

    Raises:
        TransitionError: the graph has no such trigger.
    """
    node = graph.nodes.get(trigger)
    if node is None or not node.is_trigger:
        raise TransitionError(f"{trigger} is no trigger of this workflow")
    edit = Edit(Frontier())
    edit.step_count = len(graph.sources)
    edit.seq = 1
    if trigger in graph.leaves:
        edit.leaf(ROOT_SCOPE, step_key(ROOT_SCOPE, trigger))
    for source in graph.sources:
        if source == trigger:
            edit.leave(graph, ROOT_SCOPE, source, node.default_port)
        else:
            edit.skip(step_key(ROOT_SCOPE, source))
            edit.leave(graph, ROOT_SCOPE, source, None)
    return edit.done(now)


def handed(frontier: Frontier, keys: Iterable[StepKey], now: datetime) -> Frontier:
    """Give steps that may start to somebody else, who reports `started` later; decisions leave them out."""
    edit = Edit(frontier)
    for key in keys:
        step = edit.step(key)
        refuse_unless(step.status, StepStatus.RUNNING, key)
        edit.put(key, replace(step, is_handed=True, is_long_wait=False))
    return edit.done(now)


def started(frontier: Frontier, keys: Iterable[StepKey], now: datetime) -> Frontier:
    """Begin an attempt of each step. A step that comes back from a wait goes on with the same attempt.

    Raises:
        TransitionError: a step is not open, or is running already.
    """
    edit = Edit(frontier)
    for key in keys:
        step = edit.step(key)
        refuse_unless(step.status, StepStatus.RUNNING, key)
        is_back = step.status is StepStatus.WAITING and step.reason is not Reason.RETRY
        edit.put(
            key,
            OpenStep(
                status=StepStatus.RUNNING,
                taken=step.taken,
                attempt=step.attempt + (not is_back),
                first_start=step.first_start or now,
                woken=step.reason if is_back else step.woken,
                note=step.note,
            ),
        )
    return edit.done(now)


def settled(
    graph: Graph,
    frontier: Frontier,
    key: StepKey,
    outcome: Completed | Failure | Aborted,
    now: datetime,
    *,
    chance: float = 0.5,
) -> Frontier:
    """Return the frontier after an attempt came to `outcome`.

    A failure that the node's policy retries leaves the step open, waiting until its `wake_at`; `chance` in
    [0, 1) moves that moment and is derived from the step by the caller.

    Raises:
        TransitionError: the step is not open, or not in flight; nothing was changed.
    """
    edit = Edit(frontier)
    step = edit.step(key)
    refuse_unless(step.status, StepStatus.COMPLETED, key)
    if isinstance(outcome, Completed):
        _complete(graph, edit, key, outcome)
    elif isinstance(outcome, Aborted):
        edit.close(key)
    else:
        wait_s = _retry_wait_s(graph, edit, key, outcome, chance)
        if wait_s is None:
            _fail(graph, edit, key, outcome)
        else:
            wake_at = now + timedelta(seconds=wait_s)
            edit.put(key, _waiting_step(step, wake_at, Reason.RETRY, now))
    return edit.done(now)


def _complete(graph: Graph, edit: Edit, key: StepKey, outcome: Completed) -> None:
    scope, node_id = split_key(key)
    node = graph.nodes[node_id]
    edit.close(key)
    if outcome.is_response and edit.responded is None:
        edit.responded = key
    edit.had_errors = edit.had_errors or outcome.has_error
    if edit.ending is not None:
        return
    if outcome.is_stop:
        edit.leaf(ROOT_SCOPE, key)
        edit.end(Ending(ExecutionStatus.COMPLETED, is_aborting=True))
        return
    if node_id in graph.leaves:
        edit.leaf(scope, key)
    edit.leave(graph, scope, node_id, outcome.port or node.default_port)


def _retry_wait_s(
    graph: Graph, edit: Edit, key: StepKey, failure: Failure, chance: float
) -> float | None:
    if edit.ending is not None:
        return None
    node = graph.nodes[split_key(key)[1]]
    return node.retry.wait_s(max(1, edit.step(key).attempt), failure, chance=chance)


def _fail(graph: Graph, edit: Edit, key: StepKey, failure: Failure) -> None:
    scope, node_id = split_key(key)
    node = graph.nodes[node_id]
    edit.close(key)
    if edit.ending is not None:
        return
    if node.on_error is OnError.STOP:
        facts = failure.facts(node_id)
        edit.end(Ending(ExecutionStatus.FAILED, Reason.NODE_FAILED, facts))
        return
    edit.had_errors = True
    if node.on_error is OnError.BRANCH:
        edit.leave(graph, scope, node_id, ERROR_PORT)
        return
    if node_id in graph.leaves:
        edit.leaf(scope, key)
    edit.leave(graph, scope, node_id, node.default_port)


def waiting(
    frontier: Frontier,
    key: StepKey,
    wake_at: datetime | None,
    reason: Reason,
    now: datetime,
    *,
    note: Json = None,
) -> Frontier:
    """Let a running step wait, holding nobody: until `wake_at`, or (None) until somebody comes back to it.

    `note` is kept for the node until its next wait.

    Raises:
        TransitionError: the step is not running.
    """
    edit = Edit(frontier)
    step = edit.step(key)
    refuse_unless(step.status, StepStatus.WAITING, key)
    edit.put(key, replace(_waiting_step(step, wake_at, reason, now), note=note))
    return edit.done(now)


def _waiting_step(
    step: OpenStep, wake_at: datetime | None, reason: Reason, now: datetime
) -> OpenStep:
    is_retry = reason is Reason.RETRY
    is_short = is_retry and wake_at is not None and wake_at - now <= timedelta(seconds=LONG_WAIT_S)
    return OpenStep(
        status=StepStatus.WAITING,
        taken=step.taken,
        attempt=step.attempt,
        first_start=step.first_start,
        wake_at=wake_at,
        reason=reason,
        woken=step.woken if is_retry else None,
        note=step.note,
        is_long_wait=not is_short,
    )


def lost(graph: Graph, frontier: Frontier, key: StepKey, now: datetime) -> Frontier:
    """Return the frontier after the worker of a running step vanished.

    `on_unknown` rerun: the step may start again, with the same key. Stop: it is unknown, and a person
    says what happened (`settled`) or has it run again (`again`). An ending execution drops it.

    Raises:
        TransitionError: the step is not running.
    """
    edit = Edit(frontier)
    step = edit.step(key)
    refuse_unless(step.status, StepStatus.UNKNOWN, key)
    if graph.nodes[split_key(key)[1]].on_unknown is OnUnknown.RERUN:
        edit.put(key, replace(step, status=StepStatus.QUEUED))
    else:
        edit.put(
            key,
            replace(step, status=StepStatus.UNKNOWN, reason=Reason.WORKER_LOST, is_long_wait=True),
        )
    return edit.done(now)


def again(frontier: Frontier, key: StepKey, now: datetime) -> Frontier:
    """Let an unknown step run again, because a person said so.

    Raises:
        TransitionError: the step is not unknown.
    """
    edit = Edit(frontier)
    step = edit.step(key)
    if step.status is not StepStatus.UNKNOWN:
        raise TransitionError(f"step {key} is {step.status}, so nobody has to decide about it")
    edit.put(key, replace(step, status=StepStatus.QUEUED, reason=None, is_long_wait=False))
    return edit.done(now)


def skips_recorded(frontier: Frontier, keys: Iterable[StepKey], now: datetime) -> Frontier:
    """Forget skipped steps whose records are written."""
    edit = Edit(frontier)
    edit.skips_written(frozenset(keys))
    return edit.done(now)


def dropped(frontier: Frontier, keys: Iterable[StepKey], now: datetime) -> Frontier:
    """Forget steps that were cancelled before anybody worked on them.

    Raises:
        TransitionError: nobody asked for one of them to be cancelled.
    """
    edit = Edit(frontier)
    for key in keys:
        if not edit.is_to_drop(key):
            raise TransitionError(f"step {key} is not to be cancelled")
        edit.close(key)
    return edit.done(now)


def cancel(frontier: Frontier, now: datetime) -> Frontier:
    """Begin to cancel the execution: nothing more starts, and what is in flight is aborted."""
    return ended(
        frontier,
        Ending(ExecutionStatus.CANCELLED, Reason.CANCELLED_BY_USER, is_aborting=True),
        now,
    )


def ended(frontier: Frontier, ending: Ending, now: datetime) -> Frontier:
    """Begin the end of the execution, as a decision says or somebody outside. The first ending stands; a later one may still abort."""
    edit = Edit(frontier)
    edit.end(ending)
    return edit.done(now)
