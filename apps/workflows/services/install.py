"""Whole workflows at once, for those who bring them: the demo, templates, imports."""

from uuid import UUID

from django.db import transaction

from apps.engine.value import Json
from apps.workflows.services import drafts
from apps.workflows.services import publish as publishing


@transaction.atomic
def install(*, name: str, description: str, definition: Json, actor_id: UUID | None) -> UUID:
    """Store a workflow, publish it as version 1 and return its id; it is inactive until it is switched on.

    Raises:
        DocumentInvalidError: the definition has errors; nothing is stored.
        PathTakenError: another webhook has a path that it chooses; nothing is stored.
    """
    workflow = drafts.create(
        name=name, description=description, draft=definition, actor_id=actor_id
    )
    publishing.publish(workflow.pk, actor_id=actor_id)
    return workflow.pk


def switch_on(workflow_id: UUID) -> None:
    """Let the live version's triggers fire.

    Raises:
        Everything that `activate` raises.
    """
    publishing.activate(workflow_id)
