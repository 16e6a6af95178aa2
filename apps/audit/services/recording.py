"""Writing an entry: in the transaction of its cause, hung on the chain by its commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.audit.rules import chain, documents, words
from apps.audit.rules.documents import storable
from apps.core import db, request_context, tenancy
from apps.core.ids import uuid7

# The table is named with its schema: in one that lacks it this fails, and never falls through to `public`.
WAIT = "INSERT INTO {s}.audit_pending (body) VALUES (%(body)s::text::json)"


@dataclass(frozen=True, slots=True)
class Target:
    """What something was done to: its kind (`workflow`), its id, and its name as of then."""

    kind: str
    id: UUID | str = ""
    name: str = ""


def record(  # noqa: PLR0913 - the words of one entry, most of which are left out
    action: str,
    *,
    target: Target | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    severity: str = "info",
    outcome: str = "success",
    category: str = "",
    schema: str = "",
) -> None:
    """Write down that `action` (`<noun>.<past verb>`) was done, by whoever the request's context names.

    It is an entry if, and only if, the transaction of now commits. `schema` is where it belongs (`t_x` or `public`),
    if elsewhere than here. `before` and `after` hold no secrets, and only what changed. What an operator does who acts
    as a member says on whose behalf, and stands in the platform's trail, too: there without the tenant's own words.

    Raises:
        ValueError: no such severity, outcome or category, or an action of another form.
    """
    said = {
        "id": uuid7(),
        "action": action,
        "category": category or words.category_of(action),
        "severity": severity,
        "outcome": outcome,
        **_actor(),
        **_target(target or Target("")),
        "before": documents.bounded(before),
        "after": documents.bounded(_on_behalf(after)),
        "request_id": request_context.request_id(),
    }
    _refuse_unknown(said)
    chain_of = schema or tenancy.current_schema()
    db.execute(db.in_schema(WAIT, chain_of), {"body": chain.body_text(said)})
    if request_context.asker().on_behalf_of and chain_of != tenancy.PUBLIC:
        told = {"id": uuid7(), "before": None, "after": _on_behalf({"tenant": chain_of})}
        statement = db.in_schema(WAIT, tenancy.PUBLIC)
        db.execute(statement, {"body": chain.body_text(said | told | {"target_name": ""})})


def _on_behalf(after: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    member = request_context.asker().on_behalf_of
    return {**(after or {}), "on_behalf_of": storable(member, 254)} if member else after


def _refuse_unknown(said: Mapping[str, Any]) -> None:
    for name, known in (
        ("category", words.CATEGORIES),
        ("severity", words.SEVERITIES),
        ("outcome", words.OUTCOMES),
    ):
        if said[name] not in known:
            raise ValueError(f"{said[name]!r} is no {name} of an entry")


def _actor() -> dict[str, Any]:
    who = request_context.asker()
    return {
        "actor_kind": who.kind,
        "actor_id": who.user_id,
        "actor_email": storable(who.email, 254),
        "actor_role": storable(who.role, 64),
        "api_key_id": who.api_key_id,
        "session_id": who.session_id,
        "ip": storable(who.address, 45),
        "user_agent": storable(who.user_agent, 300),
    }


def _target(target: Target) -> dict[str, str]:
    return {
        "target_kind": storable(target.kind, 64),
        "target_id": storable(str(target.id), 200),
        "target_name": storable(target.name, 200),
    }
