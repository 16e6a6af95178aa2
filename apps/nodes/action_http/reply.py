"""From what came back to an output, or to the failure that it means."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Iterator
from datetime import datetime

from apps.engine.charsets import codec_of
from apps.engine.errors import NodeError
from apps.engine.fields import FieldProblem
from apps.engine.node import Raw
from apps.engine.ports import HttpReply
from apps.engine.retry import retry_after_s
from apps.engine.value import DEFAULT_LIMITS, Json, is_deeper, is_json

# Time may heal these: timeout, too many requests, and a server in trouble.
RETRYABLE_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
# As much of a refusal's body as helps a person; the rest stays with the server.
SHOWN_CHARACTERS = 2_000
# The body lies one level deep in the output.
DEEPEST_BODY = DEFAULT_LIMITS.json_depth - 1

_STATUS = re.compile(r"([1-5])xx|([1-5]\d\d)(?:-([1-5]\d\d))?")
_CHARSET = re.compile(r"charset=\"?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)


def output_of(reply: HttpReply, response_type: str = "auto") -> dict[str, Json]:
    """Return status, headers and body. `auto` gives a body that is no text as base64 and says so.

    Raises:
        NodeError: `not_json`, the body must be JSON and is none.
    """
    output: dict[str, Json] = {"status_code": reply.status, "headers": dict(reply.headers)}
    if response_type != "auto":
        return output | {"body": _json_of(reply) if response_type == "json" else _text_of(reply)}
    body, is_text = _body_of(reply)
    output["body"] = body
    if not is_text:
        output["body_encoding"] = "base64"
    return output


def _json_of(reply: HttpReply) -> Json:
    if not reply.body:
        return None
    try:
        parsed: Json = json.loads(_text_of(reply))
    except (ValueError, RecursionError):
        parsed = math.nan  # which is no JSON either
    if not is_json(parsed) or is_deeper(parsed, DEEPEST_BODY):
        raise NodeError("not_json", "The server's answer is not the JSON that it must be.")
    return parsed


def _text_of(reply: HttpReply) -> str:
    """Return the body as text; what cannot be read in its charset becomes U+FFFD."""
    text = reply.body.decode(_codec_of(reply) or "utf-8", "replace")
    return text.replace("\0", "\ufffd")


def _body_of(reply: HttpReply) -> tuple[Json, bool]:
    if not reply.body:
        return None, True
    content_type = reply.headers.get("content-type", "")
    text = _decoded(reply)
    if text is None or "\0" in text:
        return base64.b64encode(reply.body).decode(), False
    if _is_json_type(content_type):
        try:
            parsed: Json = json.loads(text)
        except (ValueError, RecursionError):
            return text, True
        is_usable = is_json(parsed) and not is_deeper(parsed, DEEPEST_BODY)
        return (parsed, True) if is_usable else (text, True)
    return text, True


def _decoded(reply: HttpReply) -> str | None:
    """Return the body as text; None: it is none, or in a charset that is not read."""
    codec = _codec_of(reply)
    try:
        return None if codec is None else reply.body.decode(codec)
    except UnicodeDecodeError:
        return None


def _codec_of(reply: HttpReply) -> str | None:
    """Return the codec of the charset that the server names; None: it is one that is not read."""
    charset = _CHARSET.search(reply.headers.get("content-type", ""))
    return codec_of(charset[1]) if charset else "utf-8"


def _is_json_type(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def is_accepted(status: int, accepted: Json) -> bool:
    """Say whether the author takes a status for success: `404`, `"4xx"` or `"400-404"` in the list."""
    for entry in accepted if isinstance(accepted, list) else ():
        found = _STATUS.fullmatch(str(entry))
        if found is None:
            raise NodeError("bad_config", f"“{entry}” is no HTTP status.")
        family, first, last = found.groups()
        if family is not None and status // 100 == int(family):
            return True
        if first is not None and int(first) <= status <= int(last or first):
            return True
    return False


def status_problems(config: Raw) -> Iterator[FieldProblem]:
    """Yield the accepted statuses that are none."""
    accepted = config.get("accept_status")
    for index, entry in enumerate(accepted if isinstance(accepted, list) else ()):
        if "{{" not in str(entry) and _STATUS.fullmatch(str(entry)) is None:
            yield FieldProblem(
                f"accept_status[{index}]",
                "field_pattern",
                "An accepted status is a number such as 404, a family such as 4xx, or a range such as 400-404.",
            )


def refusal_of(reply: HttpReply, now: datetime) -> NodeError:
    """Return the failure that a refusing status means, with what the server said and when to come back."""
    body, is_text = _body_of(reply)
    details: dict[str, Json] = {}
    if isinstance(body, str) and is_text:
        details["body"] = body[:SHOWN_CHARACTERS]
    elif is_text and body is not None and len(reply.body) <= SHOWN_CHARACTERS:
        details["body"] = body
    return NodeError(
        "http_status",
        f"The server answered {reply.status}.",
        is_retryable=reply.status in RETRYABLE_STATUSES,
        status=reply.status,
        details=details,
        retry_after_s=retry_after_s(reply.headers.get("retry-after"), now),
    )
