"""Every read of workflows and their versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from apps import nodes
from apps.core import events
from apps.core.principals import Principal
from apps.engine.check import check
from apps.engine.document import Document
from apps.engine.node import NodeType, describe
from apps.engine.problem import Problem, Report
from apps.engine.program import Program
from apps.engine.value import Json
from apps.workflows import rules
from apps.workflows.errors import (
    NodeTypeNotFoundError,
    NotInBinError,
    VersionNotFoundError,
    WorkflowNotFoundError,
)
from apps.workflows.events import DocumentChecked, TriggerDeclared
from apps.workflows.models import Pin, Trigger, Workflow, WorkflowVersion
from apps.workflows.queries import called, scripts, sharing, vault

BIN_DAYS = 30
AT_THE_TOP = "none"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which workflows a list shows. `folder`: those that lie in it; AT_THE_TOP: those that lie in none. All of `tags`."""

    is_binned: bool = False
    is_active: bool | None = None
    name: str = ""
    folder: UUID | str | None = None
    tags: Sequence[str] = ()


def visible(by: Principal, *, is_binned: bool = False) -> QuerySet[Workflow]:
    """Return what there is for who asks."""
    rows = Workflow.objects.binned() if is_binned else Workflow.objects.live()
    if by.is_manager:
        return rows
    return rows.exclude(pk__in=RawSQL(sharing.HIDDEN, [by.names]))  # noqa: S611 - a constant


def workflows(by: Principal, narrowed: Narrowed | None = None) -> QuerySet[Workflow]:
    """Return what there is for who asks, for a list: without drafts, with the live version's number and its triggers."""
    asked = narrowed or Narrowed()
    rows = visible(by, is_binned=asked.is_binned)
    if asked.is_active is not None:
        rows = rows.filter(is_active=asked.is_active)
    if asked.name:
        rows = rows.filter(name__icontains=asked.name)
    if asked.folder is not None:
        folder = asked.folder if isinstance(asked.folder, UUID) else None
        rows = rows.filter(folder=folder)
    if asked.tags:
        rows = rows.filter(tags__contains=list(asked.tags))
    triggers = Prefetch(
        "triggers",
        Trigger.objects.only(
            "id", "workflow_id", "version_id", "node_id", "kind", "filtered_count"
        ),
    )
    return (
        rows.select_related("live_version")
        .defer("draft", "live_version__definition")
        .prefetch_related(triggers)
    )


def workflow(workflow_id: UUID) -> Workflow:
    """Return a workflow that does not lie in the bin, with the number of its live version.

    Raises:
        WorkflowNotFoundError: there is none.
    """
    rows = Workflow.objects.live().select_related("live_version").defer("live_version__definition")
    return _one(rows, workflow_id)


def switch(workflow_id: UUID) -> Workflow:
    """Return only what says whether a workflow outside the bin runs: a draft may be megabytes.

    Raises:
        WorkflowNotFoundError: there is none.
    """
    return _one(
        Workflow.objects.live().only("name", "is_active", "is_restricted", "live_version_id"),
        workflow_id,
    )


def _one(rows: QuerySet[Workflow], workflow_id: UUID) -> Workflow:
    found = rows.filter(pk=workflow_id).first()
    if found is None:
        raise WorkflowNotFoundError
    return found


def locked(workflow_id: UUID) -> Workflow:
    """Lock the row of a workflow outside the bin until the transaction ends, and return it.

    Raises:
        WorkflowNotFoundError: there is none.
    """
    return _locked(Workflow.objects.live(), workflow_id)


def locked_in_bin(workflow_id: UUID, *, is_shell: bool = False) -> Workflow:
    """Lock the row of a workflow in the bin, or (`is_shell`) what is left of a purged one, and return it.

    Raises:
        NotInBinError: it lies outside the bin.
        WorkflowNotFoundError: there is none.
    """
    if Workflow.objects.live().filter(pk=workflow_id).exists():
        raise NotInBinError
    rows = Workflow.objects.filter(deleted_at__isnull=False, purged_at__isnull=not is_shell)
    return _locked(rows, workflow_id)


def _locked(rows: QuerySet[Workflow], workflow_id: UUID) -> Workflow:
    # Without the live version: after waiting for the lock, a join would still see the versions from before the wait.
    found = rows.select_for_update().filter(pk=workflow_id).first()
    if found is None:
        raise WorkflowNotFoundError
    return found


