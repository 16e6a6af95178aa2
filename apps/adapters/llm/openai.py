"""OpenAI, and every server that speaks its language: chat completions and embeddings, by the official SDK."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import openai
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from apps.adapters.llm import refusals
from apps.adapters.llm.client import client_of
from apps.adapters.llm.line import Line, spelt
from apps.adapters.llm.prices import Counted, Prices
from apps.adapters.llm.schemas import is_strict
from apps.engine.llm import Access, ChatReply, ChatRequest, EmbedReply, EmbedRequest, Hear
from apps.engine.secret import Secret

PROVIDER = "openai"
HOME = "https://api.openai.com/v1"
REASONS = {"stop": "stop", "tool_calls": "stop", "length": "length"}

# At level DEBUG they write whole requests.
for _name in ("openai", "httpx2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


def complete(way: Line, request: ChatRequest, hear: Hear | None, prices: Prices) -> ChatReply:
    """Ask once.

    Raises:
        PortError: as apps.engine.llm.Chat says.
    """
    base_url = request.credential.text("base_url")
    asked = _asked(request, is_at_home=not base_url)
    with (
        _understood(),
        _client(way, request.credential, request.key, is_in_events=hear is not None) as client,
    ):
        create = client.chat.completions.create
        if hear is None:
            text, reason, model, counted = _whole(create(**asked, stream=False))
        else:
            pieces = create(**asked, stream=True, stream_options={"include_usage": True})
            text, reason, model, counted = _grown(pieces, hear)
    if reason == "content_filter":
        raise refusals.filtered()
    model = model or request.model
    usage = prices.usage("" if base_url else PROVIDER, model, counted)
    return ChatReply(text, model, REASONS.get(reason, reason), usage)


def embed(way: Line, request: EmbedRequest, prices: Prices) -> EmbedReply:
    """Turn texts into vectors by one call.

    Raises:
        PortError: as apps.engine.llm.Embedding says.
    """
    with _understood(), _client(way, request.credential, request.key) as client:
        reply = client.embeddings.create(
            model=request.model,
            input=list(request.texts),
            dimensions=openai.omit if request.dimensions is None else request.dimensions,
            encoding_format="float",  # compatible servers know no other
        )
        rows = sorted(reply.data, key=lambda row: row.index)
        vectors = tuple(tuple(float(number) for number in row.embedding) for row in rows)
        counted = Counted(getattr(reply.usage, "prompt_tokens", None), 0)
    model = reply.model or request.model
    is_at_home = not request.credential.text("base_url")
    return EmbedReply(vectors, model, prices.usage(PROVIDER if is_at_home else "", model, counted))


def _client(
    way: Line, credential: Access, key: str, *, is_in_events: bool = False
) -> openai.OpenAI:
    """Return the SDK for one call. It is given no key: that is put in behind it, where nothing can print it."""
    headers: dict[str, str | Secret] = {}
    base_url = credential.text("base_url")
    # Servers of one's own often ask for no key.
    if not base_url or isinstance(credential.values.get("api_key"), Secret):
        headers["authorization"] = Secret(f"Bearer {credential.secret('api_key').reveal()}")
    if organization := credential.text("organization"):
        headers["openai-organization"] = organization
    if key:
        headers["idempotency-key"] = key
    return openai.OpenAI(
        api_key="put in by the way out",
        base_url=spelt(credential, "base_url") or HOME,
        max_retries=0,
        http_client=client_of(way, headers, is_in_events=is_in_events),
    )


def _asked(request: ChatRequest, *, is_at_home: bool) -> dict[str, Any]:
    messages = [{"role": turn.role, "content": turn.content} for turn in request.messages]
    if request.system:
        messages.insert(0, {"role": "system", "content": request.system})
    asked: dict[str, Any] = {
        "model": request.model,
        "messages": messages,
        "temperature": request.temperature,
        "top_p": request.top_p,
        # The old name is refused by OpenAI's newer models, the new one unknown to many other servers.
        "max_completion_tokens" if is_at_home else "max_tokens": request.max_tokens,
        "stop": list(request.stop) or None,
        "extra_body": dict(request.extra) or None,
    }
    if request.schema is not None:
        schema = dict(request.schema)
        asked["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "output", "schema": schema, "strict": is_strict(schema)},
        }
    return {name: value for name, value in asked.items() if value is not None}


def _whole(reply: ChatCompletion) -> tuple[str, str, str, Counted]:
    choice = reply.choices[0]
    if choice.message.refusal:
        return "", "content_filter", reply.model, _counted(reply)
    return choice.message.content or "", str(choice.finish_reason), reply.model, _counted(reply)


def _grown(
    chunks: "openai.Stream[ChatCompletionChunk]", hear: Hear
) -> tuple[str, str, str, Counted]:
    pieces: list[str] = []
    reason, model, counted = "", "", Counted()
    for chunk in chunks:
        model = chunk.model or model
        if getattr(chunk, "usage", None) is not None:
            counted = _counted(chunk)
        for choice in chunk.choices[:1]:
            if piece := choice.delta.content:
                pieces.append(piece)
                hear(piece)
            reason = choice.finish_reason or reason
            if choice.delta.refusal:
                reason = "content_filter"
    if not reason:
        raise refusals.unreadable("it ended in the middle.")
    return "".join(pieces), reason, model, counted


def _counted(reply: ChatCompletion | ChatCompletionChunk) -> Counted:
    usage = reply.usage
    if usage is None:
        return Counted()
    details = getattr(usage, "prompt_tokens_details", None)
    cached = getattr(details, "cached_tokens", None) or 0
    return Counted(usage.prompt_tokens, usage.completion_tokens, cached)


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what the SDK raises into the port's family."""
    try:
        yield
    except openai.APIStatusError as reason:
        raise refusals.refusal(
            reason.status_code,
            _sentence(reason),
            kind=f"{reason.code} {reason.type}",
            retry_after=reason.response.headers.get("retry-after"),
        ) from None
    except openai.OpenAIError as reason:
        raise refusals.of_port(reason) or _said_meanwhile(reason) from None
    except refusals.UNREADABLE as reason:
        raise refusals.of_port(reason) or refusals.unreadable(type(reason).__name__) from None


def _said_meanwhile(reason: openai.OpenAIError) -> Exception:
    """Return what an error means that came in the middle of an answer."""
    kind = f"{getattr(reason, 'code', '')} {getattr(reason, 'type', '')}"
    return refusals.refusal(500, _sentence(reason), kind=kind)


def _sentence(reason: openai.OpenAIError) -> str:
    """Return what the server said; the SDK puts words of its own before it."""
    body: Any = getattr(reason, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    return str(said or getattr(reason, "message", ""))
