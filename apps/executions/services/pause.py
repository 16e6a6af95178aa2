"""Asking a live execution to start nothing more, and to go on. Only its ticket is written, as when it is cancelled."""

from uuid import UUID

from django.db import transaction

from apps.core import tenancy
from apps.dispatch import facade as dispatch
from apps.executions.errors import NotPausedError
from apps.executions.queries import finding
from apps.executions.services import trail


def request_pause(execution_id: UUID) -> None:
    """Ask the owner of a live execution to start nothing more; steps under way finish.

    Its waits stay as they are: what comes due meanwhile is done when it goes on. Its own time stands still. Asking
    twice is fine.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
        ExecutionFinishedError: it has ended, or is being cancelled.
    """
    with transaction.atomic():
        if not dispatch.pause(tenancy.current_schema(), execution_id):
            raise finding.why_not_live(execution_id)
        trail.record("paused", execution_id)
    dispatch.ring()


def request_resume(execution_id: UUID) -> None:
    """Let a paused execution go on at once.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
        ExecutionFinishedError: it has ended.
        NotPausedError: nobody has paused it, or it is being cancelled.
    """
    schema = tenancy.current_schema()
    with transaction.atomic():
        if not dispatch.resume(schema, execution_id):
            if dispatch.standings(schema, [execution_id]):
                raise NotPausedError("This execution is not paused.")
            raise finding.why_not_live(execution_id)
        trail.record("resumed", execution_id)
    dispatch.ring()
