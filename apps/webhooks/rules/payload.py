"""From a request to the trigger's data: `{method, path, headers, query, body}`.

JSON is parsed, a form becomes an object, text stays text. Anything else, multipart included, is kept as
`{"content_type", "encoding": "base64", "data"}`, or, beyond 5 MiB, as a file that `body` refers to. An empty body is null.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import parse_qsl

from apps.engine import charsets
from apps.engine.value import Json
from apps.webhooks.rules.bodies import Body
from apps.webhooks.rules.verification import PROOF_HEADERS

MOST_FIELDS = 1_000
CONTENT_TYPE = "/headers/content-type"
# The connection's own business, or ours; nothing a workflow should read.
DROPPED_HEADERS = PROOF_HEADERS | {"connection", "keep-alive", "transfer-encoding", "upgrade", "te"}


class PayloadError(Exception):
    """The body or the query is not what it says it is."""

    def __init__(self, code: str, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request as it came, unverified. Header names are lower-case; `caller` is an address."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: str
    body: Body
    caller: str


def trigger_of(
    delivery: Delivery, *, key_header: str, read_json: Callable[[bytes], Json], file: Json = None
) -> dict[str, Json]:
    """Return the trigger's data, without the headers that prove the sender; `file` refers to a body that is large.

    Raises:
        PayloadError: the body or the query cannot be read as what it says it is.
        Whatever `read_json` raises.
    """
    dropped = DROPPED_HEADERS | {key_header}
    return {
        "method": delivery.method,
        "path": delivery.path,
        "headers": {name: value for name, value in delivery.headers.items() if name not in dropped},
        "query": _fields(delivery.query, "query"),
        "body": _body(delivery.body, delivery.headers.get("content-type", ""), read_json)
        if isinstance(delivery.body, bytes)
        else file,
    }


def _body(raw: bytes, content_type: str, read_json: Callable[[bytes], Json]) -> Json:
    if not raw:
        return None
    media_type, charset = _media_type(content_type)
    if media_type == "application/json" or media_type.endswith("+json"):
        return read_json(raw)
    if media_type == "application/x-www-form-urlencoded":
        return _fields(_text(raw, "ascii"), "body")
    if (
        media_type.startswith("text/")
        or media_type == "application/xml"
        or media_type.endswith("+xml")
    ):
        return _text(raw, charset)
    return {
        "content_type": media_type,
        "encoding": "base64",
        "data": base64.b64encode(raw).decode(),
    }


def _media_type(header: str) -> tuple[str, str]:
    if header == "application/json":
        return header, "utf-8"
    message = Message()
    message["content-type"] = header or "application/octet-stream"
    return message.get_content_type() if "/" in header else "application/octet-stream", (
        message.get_content_charset() or "utf-8"
    )


def _text(raw: bytes, charset: str) -> str:
    codec = charsets.codec_of(charset)
    if codec is None:
        message = f"Content-Type names the charset {charset[:40]!r}, which is not read here."
        raise PayloadError("charset_unknown", message, path=CONTENT_TYPE)
    try:
        text = raw.decode(codec)
    except UnicodeError as reason:
        raise PayloadError("not_text", f"The body is no {charset[:40]} text.") from reason
    if "\x00" in text:
        raise PayloadError("nul_character", "The body holds U+0000, which no text may.")
    return text


def _fields(text: str, where: str) -> dict[str, Json]:
    """Return form or query fields by name; a name that stands twice has a list of its values."""
    if not text:
        return {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError as reason:
        raise PayloadError("not_utf8", f"The {where} is not UTF-8.") from reason
    except ValueError as reason:
        raise PayloadError(
            "too_many_fields", f"The {where} has more than {MOST_FIELDS} fields."
        ) from reason
    found: dict[str, Json] = {}
    for name, value in pairs:
        if "\x00" in name or "\x00" in value:
            raise PayloadError("nul_character", f"The {where} holds U+0000, which no text may.")
        before = found.get(name)
        if name not in found:
            found[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            found[name] = [before, value]
    return found
