"""Editing a draft by operations: one batch after the other, each whole or not at all, each at most once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from apps.core.errors import FieldProblem, GoraxError, InvalidError, TooLargeError
from apps.core.ids import uuid7
from apps.engine.problem import Problem
from apps.engine.value import DEFAULT_LIMITS, Json, is_deeper, size_bytes
from apps.workflows import rules
from apps.workflows.errors import (
    BatchTakenError,
    OperationRefusedError,
    RevisionMissingError,
    RevisionOldError,
)
from apps.workflows.models import Batch, Workflow
from apps.workflows.queries import ledger, stored
from apps.workflows.rules.operations import Applied, OperationError, apply
from apps.workflows.services import trail

# What is larger is not kept: whoever is behind it reads the whole draft anew.
LARGEST_KEPT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of a batch: the revision that it led to, and what is wrong with the draft now."""

    revision: int
    batch_id: UUID
    name: str
    description: str
    problems: Sequence[Problem]


def edit(
    workflow_id: UUID,
    operations: Sequence[Json],
    *,
    batch_id: UUID,
    revision: int | None,
    actor_id: UUID | None,
) -> Edited:
    """Apply a batch to the draft if that is still at `revision`; its revision grows by one.

    A batch that was applied already is not applied again: the answer is the same, whatever came since.

    Raises:
        RevisionMissingError: no revision was given.
        WorkflowNotFoundError: there is none, or it lies in the bin.
        RevisionOldError: somebody saved in between; says what.
        OperationRefusedError: an operation cannot be applied; says which, and why.
        BatchTakenError: another batch had this id.
        TooLargeError, InvalidError: the document would be larger than one may be.
    """
    if revision is None:
        raise RevisionMissingError
    try:
        workflow, reached = _edit(workflow_id, operations, batch_id, revision, actor_id)
    except RevisionOldError as refusal:
        # Outside the lock: whoever waits for it need not wait for this answer, too.
        refusal.facts = ledger.since(workflow_id, revision).facts()
        raise
    problems = stored.problems_of(workflow.draft, workflow_id)
    return Edited(reached, batch_id, workflow.name, workflow.description, problems)


@transaction.atomic
def _edit(
    workflow_id: UUID,
    operations: Sequence[Json],
    batch_id: UUID,
    revision: int,
    actor_id: UUID | None,
) -> tuple[Workflow, int]:
    before = stored.locked(workflow_id)
    known = ledger.batch(workflow_id, batch_id)
    if known is not None:
        _refuse_another(known, operations)
        return before, known.revision
    if before.draft_revision != revision:
        raise RevisionOldError(before.draft_revision)
    applied = _applied(before.draft, operations)
    changes = {"draft": applied.document, **applied.texts}
    write(before, changes, actor_id=actor_id, batch_id=batch_id, operations=operations)
    after = Workflow(
        pk=before.pk,
        **{"name": before.name, "description": before.description, **changes},
    )
    return after, revision + 1


def write(
    before: Workflow,
    changes: Mapping[str, Any],
    *,
    actor_id: UUID | None,
    batch_id: UUID | None = None,
    operations: Sequence[Json] | None = None,
) -> None:
    """Write what a save changes of a locked workflow: the row, the ledger and the trail.

    Without operations, those who are behind read the draft anew, unless only its name or description changed.
    """
    revision = before.draft_revision + 1
    Workflow.objects.filter(pk=before.pk).update(
        **changes, draft_revision=F("draft_revision") + 1, updated_at=Now()
    )
    if operations is None and "draft" not in changes:
        operations = [{"op": "workflow.patch", "set": dict(changes)}]
    size = 0 if operations is None else size_bytes(list(operations))
    is_kept = size <= LARGEST_KEPT_BYTES
    Batch.objects.create(
        workflow_id=before.pk,
        revision=revision,
        batch_id=batch_id or uuid7(),
        operations=operations if is_kept else None,
        size_bytes=size if is_kept else 0,
        actor_id=actor_id,
    )
    Batch.objects.filter(workflow_id=before.pk, revision__lte=revision - ledger.KEPT).delete()
    trail.record_saved(before, changes)


def _applied(draft: Json, operations: Sequence[Json]) -> Applied:
    try:
        applied = apply(draft, operations)
    except OperationError as refusal:
        raise OperationRefusedError(
            refusal.code,
            refusal.message,
            index=refusal.index,
            path=f"/operations{refusal.path}",
        ) from refusal
    try:
        _refuse_too_large(draft, applied.document)
    except GoraxError as refusal:
        index = _first_too_large(draft, operations)
        path = f"/operations/{index}"
        refusal.errors = (FieldProblem(path, refusal.code, refusal.message),)
        refusal.facts = {"index": index, "path": path}
        raise
    return applied


def _first_too_large(draft: Json, operations: Sequence[Json]) -> int:
    """Return the operation with which a document became larger than one may be, of a batch that ends so."""
    fits, is_over = 0, len(operations)
    while is_over - fits > 1:
        middle = (fits + is_over) // 2
        try:
            _refuse_too_large(draft, apply(draft, operations[:middle]).document)
            fits = middle
        except GoraxError:
            is_over = middle
    return is_over - 1


def _refuse_too_large(before: Json, after: dict[str, Json]) -> None:
    """Let a document be that a save could have written whole; one that shrinks may still be too large."""
    limits = DEFAULT_LIMITS
    if is_deeper(after, limits.json_depth):
        message = f"A document is nested at most {limits.json_depth} levels deep."
        raise InvalidError(message, code="document_too_deep")
    if _count(after) > max(limits.nodes_refused_above, _count(before)):
        message = f"A workflow has at most {limits.nodes_refused_above} nodes."
        raise InvalidError(message, code="nodes_too_many")
    if size_bytes(after) > limits.body_json_bytes:
        raise TooLargeError(f"A document takes at most {limits.body_json_bytes} bytes.")


def _count(document: Json) -> int:
    nodes = document.get("nodes") if isinstance(document, dict) else None
    return len(nodes) if isinstance(nodes, list) else 0


def _refuse_another(known: Batch, operations: Sequence[Json]) -> None:
    if known.operations is not None and not rules.is_same_document(
        known.operations, list(operations)
    ):
        raise BatchTakenError
