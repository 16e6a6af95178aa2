"""Answers whoever started the execution and waits for it."""

from __future__ import annotations

from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Respond
from apps.engine.secret import Secret


def run(ctx: Context) -> Respond:
    """Answer with status, headers and body; the body is also the output."""
    headers: dict[str, str] = {}
    for name, value in ctx.config.mapping("headers").items():
        if isinstance(value, Secret | list | dict) or value is None:
            raise NodeError("bad_config", f"The header “{name}” must be text.")
        headers[name] = value if isinstance(value, str) else str(value)
    body = ctx.config.json("body") if ctx.config.is_given("body") else ctx.input
    return Respond(int(ctx.config.number("status")), headers, body)


NODE = NodeType(
    type="action:respond",
    title="Respond",
    description="Answers the caller of the workflow. The first one reached counts.",
    category="action",
    run=run,
    is_response=True,
    reads_input=True,
    fields=(
        Field(
            name="status",
            kind=Kind.NUMBER,
            title="Status",
            help="The HTTP status of the answer.",
            default=200,
            minimum=200,
            maximum=599,
            is_whole=True,
        ),
        Field(name="headers", kind=Kind.KEY_VALUE, title="Headers"),
        Field(
            name="body",
            kind=Kind.JSON,
            title="Body",
            help="What the caller gets. Left empty, the input of this node.",
        ),
    ),
)
