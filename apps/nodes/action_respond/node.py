"""Answers whoever started the execution and waits for it."""

from __future__ import annotations

from apps.engine.blob import id_of
from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Respond
from apps.engine.secret import Secret


def run(ctx: Context) -> Respond:
    """Answer with status, headers and body; the body is also the output.

    Raises:
        NodeError: `bad_config`, a header is no text; `blob_not_found`, the body refers to no file.
    """
    headers: dict[str, str] = {}
    for name, value in ctx.config.mapping("headers").items():
        if isinstance(value, Secret | list | dict) or value is None:
            raise NodeError("bad_config", f"The header “{name}” must be text.")
        headers[name] = value if isinstance(value, str) else str(value)
    body = ctx.config.json("body") if ctx.config.is_given("body") else ctx.input
    is_file = ctx.config.text("body_type") == "file"
    if is_file and id_of(body) is None:
        # Whose file it is, is asked where it is opened: a node that is pure looks nothing up.
        raise NodeError("blob_not_found", "The body does not refer to a file.")
    return Respond(int(ctx.config.number("status")), headers, body, is_file=is_file)


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
            name="body_type",
            kind=Kind.SELECT,
            title="Body is sent as",
            help="“file” sends the bytes of the file that the body refers to.",
            options=("auto", "file"),
            default="auto",
        ),
        Field(
            name="body",
            kind=Kind.JSON,
            title="Body",
            help="What the caller gets. Left empty, the input of this node.",
        ),
    ),
)
