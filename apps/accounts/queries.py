from dataclasses import dataclass
from uuid import UUID

from apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class UserInfo:
    """A person as the rest of the product knows them."""

    id: UUID
    email: str
    name: str
    is_operator: bool


def info_of(user: User) -> UserInfo:
    """Return the facts of a row."""
    return UserInfo(user.pk, user.email, user.name, user.is_operator)


def by_id(user_id: UUID) -> UserInfo | None:
    """Return an open account, None if there is none with this id."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return None if user is None else info_of(user)


def by_email(email: str) -> UserInfo | None:
    """Return the account with this address, also a closed one; None if there is none."""
    user = User.objects.filter(email=email.strip().lower()).first()
    return None if user is None else info_of(user)


def password_mark(user_id: UUID) -> str:
    """Return what changes with a person's password (and with SECRET_KEY), and tells nothing of it; empty: nobody."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return "" if user is None else user.get_session_auth_hash()
