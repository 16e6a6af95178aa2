"""What a document says of other workflows: those that its nodes call, and the one that hears of its failures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from apps import nodes
from apps.core import request_context
from apps.core.principals import ALL
from apps.engine import document
from apps.engine.calling import DEEPEST
from apps.engine.document import Document, DocumentNode
from apps.engine.problem import Report, pointer
from apps.workflows import rules
from apps.workflows.models import Workflow
from apps.workflows.queries import sharing as looks
from apps.workflows.rules import sharing

FIELD = "workflow_id"
SETTING = pointer("settings", "error_workflow_id")
ERROR_DOORS = ("error",)


@dataclass(frozen=True, slots=True)
class Found:
    """A workflow that is named: whether it runs, by what it is entered, whom it calls itself."""

    is_published: bool
    is_active: bool
    kinds: frozenset[str]
    calls: frozenset[UUID]


def report_calls(read: Document, report: Report, workflow_id: UUID | None) -> None:
    """Report what is wrong with the workflows that a document names; `workflow_id` is its own, if it has one.

    One query for all of them, and one for each level of those that they call themselves.
    """
    calls = [(node, called) for node in read.nodes if (called := called_by(node)) is not None]
    error_id = _identifier(read.settings.error_workflow_id)
    named = {called for _, called in calls} | ({error_id} if error_id else set())
    found = _found(named)
    may = _permitted(named)
    # What is not there for whoever looks is not there: neither that it exists is told, nor whom it calls.
    found = {each: one for each, one in found.items() if each in may}
    if workflow_id is not None and workflow_id in named:
        # What it is to become counts, not what is live.
        found[workflow_id] = _described(read, is_active=True)
    for node, called in calls:
        fault = _fault(found.get(called), rules.DOORS, may.get(called, frozenset()))
        if fault is not None:
            _report(node, report, *fault)
        elif not found[called].is_active:
            _report(node, report, *INACTIVE, is_error=False)
    if read.settings.error_workflow_id is not None:
        granted = may.get(error_id, frozenset()) if error_id else frozenset()
        _report_error_workflow(found.get(error_id) if error_id else None, granted, report)
    _report_circles(calls, found, report, workflow_id)


def called_by(node: DocumentNode) -> UUID | None:
    """Return the workflow that an enabled node calls; what is no id is reported with its field."""
    kind = nodes.catalogue().find(node.type)
    return None if kind is None or node.is_disabled else _identifier(kind.calls(node.config))


MISSING = ("workflow_not_found", "There is no such workflow here.")
UNPUBLISHED = ("not_published", "The workflow is not published yet.")
FORBIDDEN = (
    "workflow_forbidden",
    "You may not run this workflow, so you cannot let another one start it.",
)
INACTIVE = ("workflow_inactive", "The workflow is not active, so calling it fails.")
CLOSED = (
    "trigger_not_found",
    "The workflow has no trigger “Called by workflow” or “Manual”, so it cannot be called.",
)
DEAF = ("trigger_not_found", "The error workflow has no trigger “Error”.")
CIRCLE = ("call_circle", "The workflow that is called leads back to this one.")
TOO_DEEP = (
    "call_too_deep",
    f"Workflows may call each other {DEEPEST} deep, the first one counted; this leads deeper.",
)


def _fault(
    found: Found | None, doors: Iterable[str], granted: frozenset[str]
) -> tuple[str, str] | None:
    if found is None:
        return MISSING
    if sharing.EXECUTE not in granted:
        return FORBIDDEN
    if not found.is_published:
        return UNPUBLISHED
    return None if found.kinds.intersection(doors) else CLOSED


def _report(
    node: DocumentNode, report: Report, code: str, message: str, *, is_error: bool = True
) -> None:
    add = report.error if is_error else report.warn
    path = pointer("nodes", node.index, "data", "config", FIELD)
    add(code, f"{node.shown}: {message}", node_id=node.id, path=path, field=FIELD)


def _report_error_workflow(found: Found | None, granted: frozenset[str], report: Report) -> None:
    fault = _fault(found, ERROR_DOORS, granted)
    if fault is not None:
        code, message = DEAF if fault is CLOSED else fault
        report.error(code, f"Error workflow: {message}", path=SETTING)
    elif found is not None and not found.is_active:
        report.warn(
            INACTIVE[0], "The error workflow is not active, so it is not started.", path=SETTING
        )


def _report_circles(
    calls: Iterable[tuple[DocumentNode, UUID]],
    found: Mapping[UUID, Found],
    report: Report,
    workflow_id: UUID | None,
) -> None:
    """Follow the calls of what is called, level by level, each from the node that leads there first."""
    level = {called: node for node, called in reversed(list(calls))}
    known = dict(found)
    for depth in range(2, DEEPEST + 2):
        if workflow_id in level:
            _report(level.pop(workflow_id), report, *CIRCLE)
        if not level:
            return
        if depth > DEEPEST:
            break
        known |= _found(set(level) - set(known))
        level = {
            called: node
            for workflow, node in level.items()
            if workflow in known
            for called in sorted(known[workflow].calls)
        }
    for node in {node.id: node for node in level.values()}.values():
        _report(node, report, *TOO_DEEP)


def _permitted(workflow_ids: set[UUID]) -> Mapping[UUID, frozenset[str]]:
    """Return what whoever asks may do with workflows; the system by itself may do everything."""
    principal = request_context.principal()
    if principal is None:
        return dict.fromkeys(workflow_ids, ALL)
    return looks.permitted(principal, workflow_ids) if workflow_ids else {}


def _found(workflow_ids: set[UUID]) -> dict[UUID, Found]:
    if not workflow_ids:
        return {}
    rows = Workflow.objects.live().filter(pk__in=workflow_ids).order_by("pk")
    return {
        pk: Found(is_published=False, is_active=False, kinds=frozenset(), calls=frozenset())
        if definition is None
        else _described(document.read(definition, Report()), is_active=is_active)
        for pk, is_active, definition in rows.values_list(
            "pk", "is_active", "live_version__definition"
        )
    }


def _described(read: Document, *, is_active: bool) -> Found:
    calls = (called_by(node) for node in read.nodes)
    return Found(
        is_published=True,
        is_active=is_active,
        kinds=frozenset(each.kind for each in rules.triggers_of(read, nodes.catalogue())),
        calls=frozenset(called for called in calls if called is not None),
    )


def _identifier(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
