"""What webhooks do when others tell news."""

from apps.core.events import subscribe
from apps.webhooks.services import registration
from apps.workflows.events import TriggersWritten, WorkflowPurged


def follow(event: TriggersWritten) -> None:
    """Undo a publish or an activation whose webhooks could not work; else offer what the workflow offers."""
    registration.refuse_unusable(event)
    registration.follow(event)


def forget(event: WorkflowPurged) -> None:
    """Delete the switches, secrets and delivery keys of a workflow that is gone; its events age out."""
    registration.forget(event.workflow_id)


subscribe(TriggersWritten, follow)
subscribe(WorkflowPurged, forget)
