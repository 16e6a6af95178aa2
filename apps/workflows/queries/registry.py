"""Every read of the trigger registry, and the compiled versions that its rows point at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from apps import nodes
from apps.core import db, tenancy
from apps.engine import document
from apps.engine.expressions import Expression, Scope, Seed, compile_expression
from apps.engine.expressions.shelf import Shelf
from apps.engine.graph import Effect, Graph
from apps.engine.problem import Report
from apps.engine.program import Program, load
from apps.engine.value import Json, NodeId
from apps.workflows import rules
from apps.workflows.errors import NotActiveError, NotPublishedError, TriggerNotFoundError
from apps.workflows.models import Trigger, Workflow
from apps.workflows.queries import limits, sharing, stored
from apps.workflows.rules import TriggerNode

# Nodes, because one takes some 3 KiB (measured): 70 MiB at most, the small workflows of thousands of tenants or sixty
# of 300 nodes. A number of versions would keep a thousand small ones pushing each other out, and compiling.
NODES_KEPT = 20_000

# For whoever checks and writes by one statement; a row if the remembered trigger is active and still at its revision.
CURRENT = """
SELECT id FROM {s}.workflows_trigger WHERE id = %(trigger_id)s AND is_active AND revision = %(revision)s
"""


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """An immutable version, ready to run. `number` is None for the snapshot of a tested draft."""

    id: UUID
    workflow_id: UUID
    number: int | None
    program: Program
    # Who published it, or, of a snapshot, who tested it.
    made_by: UUID | None = None

    @property
    def graph(self) -> Graph:
        """The nodes and edges."""
        return self.program.graph

    @property
    def zone(self) -> str:
        """The time zone in which the workflow reads dates."""
        return self.program.settings.timezone

    def gate_key(self, trigger: Json) -> str | None:
        """Return by which key an execution waits before the workflow's gate; None: nothing of it is limited.

        A tested draft is not: whoever tests wants to see what happens.
        """
        settings = self.program.settings
        if self.number is None or limits.limits_of(settings).is_unlimited:
            return None
        return limits.gate_key_of(settings, trigger)

    def next_kind(self, node_id: str) -> str:
        """Say whether the nodes after `node_id` are all `pure`, or one is `external`."""
        children = (self.graph.nodes[child] for child in self.graph.children(NodeId(node_id)))
        is_external = any(node.effect is not Effect.PURE for node in children)
        return str(Effect.EXTERNAL if is_external else Effect.PURE)


@dataclass(frozen=True, slots=True)
class TriggerInfo:
    """A row of the trigger registry. `revision` grows with every change of what is said here.

    `config` is the node's config as published; `condition` is CEL over `trigger`, empty for none.
    """

    id: UUID
    workflow_id: UUID
    version_id: UUID
    node_id: str
    name: str
    kind: str
    path: str | None
    config: dict[str, Json]
    condition: str
    is_active: bool
    filtered_count: int
    revision: int
    created_at: datetime
    updated_at: datetime


_versions: Shelf[VersionInfo] = Shelf(NODES_KEPT)


def version(version_id: UUID) -> VersionInfo:
    """Return a version of the current tenant; compiled once per process, since it never changes.

    Raises:
        VersionNotFoundError: there is none.
    """
    key = (tenancy.current_schema(), version_id)
    return _versions.get(key, lambda: _compiled(version_id))


def trigger_nodes(definition: Json) -> tuple[TriggerNode, ...]:
    """Return the enabled triggers that a document declares."""
    return rules.triggers_of(document.read(definition, Report()), nodes.catalogue())


def paths_of_others(workflow_id: UUID, paths: Iterable[str]) -> set[str]:
    """Return which of `paths` belong to triggers of other workflows."""
    wanted = [path for path in paths if path]
    if not wanted:
        return set()
    rows = Trigger.objects.filter(path__in=wanted).exclude(workflow_id=workflow_id)
    return {path for path in rows.values_list("path", flat=True) if path is not None}


def trigger_by_path(path: str) -> TriggerInfo | None:
    """Return the webhook trigger at `path` in a live version, active or not."""
    return _first(Trigger.objects.in_live_versions().filter(path=path, kind=Trigger.Kind.WEBHOOK))


def trigger_by_id(trigger_id: UUID, workflow_id: UUID | None = None) -> TriggerInfo | None:
    """Return a trigger of a live version, active or not; with `workflow_id` only if it belongs to that."""
    rows = Trigger.objects.in_live_versions().filter(pk=trigger_id)
    return _first(rows if workflow_id is None else rows.filter(workflow_id=workflow_id))


def is_current(trigger_id: UUID, revision: int) -> bool:
    """Say whether a trigger is active and still at `revision`: the check of whoever remembers one."""
    statement = db.in_schema(CURRENT, tenancy.current_schema())
    return bool(db.fetch(statement, {"trigger_id": trigger_id, "revision": revision}))


def is_wanted(condition: str, trigger: Json, *, now: datetime, zone: str) -> bool:
    """Say whether a firing with the data `trigger` may start an execution; without a condition it may.

    `zone` is the workflow's time zone.

    Raises:
        ExpressionError: the condition cannot be evaluated over this data, or is neither true nor false.
    """
    if not condition:
        return True
    seed = Seed(execution_id="", step_key="condition", started_at=now, zone=zone)
    return _condition(condition).test(Scope({"trigger": trigger}, seed))


def trigger_to_execute(workflow_id: UUID, node_id: str | None = None) -> TriggerInfo:
    """Return the trigger by which a person starts an active workflow: the named, the manual or the first one.

    Raises:
        WorkflowNotFoundError: there is no such workflow, or it lies in the bin.
        NotPublishedError, NotActiveError: it cannot run yet, or not now.
        TriggerNotFoundError: it has no such trigger.
    """
    chosen = rules.chosen(_runnable(stored.switch(workflow_id)), node_id)
    if chosen is None:
        raise TriggerNotFoundError
    return _info(chosen)


def version_to_execute(
    workflow_id: UUID, number: int, node_id: str | None = None
) -> tuple[UUID, TriggerNode]:
    """Return a published version by its number, live or not, and the trigger by which a person starts it.

    Whether the workflow is switched on is not asked: whoever names a version means it, as whoever runs a draft does.

    Raises:
        WorkflowNotFoundError, VersionNotFoundError: there is no such workflow outside the bin, or it has no such version.
        TriggerNotFoundError: the version has no such trigger.
    """
    stored.switch(workflow_id)
    found = stored.version_by_number(workflow_id, number)
    chosen = rules.chosen(trigger_nodes(found.definition), node_id)
    if chosen is None:
        raise TriggerNotFoundError
    return found.pk, chosen


def trigger_to_call(
    workflow_id: UUID, kinds: Sequence[str] = rules.DOORS, *, acts_as: UUID | None
) -> TriggerInfo:
    """Return the trigger by which something inside starts an active workflow: the first of the first of `kinds`.

    A restricted one is only started as a member who may run it now; with `acts_as` None as nobody.

    Raises:
        WorkflowNotFoundError: there is no such workflow, or it lies in the bin.
        NotPublishedError, NotActiveError: it cannot run yet, or not now.
        RunForbiddenError: it is restricted, and whoever is acted as may not run it.
        TriggerNotFoundError: it has no trigger of these kinds.
    """
    workflow = stored.switch(workflow_id)
    if workflow.is_restricted:
        sharing.require_runner(acts_as, workflow_id)
    chosen = rules.first_of_kind(_runnable(workflow), kinds)
    if chosen is None:
        raise TriggerNotFoundError
    return _info(chosen)


def _runnable(workflow: Workflow) -> list[Trigger]:
    if workflow.live_version_id is None:
        raise NotPublishedError
    if not workflow.is_active:
        raise NotActiveError
    rows = Trigger.objects.in_live_versions().filter(workflow_id=workflow.pk)
    return list(rows.order_by("pk"))


def name_of(workflow_id: UUID) -> str:
    """Return what people call a workflow, also one in the bin; empty if it is gone."""
    names = Workflow.objects.filter(pk=workflow_id).values_list("name", flat=True)
    return names.first() or ""


def live_version_of(workflow_id: UUID) -> UUID | None:
    """Return the published version of a workflow, None before the first.

    Raises:
        WorkflowNotFoundError: there is no such workflow, or it lies in the bin.
    """
    return stored.switch(workflow_id).live_version_id


def triggers_by_id(trigger_ids: Iterable[UUID]) -> dict[UUID, TriggerInfo]:
    """Return those of `trigger_ids` that a live version declares, by id, with one query."""
    rows = Trigger.objects.in_live_versions().filter(pk__in=list(trigger_ids))
    return {row.pk: _info(row) for row in rows}


def active_of_kind(kind: str, *, after: UUID | None, most: int) -> list[TriggerInfo]:
    """Return the active triggers of a kind by id, at most so many, those beyond `after` only."""
    rows = Trigger.objects.in_live_versions().filter(kind=kind, is_active=True)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return [_info(row) for row in rows.order_by("pk")[:most]]


@lru_cache(maxsize=1024)
def _condition(source: str) -> Expression:
    return compile_expression(source, node_ids=frozenset())


def _compiled(version_id: UUID) -> tuple[VersionInfo, int]:
    row = stored.version(version_id)
    program = load(row.definition, nodes.catalogue())
    found = VersionInfo(row.pk, row.workflow_id, row.number, program, row.created_by)
    return found, 1 + len(program.graph.nodes)


def _first(rows: QuerySet[Trigger]) -> TriggerInfo | None:
    found = rows.first()
    return None if found is None else _info(found)


def _info(row: Trigger) -> TriggerInfo:
    return TriggerInfo(**{name: getattr(row, name) for name in TriggerInfo.__dataclass_fields__})
