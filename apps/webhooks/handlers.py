"""What webhooks do when others tell news."""

from apps.core.events import subscribe
from apps.webhooks.services import registration
from apps.workflows.events import TriggersWritten


def refuse_unusable(event: TriggersWritten) -> None:
    """Undo a publish or an activation whose webhooks could not work."""
    registration.refuse_unusable(event)


subscribe(TriggersWritten, refuse_unusable)
