"""Asks a language model."""

from __future__ import annotations

from apps.engine import asking
from apps.engine.fields import Field, Kind
from apps.engine.graph import Effect
from apps.engine.node import Context, NodeType, Result
from apps.nodes.llm_chat.question import MOST_STOPS, ROLES, problems, question_of, schema_of


def run(ctx: Context) -> Result:
    """Ask, and return `{text | data, model, finish_reason, usage}`.

    Raises:
        NodeError: `bad_config`, a rendered value cannot be sent; `output_invalid`, the answer does not fit the
            schema, also not when it was asked for once more.
        PortError: there is no answer.
    """
    request, is_shown = question_of(ctx), ctx.config.flag("stream")
    schema = schema_of(ctx.config.json("output_schema"))
    if schema is None:
        reply = asking.ask(ctx, request, is_shown=is_shown)
        return Result({"text": reply.text, **asking.facts_of(reply)})
    data, reply = asking.ask_for_data(ctx, request, schema, is_shown=is_shown)
    return Result({"data": data, **asking.facts_of(reply)})


NODE = NodeType(
    type="llm:chat",
    title="Ask a model",
    description="Asks a language model and returns its answer, as text or as data that fits a schema.",
    category="llm",
    run=run,
    effect=Effect.EXTERNAL,
    attempts=asking.attempts,
    timeout_s=asking.timeout_s,
    check=problems,
    fields=(
        asking.CREDENTIAL,
        asking.MODEL,
        Field(
            name="system",
            kind=Kind.TEMPLATE,
            title="System prompt",
            help="Who the model is and what it is to do.",
            longest=asking.LONGEST_TEXT,
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
                    longest=asking.LONGEST_TEXT,
                ),
            ),
        ),
        Field(
            name="prompt",
            kind=Kind.TEMPLATE,
            title="Prompt",
            help="The question; it follows the messages. What is no text is sent as JSON.",
            placeholder="Sum up: {{ trigger.body.text }}",
            longest=asking.LONGEST_TEXT,
        ),
        Field(
            name="output_schema",
            kind=Kind.JSON,
            title="Answer as JSON",
            help="A JSON Schema. The answer then comes as data that fits it.",
        ),
        asking.TEMPERATURE,
        Field(name="top_p", kind=Kind.NUMBER, title="Top p", minimum=0, maximum=1),
        asking.MAX_TOKENS,
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
        asking.TIMEOUT,
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
            "usage": asking.USAGE_SCHEMA,
        },
        "required": ["model", "finish_reason", "usage"],
    },
)
