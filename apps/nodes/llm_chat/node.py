"""Asks a language model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.graph import Effect
from apps.engine.growing import Growing
from apps.engine.llm import ChatReply, ChatRequest, Usage
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.value import Json
from apps.nodes.llm_chat import answer
from apps.nodes.llm_chat.question import MOST_STOPS, ROLES, problems, question_of

PROVIDERS = ("openai", "anthropic", "aws")
ATTEMPTS = 3
USUAL_TIMEOUT_S = 120.0
LONGEST_TIMEOUT_S = 600.0
LONGEST_TEXT = 1_000_000
SHOWN_CHARACTERS = 2_000
SHORTEST_CALL_S = 0.1


def run(ctx: Context) -> Result:
    """Ask, and return `{text | data, model, finish_reason, usage}`.

    Raises:
        NodeError: `bad_config`, a rendered value cannot be sent; `output_invalid`, the answer does not fit the
            schema, also not when it was asked for once more.
        PortError: there is no answer.
    """
    timeout_s = min(ctx.config.number("timeout_s"), ctx.timeout_s)
    over_at_s = ctx.clock.monotonic_s() + timeout_s
    request = question_of(ctx, timeout_s)
    reply = _asked(ctx, request)
    if request.schema is None:
        return Result({"text": reply.text, **_facts(reply)})
    data, wrong = answer.read(reply.text, request.schema)
    if wrong is not None and reply.finish_reason != "length":
        left_s = max(over_at_s - ctx.clock.monotonic_s(), SHORTEST_CALL_S)
        again = replace(answer.asked_again(request, reply, wrong), timeout_s=left_s)
        before, reply = reply.usage, _asked(ctx, again)
        reply = replace(reply, usage=before + reply.usage)
        data, wrong = answer.read(reply.text, request.schema)
    if wrong is not None:
        raise _invalid(reply, wrong)
    return Result({"data": data, **_facts(reply)})


def _asked(ctx: Context, request: ChatRequest) -> ChatReply:
    hear = Growing(ctx.show, ctx.clock.monotonic_s).hear if ctx.config.flag("stream") else None
    began_s = ctx.clock.monotonic_s()
    reply = ctx.chat.complete(request, hear)
    took_ms = round((ctx.clock.monotonic_s() - began_s) * 1000)
    ctx.log.write("info", "A model answered.", {**_facts(reply), "took_ms": took_ms})
    return reply


def _facts(reply: ChatReply) -> dict[str, Json]:
    return {
        "model": reply.model,
        "finish_reason": reply.finish_reason,
        "usage": _shown(reply.usage),
    }


def _shown(usage: Usage) -> Json:
    return usage.shown()


def _invalid(reply: ChatReply, wrong: str) -> NodeError:
    was_cut = reply.finish_reason == "length"
    why = "it was cut off: allow more tokens." if was_cut else wrong
    details: Mapping[str, Json] = {
        "text": reply.text[:SHOWN_CHARACTERS],
        **_facts(reply),
    }
    return NodeError(
        "output_invalid", f"The answer does not fit the schema: {why}", details=details
    )


def _attempts(_config: Raw) -> int:
    return ATTEMPTS


def _timeout_s(config: Raw) -> float:
    timeout_s = config.get("timeout_s")
    if isinstance(timeout_s, bool) or not isinstance(timeout_s, int | float):
        return LONGEST_TIMEOUT_S if timeout_s else USUAL_TIMEOUT_S
    return timeout_s


NODE = NodeType(
    type="llm:chat",
    title="Ask a model",
    description="Asks a language model and returns its answer, as text or as data that fits a schema.",
    category="llm",
    run=run,
    effect=Effect.EXTERNAL,
    attempts=_attempts,
    timeout_s=_timeout_s,
    check=problems,
    fields=(
        Field(
            name="credential",
            kind=Kind.CREDENTIAL,
            title="Credential",
            help="Of OpenAI or a server that speaks its language, of Anthropic, or of AWS for Bedrock.",
            options=PROVIDERS,
            is_required=True,
        ),
        Field(
            name="model",
            kind=Kind.TEMPLATE,
            title="Model",
            help="As the provider calls it.",
            placeholder="gpt-5.4-mini",
            is_required=True,
            longest=200,
        ),
        Field(
            name="system",
            kind=Kind.TEMPLATE,
            title="System prompt",
            help="Who the model is and what it is to do.",
            longest=LONGEST_TEXT,
        ),
        Field(
            name="messages",
            kind=Kind.LIST,
            title="Messages",
            help="What was said before; or a template that gives a list of role and content.",
            fields=(
                Field(name="role", kind=Kind.SELECT, title="Role", options=ROLES, default=ROLES[0]),
                Field(
                    name="content",
                    kind=Kind.TEMPLATE,
                    title="Content",
                    is_required=True,
                    longest=LONGEST_TEXT,
                ),
            ),
        ),
        Field(
            name="prompt",
            kind=Kind.TEMPLATE,
            title="Prompt",
            help="The question; it follows the messages. What is no text is sent as JSON.",
            placeholder="Sum up: {{ trigger.body.text }}",
            longest=LONGEST_TEXT,
        ),
        Field(
            name="output_schema",
            kind=Kind.JSON,
            title="Answer as JSON",
            help="A JSON Schema. The answer then comes as data that fits it.",
        ),
        Field(
            name="temperature",
            kind=Kind.NUMBER,
            title="Temperature",
            help="0 to 2; the newest models take none.",
            minimum=0,
            maximum=2,
        ),
        Field(name="top_p", kind=Kind.NUMBER, title="Top p", minimum=0, maximum=1),
        Field(
            name="max_tokens",
            kind=Kind.NUMBER,
            title="Most tokens",
            help="How long the answer may be.",
            minimum=1,
            maximum=1_000_000,
            is_whole=True,
        ),
        Field(
            name="stop",
            kind=Kind.LIST,
            title="Stop at",
            help=f"At most {MOST_STOPS} texts at which the answer ends.",
        ),
        Field(
            name="extra",
            kind=Kind.KEY_VALUE,
            title="Further parameters",
            help="Sent as they are, such as presence_penalty, user or thinking.",
        ),
        Field(
            name="timeout_s",
            kind=Kind.NUMBER,
            title="Timeout",
            help="Seconds for the whole step.",
            default=USUAL_TIMEOUT_S,
            minimum=1,
            maximum=LONGEST_TIMEOUT_S,
        ),
        Field(
            name="stream",
            kind=Kind.BOOLEAN,
            title="Show the text while it comes",
            help="To whoever watches the execution. A server that cannot do that needs it off.",
            default=True,
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "data": {},
            "model": {"type": "string"},
            "finish_reason": {"type": "string"},
            "usage": {
                "type": "object",
                "properties": {
                    "input_tokens": {"type": ["integer", "null"]},
                    "output_tokens": {"type": ["integer", "null"]},
                    "total_tokens": {"type": ["integer", "null"]},
                    "cost_usd": {"type": ["number", "null"]},
                },
            },
        },
        "required": ["model", "finish_reason", "usage"],
    },
)
