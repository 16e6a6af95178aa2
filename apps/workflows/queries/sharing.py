"""Who sees a workflow and may do what with it: one statement for one, and a condition of the statement for lists."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.expressions import RawSQL

from apps.core import tenancy
from apps.core.errors import NotFoundError
from apps.core.principals import Principal
from apps.tenants import facade as tenants
from apps.workflows.errors import RunForbiddenError, ShareTooNarrowError, WorkflowNotFoundError
from apps.workflows.models import Share, Workflow
from apps.workflows.rules import sharing
from apps.workflows.rules.sharing import Level, Place

# The workflows that are not there for somebody who is no manager, as part of a statement; its parameter are their names.
HIDDEN = """
SELECT w.id FROM workflows_workflow w WHERE w.is_restricted
AND NOT EXISTS (SELECT FROM workflows_share s WHERE s.workflow_id = w.id AND s.subject = ANY(%s))
"""


def hidden_from(by: Principal) -> frozenset[UUID]:
    """Return the workflows that are not there for who asks, for those who must judge without asking each time."""
    if by.is_manager:
        return frozenset()
    hidden = RawSQL(HIDDEN, [by.names])  # noqa: S611 - a constant
    return frozenset(Workflow.objects.filter(pk__in=hidden).values_list("pk", flat=True))


def permitted(by: Principal, workflow_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Return what somebody may do with workflows, also those in the bin; one that is not there for them is left out."""
    if by.is_manager:
        return dict.fromkeys(workflow_ids, by.permissions)
    given = Share.objects.filter(workflow=OuterRef("pk"), subject__in=by.names)
    rows = Workflow.objects.filter(pk__in=workflow_ids).annotate(
        given=ArraySubquery(given.values("level"))
    )
    found = {
        pk: sharing.permitted(
            by.permissions,
            [Place(is_restricted, frozenset(Level(each) for each in levels))],
            is_manager=False,
        )
        for pk, is_restricted, levels in rows.values_list("pk", "is_restricted", "given")
    }
    return {pk: may for pk, may in found.items() if may is not None}


def may(by: Principal, permission: str, workflow_id: UUID) -> bool:
    """Say whether somebody may do what `permission` says with a workflow."""
    return permission in permitted(by, [workflow_id]).get(workflow_id, frozenset())


def require(
    by: Principal, permission: str, workflow_id: UUID, missing: NotFoundError | None = None
) -> None:
    """Refuse whoever may not do what `permission` says with a workflow.

    Raises:
        NotFoundError: the workflow is not there for them: `missing`, if that is how what hangs on it is called.
        ShareTooNarrowError: they see it, and may not do this.
    """
    held = permitted(by, [workflow_id]).get(workflow_id)
    if held is None:
        raise missing or WorkflowNotFoundError
    if permission not in held:
        raise ShareTooNarrowError


def require_runner(user_id: UUID | None, workflow_id: UUID) -> None:
    """Refuse to let an execution start a restricted workflow as a member who may not run it, or is none any more.

    Raises:
        RunForbiddenError: says which of these.
    """
    member = None if user_id is None else tenants.acting(tenancy.current_schema(), user_id)
    if member is None:
        raise RunForbiddenError(is_gone=True)
    if not may(member, sharing.EXECUTE, workflow_id):
        raise RunForbiddenError(is_gone=False)


def shares(workflow_id: UUID) -> list[Share]:
    """Return with whom a workflow is shared, those who were let in first first."""
    return list(Share.objects.filter(workflow_id=workflow_id).order_by("pk"))
