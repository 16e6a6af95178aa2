"""The trigger registry: rows that publish and activate write in their transaction, and nobody else.

A row stays when its node goes, without its path and inactive, so that secrets and history survive an undo.
"""

import secrets
from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from apps.core import events
from apps.core.errors import FieldProblem
from apps.engine.problem import Problem, Severity
from apps.engine.value import Json
from apps.workflows import rules
from apps.workflows.errors import DocumentInvalidError, PathTakenError
from apps.workflows.events import TriggersSilenced, TriggersWritten, TriggerWritten
from apps.workflows.models import Trigger, Workflow, WorkflowVersion
from apps.workflows.queries import registry, stored
from apps.workflows.rules import TriggerNode

# 128 bits: nobody finds a webhook by guessing.
GENERATED_PATH_BYTES = 16


def refuse_invalid(definition: Json, workflow_id: UUID) -> tuple[Problem, ...]:
    """Return the warnings about a document of a workflow.

    Raises:
        DocumentInvalidError: it has errors; carries all of them.
    """
    problems = stored.problems_of(definition, workflow_id)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise DocumentInvalidError(
            errors[0].message
            if len(errors) == 1
            else f"The workflow has {len(errors)} errors. The first: {errors[0].message}",
            errors=[FieldProblem(each.path, each.code, each.message) for each in errors],
        )
    return problems


def is_same(one: Json, other: Json) -> bool:
    """Say whether two documents mean the same, whatever the order of their keys."""
    return rules.is_same_document(one, other)


def write(
    workflow: Workflow, version: WorkflowVersion, *, is_active: bool, is_activating: bool
) -> None:
    """Make the registry say what `version` declares, and announce it.

    Raises:
        PathTakenError: another webhook of this tenant has a chosen path.
        InvalidError, ConflictError: a subscriber refuses the triggers.
    """
    nodes = registry.trigger_nodes(version.definition)
    existing = {trigger.node_id: trigger for trigger in workflow.triggers.all()}
    gone = existing.keys() - {node.node_id for node in nodes}
    _withdraw(Q(workflow=workflow, node_id__in=gone))
    _refuse_taken(workflow.pk, nodes)
    rows = [existing.get(node.node_id) for node in nodes]
    paths = [_path(row, node) for row, node in zip(rows, nodes, strict=True)]
    try:
        # A savepoint: a path taken in the same instant must not leave a broken transaction behind.
        with transaction.atomic():
            _free_left_paths(zip(rows, paths, strict=True))
            written = [
                _write_one(row, node, path, version, is_active=is_active)
                for row, node, path in zip(rows, nodes, paths, strict=True)
            ]
    except IntegrityError as clash:
        raise PathTakenError("Another webhook has just taken this path.") from clash
    triggers = tuple(_written(node, row) for row, node in zip(written, nodes, strict=True))
    events.announce(
        TriggersWritten(
            workflow.pk, is_active=is_active, is_activating=is_activating, triggers=triggers
        )
    )


def offer(workflow: Workflow, version: WorkflowVersion) -> None:
    """Announce the triggers of a workflow that came back from the bin; chosen paths are claimed when it is activated."""
    rows = {row.node_id: row for row in workflow.triggers.all()}
    written = tuple(
        _written(node, rows[node.node_id])
        for node in registry.trigger_nodes(version.definition)
        if node.node_id in rows
    )
    events.announce(
        TriggersWritten(workflow.pk, is_active=False, is_activating=False, triggers=written)
    )


def silence(workflow_id: UUID) -> None:
    """Let the triggers of a workflow fire no more, and announce it; their paths stay theirs."""
    Trigger.objects.filter(workflow_id=workflow_id).update(
        is_active=False, revision=F("revision") + 1, updated_at=Now()
    )
    events.announce(TriggersSilenced(workflow_id))


def withdraw(workflow_id: UUID) -> None:
    """Silence the triggers of a workflow, free the paths that somebody chose, and announce that none is left."""
    _withdraw(Q(workflow_id=workflow_id))
    events.announce(TriggersWritten(workflow_id, is_active=False, is_activating=False, triggers=()))


def touch(trigger_id: UUID) -> None:
    """Note that something hanging on a trigger changed, so that nobody goes by what he remembers of it."""
    Trigger.objects.filter(pk=trigger_id).update(revision=F("revision") + 1, updated_at=Now())


def count_filtered(trigger_id: UUID) -> None:
    """Count one firing that led to no execution. The last statement of its transaction: the row is a busy one."""
    Trigger.objects.filter(pk=trigger_id).update(filtered_count=F("filtered_count") + 1)


def _free_left_paths(moves: Iterable[tuple[Trigger | None, str | None]]) -> None:
    """Free the paths that rows are about to leave: rows are written one by one, and two may swap theirs."""
    leaving = [
        row.pk
        for row, path in moves
        if row is not None and row.path is not None and row.path != path
    ]
    if leaving:
        Trigger.objects.filter(pk__in=leaving).update(path=None)


def _write_one(
    trigger: Trigger | None,
    node: TriggerNode,
    path: str | None,
    version: WorkflowVersion,
    *,
    is_active: bool,
) -> Trigger:
    if trigger is None:
        trigger = Trigger(workflow_id=version.workflow_id, node_id=node.node_id, revision=0)
    trigger.path = path
    trigger.version = version
    trigger.name = node.name[:255]
    trigger.kind = node.kind
    trigger.config = node.config
    trigger.condition = node.condition
    trigger.is_active = is_active
    trigger.revision += 1
    if trigger._state.adding:  # noqa: SLF001 - Django's own way to tell a new row
        trigger.save(force_insert=True)
    else:
        # Not the counter: firings add to it meanwhile.
        trigger.save(
            update_fields=[
                "path", "version", "name", "kind", "config", "condition", "is_active", "revision",
                "updated_at",
            ]
        )  # fmt: skip
    return trigger


def _written(node: TriggerNode, row: Trigger) -> TriggerWritten:
    return TriggerWritten(node.node_id, node.kind, node.name, node.config, node.place, row.pk)


def _path(trigger: Trigger | None, node: TriggerNode) -> str | None:
    if node.kind != "webhook":
        return None
    if node.chosen_path:
        return node.chosen_path
    if trigger is not None and trigger.path is not None and not rules.chosen_path(trigger.config):
        return trigger.path
    return secrets.token_urlsafe(GENERATED_PATH_BYTES)


def _withdraw(which: Q) -> None:
    for trigger in Trigger.objects.filter(which).order_by("pk").select_for_update():
        path = None if rules.chosen_path(trigger.config) else trigger.path
        Trigger.objects.filter(pk=trigger.pk).update(
            is_active=False, path=path, revision=F("revision") + 1, updated_at=Now()
        )


def _refuse_taken(workflow_id: UUID, nodes: tuple[TriggerNode, ...]) -> None:
    problems: list[FieldProblem] = []
    chosen: set[str] = set()
    taken = registry.paths_of_others(workflow_id, [node.chosen_path for node in nodes])
    for node in nodes:
        path = node.chosen_path
        if not path:
            continue
        place = f"{node.place}/path"
        if path in taken or path in chosen:
            reason = f"“{node.name}”: another webhook has the path {path}."
            problems.append(FieldProblem(place, "path_taken", reason))
        chosen.add(path)
    if problems:
        raise PathTakenError(problems[0].message, errors=problems)
