"""The calls of one step, one after the other: what is looked up first, the call itself, and its further pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apps.engine.errors import NodeError, PortError
from apps.engine.node import Context, Result
from apps.engine.ports import HttpRequest
from apps.engine.value import Json
from apps.nodes.declared.operation import Call, Operation, Pages, Service, at, pairs
from apps.nodes.declared.reply import (
    Heard,
    items_of,
    next_link,
    output_of,
    refusal_in,
    unreadable,
)
from apps.nodes.declared.request import READING, Sender, values_of

# The field that names the credential, and the one that bounds a list; both are added to every form that needs them.
CREDENTIAL = "credential"
LIMIT = "limit"
MOST_PAGES = 100
# What all pages of a list may weigh together, as they come; what is kept of them is bounded as every output.
MOST_BYTES = 64 * 1024 * 1024

# Nothing has left this machine when these are told, so a second try cannot be a second deed.
NOTHING_SENT = frozenset({"dns_failed", "connect_failed", "tls_failed"})


def converse(service: Service, operation: Operation, ctx: Context) -> Result:
    """Make the calls of an operation and return what it gives back.

    Raises:
        NodeError: `service_refused`, `rate_limited`, `reply_unreadable`, `bad_config`, `bad_url`,
            `credential_incomplete`; or the code of the port if no reply came.
    """
    credential = ctx.credential(CREDENTIAL)
    if credential is None:
        raise NodeError("credential_missing", f"{service.title} needs a credential.")
    values = values_of(operation, ctx.config)
    sender = Sender(service, credential, ctx.idempotency_key)
    talk = _Conversation(service, operation, ctx, sender, ctx.clock.monotonic_s())
    *before, last = operation.calls
    for call in before:
        if call.only_if is None or _has_form(values[call.only_if[0]], call.only_if[1]):
            heard = talk.hear(call, values, may_repeat=True)
            values |= {name: _given(heard, place) for name, place in pairs(call.gives)}
    if operation.pages is not None:
        return Result(talk.list(last, values, operation.pages))
    heard = talk.hear(last, values, may_repeat=operation.is_repeatable)
    return Result(output_of(operation, heard))


def _has_form(value: Json, pattern: str) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _given(heard: Heard, place: str) -> Json:
    found = at(heard.body, place)
    if not isinstance(found, str | int):
        raise unreadable(heard.service)
    return found


def _next(heard: Heard, pages: Pages) -> str | None:
    if not pages.cursor:
        return next_link(heard.reply)
    found = at(heard.body, pages.cursor_at)
    return found if isinstance(found, str) and found else None


@dataclass(frozen=True, slots=True)
class _Conversation:
    service: Service
    operation: Operation
    ctx: Context
    sender: Sender
    began_s: float

    def hear(self, call: Call, values: dict[str, Json], *, may_repeat: bool) -> Heard:
        request = self.sender.request(call, values, self._left_s())
        return self._sent(request, may_repeat=may_repeat)

    def list(self, call: Call, values: dict[str, Json], pages: Pages) -> dict[str, Json]:
        """Gather pages until there are as many items as were asked for, or no more."""
        most = int(self.ctx.config.number(LIMIT))
        items: list[Json] = []
        bytes_read = 0
        has_next = True
        for heard, has_next in self._pages(call, values, pages, most):  # noqa: B007 - the last one is asked below
            items += items_of(self.operation, heard)
            bytes_read += len(heard.reply.body)
            if bytes_read > MOST_BYTES:
                raise NodeError(
                    "too_large",
                    f"{self.service.title} sends more than {MOST_BYTES} bytes for so many entries; ask for fewer.",
                )
            if len(items) >= most:
                break
        kept = items[:most]
        return {"items": kept, "count": len(kept), "has_more": has_next or len(items) > most}

    def _pages(
        self, call: Call, values: dict[str, Json], pages: Pages, most: int
    ) -> Iterator[tuple[Heard, bool]]:
        """Yield page by page, and whether there is another one."""
        query = {pages.size: str(min(most, pages.most))}
        request = self.sender.request(call, values, self._left_s(), query)
        for _ in range(MOST_PAGES):
            heard = self._sent(request, may_repeat=True)
            found = _next(heard, pages)
            yield heard, found is not None
            if found is None:
                return
            if pages.cursor:
                more = {**query, pages.cursor: found}
                request = self.sender.request(call, values, self._left_s(), more)
            else:
                request = self.sender.page(found, self._left_s())

    def _sent(self, request: HttpRequest, *, may_repeat: bool) -> Heard:
        """Send one request and return its reply if it is no refusal."""
        is_harmless = may_repeat or request.method in READING
        try:
            heard = Heard(self.service, self.ctx.http.send(request))
        except PortError as error:
            if is_harmless or error.code in NOTHING_SENT:
                raise
            raise NodeError(error.code, error.message) from error
        refusal = refusal_in(
            heard,
            self.ctx.clock.now(),
            may_repeat=is_harmless,
            accepts=self.operation.accepts,
        )
        if refusal is not None:
            raise refusal
        return heard

    def _left_s(self) -> float:
        left_s = self.ctx.timeout_s - (self.ctx.clock.monotonic_s() - self.began_s)
        if left_s <= 0:
            # Between two calls, so what is open has not been asked for yet.
            message = f"{self.service.title} took longer than {self.ctx.timeout_s:g} s."
            raise NodeError("timeout", message, is_retryable=True)
        return min(self.service.timeout_s, left_s)
