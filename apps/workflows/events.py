"""What workflows tell the others."""

from dataclasses import dataclass, field
from uuid import UUID

from apps.engine.value import Json


@dataclass(frozen=True, slots=True)
class TriggerWritten:
    """One row of the registry. `place` is a JSON pointer to its node's config in the published document."""

    id: UUID
    node_id: str
    kind: str
    name: str
    config: dict[str, Json]
    place: str


@dataclass(frozen=True, slots=True)
class TriggersWritten:
    """What a workflow offers changed: `triggers` are all that it has now. Announced in the transaction, so raising undoes it.

    `is_activating`: the workflow becomes active by this very change.
    """

    workflow_id: UUID
    is_activating: bool
    triggers: tuple[TriggerWritten, ...]


@dataclass(frozen=True, slots=True)
class VersionsUnwanted:
    """A purge is about to delete versions; subscribers add to `kept` those that they still refer to."""

    workflow_id: UUID
    kept: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class WorkflowPurged:
    """A workflow is gone for ever, with its triggers; announced in the transaction."""

    workflow_id: UUID
