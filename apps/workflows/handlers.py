"""What workflows do when others tell news."""

from apps.core.events import subscribe
from apps.credentials.events import CredentialLeaving
from apps.workflows.queries import users


def speak_up(event: CredentialLeaving) -> None:
    """Name the published workflows that use a credential."""
    event.users.extend(users.users_of(event.name))


subscribe(CredentialLeaving, speak_up)
