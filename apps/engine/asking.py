"""What all nodes share that ask a model: their fields, a line in the log for each call, data held to its schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn

from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.growing import Growing
from apps.engine.llm import Access, ChatReply, ChatRequest, Message
from apps.engine.node import Context, Raw
from apps.engine.schema import misfit
from apps.engine.value import DEFAULT_LIMITS, Json, compact, is_deeper, is_json

PROVIDERS = ("openai", "anthropic", "aws")
ATTEMPTS = 3
USUAL_TIMEOUT_S = 120.0
LONGEST_TIMEOUT_S = 600.0
LONGEST_TEXT = 1_000_000
SHOWN_CHARACTERS = 2_000
SHORTEST_CALL_S = 0.1
FENCE = "```"

CREDENTIAL = Field(
    name="credential",
    kind=Kind.CREDENTIAL,
    title="Credential",
    help="Of OpenAI or a server that speaks its language, of Anthropic, or of AWS for Bedrock.",
    options=PROVIDERS,
    is_required=True,
)
MODEL = Field(
    name="model",
    kind=Kind.TEMPLATE,
    title="Model",
    help="As the provider calls it.",
    placeholder="gpt-5.4-mini",
    is_required=True,
    longest=200,
)
# Of the nodes that do one thing with one text.
TEXT = Field(
    name="text",
    kind=Kind.TEMPLATE,
    title="Text",
    help="What is no text is read as JSON.",
    placeholder="{{ trigger.body.text }}",
    is_required=True,
    longest=LONGEST_TEXT,
)
TEMPERATURE = Field(
    name="temperature",
    kind=Kind.NUMBER,
    title="Temperature",
    help="0 to 2; the newest models take none.",
    minimum=0,
    maximum=2,
)
MAX_TOKENS = Field(
    name="max_tokens",
    kind=Kind.NUMBER,
    title="Most tokens",
    help="How long the answer may be.",
    minimum=1,
    maximum=1_000_000,
    is_whole=True,
)
TIMEOUT = Field(
    name="timeout_s",
    kind=Kind.NUMBER,
    title="Timeout",
    help="Seconds for the whole step.",
    default=USUAL_TIMEOUT_S,
    minimum=1,
    maximum=LONGEST_TIMEOUT_S,
)
USAGE_SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {
        "input_tokens": {"type": ["integer", "null"]},
        "output_tokens": {"type": ["integer", "null"]},
        "total_tokens": {"type": ["integer", "null"]},
        "cost_usd": {"type": ["number", "null"]},
    },
}


def attempts(_config: Raw) -> int:
    """Return how often a model is asked when its provider is overloaded."""
    return ATTEMPTS


def timeout_s(config: Raw) -> float:
    """Return the seconds that a step may take."""
    seconds = config.get("timeout_s")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return LONGEST_TIMEOUT_S if seconds else USUAL_TIMEOUT_S
    return seconds


def access(ctx: Context) -> Access:
    """Return the credential that the step names.

    Raises:
        NodeError: `bad_config`, it names none.
    """
    credential = ctx.credential("credential")
    if credential is None:
        raise NodeError("bad_config", "“credential” must be a credential.")
    return credential


def text_of(value: Json) -> str:
    """Return what a model reads of a value: a text as it is, nothing of null, anything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else compact(value)


def question(ctx: Context, system: str, messages: tuple[Message, ...]) -> ChatRequest:
    """Return a question with what the shared fields say of how it is to be answered."""
    config = ctx.config
    return ChatRequest(
        credential=access(ctx),
        model=config.text("model"),
        system=system,
        messages=messages,
        temperature=config.number("temperature") if config.is_given("temperature") else None,
        max_tokens=int(config.number("max_tokens")) if config.is_given("max_tokens") else None,
        timeout_s=min(config.number("timeout_s"), ctx.timeout_s),
        key=ctx.idempotency_key,
    )


def ask(ctx: Context, request: ChatRequest, *, is_shown: bool = True) -> ChatReply:
    """Ask once, with a line in the step's log; the answer grows before those who watch if it `is_shown`."""
    hear = Growing(ctx.show, ctx.clock.monotonic_s).hear if is_shown else None
    began_s = ctx.clock.monotonic_s()
    reply = ctx.chat.complete(request, hear)
    took_ms = round((ctx.clock.monotonic_s() - began_s) * 1000)
    ctx.log.write("info", "A model answered.", {**facts_of(reply), "took_ms": took_ms})
    return reply


def facts_of(reply: ChatReply) -> dict[str, Json]:
    """Return what a step shows of an answer beside the answer."""
    return {
        "model": reply.model,
        "finish_reason": reply.finish_reason,
        "usage": reply.usage.shown(),
    }


def ask_for_data(
    ctx: Context, request: ChatRequest, schema: Mapping[str, Json], *, is_shown: bool = True
) -> tuple[Json, ChatReply]:
    """Ask for JSON that fits `schema`, once more if it does not; the usage of the reply is that of both.

    Raises:
        NodeError: `output_invalid`, the answer does not fit, also not the second one; the error shows it.
    """
    over_at_s = ctx.clock.monotonic_s() + request.timeout_s
    request = replace(request, schema=schema)
    reply = ask(ctx, request, is_shown=is_shown)
    data, wrong = _read(reply.text, schema)
    # One that was cut off would be cut off again.
    if wrong is not None and reply.finish_reason != "length":
        left_s = max(over_at_s - ctx.clock.monotonic_s(), SHORTEST_CALL_S)
        again = replace(_asked_again(request, reply, wrong), timeout_s=left_s)
        before, reply = reply.usage, ask(ctx, again, is_shown=is_shown)
        reply = replace(reply, usage=before + reply.usage)
        data, wrong = _read(reply.text, schema)
    if wrong is not None:
        raise _invalid(reply, wrong)
    return data, reply


def _asked_again(request: ChatRequest, reply: ChatReply, wrong: str) -> ChatRequest:
    told = (
        f"That answer does not fit the schema: {wrong} "
        "Answer again with the JSON alone, and nothing before or after it."
    )
    # A provider refuses an empty turn.
    said = reply.text or "(nothing)"
    again = (Message("assistant", said), Message("user", told))
    return replace(request, messages=(*request.messages, *again), key=f"{request.key}:again")


def _read(text: str, schema: Mapping[str, Json]) -> tuple[Json, str | None]:
    """Return the data in an answer, and what is wrong with it; None: it fits."""
    try:
        data: Json = json.loads(_unfenced(text), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None, "it is no JSON."
    if is_deeper(data, DEFAULT_LIMITS.json_depth) or not is_json(data):
        return None, "it is no JSON that can be stored."
    return data, misfit(dict(schema), data)


def _unfenced(text: str) -> str:
    """Return what stands between the marks with which models like to surround their code."""
    bare = text.strip()
    if not (bare.startswith(FENCE) and bare.endswith(FENCE)):
        return bare
    return bare[len(FENCE) : -len(FENCE)].removeprefix("json")


def _refuse(_name: str) -> NoReturn:
    raise ValueError("a number that is none")


def _invalid(reply: ChatReply, wrong: str) -> NodeError:
    was_cut = reply.finish_reason == "length"
    why = "it was cut off: allow more tokens." if was_cut else wrong
    details: dict[str, Json] = {"text": reply.text[:SHOWN_CHARACTERS], **facts_of(reply)}
    return NodeError(
        "output_invalid", f"The answer does not fit the schema: {why}", details=details
    )
