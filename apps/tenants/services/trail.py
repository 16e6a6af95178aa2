"""What the audit trail says of sessions. They belong to the host on which they are: a tenant's, or the public one."""

from typing import Any
from uuid import UUID

from apps.accounts import facade as accounts
from apps.audit import facade as audit
from apps.core import request_context


def opened(user_id: UUID, session_id: UUID, *, chain: str, is_crossed: bool) -> None:
    """Write down that somebody has a session now; from here on the request is theirs."""
    user = accounts.by_id(user_id)
    email = "" if user is None else user.email
    request_context.bind_asker(kind="user", user_id=user_id, email=email, session_id=session_id)
    action = "session.crossed" if is_crossed else "session.opened"
    audit.record(action, target=audit.Target("session", session_id, email), schema=chain)


def ended(user: Any, session_id: UUID, *, chain: str) -> None:
    """Write down that somebody signed out, on this host and on all that the session crossed to."""
    request_context.bind_asker(
        kind="user", user_id=user.pk, email=user.email, session_id=session_id
    )
    target = audit.Target("session", session_id, user.email)
    audit.record("session.ended", target=target, schema=chain)


def reused(user_id: UUID, session_id: UUID, *, chain: str) -> None:
    """Write down that a refresh token came a second time: somebody else has it, and it may be he who asks."""
    audit.record(
        "session.reuse_detected",
        target=audit.Target("session", session_id),
        after={"user_id": user_id},
        severity="critical",
        outcome="failure",
        schema=chain,
    )
