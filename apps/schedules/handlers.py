"""What schedules do when others tell news."""

from apps.core.events import subscribe
from apps.schedules.rules import declared
from apps.schedules.services import registration
from apps.workflows.events import (
    DocumentChecked,
    TriggersSilenced,
    TriggersWritten,
    WorkflowPurged,
)


def judge(event: DocumentChecked) -> None:
    """Tell what schedules know to be wrong with a document."""
    declared.judge(event)


def follow(event: TriggersWritten) -> None:
    """Set the alarms of what the workflow offers now, and of nothing else."""
    registration.follow(event)


def silence(event: TriggersSilenced) -> None:
    """Let no alarm of the workflow come."""
    registration.silence(event.workflow_id)


def forget(event: WorkflowPurged) -> None:
    """Delete the switches and the history of a workflow that is gone."""
    registration.forget(event.workflow_id)


subscribe(DocumentChecked, judge)
subscribe(TriggersWritten, follow)
subscribe(TriggersSilenced, silence)
subscribe(WorkflowPurged, forget)
