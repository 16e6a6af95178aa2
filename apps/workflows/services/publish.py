"""From a draft to a version that runs, and the switch that lets its triggers fire."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from apps.core import tenancy
from apps.dispatch import facade as dispatch
from apps.engine import document
from apps.engine.problem import Report
from apps.workflows.errors import NotPublishedError, RevisionOldError
from apps.workflows.models import Workflow, WorkflowVersion
from apps.workflows.queries import limits, stored
from apps.workflows.services import trail, triggers


@transaction.atomic
def publish(
    workflow_id: UUID, *, actor_id: UUID | None, revision: int | None = None, note: str = ""
) -> Workflow:
    """Freeze the draft as the next version and make it live; an unchanged draft makes no new version.

    But it does if somebody else publishes it: what a trigger starts acts from then on with their rights.

    With `revision`, only if the draft is still at it. The trigger registry and the limits follow in the same transaction.

    Raises:
        WorkflowNotFoundError: there is none, or it lies in the bin.
        RevisionOldError: somebody saved in between.
        DocumentInvalidError: the draft has errors; carries all of them.
        PathTakenError: another webhook has a path that the draft chooses.
    """
    workflow = stored.locked(workflow_id)
    if revision is not None and revision != workflow.draft_revision:
        raise RevisionOldError(workflow.draft_revision)
    problems = triggers.refuse_invalid(workflow.draft, workflow.pk)
    version = workflow.live_version
    if version is None or not _is_live(version, workflow, actor_id):
        version = _next_version(workflow, actor_id=actor_id, note=note)
    triggers.write(workflow, version, is_active=workflow.is_active, is_activating=False)
    _set_limits(version)
    Workflow.objects.filter(pk=workflow.pk).update(live_version=version, updated_at=Now())
    published = stored.workflow(workflow_id)
    published.known_problems = problems
    trail.record("published", workflow, after={"version": version.number, "note": note})
    return published


@transaction.atomic
def activate(workflow_id: UUID) -> Workflow:
    """Let the live version's triggers fire. Twice is once.

    Raises:
        WorkflowNotFoundError: there is none, or it lies in the bin.
        NotPublishedError: it has no version yet.
        PathTakenError: a path it chose was taken while it lay in the bin.
        ConflictError: a trigger lacks what it needs, as a webhook its secret.
    """
    workflow = stored.locked(workflow_id)
    if workflow.live_version is None:
        raise NotPublishedError
    triggers.write(workflow, workflow.live_version, is_active=True, is_activating=True)
    Workflow.objects.filter(pk=workflow.pk).update(is_active=True, updated_at=Now())
    trail.record("activated", workflow, after={"version": workflow.live_version.number})
    return stored.workflow(workflow_id)


@transaction.atomic
def deactivate(workflow_id: UUID) -> Workflow:
    """Let no trigger of the workflow fire any more; what runs goes on. Twice is once.

    Raises:
        WorkflowNotFoundError: there is none, or it lies in the bin.
    """
    workflow = stored.locked(workflow_id)
    triggers.silence(workflow.pk)
    Workflow.objects.filter(pk=workflow.pk).update(is_active=False, updated_at=Now())
    trail.record("deactivated", workflow)
    return stored.workflow(workflow_id)


def _set_limits(version: WorkflowVersion) -> None:
    settings = document.read(version.definition, Report()).settings
    dispatch.set_limits(tenancy.current_schema(), version.workflow_id, limits.limits_of(settings))


def _is_live(version: WorkflowVersion, workflow: Workflow, actor_id: UUID | None) -> bool:
    is_theirs = actor_id is None or version.created_by == actor_id
    return is_theirs and triggers.is_same(version.definition, workflow.draft)


def _next_version(workflow: Workflow, *, actor_id: UUID | None, note: str) -> WorkflowVersion:
    # The workflow's row is locked, so two publishers cannot read one maximum.
    last = workflow.versions.aggregate(last=Max("number"))["last"] or 0
    return WorkflowVersion.objects.create(
        workflow=workflow,
        number=last + 1,
        definition=workflow.draft,
        created_by=actor_id,
        note=note,
    )
