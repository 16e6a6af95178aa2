"""What webhooks do when others tell news."""

from apps.core.events import subscribe
from apps.webhooks.services import registration
from apps.workflows.events import TriggersWritten


def follow(event: TriggersWritten) -> None:
    """Undo a publish or an activation whose webhooks could not work; else offer what the workflow offers."""
    registration.refuse_unusable(event)
    registration.follow(event)


subscribe(TriggersWritten, follow)
