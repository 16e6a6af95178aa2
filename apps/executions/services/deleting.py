"""Deleting executions that have ended, with their steps. That they were used stays counted; their files go with the next sweep."""

from uuid import UUID

from django.db import transaction

from apps.core import db, ids, tenancy
from apps.executions.errors import (
    ExecutionLiveError,
    ExecutionNotFoundError,
    StillRunningError,
)
from apps.executions.queries import finding
from apps.executions.services import trail

# Once final it never changes, so nobody is waited for. A caller that has not ended may still ask what it came to.
DELETE = """
WITH gone AS (
    DELETE FROM {s}.executions_execution e
    WHERE e.id = %(id)s AND e.ended_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM {s}.executions_execution p WHERE p.id = e.parent_id AND p.ended_at IS NULL
    )
    RETURNING e.workflow_id, e.status
), unheard AS (
    DELETE FROM {s}.executions_heard WHERE execution_id = %(id)s AND EXISTS (SELECT FROM gone)
), noted AS (
    INSERT INTO {s}.executions_gone AS old (day, executions, steps)
    SELECT %(day)s, 1, (SELECT count(*) FROM {s}.executions_step WHERE execution_id = %(id)s) FROM gone
    ON CONFLICT (day) DO UPDATE
    SET executions = old.executions + excluded.executions, steps = old.steps + excluded.steps
)
SELECT workflow_id, status FROM gone
"""


@transaction.atomic
def delete(execution_id: UUID) -> None:
    """Delete an execution that has ended, with all that was written of it.

    Raises:
        ExecutionNotFoundError, ExecutionLiveError, StillRunningError: as `remove` says.
    """
    workflow_id, status = remove(execution_id)
    facts = {"workflow_id": str(workflow_id), "status": status}
    trail.record("deleted", execution_id, before=facts)


def remove(execution_id: UUID) -> tuple[UUID, str]:
    """Delete in the open transaction, return workflow and status of what went; the caller tells the trail.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
        ExecutionLiveError: it has not ended.
        StillRunningError: the execution that has called it has not ended.
    """
    try:
        day = ids.born_at(execution_id).date()
    except ValueError as strange:  # an id that says no day, or one beyond the calendar
        raise ExecutionNotFoundError("There is no such execution here.") from strange
    params = {"id": execution_id, "day": day}
    rows = db.fetch(db.in_schema(DELETE, tenancy.current_schema()), params)
    if not rows:
        row = finding.stored(execution_id)
        if row.ended_at is None:
            raise ExecutionLiveError("This execution has not ended. Cancel it first.")
        raise StillRunningError("The execution that has called this one still runs.")
    workflow_id, status = rows[0]
    return workflow_id, status
