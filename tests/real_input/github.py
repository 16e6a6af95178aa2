"""Hundreds of real GitHub payloads, delivered and signed as GitHub does it.

They come from the npm package @octokit/webhooks-examples, pinned by the lock file in this folder and
installed into it on first use, by Node's own npm from `.venv`. `python -m tests.real_input.github`
installs them ahead of time.
"""

import hashlib
import hmac
import json
import uuid
from functools import cache
from pathlib import Path
from typing import Any

from tests import npm

FOLDER = Path(__file__).parent
EXAMPLES = FOLDER / "node_modules" / "@octokit" / "webhooks-examples" / "api.github.com"

Payload = dict[str, Any]


@cache
def payloads() -> list[tuple[str, str | None, Payload]]:
    """Return `(event, action, payload)` of every example; the payloads are shared, don't change them."""
    install()
    events = json.loads((EXAMPLES / "index.json").read_text(encoding="utf-8"))
    return [
        (event["name"], example.get("action"), example)
        for event in events
        for example in event["examples"]
    ]


def payload_of(event: str) -> Payload:
    """Return the first example of `event`."""
    return next(payload for name, _, payload in payloads() if name == event)


def raw(payload: Payload) -> bytes:
    """Return the body that GitHub would send: compact, UTF-8."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def sign_github(secret: str, body: bytes) -> str:
    """Return the value of X-Hub-Signature-256."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def delivery_headers(
    event: str, body: bytes, secret: str, *, delivery_id: str | None = None
) -> dict[str, str]:
    """Return the headers of one delivery; without `delivery_id` each is a new one."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/044aadd",
        "X-GitHub-Delivery": delivery_id or str(uuid.uuid4()),
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": "292430182",
        "X-Hub-Signature-256": sign_github(secret, body),
    }


def install() -> None:
    """Install the payloads as the lock file pins them, unless they are there."""
    npm.install(FOLDER)


if __name__ == "__main__":
    install()
