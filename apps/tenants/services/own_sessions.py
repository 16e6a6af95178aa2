"""A person's own sessions: ended one by one or all at once, and what they have shown in them."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.accounts import facade as accounts
from apps.audit import facade as audit
from apps.core import tenancy
from apps.tenants.errors import SessionNotFoundError
from apps.tenants.models import Session


def end(user_id: UUID, root: UUID) -> None:
    """End one of a person's sessions on every host: its access tokens are worthless from the next request on.

    Raises:
        SessionNotFoundError: this person has no such one.
    """
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        if not _revoke(Session.objects.filter(user_id=user_id, root=root), "ended_by_owner"):
            raise SessionNotFoundError
        audit.record("session.ended", target=audit.Target("session", root))


def end_all(user_id: UUID) -> None:
    """End all of a person's sessions, this one too."""
    with tenancy.entered(tenancy.PUBLIC), transaction.atomic():
        _revoke(Session.objects.filter(user_id=user_id), "ended_by_owner")
        audit.record("session.ended_everywhere", target=audit.Target("user", user_id))


def note_confirmed(session_id: UUID, *, has_second_factor: bool) -> None:
    """Note that its owner has just shown who they are; the whole family of a session knows it."""
    with tenancy.entered(tenancy.PUBLIC):
        family = _family(session_id)
        family.update(confirmed_at=Now())
        if has_second_factor:
            family.update(has_second_factor=True)


def after_new_password(user_id: UUID, session_id: UUID | None) -> None:
    """End every session of a person but the family in which they changed the password."""
    with tenancy.entered(tenancy.PUBLIC):
        others = Session.objects.filter(user_id=user_id)
        if session_id is not None:
            family = _family(session_id).filter(user_id=user_id)
            family.update(password_mark=accounts.password_mark(user_id))
            others = others.exclude(pk__in=family.values("pk"))
        _revoke(others, "new_password")


def before_closing(user_id: UUID) -> None:
    """End the sessions of somebody whose account is being closed."""
    with tenancy.entered(tenancy.PUBLIC):
        _revoke(Session.objects.filter(user_id=user_id), "account_closed")


def after_lost_second_factor(user_id: UUID) -> None:
    """End the sessions of somebody whose second factor an operator has taken away: one of them may be the thief's."""
    with tenancy.entered(tenancy.PUBLIC):
        _revoke(Session.objects.filter(user_id=user_id), "second_factor_taken")


def _family(session_id: UUID) -> QuerySet[Session]:
    return Session.objects.filter(root__in=Session.objects.filter(pk=session_id).values("root"))


def _revoke(sessions: QuerySet[Session], because: str) -> int:
    return sessions.filter(revoked_at=None).update(revoked_at=Now(), revoked_because=because)
