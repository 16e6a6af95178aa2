"""The transitions of containers: opened, entered, closed, expired. As those of `plan`, each gives a new frontier.

a step runs ─► opened ─► entered ─► (the steps inside) ─► closed (the pass) ─► … ─► closed (the block)
                                                                                   │
the container's step settles, and what hangs on its exit follows ◄─────────────────┘
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from apps.engine.blocks import Block, Opening, PassEnd, begun, passed
from apps.engine.edit import Edit
from apps.engine.ending import Ending
from apps.engine.errors import TransitionError
from apps.engine.frontier import Frontier, OpenStep
from apps.engine.graph import Container, Graph
from apps.engine.retry import LONG_WAIT_S
from apps.engine.settle import Completed, complete, fail
from apps.engine.state import ExecutionStatus, Reason, StepStatus, refuse_unless
from apps.engine.swift import swift
from apps.engine.value import Json, StepKey, opener_of, pass_key, split_key


@swift(frozen=True, slots=True)
class Standing:
    """How a pass or a block that is over has ended. `leaves` are the steps whose outputs are the pass's."""

    status: StepStatus
    error: Mapping[str, Json] | None = None
    leaves: tuple[StepKey, ...] = ()


ENDED_AS = {
    ExecutionStatus.COMPLETED: StepStatus.COMPLETED,
    ExecutionStatus.FAILED: StepStatus.FAILED,
}
UNDISTURBED = PassEnd()


def opened(
    graph: Graph,
    frontier: Frontier,
    key: StepKey,
    opening: Opening,
    now: datetime,
    *,
    under_way: OpenStep | None = None,
) -> Frontier:
    """Let the running step of a container open its passes; it stays open until the last of them is closed.

    `under_way` as for `plan.settled`.

    Raises:
        TransitionError: the step is not running, or its node is no container.
    """
    edit = Edit(frontier, now)
    step = under_way or edit.step(key)
    refuse_unless(step.status, StepStatus.COMPLETED, key)
    node_id = split_key(key)[1]
    kind = graph.nodes[node_id].container
    if kind is None:
        raise TransitionError(f"{node_id} is no container")
    ending = edit.ending_of(key, step)
    edit.close(key)
    block = Block(
        kind=kind,
        count=opening.count,
        need=opening.count if opening.need is None else opening.need,
        concurrency=1 if kind in {Container.TRY, Container.RETRY} else opening.concurrency,
        is_patient=opening.is_patient,
        has_break=opening.has_break,
        has_catch=bool(graph.entries.get((node_id, "catch"))),
        has_finally=bool(graph.entries.get((node_id, "finally"))),
        retry=opening.retry,
        deadline_at=None
        if opening.timeout_s is None
        else now + timedelta(seconds=opening.timeout_s),
        taken=step.taken,
        attempt=step.attempt,
        first_start=step.first_start,
        ending=None if ending is None else ending.within(),
    )
    _go_on(edit, key, block, now)
    return edit.done()


def _go_on(edit: Edit, key: StepKey, block: Block, now: datetime, wait_s: float = 0.0) -> None:
    """Begin the passes that may begin now, or after `wait_s` seconds."""
    block, indexes = begun(block)
    edit.put_block(key, block)
    for index in indexes:
        edit.put(pass_key(key, index), _upcoming(now, wait_s))


def _upcoming(now: datetime, wait_s: float) -> OpenStep:
    if not wait_s:
        return OpenStep(is_pass=True)
    return OpenStep(
        status=StepStatus.WAITING,
        wake_at=now + timedelta(seconds=wait_s),
        reason=Reason.RETRY,
        is_long_wait=wait_s > LONG_WAIT_S,
        is_pass=True,
    )


def entered(graph: Graph, frontier: Frontier, keys: Iterable[StepKey], now: datetime) -> Frontier:
    """Begin passes whose records, each with its own item, are written: the first steps inside may start.

    Raises:
        TransitionError: one of them is no pass that was to begin.
    """
    edit = Edit(frontier, now)
    for key in keys:
        if not edit.step(key).is_pass or edit.is_to_drop(key):
            raise TransitionError(f"{key} is no pass that may begin")
        _enter(graph, edit, key)
    return edit.done()


def _enter(graph: Graph, edit: Edit, key: StepKey) -> None:
    scope = edit.enter(key)
    opener, index = opener_of(scope)
    node = graph.nodes[split_key(opener)[1]]
    handle = node.handle_of(index)
    # A pass through nothing counts as a step, or a loop without a body would have no bound.
    edit.step_count += not graph.entries[node.id, handle]
    edit.go_in(graph, scope, node.id, handle)


