"""Deliveries as senders make them."""

import hashlib
import hmac
import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

HOST = "demo.localhost"


def github(secret: str, payload: Any, *, delivery: str = "", event: str = "push") -> dict[str, Any]:
    """Return the arguments of a client call, signed as GitHub signs."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "X-GitHub-Event": event,
        "X-Hub-Signature-256": f"sha256={signature}",
        **({"X-GitHub-Delivery": delivery} if delivery else {}),
    }
    return {"data": body, "content_type": "application/json", "headers": headers}


def post(sender: Client, path: str, payload: Any, **headers: str) -> HttpResponse:
    """Send JSON, unsigned."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return sender.post(
        f"/webhooks/{path}", data=body, content_type="application/json", headers=headers
    )
