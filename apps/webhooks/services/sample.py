"""Deliveries of our own, signed with a webhook's secret, through its own door: GitHub's push, or what somebody makes up."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.core.ids import uuid7
from apps.engine.value import Json
from apps.webhooks.errors import SampleRefusedError, WebhookNotFoundError
from apps.webhooks.queries import history
from apps.webhooks.queries.doors import Door
from apps.webhooks.rules import signing
from apps.webhooks.rules.payload import Delivery
from apps.webhooks.rules.signing import Unsigned
from apps.webhooks.services import accept
from apps.webhooks.services.storing import Accepted

AUTHOR = {"name": "Ada Kovač", "email": "ada@example.com", "username": "ada"}
COMMIT = {
    "id": "6d9b2f1c0a4e8d7753b1f09c2e5a8d4417c3b6e2",
    "message": "Say what was wrong, and where",
    "timestamp": "2026-01-15T09:30:00Z",
    "author": AUTHOR,
    "committer": AUTHOR,
    "added": ["errors.py"],
    "removed": [],
    "modified": ["README.md"],
}
# The fields of GitHub's `push` event that workflows read; the whole one has two hundred lines of addresses.
PUSH: dict[str, Any] = {
    "ref": "refs/heads/main",
    "before": "f1e2d3c4b5a697887969504132231405f6e7d8c9",
    "after": COMMIT["id"],
    "created": False,
    "deleted": False,
    "forced": False,
    "compare": "https://github.com/example/hello/compare/f1e2d3c4b5a6...6d9b2f1c0a4e",
    "repository": {
        "id": 186853002,
        "name": "hello",
        "full_name": "example/hello",
        "private": False,
        "default_branch": "main",
        "html_url": "https://github.com/example/hello",
    },
    "pusher": {"name": "ada", "email": "ada@example.com"},
    "sender": {"id": 21031067, "login": "ada", "type": "User"},
    "commits": [COMMIT],
    "head_commit": COMMIT,
}


@dataclass(frozen=True, slots=True)
class Trial:
    """A delivery that somebody makes up. A text is sent as it is under a content type of its own, all else as JSON."""

    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    method: str = ""


def send(webhook_id: UUID, *, caller: str) -> Accepted:
    """Send the sample push to a webhook that takes what GitHub signs; each call is a delivery of its own.

    It passes every check that a delivery from outside passes; `caller` is the address of whoever asked for it.

    Raises:
        WebhookNotFoundError: no such webhook is live and listening.
        SampleRefusedError: it verifies its senders in another way, or has no secret.
        RateLimitedError, AddressRefusedError, UnavailableError: as for any delivery.
    """
    door = door_of(webhook_id)
    if door.rules.scheme != "github" or not door.secrets:
        raise SampleRefusedError
    headers = {"user-agent": "gorax-sample", "x-github-event": "push"}
    accepted, _ = accept.accept(signed(Trial(PUSH, headers), door, caller=caller), door)
    return accepted


def door_of(webhook_id: UUID) -> Door:
    """Return the door at which a webhook listens.

    Raises:
        WebhookNotFoundError: no such webhook is live and listening.
    """
    trigger = history.webhook(webhook_id).trigger
    door = accept.find(trigger.path or f"{trigger.workflow_id}/{webhook_id}")
    if door.trigger.id != webhook_id:
        # Its path is another workflow's by now, and nobody was asked whether they may run that.
        raise WebhookNotFoundError
    return door


def signed(trial: Trial, door: Door, *, caller: str) -> Delivery:
    """Return a delivery as its sender would make it: signed by the webhook's newest secret, known by an id of its own."""
    trigger = door.trigger
    given = {name.lower(): value for name, value in trial.headers.items()}
    content_type = given.get("content-type", "")
    is_text = isinstance(trial.body, str) and content_type and "json" not in content_type
    body = _bytes(trial.body, is_text=bool(is_text))
    headers = {"content-type": content_type or "application/json", "user-agent": "gorax-test"}
    if door.secrets:
        unsigned = Unsigned(
            body=body,
            secret=door.secrets[0],
            now_s=int(time.time()),
            delivery_id=str(uuid7()),
            username=door.rules.username,
            key_header=door.rules.key_header,
        )
        given |= signing.headers_of(door.rules.scheme, unsigned)
    return Delivery(
        method=trial.method or door.rules.methods[0],
        path=trigger.path or f"{trigger.workflow_id}/{trigger.id}",
        headers=headers | given,
        query=trial.query,
        body=body,
        caller=caller,
    )


def _bytes(body: Json, *, is_text: bool) -> bytes:
    if body is None:
        return b""
    return str(body).encode() if is_text else json.dumps(body, ensure_ascii=False).encode()