def standing(frontier: Frontier, key: StepKey) -> Standing:
    """Say how a pass or a block that is over has ended.

    Raises:
        TransitionError: it is not over.
    """
    if key not in frontier.over:
        raise TransitionError(f"{key} is not over")
    block = frontier.blocks.get(key)
    if block is not None:
        return Standing(*_ended_as(block.ending))
    state = frontier.scopes[split_key(key)[0]]
    return Standing(*_ended_as(state.ending), state.leaves)


def _ended_as(ending: Ending | None) -> tuple[StepStatus, Mapping[str, Json] | None]:
    if ending is None:
        return StepStatus.COMPLETED, None
    return ENDED_AS.get(ending.status, StepStatus.CANCELLED), ending.error


def closed(
    graph: Graph,
    frontier: Frontier,
    key: StepKey,
    now: datetime,
    *,
    end: PassEnd = UNDISTURBED,
    chance: float = 0.5,
) -> Frontier:
    """Settle a pass or a block that is over, and whose record is written as `standing` says.

    `end` is what was found when a completed pass was judged: it breaks, or could not be judged. `chance` moves the
    wait before a next try.

    Raises:
        TransitionError: it is not over.
    """
    return _closed(graph, frontier, key, now, end, chance).done()


def followed(
    graph: Graph,
    frontier: Frontier,
    key: StepKey,
    now: datetime,
    *,
    end: PassEnd = UNDISTURBED,
    chance: float = 0.5,
) -> tuple[Frontier, tuple[StepKey, ...]]:
    """Settle what is over, as `closed`, and begin the passes that follow at once, as `entered`; return which.

    There are none where anything else is to be decided first. A loop that goes through its items one by one saves a
    frontier and a decision per pass.

    Raises:
        TransitionError: it is not over.
    """
    edit = _closed(graph, frontier, key, now, end, chance)
    upcoming = edit.upcoming()
    for each in upcoming:
        _enter(graph, edit, each)
    return edit.done(), upcoming


def _closed(
    graph: Graph, frontier: Frontier, key: StepKey, now: datetime, end: PassEnd, chance: float
) -> Edit:
    found = standing(frontier, key)
    edit = Edit(frontier, now)
    if key in frontier.blocks:
        edit.close_block(key)
        if found.status is StepStatus.COMPLETED:
            complete(graph, edit, key, Completed())
        elif found.status is StepStatus.FAILED and found.error is not None:
            fail(graph, edit, key, found.error)
        return edit
    scope = split_key(key)[0]
    opener, index = opener_of(scope)
    edit.closed_pass(key)
    edit.leave_scope(scope)
    if found.status is StepStatus.FAILED:
        end = PassEnd(found.error)
    before = edit.block(opener)
    after = passed(before, index, end, chance=chance)
    edit.had_errors = edit.had_errors or after.has_error
    _go_on(edit, opener, after.block, now, after.wait_s)
    if after.block.ending is not None and before.ending is None:
        edit.stop_passes(opener, _needless(after.block.ending))
    return edit


def _needless(ending: Ending) -> Ending:
    """Return how the other passes end: after a success they are in vain, after a failure what flies may land."""
    is_aborting = ending.status is ExecutionStatus.COMPLETED
    return Ending(ExecutionStatus.CANCELLED, is_aborting=is_aborting)


def expired(graph: Graph, frontier: Frontier, keys: Iterable[StepKey], now: datetime) -> Frontier:
    """Begin the end of what is out of time.

    A block fails, and what is under way in it is aborted. A node that waits for other edges runs, with
    `woken` deadline.

    Raises:
        TransitionError: one of them is neither.
    """
    edit = Edit(frontier, now)
    for key in keys:
        if key not in frontier.blocks:
            scope, node_id = split_key(key)
            if edit.waits(scope, node_id) or node_id not in frontier.scopes[scope].pending:
                edit.time_out(graph, key)
            continue  # else one that was out of time before it has let go of it
        node = graph.nodes[split_key(key)[1]]
        shown = node.name or node.id
        error: dict[str, Json] = {
            "code": "timeout",
            "message": f"“{shown}” did not end in its time.",
            "node": node.id,
        }
        ending = Ending(ExecutionStatus.FAILED, Reason.DEADLINE, error, is_aborting=True)
        edit.end_block(key, ending)
    return edit.done()