def versions(workflow_id: UUID) -> QuerySet[WorkflowVersion]:
    """Return the published versions of a workflow for a list, without their definitions.

    Raises:
        WorkflowNotFoundError: there is no such workflow, or it lies in the bin.
    """
    if not Workflow.objects.live().filter(pk=workflow_id).exists():
        raise WorkflowNotFoundError
    return WorkflowVersion.objects.filter(workflow_id=workflow_id, number__isnull=False).defer(
        "definition"
    )


def version_by_number(workflow_id: UUID, number: int) -> WorkflowVersion:
    """Return a published version with its definition.

    Raises:
        VersionNotFoundError: there is no such version, or its workflow lies in the bin.
    """
    found = WorkflowVersion.objects.filter(
        workflow_id=workflow_id, workflow__deleted_at__isnull=True, number=number
    ).first()
    if found is None:
        raise VersionNotFoundError
    return found


def version(version_id: UUID) -> WorkflowVersion:
    """Return any version, also an unnumbered one and one of a workflow in the bin.

    Raises:
        VersionNotFoundError: there is no such version.
    """
    found = WorkflowVersion.objects.filter(pk=version_id).first()
    if found is None:
        raise VersionNotFoundError
    return found


def pins(workflow_id: UUID) -> QuerySet[Pin]:
    """Return the pins of a workflow, by node.

    Raises:
        WorkflowNotFoundError: there is no such workflow, or it lies in the bin.
    """
    switch(workflow_id)
    return Pin.objects.filter(workflow_id=workflow_id).order_by("node_id")


def pinned(workflow_id: UUID) -> dict[str, tuple[Json, str]]:
    """Return what is pinned in a workflow: output and port by node."""
    rows = Pin.objects.filter(workflow_id=workflow_id).values_list("node_id", "output", "port")
    return {node_id: (output, port) for node_id, output, port in rows}


def latest_snapshot(workflow_id: UUID) -> WorkflowVersion | None:
    """Return the draft that was tested last."""
    snapshots = WorkflowVersion.objects.filter(workflow_id=workflow_id, number__isnull=True)
    return snapshots.order_by("-pk").first()


def expired_in_bin(limit: int) -> list[UUID]:
    """Return workflows that have lain in the bin for 30 days, oldest first."""
    rows = Workflow.objects.binned().filter(deleted_at__lt=Now() - timedelta(days=BIN_DAYS))
    return list(rows.order_by("deleted_at").values_list("pk", flat=True)[:limit])


def shells(limit: int) -> list[UUID]:
    """Return what is left of workflows whose last look was a day ago, oldest look first."""
    rows = Workflow.objects.filter(purged_at__lt=Now() - timedelta(days=1))
    return list(rows.order_by("purged_at").values_list("pk", flat=True)[:limit])


def problems_of(definition: Json, workflow_id: UUID | None = None) -> tuple[Problem, ...]:
    """Return everything wrong with a document, errors and warnings; also what only other contexts know.

    `workflow_id` is the workflow that it belongs to: only with it can a circle of calls be seen.
    """
    ask = partial(_ask_others, workflow_id=workflow_id)
    return check(definition, nodes.catalogue(), further=ask)


def _ask_others(
    document: Document, program: Program | None, report: Report, *, workflow_id: UUID | None
) -> None:
    declared = tuple(
        TriggerDeclared(each.node_id, each.kind, each.name, each.config, each.place)
        for each in rules.triggers_of(document, nodes.catalogue())
    )
    events.announce(DocumentChecked(declared, report))
    scripts.report_faults(document, report)
    if program is not None:
        vault.report_strangers(program, report)
    called.report_calls(document, report, workflow_id)


def node_types() -> list[dict[str, Json]]:
    """Return the catalogue of node types, by name."""
    return [_described(kind) for kind in nodes.catalogue()]


def node_type(name: str) -> dict[str, Json]:
    """Return one node type.

    Raises:
        NodeTypeNotFoundError: there is none of that name.
    """
    kind = nodes.catalogue().find(name)
    if kind is None:
        raise NodeTypeNotFoundError
    return _described(kind)


def _described(kind: NodeType) -> dict[str, Json]:
    return {**describe(kind), "languages": scripts.languages_of(kind)}
