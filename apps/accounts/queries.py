from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from apps.accounts.models import Passkey, RecoveryCode, Totp, User


@dataclass(frozen=True, slots=True)
class UserInfo:
    """A person as the rest of the product knows them."""

    id: UUID
    email: str
    name: str
    is_operator: bool
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can show beside their password."""

    has_app: bool
    passkeys: int
    recovery_codes: int

    @property
    def any(self) -> bool:
        """Say whether a second step is asked of them."""
        return self.has_app or self.passkeys > 0

    @property
    def methods(self) -> list[str]:
        """Return what can be answered with, the best first."""
        held = (
            ("passkey", self.passkeys),
            ("totp", self.has_app),
            ("recovery", self.recovery_codes),
        )
        return [name for name, has in held if has]


def info_of(user: User) -> UserInfo:
    """Return the facts of a row."""
    is_verified = user.email_verified_at is not None
    return UserInfo(user.pk, user.email, user.name, user.is_operator, is_verified)


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


def factors_of(user_id: UUID) -> Factors:
    """Return what a person has set up beside their password."""
    app = Totp.objects.filter(user_id=OuterRef("pk")).exclude(confirmed_at=None)
    unused = RecoveryCode.objects.filter(used_at=None)
    row = (
        User.objects.filter(pk=user_id)
        .values_list(Exists(app), _count(Passkey.objects.all()), _count(unused))
        .first()
    )
    has_app, passkeys, codes = row or (False, 0, 0)
    return Factors(bool(has_app), passkeys or 0, codes or 0)


def _count(rows: QuerySet[Any]) -> Subquery:
    mine = rows.filter(user_id=OuterRef("pk")).order_by()
    return Subquery(mine.values("user_id").annotate(count=Count("pk")).values("count"))


def passkeys_of(user_id: UUID) -> QuerySet[Passkey]:
    """Return a person's passkeys, newest first; services bound how many there can be."""
    return Passkey.objects.filter(user_id=user_id).order_by("-id")
