"""Computes one value."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Result


def run(ctx: Context) -> Result:
    """Return the value of the expression, or an object with it under the chosen name."""
    value = ctx.config.formula("expression").value()
    if not ctx.config.is_given("output_variable"):
        return Result(value)
    return Result({ctx.config.text("output_variable"): value})


NODE = NodeType(
    type="action:formula",
    title="Formula",
    description="Computes a value from what came before.",
    category="data",
    run=run,
    fields=(
        Field(
            name="expression",
            kind=Kind.EXPRESSION,
            title="Formula",
            help="Such as trigger.body.price * 1.19.",
            placeholder="round(trigger.body.price * 1.19, 2)",
            is_required=True,
        ),
        Field(
            name="output_variable",
            kind=Kind.TEXT,
            title="Name",
            help="Left empty, the value itself is the output; else an object with it under this name.",
            pattern=r"[A-Za-z_][A-Za-z0-9_]{0,63}",
        ),
    ),
)
