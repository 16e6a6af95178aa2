"""An entry as others read it: in the body of a webhook, and as a message of syslog (RFC 5424)."""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from apps.audit.facade import Line
from apps.engine.secret import Secret

# RFC 5424 table 1: what log audit is.
FACILITY = 13
LEVELS = {"info": 6, "warning": 4, "error": 3, "critical": 2}
# RFC 5424 7.3.1: it begins anew behind this.
MOST_SEQUENCE = 2_147_483_647
MOST_MSGID = 32
_UNPRINTABLE = re.compile(r"[^\x21-\x7e]+")
SECRET_PREFIX = "whsec_"  # noqa: S105 - a word, no secret


def body(chain: str, entries: Sequence[Line]) -> bytes:
    """Return the body of a delivery; none: of a test."""
    listed = ",".join(entry.text for entry in entries)
    return f'{{"type":"audit.entries","chain":"{chain}","entries":[{listed}]}}'.encode()


def signature(secret: Secret, message_id: str, instant: int, content: bytes) -> str:
    """Return how Standard Webhooks signs, the scheme by which our own webhooks can be sent to."""
    key = base64.b64decode(secret.reveal().removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{instant}.".encode() + content
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def message(host: str, entry: Line) -> bytes:
    """Return an entry as syslog: its action, its place in the chain, and itself as JSON, all of it ASCII."""
    level = LEVELS[entry.severity]
    return _message(host, level, entry.at, entry.action, entry.seq, entry.text)


def trial(host: str, at: datetime, text: str) -> bytes:
    """Return a message that only shows that messages arrive."""
    return _message(host, LEVELS["info"], at, "stream.test", 0, text)


def _message(host: str, level: int, at: datetime, action: str, seq: int, text: str) -> bytes:
    instant = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    name = _UNPRINTABLE.sub("-", host)[:255] or "-"
    place = f'[meta sequenceId="{(seq - 1) % MOST_SEQUENCE + 1}"]' if seq else ""
    data = f'{place}[origin software="gorax"]'
    head = f"<{FACILITY * 8 + level}>1 {instant} {name} gorax - {action[:MOST_MSGID]} {data} "
    return (head + text).encode("ascii")
