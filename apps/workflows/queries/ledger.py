"""The ledger of a draft: which batch of operations led to which of its newest revisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from apps.engine.value import Json
from apps.tenants import facade as tenants
from apps.workflows.errors import WorkflowNotFoundError
from apps.workflows.models import Batch, Workflow

KEPT = 500
# All that came since stands in one answer.
MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """One batch as it is told; without operations the whole draft is to be read anew."""

    revision: int
    batch_id: UUID
    actor_id: UUID | None
    actor_name: str
    at: datetime
    operations: Json

    def facts(self) -> Mapping[str, Any]:
        """Return it as plain JSON."""
        return {
            "revision": self.revision,
            "batch_id": str(self.batch_id),
            "actor_id": None if self.actor_id is None else str(self.actor_id),
            "actor_name": self.actor_name,
            "at": self.at.isoformat().replace("+00:00", "Z"),
            "operations": self.operations,
        }


@dataclass(frozen=True, slots=True)
class Since:
    """Which revision a draft has, and what came since an older one; None: more than is known or told."""

    revision: int
    batches: Sequence[BatchInfo] | None

    def facts(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        batches = None if self.batches is None else [each.facts() for each in self.batches]
        return {"revision": self.revision, "batches": batches}


def since(workflow_id: UUID, revision: int) -> Since:
    """Return what came since `revision`, oldest first.

    Raises:
        WorkflowNotFoundError: there is no such workflow, or it lies in the bin.
    """
    newest = Workflow.objects.live().filter(pk=workflow_id).values_list("draft_revision", flat=True)
    current = newest.first()
    if current is None:
        raise WorkflowNotFoundError
    return Since(current, _between(workflow_id, revision, current))


def _between(workflow_id: UUID, old: int, new: int) -> Sequence[BatchInfo] | None:
    if not 0 <= new - old <= KEPT:
        return None
    rows = Batch.objects.filter(workflow_id=workflow_id, revision__gt=old, revision__lte=new)
    known = rows.aggregate(count=Count("pk"), size=Sum("size_bytes", default=0))
    if known["count"] != new - old or known["size"] > MOST_BYTES:
        return None
    return _told(list(rows.order_by("revision")))


def _told(batches: list[Batch]) -> Sequence[BatchInfo]:
    actors = {each.actor_id for each in batches if each.actor_id is not None}
    names = tenants.members_called(actors)
    return [
        BatchInfo(
            each.revision,
            each.batch_id,
            each.actor_id,
            "" if each.actor_id is None else names.get(each.actor_id, ""),
            each.created_at,
            each.operations,
        )
        for each in batches
    ]


def batch(workflow_id: UUID, batch_id: UUID) -> Batch | None:
    """Return a batch that is remembered, by the id that its maker gave it."""
    return Batch.objects.filter(workflow_id=workflow_id, batch_id=batch_id).first()
