"""What the audit trail says of single sign-on. Entries belong to the tenant, wherever the rows lie; secrets are only said to have changed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.audit import facade as audit
from apps.sso.models import Connection, Identity, MailDomain

_SHOWN = (
    "name", "issuer", "client_id", "scopes", "email_claim", "name_claim", "role_rules", "default_role",
    "role_sync", "adds_members", "is_enforced", "is_enabled", "session_hours", "asks_second_factor",
)  # fmt: skip


def facts(row: Connection) -> dict[str, Any]:
    """Return what may be said of a connection."""
    return {name: getattr(row, name) for name in _SHOWN}


def made(row: Connection, schema: str) -> None:
    """Write down that a connection exists."""
    audit.record("sso.created", target=_of(row), after=facts(row), schema=schema)


def changed(
    row: Connection, before: Mapping[str, Any], schema: str, *, has_new_secret: bool
) -> None:
    """Write down what of a connection is different now."""
    was, now = audit.changed(before, facts(row))
    if has_new_secret:
        now["client"] = "has a new secret"
    audit.record("sso.updated", target=_of(row), before=was, after=now, schema=schema)


def deleted(row: Connection, schema: str) -> None:
    """Write down that a connection is gone."""
    audit.record(
        "sso.deleted", target=_of(row), before=facts(row), severity="warning", schema=schema
    )


def domain(verb: str, row: MailDomain, schema: str) -> None:
    """Write down what became of a mail domain: `added`, `verified`, `removed`."""
    said = {"domain": row.domain, "proof": row.proof}
    target = audit.Target("mail_domain", row.pk, row.domain)
    audit.record(f"domain.{verb}", target=target, after=said, schema=schema)


def identity(verb: str, row: Identity, schema: str) -> None:
    """Write down that an identity was `linked` with a person, `unlinked`, or has `signed_in`."""
    said = {"issuer": row.issuer, "subject": row.subject, "user_id": row.user_id}
    target = audit.Target("identity", row.pk, row.email)
    audit.record(
        f"identity.{verb}", target=target, after=said, category="authentication", schema=schema
    )


def refused(row: Connection, code: str) -> None:
    """Write down, in the tenant of now, that somebody came back from the provider and was not let in."""
    audit.record_refused("session.refused", target=_of(row), code=code)


def logged_out(row: Connection, sessions: int, schema: str) -> None:
    """Write down that the provider has ended sessions."""
    said = {"sessions": sessions}
    audit.record(
        "sso.logged_out", target=_of(row), after=said, category="authentication", schema=schema
    )


def owner_entered(user_id: UUID, email: str, schema: str) -> None:
    """Write down that an owner used the way that is left to owners."""
    audit.record(
        "sso.bypassed",
        target=audit.Target("user", user_id, email),
        severity="warning",
        category="authentication",
        schema=schema,
    )


def _of(row: Connection) -> audit.Target:
    return audit.Target("sso_connection", row.pk, row.name)
