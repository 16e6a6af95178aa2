"""Of workflows what others show beside what is theirs: names, who sees which, and drafts that are not published yet."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Func, OuterRef, Subquery

from apps.core.principals import Principal
from apps.workflows.models import Batch, Workflow
from apps.workflows.queries import stored

# So many drafts are held against what is live, those that were changed last.
MOST_COMPARED = 50


def names_of(workflow_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what people call workflows, also those in the bin; one that is gone is left out."""
    rows = Workflow.objects.filter(pk__in=workflow_ids).values_list("pk", "name")
    return dict(rows) if workflow_ids else {}


def seen(by: Principal, workflow_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those workflows that are there for who asks."""
    return frozenset(stored.visible(by).filter(pk__in=workflow_ids).values_list("pk", flat=True))


def unpublished(by: Principal, limit: int) -> list[dict[str, Any]]:
    """Return published workflows whose draft says something else than what is live, those changed last first."""
    # One look for each workflow, at the end of its ledger.
    newest = Batch.objects.filter(workflow=OuterRef("pk")).order_by("-revision")
    edited = (
        stored.visible(by)
        .filter(live_version__isnull=False)
        .annotate(edited_at=Subquery(newest.values("created_at")[:1]))
        .filter(edited_at__gt=F("live_version__created_at"))
        .order_by("-updated_at", "-pk")
    )
    chosen = list(edited.values_list("pk", flat=True)[:MOST_COMPARED])
    rows = (
        Workflow.objects.filter(pk__in=chosen)
        .annotate(now=_text("draft"), live=_text("live_version__definition"))
        .exclude(now=F("live"))
        .order_by("-updated_at", "-pk")
    )
    columns = ("pk", "name", "live_version__number", "draft_revision", "updated_at")
    return [
        {
            "id": pk,
            "name": name,
            "live_version": number,
            "draft_revision": revision,
            "updated_at": updated_at,
        }
        for pk, name, number, revision, updated_at in rows.values_list(*columns)[:limit]
    ]


def _text(column: str) -> Func:
    # The order of keys is no difference.
    return Func(F(column), template="%(expressions)s::jsonb::text", output_field=CharField())
