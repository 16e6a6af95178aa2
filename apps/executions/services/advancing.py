"""How one run goes on without the world: lot after lot, each written down while the next is computed.

compute lot 1 ─► compute lot 2 ─► compute lot 3 ─► …
                 write lot 1      write lot 2
"""

import logging
import time
from concurrent.futures import Future
from typing import TypeAlias

from apps.adapters.calls import Cancellation
from apps.core import db
from apps.core.failpoints import failpoint
from apps.dispatch import facade as dispatch
from apps.executions.services import fanout, metrics, moves, record, telling
from apps.executions.services.called import perform
from apps.executions.services.calls import is_called
from apps.executions.services.ports import ports_for
from apps.executions.services.requests import hear
from apps.executions.services.run import Run
from apps.executions.services.worker import RESULT_PATIENCE_S, Holding, Worker

logger = logging.getLogger(__name__)

# A pure turn writes down what it has after this, or when it is much, so that a kill repeats little: at most what is
# being written and what is computed meanwhile.
LONGEST_UNWRITTEN_S = 0.2

Committed: TypeAlias = tuple[record.Written, dispatch.Asked]


def advance_pure(run: Run, holding: Holding) -> bool:
    """Run everything that needs no world: until it is finished, waits, has only external steps, or has much to write.

    True: so much that there is more of it to be done right now.
    """
    written_at = time.monotonic()
    ports = ports_for(run.schema, run.id, Cancellation())
    while True:
        hear(run, holding)
        decision = moves.decide(run, until=written_at + LONGEST_UNWRITTEN_S)
        failpoint("turn.after_decide")
        if (decision.cancel or decision.abort) and fanout.call_back(run, decision):
            continue
        pure = [key for key in decision.start if not run.acts(key)]
        if run.finish is not None or not pure:
            return run.finish is None and moves.has_passes(decision)
        for key in pure:
            run.begin_pure(key)
            perform(run, key, ports)
            if _has_much_to_write(run, since=written_at):
                return True


def go_on(worker: Worker, holding: Holding, run: Run) -> bool:
    """Advance a run as `advance_pure`, and on as long as nothing in it is anybody else's. False: its ticket is lost.

    Nothing is begun anew of a tenant that is suspended. What has been computed by then is either written or still noted. A lot is computed before anybody knows whether the
    one before is stored: if the ticket is lost, both are forgotten, and neither has done anything to the world.
    """
    before: tuple[_Lot, Future[Committed | None]] | None = None
    while True:
        has_more = advance_pure(run, holding)
        if before is not None and not _note(run, holding, before[0], db.awaited(before[1])):
            worker.drop(holding)
            return False
        if holding.is_suspended or not (has_more and _is_by_itself(run)):
            return True
        lot = _Lot(run, deadline_s=None)
        before = lot, db.beside(lot.write, worker.writing)


def write(run: Run, holding: Holding, *, deadline_s: float | None) -> bool:
    """Commit what is noted, keep the ticket and hear what it was asked. False: it is lost, and nothing was written."""
    lot = _Lot(run, deadline_s)
    return _note(run, holding, lot, lot.write())


class _Lot:
    """What one statement commits of a run that goes on. Made by the run's own thread, which notes the next one then."""

    def __init__(self, run: Run, deadline_s: float | None) -> None:
        self.has_progressed, run.has_progressed = run.has_progressed, False
        self.change = run.change()
        self._schema = run.schema
        self._deadline_s = deadline_s

    def write(self) -> Committed | None:
        """Commit it, and wait for a database that is away; None: the ticket is lost."""
        return db.until_answered(self._try, patience_s=RESULT_PATIENCE_S)

    def _try(self) -> Committed | None:
        failpoint("record.before_commit")
        return record.go_on(
            self._schema,
            self.change,
            deadline_s=self._deadline_s,
            has_progressed=self.has_progressed,
        )


def _note(run: Run, holding: Holding, lot: _Lot, committed: Committed | None) -> bool:
    failpoint("record.after_commit")
    if committed is None:
        metrics.PARKED.inc()
        logger.warning("turn.parked", extra={"execution_id": str(run.id)})
        return False
    holding.note(committed[1])
    telling.tell(run, lot.change, committed[0])
    return True


def _has_much_to_write(run: Run, *, since: float) -> bool:
    return moves.has_much(run) or time.monotonic() - since > LONGEST_UNWRITTEN_S


def _is_by_itself(run: Run) -> bool:
    """Say whether nothing of a run that has more to do is anybody else's: no call, no timer, no other execution."""
    is_calling = any(run.acts(key) for key in run.frontier.steps) or run.calls.changes
    is_heard = any(is_called(step) for step in run.frontier.steps.values())
    return not (is_calling or is_heard or run.frontier.timers) and bool(run.records)
