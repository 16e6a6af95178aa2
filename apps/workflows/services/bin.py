"""The end of a workflow: purged by hand or after 30 days in the bin.

A version that an execution refers to stays, so that the execution can still be shown; its workflow becomes an empty
shell that nobody sees, until a later purge finds nothing left that needs it.
"""

import logging
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.core import events
from apps.core.errors import GoraxError
from apps.workflows.events import VersionsUnwanted, WorkflowPurged
from apps.workflows.models import Workflow
from apps.workflows.queries import stored
from apps.workflows.services import trail

logger = logging.getLogger(__name__)

BATCH = 100


@transaction.atomic
def purge(workflow_id: UUID) -> None:
    """Delete a workflow in the bin, its triggers, and every version that nothing refers to.

    Raises:
        WorkflowNotFoundError: there is none.
        NotInBinError: it is not in the bin.
        ConflictError: something of it still runs.
    """
    workflow = stored.locked_in_bin(workflow_id)
    workflow.triggers.all().delete()
    events.announce(WorkflowPurged(workflow_id))
    _delete_unwanted(workflow)
    trail.record("purged", workflow)


def empty() -> int:
    """Purge what has lain in the bin of this tenant for 30 days, and what was left of earlier purges.

    Returns how many are gone. One that cannot go yet is left for the next time.
    """
    tries = [(purge, each) for each in stored.expired_in_bin(BATCH)]
    tries += [(_purge_shell, each) for each in stored.shells(BATCH)]
    gone = 0
    for attempt, workflow_id in tries:
        try:
            attempt(workflow_id)
            gone += 1
        except GoraxError as reason:
            logger.info(
                "workflow.not_purged",
                extra={"workflow_id": str(workflow_id), "reason": reason.code},
            )
    return gone


@transaction.atomic
def _purge_shell(workflow_id: UUID) -> None:
    _delete_unwanted(stored.locked_in_bin(workflow_id, is_shell=True))


def _delete_unwanted(workflow: Workflow) -> None:
    rows = Workflow.objects.filter(pk=workflow.pk)
    unwanted = VersionsUnwanted(workflow.pk)
    events.announce(unwanted)
    workflow.batches.all().delete()
    rows.update(live_version=None, draft={}, purged_at=Now(), updated_at=Now())
    workflow.versions.exclude(pk__in=unwanted.kept).delete()
    if not unwanted.kept:
        rows.delete()
