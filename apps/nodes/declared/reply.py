"""From what came back to an output, or to the failure that it means."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cached_property

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


class Heard:
    """A reply whose body is parsed at most once."""

    def __init__(self, service: Service, reply: HttpReply) -> None:
        self.service = service
        self.reply = reply

    @property
    def is_readable(self) -> bool:
        """Say whether the body is JSON, or empty."""
        return self._parsed is not _NO_JSON

    @property
    def body(self) -> Json:
        """The JSON of the body, None of an empty one.

        Raises:
            NodeError: `reply_unreadable`, it is something else.
        """
        if not self.is_readable:
            raise NodeError(
                "reply_unreadable",
                f"{self.service.title} answered {self.reply.status}, but with something that is not the JSON it"
                " promises.",
                status=self.reply.status,
            )
        return self._parsed

    @property
    def body_or_text(self) -> Json:
        """The JSON of the body; of a refusal, which may well be a page of a proxy, also its text."""
        if self.is_readable:
            return self._parsed
        if self.reply.status < 300:
            return None
        return self.reply.body[:SHOWN_CHARACTERS].decode("utf-8", "replace").replace("\0", "")

    @cached_property
    def _parsed(self) -> Json:
        if not self.reply.body:
            return None
        try:
            body: Json = json.loads(self.reply.body)
        except (ValueError, RecursionError):
            return _NO_JSON
        return body if is_json(body) and not is_deeper(body, DEEPEST_BODY) else _NO_JSON


# Stands for a body that is no JSON; known by being this very object.
_NO_JSON: Json = {}


def refusal_in(
    heard: Heard,
    now: datetime,
    *,
    may_repeat: bool,
    accepts: frozenset[str] = frozenset(),
) -> NodeError | None:
    """Return the failure that a reply means, None if it is none, or if its code or message is one that is accepted.

    `may_repeat` says that doing it twice does no harm; otherwise only what was surely not done is worth another try.
    """
    service, reply = heard.service, heard.reply
    errors, body = service.errors, heard.body_or_text
    is_refused = reply.status >= 300 or (
        errors.success is not None
        and heard.is_readable
        and at(body, errors.success[0]) != errors.success[1]
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


def output_of(operation: Operation, heard: Heard) -> Json:
    """Return what the operation gives back of a reply.

    Raises:
        NodeError: `reply_unreadable`, what it promises is not in it.
    """
    body = heard.body
    if operation.says is not None:
        return dict(operation.says)
    if operation.gives_list:
        items = items_of(operation, heard)
        return {"items": items, "count": len(items)}
    picked = at(body, operation.picks)
    if not isinstance(picked, dict):
        raise unreadable(heard.service)
    return _kept(operation, picked)


def items_of(operation: Operation, heard: Heard) -> list[Json]:
    """Return what the operation keeps of each entry of a list.

    Raises:
        NodeError: `reply_unreadable`, there is no list.
    """
    picked = at(heard.body, operation.picks)
    if not isinstance(picked, list):
        raise unreadable(heard.service)
    return [_kept(operation, item) for item in picked]


def _kept(operation: Operation, value: Json) -> Json:
    return {name: at(value, place) for name, place in pairs(operation.keeps)}


def unreadable(service: Service) -> NodeError:
    """Return the failure of a reply that lacks what it should hold."""
    return NodeError(
        "reply_unreadable", f"{service.title} answered without what its interface promises."
    )
