"""Lets several ways begin at once."""

from __future__ import annotations

from apps.engine.node import Context, NodeType, Result


def run(ctx: Context) -> Result:
    """Hand on what came in; whatever follows runs side by side."""
    return Result(ctx.input)


NODE = NodeType(
    type="control:fork",
    title="Fork",
    description="Lets everything that follows it run side by side, until a join or a merge.",
    category="control",
    run=run,
    reads_input=True,
)
