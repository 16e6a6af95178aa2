"""A delivery of our own: what GitHub sends after a push, signed with a webhook's secret, through its own door."""

import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

from apps.core.ids import uuid7
from apps.webhooks.errors import SampleRefusedError
from apps.webhooks.queries import history
from apps.webhooks.rules.payload import Delivery
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


def send(webhook_id: UUID, *, caller: str) -> Accepted:
    """Send the sample push to a webhook that takes what GitHub signs; each call is a delivery of its own.

    It passes every check that a delivery from outside passes; `caller` is the address of whoever asked for it.

    Raises:
        WebhookNotFoundError: no such webhook is live and listening.
        SampleRefusedError: it verifies its senders in another way, or has no secret.
        RateLimitedError, AddressRefusedError, UnavailableError: as for any delivery.
    """
    trigger = history.webhook(webhook_id).trigger
    path = trigger.path or f"{trigger.workflow_id}/{webhook_id}"
    door = accept.find(path)
    if door.rules.scheme != "github" or not door.secrets:
        raise SampleRefusedError
    body = json.dumps(PUSH, ensure_ascii=False).encode()
    mac = hmac.new(door.secrets[0].reveal().encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/json",
        "user-agent": "gorax-sample",
        "x-github-event": "push",
        "x-github-delivery": str(uuid7()),
        "x-hub-signature-256": f"sha256={mac}",
    }
    delivery = Delivery("POST", path, headers, "", body, caller)
    accepted, _ = accept.accept(delivery, door)
    return accepted
