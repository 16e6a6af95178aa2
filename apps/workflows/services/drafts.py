"""Everything that happens to a draft: made, saved, thrown into the bin, taken out again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.engine.value import Json
from apps.workflows import rules
from apps.workflows.errors import (
    RevisionMissingError,
    RevisionOldError,
    TriggerNotFoundError,
)
from apps.workflows.models import Workflow, WorkflowVersion
from apps.workflows.queries import registry, stored
from apps.workflows.rules import TriggerNode
from apps.workflows.services import operations, quota, sharing, trail, triggers

EDITABLE = frozenset({"name", "description", "draft"})


def create(*, name: str, description: str, draft: Json, actor_id: UUID | None) -> Workflow:
    """Store a new, inactive workflow with revision 1 of its draft, whatever errors the draft may have.

    Raises:
        WorkflowQuotaError: the tenant has as many as its plan allows.
    """
    with transaction.atomic():
        quota.refuse_another()
        made = Workflow.objects.create(
            name=name, description=description, draft=draft, created_by=actor_id
        )
        sharing.own(made, actor_id)
        trail.record("created", made)
    return made


def save(
    workflow_id: UUID,
    changes: Mapping[str, Any],
    *,
    revision: int | None,
    actor_id: UUID | None = None,
) -> Workflow:
    """Change name, description or draft if the draft is still at `revision`; its revision grows by one.

    Raises:
        RevisionMissingError: no revision was given.
        WorkflowNotFoundError: there is none, or it lies in the bin.
        RevisionOldError: somebody saved in between; nothing has changed.
    """
    if revision is None:
        raise RevisionMissingError
    values = {name: value for name, value in changes.items() if name in EDITABLE}
    with transaction.atomic():
        before = stored.locked(workflow_id)
        if before.draft_revision != revision:
            raise RevisionOldError(before.draft_revision)
        operations.write(before, values, actor_id=actor_id)
        return stored.workflow(workflow_id)


def take_up(
    workflow_id: UUID, number: int, *, revision: int | None, actor_id: UUID | None = None
) -> Workflow:
    """Make version `number` the draft again; the live version stays what it is.

    Raises:
        VersionNotFoundError: there is no such version.
        Everything that `save` raises.
    """
    version = stored.version_by_number(workflow_id, number)
    changes = {"draft": version.definition}
    return save(workflow_id, changes, revision=revision, actor_id=actor_id)


@transaction.atomic
def throw_away(workflow_id: UUID) -> None:
    """Deactivate the workflow and put it into the bin, where it lies 30 days. Its chosen paths become free.

    Raises:
        WorkflowNotFoundError: there is none, or it lies in the bin already.
    """
    workflow = stored.locked(workflow_id)
    triggers.withdraw(workflow.pk)
    Workflow.objects.filter(pk=workflow.pk).update(
        is_active=False, deleted_at=Now(), updated_at=Now()
    )
    trail.record("deleted", workflow)


@transaction.atomic
def bring_back(workflow_id: UUID) -> Workflow:
    """Take the workflow out of the bin; it is inactive until somebody activates it.

    Raises:
        WorkflowNotFoundError: there is none.
        NotInBinError: it is not in the bin.
        WorkflowQuotaError: the tenant has as many as its plan allows.
    """
    quota.refuse_another()
    workflow = stored.locked_in_bin(workflow_id)
    Workflow.objects.filter(pk=workflow.pk).update(deleted_at=None, updated_at=Now())
    if workflow.live_version is not None:
        triggers.offer(workflow, workflow.live_version)
    trail.record("restored", workflow)
    return stored.workflow(workflow_id)


def snapshot(workflow_id: UUID, *, actor_id: UUID | None) -> WorkflowVersion:
    """Store the draft as an unnumbered version, for one test run; an equal latest snapshot is used again.

    Raises:
        WorkflowNotFoundError: there is none, or it lies in the bin.
        DocumentInvalidError: the draft has errors.
    """
    workflow = stored.workflow(workflow_id)
    triggers.refuse_invalid(workflow.draft, workflow.pk)
    latest = stored.latest_snapshot(workflow_id)
    if latest is not None and triggers.is_same(latest.definition, workflow.draft):
        return latest
    return WorkflowVersion.objects.create(
        workflow=workflow, number=None, definition=workflow.draft, created_by=actor_id
    )


def snapshot_to_execute(
    workflow_id: UUID, node_id: str | None = None, *, actor_id: UUID | None
) -> tuple[UUID, TriggerNode]:
    """Store the draft as `snapshot` does; return the version's id and the trigger that starts the test run.

    Raises:
        TriggerNotFoundError: the draft has no such trigger.
        Everything that `snapshot` raises.
    """
    version = snapshot(workflow_id, actor_id=actor_id)
    chosen = rules.chosen(registry.trigger_nodes(version.definition), node_id)
    if chosen is None:
        raise TriggerNotFoundError
    return version.pk, chosen
