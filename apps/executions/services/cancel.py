"""Asking a live execution to stop. Only its ticket is written: the execution's one writer is its owner."""

from uuid import UUID

from django.db import transaction

from apps.core import tenancy
from apps.core.failpoints import failpoint
from apps.dispatch import facade as dispatch
from apps.executions.queries import finding
from apps.executions.services import trail


def request_cancel(execution_id: UUID) -> None:
    """Ask the owner of a live execution to end it; steps under way are aborted, none start after.

    Asking twice is fine.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
        ExecutionFinishedError: it has already ended.
    """
    with transaction.atomic():
        ask(execution_id)
        trail.record("cancelled", execution_id)
        failpoint("cancel.before_commit")
    failpoint("cancel.after_commit")
    dispatch.ring()


def ask(execution_id: UUID) -> None:
    """Write the request in the open transaction; the caller tells the trail, and rings after commit.

    Raises:
        ExecutionNotFoundError, ExecutionFinishedError: as `request_cancel` says.
    """
    schema = tenancy.current_schema()
    was_asked = dispatch.ask(schema, execution_id, "cancel")
    if not was_asked and not dispatch.is_asked(schema, execution_id):
        raise finding.why_not_live(execution_id)
