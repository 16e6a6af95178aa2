"""How the passes of a container follow each other, and when it is over: pure values, no graph, no keys.

A block is what remains of a container while its passes are under way. It holds no items and no outputs, only
counts, so that pass 10,000 costs what pass 10 cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from apps.engine.ending import Ending
from apps.engine.failure import Failure
from apps.engine.graph import Container
from apps.engine.retry import RetryPolicy
from apps.engine.state import ExecutionStatus, Reason
from apps.engine.swift import swift
from apps.engine.value import Json

COMPLETED = Ending(ExecutionStatus.COMPLETED)
# What is left of others that have become needless is cancelled, and told to stop.
NEEDLESS = Ending(ExecutionStatus.CANCELLED, is_aborting=True)
# The passes of a try, by their index.
TRIED, CAUGHT, FINALLY, TRY_PASSES = 0, 1, 2, 3


@swift(frozen=True, slots=True)
class Block:
    """A container whose passes are under way.

    `need` passes must succeed; `concurrency` run at a time (0: all). A patient one goes on after a failed pass.
    `taken`, `attempt` and `first_start` are those of the container's own step.
    `next` is the pass to begin next, `open` are those under way. With a break condition passes are judged in order:
    those below `judged` have been, `verdicts` are those that ended before their turn. `error` is the first failure,
    or what a try still has to deal with.
    """

    kind: Container
    count: int
    need: int
    concurrency: int = 0
    is_patient: bool = False
    has_break: bool = False
    has_catch: bool = False
    has_finally: bool = False
    retry: RetryPolicy | None = None
    deadline_at: datetime | None = None
    taken: tuple[int, ...] = ()
    attempt: int = 1
    first_start: datetime | None = None
    next: int = 0
    open: dict[int, None] = field(default_factory=dict)
    succeeded: int = 0
    failed: int = 0
    judged: int = 0
    verdicts: Mapping[int, bool] = field(default_factory=dict)
    broke_at: int | None = None
    error: Mapping[str, Json] | None = None
    ending: Ending | None = None

    @property
    def is_over(self) -> bool:
        """Whether no pass is under way and none will come."""
        return self.ending is not None and not self.open


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a container wants its passes to run, as `Block` says. `need` None: each of them must succeed."""

    count: int
    need: int | None = None
    concurrency: int = 0
    is_patient: bool = False
    has_break: bool = False
    retry: RetryPolicy | None = None
    timeout_s: float | None = None


@swift(frozen=True, slots=True)
class PassEnd:
    """How one pass ended. `error`: it failed; `is_break`: the condition to break held after it."""

    error: Mapping[str, Json] | None = None
    is_break: bool = False


@swift(frozen=True, slots=True)
class Passed:
    """A block after one of its passes has ended. `wait_s`: the next one begins only then; `has_error`: a failure was borne."""

    block: Block
    wait_s: float = 0.0
    has_error: bool = False


def begun(block: Block) -> tuple[Block, range]:
    """Return the block with all passes begun that may, and which these are; one without any left is over."""
    room = block.count - block.next if block.ending is None else 0
    if block.concurrency:
        # A pass that waits to be judged takes up room: whatever runs ahead of it may have been in vain.
        taken = len(block.open) + len(block.verdicts)
        room = max(0, min(room, block.concurrency - taken))
    indexes = range(block.next, block.next + room)
    if room:
        moved = _moved(block, indexes.stop, {**block.open, **dict.fromkeys(indexes)})
        return moved, indexes
    if block.ending is None and not block.open and block.next >= block.count:
        return replace(block, ending=COMPLETED), indexes
    return block, indexes


def left(block: Block, index: int) -> Block:
    """Return the block after a pass that does not count was cancelled."""
    return replace(block, open={other: None for other in block.open if other != index})


def passed(block: Block, index: int, end: PassEnd, *, chance: float) -> Passed:
    """Return the block after pass `index` has ended; one that is ending already takes no more notice.

    `chance` in [0, 1) moves the wait before another try.
    """
    if block.ending is not None:
        return Passed(left(block, index))
    if block.kind not in {Container.TRY, Container.RETRY}:
        return _counted(block, index, end)
    block = left(block, index)
    if block.kind is Container.TRY:
        return _tried(block, index, end)
    return _tried_again(block, index, end, chance)


def _failed(error: Mapping[str, Json] | None) -> Ending:
    return Ending(ExecutionStatus.FAILED, Reason.NODE_FAILED, error)


def _counted(block: Block, index: int, end: PassEnd) -> Passed:
    is_fine = end.error is None
    still_open = {other: None for other in block.open if other != index}
    block = _moved(block, block.next, still_open, is_fine, not is_fine, end.error)
    if block.has_break:
        block = _judged(block, index, is_break=end.is_break)
    if block.ending is None:
        is_lost = not block.is_patient and block.count - block.failed < block.need
        if is_lost:
            return Passed(replace(block, ending=_failed(block.error)))
        if block.succeeded >= block.need:
            block = replace(block, ending=COMPLETED)
    return Passed(block, has_error=end.error is not None)


def _moved(
    block: Block,
    upcoming: int,
    open_passes: dict[int, None],
    succeeded: int = 0,
    failed: int = 0,
    error: Mapping[str, Json] | None = None,
) -> Block:
    """Return the block with other passes under way and more of them counted.

    A long loop comes here twice for each of its passes, and `dataclasses.replace` takes four times as long.
    """
    return Block(
        kind=block.kind,
        count=block.count,
        need=block.need,
        concurrency=block.concurrency,
        is_patient=block.is_patient,
        has_break=block.has_break,
        has_catch=block.has_catch,
        has_finally=block.has_finally,
        retry=block.retry,
        deadline_at=block.deadline_at,
        taken=block.taken,
        attempt=block.attempt,
        first_start=block.first_start,
        next=upcoming,
        open=open_passes,
        succeeded=block.succeeded + succeeded,
        failed=block.failed + failed,
        judged=block.judged,
        verdicts=block.verdicts,
        broke_at=block.broke_at,
        error=block.error or error,
        ending=block.ending,
    )


def _judged(block: Block, index: int, *, is_break: bool) -> Block:
    verdicts = {**block.verdicts, index: is_break}
    judged = block.judged
    while judged in verdicts:
        if verdicts.pop(judged):
            return replace(block, verdicts={}, judged=judged + 1, broke_at=judged, ending=COMPLETED)
        judged += 1
    return replace(block, verdicts=verdicts, judged=judged)


def _tried(block: Block, index: int, end: PassEnd) -> Passed:
    error, upcoming = end.error, index + 1
    if index == TRIED and not (error and block.has_catch):
        upcoming = FINALLY
    elif index == FINALLY:
        error = error or block.error
    if upcoming == FINALLY and not block.has_finally:
        upcoming = TRY_PASSES
    block = replace(block, next=upcoming, error=error)
    if upcoming == TRY_PASSES:
        block = replace(block, ending=COMPLETED if error is None else _failed(error))
    return Passed(block, has_error=index == CAUGHT and error is None)


def _tried_again(block: Block, index: int, end: PassEnd, chance: float) -> Passed:
    if end.error is None or block.retry is None:
        return Passed(replace(block, ending=COMPLETED))
    status = end.error.get("status")
    failure = Failure(
        code=str(end.error.get("code")),
        message=str(end.error.get("message")),
        is_retryable=not block.retry.retry_on,
        status=status if isinstance(status, int) else None,
    )
    wait_s = block.retry.wait_s(index + 1, failure, chance=chance)
    if wait_s is None:
        return Passed(replace(block, ending=_failed(end.error)))
    return Passed(block, wait_s)
