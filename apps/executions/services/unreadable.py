"""An execution that nobody here can read: set aside for a newer worker, and ended if none comes.

A release may have dropped a node type, or an older worker may meet what a newer one wrote: during a rolling update that
heals by itself, so it is no crash. For ever it would be an execution that never ends.
"""

import logging
from typing import TypeAlias

from apps.core import db
from apps.dispatch import facade as dispatch
from apps.engine.errors import EngineError
from apps.engine.state import Reason
from apps.engine.value import Json
from apps.executions.services import children, following, news
from apps.executions.services.start import Start
from apps.executions.services.worker import Holding, Worker

logger = logging.getLogger(__name__)

# The seqs that a commit used: (before, seq].
Seqs: TypeAlias = tuple[int, int]

# A rolling update is over by then.
PATIENCE_S = 300.0

# Its open steps end with it, each with a seq of its own.
END = """
WITH open AS (
    SELECT node_id, scope, row_number() OVER (ORDER BY seq) AS place FROM {s}.executions_step
    WHERE execution_id = %(id)s AND status NOT IN ('completed', 'failed', 'skipped', 'cancelled')
), execution AS (
    UPDATE {s}.executions_execution e
    SET status = 'failed', reason = %(reason)s, error = %(error)s::json, frontier = NULL, ended_at = clock_timestamp(),
        seq = e.seq + greatest(1, (SELECT count(*) FROM open))
    WHERE e.id = %(id)s AND e.ended_at IS NULL
    RETURNING e.id, e.seq - greatest(1, (SELECT count(*) FROM open)) AS before, e.seq, e.parent_id, e.caller
), step AS (
    UPDATE {s}.executions_step s
    SET status = 'cancelled', seq = x.before + o.place, ended_at = clock_timestamp()
    FROM execution x, open o
    WHERE s.execution_id = x.id AND s.node_id = o.node_id AND s.scope = o.scope
)
SELECT before, seq, parent_id, (caller ->> 'is_waiting')::bool FROM execution
"""


def set_aside(worker: Worker, holding: Holding, reason: EngineError) -> None:
    """Give a ticket back for some seconds; after five minutes of that its execution fails with the reason.

    A step's ticket only rests: its run is read by somebody, too, and ends everything.
    """
    claimed = holding.claimed
    extra = {"schema": claimed.schema, "execution_id": str(claimed.execution_id)}
    logger.error("execution.unreadable", extra=extra | {"reason": str(reason)})

    def work() -> Seqs | None:
        is_over = dispatch.set_aside(claimed.id, claimed.token, patience_s=PATIENCE_S)
        if not is_over or claimed.kind != "run":
            return None
        dispatch.close(claimed.schema, claimed.execution_id)
        message = f"No worker could read this execution for {PATIENCE_S / 60:g} minutes: {reason}"
        return end(claimed, Reason.WORKER_LOST, {"code": reason.code, "message": message})

    ended = db.in_transaction(work)
    worker.drop(holding)
    if ended is not None:
        tell(claimed, Reason.WORKER_LOST, ended)


def end(
    claimed: dispatch.Claimed,
    reason: Reason,
    error: dict[str, Json],
    follow: Start | None = None,
) -> Seqs | None:
    """Write down that an execution failed, without reading it; None: it has ended already.

    In the caller's transaction, which holds the ticket. `follow` is what starts because of it, and whoever waits for it is
    told.
    """
    params = {
        "id": claimed.execution_id,
        "reason": str(reason),
        "error": db.json_text(error),
    }
    rows = db.fetch(db.in_schema(END, claimed.schema), params)
    following.write(claimed.schema, follow if rows else None)
    children.poke_parents(parent_id for *_, parent_id, is_waiting in rows if is_waiting)
    return (rows[0][0], rows[0][1]) if rows else None


def tell(claimed: dispatch.Claimed, reason: Reason, seqs: Seqs) -> None:
    """Tell those who watch and those who wait that the execution has failed; after the commit."""
    told = news.News(
        execution=claimed.execution_id,
        workflow=claimed.workflow_id,
        before=seqs[0],
        seq=seqs[1],
        status="failed",
        reason=str(reason),
        steps=(),
        has_answer=True,
    )
    news.tell(claimed.schema, told)
    children.abandon(claimed.schema, claimed.execution_id)
    dispatch.ring()
