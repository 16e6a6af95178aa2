"""The links of a chain: how an entry's hash comes from all that it says and from the entry before it."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.audit.rules.documents import canonical

# What an entry says besides its place in the chain; the hash is over these, by their names in order.
BODY = (
    "id",
    "action",
    "category",
    "severity",
    "outcome",
    "actor_kind",
    "actor_id",
    "actor_email",
    "actor_role",
    "api_key_id",
    "session_id",
    "target_kind",
    "target_id",
    "target_name",
    "before",
    "after",
    "ip",
    "user_agent",
    "request_id",
)
IDS = frozenset({"id", "actor_id", "api_key_id", "session_id"})
FORM = "gorax-audit-1"
# What the first entry of a chain hangs on.
ROOT = bytes(32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def body_text(said: Mapping[str, Any]) -> str:
    """Return the canonical text of what an entry says; ids may be ids or their texts."""
    return canonical(
        {
            name: str(said[name]) if name in IDS and said[name] is not None else said[name]
            for name in BODY
        }
    )


def link(chain: str, seq: int, at: datetime, prev_hash: bytes, body: str) -> bytes:
    """Return the hash of an entry: of its chain, place, instant, forerunner and text.

    The database computes the same when the entry commits (migration 0001).
    """
    micros = (at - _EPOCH) // _MICROSECOND
    text = f"{FORM}\n{chain}\n{seq}\n{micros}\n{prev_hash.hex()}\n{body}"
    return hashlib.sha256(text.encode()).digest()
