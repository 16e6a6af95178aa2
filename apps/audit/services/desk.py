"""What operators do, in the admin and by commands: entries of the platform's trail."""

from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry

from apps.audit.services.recording import Target, record
from apps.core import request_context, tenancy


def acted(entry: LogEntry) -> None:
    """Write down an addition, a change or a deletion, as Django's log tells it."""
    verb = {ADDITION: "added", CHANGE: "changed"}.get(entry.action_flag, "removed")
    kind = "" if entry.content_type is None else entry.content_type.model
    record(
        f"{kind or 'row'}.{verb}",
        target=Target(kind, str(entry.object_id or ""), entry.object_repr),
        after={"said": entry.get_change_message()},
        severity="warning",
        schema=tenancy.PUBLIC,
    )


def entered(user: Any) -> None:
    """Write down that an operator has signed in; from here on the request is theirs."""
    request_context.bind_asker(kind="operator", user_id=user.pk, email=user.email)
    _session("session.opened", user)


def left(user: Any) -> None:
    """Write down that an operator has signed out."""
    if user is not None:
        _session("session.ended", user)


def rotation_begun(kind: str, to: str) -> None:
    """Write down that all is about to be sealed anew: under the key `to`, or each credential under a data key of its own."""
    _rotation(f"{kind}.rotation_begun", {"to": to} if to else {})


def rotation_ended(kind: str, to: str, resealed: int) -> None:
    """Write down that this is over, and how many values it was."""
    _rotation(f"{kind}.rotated", ({"to": to} if to else {}) | {"resealed": resealed})


def _rotation(action: str, after: dict[str, Any]) -> None:
    record(action, after=after, severity="warning", schema=tenancy.PUBLIC)


def _session(action: str, user: Any) -> None:
    record(action, target=Target("user", user.pk, user.email), schema=tenancy.PUBLIC)
