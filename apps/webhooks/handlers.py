"""What webhooks do when others tell news."""

from apps.core.events import subscribe
from apps.keys import facade as keys
from apps.webhooks.queries.doors import PLACE
from apps.webhooks.rules import declared
from apps.webhooks.services import registration
from apps.workflows.events import DocumentChecked, TriggersWritten, WorkflowPurged


def judge(event: DocumentChecked) -> None:
    """Tell what webhooks know to be wrong with a document."""
    declared.judge(event)


def follow(event: TriggersWritten) -> None:
    """Undo a publish or an activation whose webhooks could not work; else offer what the workflow offers."""
    registration.refuse_unusable(event)
    registration.follow(event)


def forget(event: WorkflowPurged) -> None:
    """Delete the switches, secrets and delivery keys of a workflow that is gone; events stay until something retires months."""
    registration.forget(event.workflow_id)


subscribe(DocumentChecked, judge)
subscribe(TriggersWritten, follow)
subscribe(WorkflowPurged, forget)
keys.hold(keys.Holder("webhooks_secret", "sealed", PLACE))
