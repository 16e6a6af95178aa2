"""From what came back to an output, or to the failure that it means."""

from __future__ import annotations

import json
import re
from datetime import datetime

from apps.engine.errors import NodeError
from apps.engine.ports import HttpReply
from apps.engine.retry import retry_after_s
from apps.engine.value import DEFAULT_LIMITS, Json, is_deeper, is_json
from apps.nodes.declared.operation import Errors, Operation, Service, at, pairs

# Time may heal these, if doing it twice does no harm.
RETRYABLE_STATUSES = frozenset({408, 500, 502, 503, 504})
LIMITED_STATUS = 429
# As much of a refusal as helps a person; the rest stays with the service.
SHOWN_CHARACTERS = 2_000
SAID_CHARACTERS = 300
DEEPEST_BODY = DEFAULT_LIMITS.json_depth - 4

_LINK = re.compile(r'<([^<>]{1,8192})>((?:\s*;\s*[\w*]+\s*=\s*(?:"[^"]*"|[^\s;,"]+))*)')
_NEXT = re.compile(r';\s*rel\s*=\s*"?next"?(?:\s|;|$)', re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,12}")


def body_of(service: Service, reply: HttpReply) -> Json:
    """Return the JSON of a body, None of an empty one.

    Raises:
        NodeError: `reply_unreadable`, it is something else.
    """
    if not reply.body:
        return None
    try:
        body: Json = json.loads(reply.body)
    except (ValueError, RecursionError):
        raise _no_json(service, reply) from None
    if not is_json(body) or is_deeper(body, DEEPEST_BODY):
        raise _no_json(service, reply)
    return body


def _no_json(service: Service, reply: HttpReply) -> NodeError:
    return NodeError(
        "reply_unreadable",
        f"{service.title} answered {reply.status}, but with something that is not the JSON it promises.",
        status=reply.status,
    )


def refusal_in(
    service: Service,
    reply: HttpReply,
    now: datetime,
    *,
    may_repeat: bool,
    accepts: frozenset[str] = frozenset(),
) -> NodeError | None:
    """Return the failure that a reply means, None if it is none, or if its code or message is one that is accepted.

    `may_repeat` says that doing it twice does no harm; otherwise only what was surely not done is worth another try.
    """
    errors = service.errors
    body = _body_or_text(service, reply)
    is_refused = reply.status >= 300 or (
        errors.refused is not None and at(body, errors.refused[0]) == errors.refused[1]
    )
    code, message = _said(body, errors.code), _said(body, errors.message)
    if not is_refused or not accepts.isdisjoint({code, message}):
        return None
    is_limited = _is_limited(errors, reply, code)
    heals = reply.status in RETRYABLE_STATUSES or code in errors.retryable
    details: dict[str, Json] = {"service": service.name}
    details |= {"code": code} if code else {}
    details |= {"body": body} if body is not None and len(reply.body) <= SHOWN_CHARACTERS else {}
    return NodeError(
        "rate_limited" if is_limited else "service_refused",
        f"{service.title} refused: {message or code or f'it answered {reply.status}'}.",
        is_retryable=is_limited or (heals and may_repeat),
        status=reply.status,
        details=details,
        retry_after_s=_wait_s(errors, reply, now),
    )


def _body_or_text(service: Service, reply: HttpReply) -> Json:
    try:
        return body_of(service, reply)
    except NodeError:
        # A refusal may well be a page of a proxy; a success that cannot be read is told by whoever reads it.
        return reply.body[:SHOWN_CHARACTERS].decode("utf-8", "replace").replace("\0", "")


def _said(body: Json, place: str) -> str:
    found = at(body, place) if place else None
    return found[:SAID_CHARACTERS].rstrip(".") if isinstance(found, str) else ""


def _is_limited(errors: Errors, reply: HttpReply, code: str) -> bool:
    if reply.status == LIMITED_STATUS or code in errors.limited:
        return True
    is_spent = bool(errors.spent) and reply.headers.get(errors.spent) == "0"
    return reply.status == 403 and (is_spent or "retry-after" in reply.headers)


def _wait_s(errors: Errors, reply: HttpReply, now: datetime) -> float | None:
    asked = retry_after_s(reply.headers.get("retry-after"), now)
    if asked is not None or not errors.reset or reply.headers.get(errors.spent) != "0":
        return asked
    moment = reply.headers.get(errors.reset, "").strip()
    return max(0.0, int(moment) - now.timestamp()) if _NUMBER.fullmatch(moment) else None


def next_link(reply: HttpReply) -> str | None:
    """Return the address of the next page that the header Link names."""
    for found in _LINK.finditer(reply.headers.get("link", "")):
        if _NEXT.search(found[2]):
            return found[1]
    return None


def output_of(service: Service, operation: Operation, body: Json) -> Json:
    """Return what the operation gives back of a reply.

    Raises:
        NodeError: `reply_unreadable`, what it promises is not in it.
    """
    if operation.says is not None:
        return dict(operation.says)
    picked = at(body, operation.picks)
    if operation.gives_list and isinstance(picked, list):
        return list_of(operation, picked)
    if operation.gives_list or not isinstance(picked, dict):
        raise unreadable(service)
    return _kept(operation, picked)


def list_of(operation: Operation, items: list[Json]) -> dict[str, Json]:
    """Return a list as it is given back: `{items, count}`."""
    return {"items": [_kept(operation, item) for item in items], "count": len(items)}


def _kept(operation: Operation, value: Json) -> Json:
    return {name: at(value, place) for name, place in pairs(operation.keeps)}


def unreadable(service: Service) -> NodeError:
    """Return the failure of a reply that lacks what it should hold."""
    return NodeError(
        "reply_unreadable", f"{service.title} answered without what its interface promises."
    )
