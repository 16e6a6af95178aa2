"""What the audit trail says of sessions. They belong to the host on which they are: a tenant's, or the public one."""

from uuid import UUID

from apps.accounts import facade as accounts
from apps.audit import facade as audit
from apps.core import request_context
from apps.tenants.models import Session


def opened(session: Session, *, chain: str, is_crossed: bool) -> None:
    """Write down that somebody has a session now; from here on the request is theirs."""
    user = accounts.by_id(session.user_id)
    email = "" if user is None else user.email
    operator = None if session.operator_id is None else accounts.by_id(session.operator_id)
    _bind(session, email, "" if operator is None else operator.email)
    action = "session.crossed" if is_crossed else "session.opened"
    audit.record(action, target=audit.Target("session", session.pk, email), schema=chain)


def ended(session: Session, *, chain: str) -> None:
    """Write down that somebody signed out, on this host and on all that the session crossed to."""
    email = session.user.email
    _bind(session, email, "" if session.operator is None else session.operator.email)
    target = audit.Target("session", session.pk, email)
    action = "session.ended" if session.operator_id is None else "acting.ended"
    audit.record(action, target=target, schema=chain)


def _bind(session: Session, email: str, operator_email: str) -> None:
    if session.operator_id is None:
        request_context.bind_asker(
            kind="user", user_id=session.user_id, email=email, session_id=session.pk
        )
    else:
        request_context.bind_asker(
            kind="operator",
            user_id=session.operator_id,
            email=operator_email,
            session_id=session.pk,
            on_behalf_of=email,
        )


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
