"""Does nothing, and passes on what it is given: a place to meet, or to leave a note."""

from __future__ import annotations

from apps.engine.node import Context, NodeType, Result


def run(ctx: Context) -> Result:
    """Pass on the input."""
    return Result(ctx.input)


NODE = NodeType(
    type="control:no_op",
    title="No operation",
    description="Passes its input on unchanged.",
    category="control",
    run=run,
    reads_input=True,
)
