"""What workflows tell the others."""

from dataclasses import dataclass, field
from uuid import UUID

from apps.engine.problem import Report
from apps.engine.value import Json


@dataclass(frozen=True, slots=True)
class TriggerDeclared:
    """An enabled trigger of a document. `place` is a JSON pointer to its node's config there."""

    node_id: str
    kind: str
    name: str
    config: dict[str, Json]
    place: str


@dataclass(frozen=True, slots=True)
class DocumentChecked:
    """A document was checked; subscribers add to `report` what they alone know to be wrong with its triggers.

    Announced at every look at a draft, so nobody writes or asks the world for an answer.
    """

    triggers: tuple[TriggerDeclared, ...]
    report: Report


@dataclass(frozen=True, slots=True)
class TriggerWritten(TriggerDeclared):
    """One row of the registry, written by the document that was published."""

    id: UUID


@dataclass(frozen=True, slots=True)
class TriggersWritten:
    """What a workflow offers changed: `triggers` are all that it has now. Announced in the transaction, so raising undoes it.

    `is_active`: they may fire. `is_activating`: the workflow becomes active by this very change.
    """

    workflow_id: UUID
    is_active: bool
    is_activating: bool
    triggers: tuple[TriggerWritten, ...]


@dataclass(frozen=True, slots=True)
class TriggersSilenced:
    """A workflow's triggers fire no more until it is activated again; announced in the transaction."""

    workflow_id: UUID


@dataclass(frozen=True, slots=True)
class VersionsUnwanted:
    """A purge is about to delete versions; subscribers add to `kept` those that they still refer to."""

    workflow_id: UUID
    kept: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class WorkflowPurged:
    """A workflow is gone for ever, with its triggers; announced in the transaction."""

    workflow_id: UUID
