"""The same wish for many workflows, named one by one. Each gets an answer of its own, and a transaction of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from apps.core.errors import GoraxError
from apps.core.principals import Principal
from apps.workflows.errors import ShareTooNarrowError, TooManyTagsError, WorkflowNotFoundError
from apps.workflows.models import Workflow
from apps.workflows.queries import folders as looks
from apps.workflows.queries import sharing, stored
from apps.workflows.services import drafts, folders, publish, trail

MOST = 100
MOST_TAGS = 20


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one; without a code it was done."""

    id: UUID
    code: str = ""
    message: str = ""


def activate(by: Principal, ids: Sequence[UUID]) -> list[Answered]:
    """Let the triggers of each fire; one that was never published is told so and keeps nobody else."""
    return _each(by, "workflow.update", ids, publish.activate)


def deactivate(by: Principal, ids: Sequence[UUID]) -> list[Answered]:
    """Let no trigger of any fire any more."""
    return _each(by, "workflow.update", ids, publish.deactivate)


def throw_away(by: Principal, ids: Sequence[UUID]) -> list[Answered]:
    """Put each into the bin."""
    return _each(by, "workflow.delete", ids, drafts.throw_away)


def move(by: Principal, ids: Sequence[UUID], folder_id: UUID | None) -> list[Answered]:
    """Put each into a folder, or at the top.

    Raises:
        FolderNotFoundError: this tenant has no such folder.
    """
    if folder_id is not None:
        looks.require(folder_id)

    def one(workflow_id: UUID) -> None:
        if folder_id is not None:
            folders.hold(folder_id)
        workflow = stored.locked(workflow_id)
        if workflow.folder_id != folder_id:
            Workflow.objects.filter(pk=workflow_id).update(folder=folder_id, updated_at=Now())
            trail.record("moved", workflow, before=_in(workflow.folder_id), after=_in(folder_id))

    return _each(by, "workflow.update", ids, transaction.atomic(one))


def tag(
    by: Principal, ids: Sequence[UUID], add: Sequence[str], remove: Sequence[str]
) -> list[Answered]:
    """Give tags to each and take others off; what is given and taken is given."""

    def one(workflow_id: UUID) -> None:
        workflow = stored.locked(workflow_id)
        kept = [each for each in workflow.tags if each not in remove]
        tags = sorted({*kept, *add})
        if len(tags) > MOST_TAGS:
            raise TooManyTagsError(MOST_TAGS)
        if tags != workflow.tags:
            Workflow.objects.filter(pk=workflow_id).update(tags=tags, updated_at=Now())
            trail.record("tagged", workflow, before={"tags": workflow.tags}, after={"tags": tags})

    return _each(by, "workflow.update", ids, transaction.atomic(one))


def _each(
    by: Principal, permission: str, ids: Sequence[UUID], one: Callable[[UUID], Any]
) -> list[Answered]:
    chosen = list(dict.fromkeys(ids))
    held = sharing.permitted(by, chosen)
    answers = []
    for workflow_id in chosen:
        try:
            if workflow_id not in held:
                raise WorkflowNotFoundError
            if permission not in held[workflow_id]:
                raise ShareTooNarrowError
            one(workflow_id)
            answers.append(Answered(workflow_id))
        except GoraxError as refusal:
            answers.append(Answered(workflow_id, refusal.code, refusal.message))
    return answers


def _in(folder_id: UUID | None) -> dict[str, Any]:
    return {"folder_id": None if folder_id is None else str(folder_id)}
