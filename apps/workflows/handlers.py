"""What workflows do when others tell news."""

from apps.core.events import subscribe
from apps.credentials.events import CredentialLeaving
from apps.tenants.events import MembershipEnded, RoleRemoved
from apps.workflows.queries import users
from apps.workflows.services import sharing


def speak_up(event: CredentialLeaving) -> None:
    """Name the published workflows that use a credential."""
    event.users.extend(users.users_of(event.name))


def forget_member(event: MembershipEnded) -> None:
    sharing.forget(event.schema, str(event.user_id))


def forget_role(event: RoleRemoved) -> None:
    sharing.forget(event.schema, str(event.role_id))


subscribe(CredentialLeaving, speak_up)
subscribe(MembershipEnded, forget_member)
subscribe(RoleRemoved, forget_role)
