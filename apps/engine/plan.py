"""What happens next: a pure decision, and the pure transitions that lead from one frontier to the next.

Every transition takes a frontier and returns a new one; the work is proportional to what changed. Time is
always an argument. The frontier knows nothing of outputs: those lie in the step records of the caller.

    begin ─► decide ─► started ─► settled │ waiting ─► decide ─► … ─► finish
                  └─► handed, skips_recorded, dropped        cancel and ended may come at any time

Those of containers stand in `passes`, that of somebody who comes back to a waiting step in `waking`, those of a worker that
vanished in `loss`, those of a pause in `hold`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from apps.engine.blocks import left
from apps.engine.bounds import deadline_at, overstepped
from apps.engine.edit import Edit
from apps.engine.ending import Ending
from apps.engine.errors import TransitionError
from apps.engine.failure import Failure
from apps.engine.frontier import Frontier, OpenStep
from apps.engine.graph import Graph
from apps.engine.retry import LONG_WAIT_S
from apps.engine.settle import Completed, complete, fail
from apps.engine.state import ExecutionStatus, Reason, StepStatus, refuse_unless
from apps.engine.swift import swift
from apps.engine.value import (
    DEFAULT_LIMITS,
    ROOT_SCOPE,
    Json,
    Limits,
    NodeId,
    StepKey,
    opener_of,
    split_key,
    step_key,
)

__all__ = [
    "Aborted", "Completed", "Decision", "Finish", "begin", "cancel", "decide", "dropped", "ended", "handed",
    "settled", "skips_recorded", "standing", "started", "waiting",
]  # fmt: skip

NO_KEYS: tuple[StepKey, ...] = ()
NOT_BEFORE: Mapping[StepKey, datetime] = MappingProxyType({})


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


@swift(frozen=True, slots=True)
class Decision:
    """What to do now. `ending`: the execution is over its time or its size; call `ended`, then decide again.

    `enter` are passes to begin, `close` passes and blocks to settle, `expire` blocks and joins whose time is up. Whoever has
    carried out one of `cancel`, `abort`, `close` and `expire` decides again before anything starts.
    """

    start: tuple[StepKey, ...] = ()
    enter: tuple[StepKey, ...] = ()
    close: tuple[StepKey, ...] = ()
    expire: tuple[StepKey, ...] = ()
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
            close=tuple(frontier.over),
            finish=_finish(frontier) if frontier.is_over else None,
        )
    if frontier.is_paused:
        finish = _finish(frontier) if frontier.is_over else None
        return Decision(cancel=tuple(frontier.drops), abort=tuple(frontier.aborts), finish=finish)
    wake_at = last_moment = deadline_at(graph, frontier)
    ending = overstepped(frontier, now, limits, last_moment)
    if ending is not None:
        return Decision(skip=frontier.skips, ending=ending)
    start, enter, expire = tuple(frontier.ready), NO_KEYS, NO_KEYS
    if frontier.timers:
        due: list[StepKey] = []
        for moment, key in frontier.timers:
            if moment > now:
                wake_at = min(moment, last_moment or moment)
                break
            due.append(key)
        # Whoever is due without being open is a block, or waits for other edges.
        expire = tuple(key for key in due if key not in frontier.steps)
        start = (*start, *(key for key in due if key in frontier.steps))
    if frontier.blocks and start:
        enter = tuple([key for key in start if frontier.steps[key].is_pass])
        start = tuple([key for key in start if not frontier.steps[key].is_pass])
    return Decision(
        start=start,
        enter=enter,
        close=tuple(frontier.over),
        expire=expire,
        skip=frontier.skips,
        cancel=tuple(frontier.drops),
        abort=tuple(frontier.aborts),
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
    if frontier.is_paused:
        return ExecutionStatus.PAUSED, None
    waiting = [
        step
        for step in frontier.steps.values()
        if step.status in {StepStatus.WAITING, StepStatus.UNKNOWN} and not step.is_handed
    ]
    if not waiting or len(waiting) < len(frontier.steps) or frontier.over:
        return ExecutionStatus.RUNNING, None
    for _, key in frontier.timers:
        if key in frontier.steps:
            return ExecutionStatus.WAITING, frontier.steps[key].reason
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
    edit = Edit(Frontier(), now)
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
    return edit.done()


def handed(frontier: Frontier, keys: Iterable[StepKey], now: datetime) -> Frontier:
    """Give steps that may start to somebody else, who reports `started` later; decisions leave them out."""
    edit = Edit(frontier, now)
    for key in keys:
        step = edit.step(key)
        refuse_unless(step.status, StepStatus.RUNNING, key)
        edit.put(key, replace(step, is_handed=True, is_long_wait=False))
    return edit.done()


def started(
    frontier: Frontier,
    keys: Iterable[StepKey],
    now: datetime,
    *,
    first_starts: Mapping[StepKey, datetime] = NOT_BEFORE,
) -> Frontier:
    """Begin an attempt of each step. A step that comes back from a wait goes on with the same attempt.

    `first_starts` are those of steps that ran in an earlier try of a retry block: they render the same bytes again.

    Raises:
        TransitionError: a step is not open, or is running already.
    """
    edit = Edit(frontier, now)
    for key in keys:
        edit.put(key, taken_up(edit.step(key), key, first_starts.get(key, now)))
    return edit.done()


def taken_up(step: OpenStep, key: StepKey, now: datetime) -> OpenStep:
    """Return a step as it is while an attempt is under way that begins now.

    Whoever comes to an answer before anybody could ask hands it to the transition of that answer as `under_way`:
    the frontier in between, of a step that is running, is then never made.

    Raises:
        TransitionError: it is running already.
    """
    refuse_unless(step.status, StepStatus.RUNNING, key)
    is_back = step.status is StepStatus.WAITING and step.reason is not Reason.RETRY
    return OpenStep(
        status=StepStatus.RUNNING,
        taken=step.taken,
        attempt=step.attempt + (not is_back),
        first_start=step.first_start or now,
        woken=step.reason if is_back else step.woken,
        is_unwanted=step.is_unwanted,
        note=step.note,
    )


def settled(  # noqa: PLR0913 - one transition, told whole
    graph: Graph,
    frontier: Frontier,
    key: StepKey,
    outcome: Completed | Failure | Aborted,
    now: datetime,
    *,
    chance: float = 0.5,
    under_way: OpenStep | None = None,
) -> Frontier:
    """Return the frontier after an attempt came to `outcome`.

    A failure that the node's policy retries leaves the step open, waiting until its `wake_at`; `chance` in
    [0, 1) moves that moment and is derived from the step by the caller. `under_way` is the step as `taken_up` says, if
    the frontier does not know that yet.

    Raises:
        TransitionError: the step is not open, or not in flight; nothing was changed.
    """
    edit = Edit(frontier, now)
    step = under_way or edit.step(key)
    refuse_unless(step.status, StepStatus.COMPLETED, key)
    if isinstance(outcome, Failure):
        wait_s = _retry_wait_s(graph, edit, key, step, outcome, chance)
        if wait_s is not None:
            wake_at = now + timedelta(seconds=wait_s)
            edit.put(key, _waiting_step(step, wake_at, Reason.RETRY, now))
            return edit.done()
    edit.close(key)
    is_wanted = not step.is_unwanted
    if isinstance(outcome, Completed):
        complete(graph, edit, key, outcome, is_wanted=is_wanted)
    elif isinstance(outcome, Failure):
        fail(graph, edit, key, outcome.facts(split_key(key)[1]), is_wanted=is_wanted)
    return edit.done()


def _retry_wait_s(
    graph: Graph, edit: Edit, key: StepKey, step: OpenStep, failure: Failure, chance: float
) -> float | None:
    if step.is_unwanted or edit.ending_of(key, step) is not None:
        return None
    node = graph.nodes[split_key(key)[1]]
    return node.retry.wait_s(max(1, step.attempt), failure, chance=chance)


def waiting(  # noqa: PLR0913 - one transition, told whole
    frontier: Frontier,
    key: StepKey,
    wake_at: datetime | None,
    reason: Reason,
    now: datetime,
    *,
    note: Json = None,
    under_way: OpenStep | None = None,
) -> Frontier:
    """Let a running step wait, holding nobody: until `wake_at`, or (None) until somebody comes back to it.

    `note` is kept for the node until its next wait; `under_way` as for `settled`.

    Raises:
        TransitionError: the step is not running.
    """
    edit = Edit(frontier, now)
    step = under_way or edit.step(key)
    refuse_unless(step.status, StepStatus.WAITING, key)
    edit.put(key, replace(_waiting_step(step, wake_at, reason, now), note=note))
    return edit.done()


def _waiting_step(
    step: OpenStep, wake_at: datetime | None, reason: Reason, now: datetime
) -> OpenStep:
    is_retry = reason is Reason.RETRY
    is_short = is_retry and wake_at is not None and wake_at - now <= timedelta(seconds=LONG_WAIT_S)
    # What another workflow does is this one's work.
    is_short = is_short or reason is Reason.SUB_WORKFLOW
    return OpenStep(
        status=StepStatus.WAITING,
        taken=step.taken,
        attempt=step.attempt,
        first_start=step.first_start,
        wake_at=wake_at,
        reason=reason,
        # A call that is tried again is made anew.
        woken=step.woken if is_retry and step.woken is not Reason.SUB_WORKFLOW else None,
        note=step.note,
        is_long_wait=not is_short,
        is_unwanted=step.is_unwanted,
    )


def skips_recorded(frontier: Frontier, keys: Iterable[StepKey], now: datetime) -> Frontier:
    """Forget skipped steps whose records are written."""
    edit = Edit(frontier, now)
    edit.skips_written(frozenset(keys))
    return edit.done()


def dropped(frontier: Frontier, keys: Iterable[StepKey], now: datetime) -> Frontier:
    """Forget steps that were cancelled before anybody worked on them.

    Raises:
        TransitionError: nobody asked for one of them to be cancelled.
    """
    edit = Edit(frontier, now)
    for key in keys:
        if not edit.is_to_drop(key):
            raise TransitionError(f"step {key} is not to be cancelled")
        step = edit.step(key)
        edit.close(key)
        if step.is_pass:
            opener, index = opener_of(split_key(key)[0])
            edit.put_block(opener, left(edit.block(opener), index))
    return edit.done()


def cancel(frontier: Frontier, now: datetime) -> Frontier:
    """Begin to cancel the execution: nothing more starts, and what is in flight is aborted."""
    return ended(
        frontier,
        Ending(ExecutionStatus.CANCELLED, Reason.CANCELLED_BY_USER, is_aborting=True),
        now,
    )


def ended(frontier: Frontier, ending: Ending, now: datetime) -> Frontier:
    """Begin the end of the execution, as a decision says or somebody outside. The first ending stands; a later one may still abort."""
    edit = Edit(frontier, now)
    edit.end(ROOT_SCOPE, ending)
    return edit.done()
