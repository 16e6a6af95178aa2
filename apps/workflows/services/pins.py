"""Pinned outputs: what stands for running a node while its workflow is tried. Published triggers never see them."""

from uuid import UUID

from django.db import transaction

from apps import nodes
from apps.core.errors import ConflictError, FieldProblem, InvalidError, TooLargeError
from apps.engine import document
from apps.engine.problem import Report
from apps.engine.value import Json, size_bytes
from apps.workflows.errors import PinNotFoundError
from apps.workflows.models import Pin
from apps.workflows.queries import stored
from apps.workflows.services import trail

# Every turn of a test run reads them all.
LARGEST_BYTES = 1 << 20
MOST_BYTES = 4 << 20


@transaction.atomic
def pin(workflow_id: UUID, node_id: str, *, output: Json, port: str, actor_id: UUID | None) -> Pin:
    """Let an output stand for running a node of the draft; a second pin replaces the first.

    Raises:
        WorkflowNotFoundError: there is none, or it lies in the bin.
        InvalidError: the draft has no such node, or it is a trigger.
        TooLargeError: it takes more than 1 MiB.
        ConflictError: all pins of the workflow together take more than 4 MiB.
    """
    workflow = stored.locked(workflow_id)
    _refuse_unpinnable(workflow.draft, node_id)
    size = size_bytes(output)
    if size > LARGEST_BYTES:
        raise TooLargeError(f"A pinned output takes at most {LARGEST_BYTES >> 20} MiB.")
    others = workflow.pins.exclude(node_id=node_id).values_list("size_bytes", flat=True)
    if size + sum(others) > MOST_BYTES:
        raise ConflictError(
            f"The pins of a workflow take at most {MOST_BYTES >> 20} MiB together. Remove one first.",
            code="pins_too_large",
        )
    values = {"output": output, "port": port, "size_bytes": size, "created_by": actor_id}
    made, _ = Pin.objects.update_or_create(workflow=workflow, node_id=node_id, defaults=values)
    trail.record("pinned", workflow, after={"node": node_id, "port": port, "size_bytes": size})
    return made


@transaction.atomic
def unpin(workflow_id: UUID, node_id: str) -> None:
    """Let a node run again.

    Raises:
        WorkflowNotFoundError: there is no such workflow, or it lies in the bin.
        PinNotFoundError: the node is not pinned.
    """
    workflow = stored.switch(workflow_id)
    gone, _ = Pin.objects.filter(workflow_id=workflow_id, node_id=node_id).delete()
    if not gone:
        raise PinNotFoundError
    trail.record("unpinned", workflow, after={"node": node_id})


def _refuse_unpinnable(draft: Json, node_id: str) -> None:
    found = next(
        (each for each in document.read(draft, Report()).nodes if each.id == node_id), None
    )
    kind = None if found is None else nodes.catalogue().find(found.type)
    if found is None or (kind is not None and kind.is_trigger):
        message = (
            f"The draft has no node “{node_id[:64]}”."
            if found is None
            else "A trigger is not pinned: a test run is given its data."
        )
        code = "node_unknown" if found is None else "trigger_not_pinnable"
        raise InvalidError(message, code=code, errors=[FieldProblem("/node_id", code, message)])
