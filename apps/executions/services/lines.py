"""One log line per execution that starts and one per execution that ends, while somebody could read them."""

import logging

from apps.core.pace import Pace

logger = logging.getLogger("apps.executions.lines")

# A line costs two processes a third of a millisecond; beyond this pace nobody reads them, and the metrics count all.
MOST_PER_S = 50

_starts, _ends = Pace(MOST_PER_S), Pace(MOST_PER_S)


def started(execution_id: str, *, schema: str, workflow_id: str) -> None:
    """Write the line of an execution whose first steps are recorded, or count it for the next line that is written."""
    others = _starts.admits()
    if others is not None:
        facts = {"execution_id": execution_id, "schema": schema, "workflow_id": workflow_id}
        logger.info("execution.started", extra=facts | others)


def finished(execution_id: str, *, schema: str, status: str, reason: str) -> None:
    """Write the line of a finished execution, or count it for the next line that is written."""
    others = _ends.admits()
    if others is not None:
        facts = {"execution_id": execution_id, "schema": schema, "status": status, "reason": reason}
        logger.info("execution.finished", extra=facts | others)
