"""Anthropic: messages by the official SDK. It has no embeddings."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import anthropic
from anthropic.types import Message, RawMessageStreamEvent, Usage

from apps.adapters.llm import refusals
from apps.adapters.llm.client import client_of
from apps.adapters.llm.line import MAX_TIMEOUT_S, Line, spelt
from apps.adapters.llm.prices import Counted, Prices
from apps.adapters.llm.schemas import narrowed
from apps.engine.errors import PortError
from apps.engine.llm import Access, ChatReply, ChatRequest, EmbedReply, EmbedRequest, Hear
from apps.engine.secret import Secret
from apps.engine.value import Json

PROVIDER = "anthropic"
HOME = "https://api.anthropic.com"
# It wants to be told how long an answer may be.
USUAL_MAX_TOKENS = 4096
# The API's newest version refuses these, whatever their value; its older models still know them.
SAMPLING = frozenset({"temperature", "top_p", "top_k"})
LAST_WITH_SAMPLING = "2023-06-01"
REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
}

# At level DEBUG they write whole requests.
for _name in ("anthropic", "httpx2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


def complete(way: Line, request: ChatRequest, hear: Hear | None, prices: Prices) -> ChatReply:
    """Ask once.

    Raises:
        PortError: as apps.engine.llm.Chat says.
    """
    asked = _asked(request)
    with (
        _understood(),
        _client(way, request.credential, request.key, is_in_events=hear is not None) as client,
    ):
        if hear is None:
            text, reason, model, counted = _whole(client.messages.create(**asked, stream=False))
        else:
            events = client.messages.create(**asked, stream=True)
            text, reason, model, counted = _grown(events, hear)
    if reason == "refusal":
        raise refusals.filtered()
    model = model or request.model
    is_at_home = not request.credential.text("base_url")
    usage = prices.usage(PROVIDER if is_at_home else "", model, counted)
    return ChatReply(text, model, REASONS.get(reason, reason), usage)


def embed(_way: Line, request: EmbedRequest, _prices: Prices) -> EmbedReply:
    """Refuse: Anthropic makes no vectors.

    Raises:
        PortError: `model_unknown`, always.
    """
    raise PortError(
        "model_unknown", f"Anthropic has no models that embed; “{request.model}” is none."
    )


def _client(
    way: Line, credential: Access, key: str, *, is_in_events: bool = False
) -> anthropic.Anthropic:
    """Return the SDK for one call. It is given no key: that is put in behind it, where nothing can print it."""
    headers: dict[str, str | Secret] = {"x-api-key": credential.secret("api_key")}
    if key:
        headers["idempotency-key"] = key
    return anthropic.Anthropic(
        api_key="put in by the way out",
        base_url=spelt(credential, "base_url") or HOME,
        max_retries=0,
        timeout=MAX_TIMEOUT_S + 1,  # its usual one, 600, means that it may choose by itself
        open_telemetry=False,
        http_client=client_of(way, headers, is_in_events=is_in_events),
    )


def _asked(request: ChatRequest) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "model": request.model,
        "messages": [{"role": turn.role, "content": turn.content} for turn in request.messages],
        "system": request.system or None,
        "max_tokens": request.max_tokens or USUAL_MAX_TOKENS,
        "stop_sequences": list(request.stop) or None,
    }
    if request.schema is not None:
        form = {"type": "json_schema", "schema": narrowed(dict(request.schema))}
        asked["output_config"] = {"format": form}
    sampling = {"temperature": request.temperature, "top_p": request.top_p}
    extra: dict[str, Json] = {name: value for name, value in sampling.items() if value is not None}
    extra |= request.extra
    if extra.keys() & SAMPLING:
        asked["extra_headers"] = {"anthropic-version": LAST_WITH_SAMPLING}
    asked["extra_body"] = extra or None
    return {name: value for name, value in asked.items() if value is not None}


def _whole(reply: Message) -> tuple[str, str, str, Counted]:
    text = "".join(block.text for block in reply.content if block.type == "text")
    return text, str(reply.stop_reason), reply.model, _counted(reply.usage)


def _grown(events: Iterable[RawMessageStreamEvent], hear: Hear) -> tuple[str, str, str, Counted]:
    pieces: list[str] = []
    reason, model, counted = "", "", Counted()
    for event in events:
        if event.type == "message_start":
            model, counted = event.message.model, _counted(event.message.usage)
        elif event.type == "content_block_delta" and event.delta.type == "text_delta":
            pieces.append(event.delta.text)
            hear(event.delta.text)
        elif event.type == "message_delta":
            reason = str(event.delta.stop_reason or reason)
            counted = Counted(counted.input, event.usage.output_tokens, counted.cached)
    if not reason:
        raise refusals.unreadable("it ended in the middle.")
    return "".join(pieces), reason, model, counted


def _counted(usage: Usage) -> Counted:
    read, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    return Counted(usage.input_tokens + read + written, usage.output_tokens, read)


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what the SDK raises into the port's family."""
    try:
        yield
    except anthropic.APIStatusError as reason:
        kind, message = _said(reason)
        is_late = reason.status_code < 400  # an error in the middle of an answer
        raise refusals.refusal(
            500 if is_late else reason.status_code,
            message,
            kind=kind,
            retry_after=reason.response.headers.get("retry-after"),
        ) from None
    except anthropic.AnthropicError as reason:
        raise refusals.of_port(reason) or refusals.unreadable(type(reason).__name__) from None
    except refusals.UNREADABLE as reason:
        raise refusals.of_port(reason) or refusals.unreadable(type(reason).__name__) from None


def _said(reason: anthropic.APIStatusError) -> tuple[str, str]:
    """Return a refusal's kind and sentence, as the body has them."""
    body: Any = reason.body
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return "", reason.message
    return str(error.get("type", "")), str(error.get("message", ""))
