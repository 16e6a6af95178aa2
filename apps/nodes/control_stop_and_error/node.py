"""Ends the execution on purpose."""

from __future__ import annotations

from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Stop


def run(ctx: Context) -> Stop:
    """Fail with the given message, or (a warning) end the execution as completed with errors.

    Raises:
        NodeError: the given code and message; time does not heal it.
    """
    message = ctx.config.text("error_message")
    if ctx.config.text("error_type") == "warning":
        return Stop({"warning": message}, has_error=True)
    raise NodeError(ctx.config.text("code"), message)


NODE = NodeType(
    type="control:stop_and_error",
    title="Stop and error",
    description="Ends the execution on purpose, with a message.",
    category="control",
    run=run,
    fields=(
        Field(
            name="error_message",
            kind=Kind.TEMPLATE,
            title="Message",
            help="What the person who looks at the execution reads.",
            is_required=True,
        ),
        Field(
            name="error_type",
            kind=Kind.SELECT,
            title="As",
            help="An error fails the execution; a warning completes it, marked as one that had errors.",
            options=("error", "warning"),
            default="error",
        ),
        Field(
            name="code",
            kind=Kind.TEXT,
            title="Code",
            help="A word for programs.",
            default="stopped",
            pattern=r"[a-z][a-z0-9_]{0,63}",
        ),
    ),
)
