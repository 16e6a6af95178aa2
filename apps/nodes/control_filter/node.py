"""Keeps the entries of a list for which a condition holds."""

from __future__ import annotations

from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Result
from apps.engine.value import Json

KEPT, EMPTY = "kept", "empty"


def run(ctx: Context) -> Result:
    """Judge each entry as `item`; leave by `kept` with those that stay, or by `empty` if there is none.

    Raises:
        NodeError: `bad_input`, what came is no list.
    """
    source = ctx.config.json("source") if ctx.config.is_given("source") else ctx.input
    if not isinstance(source, list):
        raise NodeError("bad_input", "A filter needs a list.")
    condition = ctx.config.formula("condition")
    kept: list[Json] = [
        item for index, item in enumerate(source) if condition.is_true(item=item, index=index)
    ]
    return Result(kept, KEPT if kept else EMPTY)


NODE = NodeType(
    type="control:filter",
    title="Filter",
    description="Keeps the entries of a list for which a condition holds; goes on by “kept”, or by “empty”.",
    category="control",
    run=run,
    reads_input=True,
    ports=(KEPT, EMPTY),
    default_port=KEPT,
    needs_port=True,
    fields=(
        Field(
            name="condition",
            kind=Kind.EXPRESSION,
            title="Keep if",
            help="Must be true or false; each entry is “item”, its place “index”.",
            placeholder="item.amount > 100",
            is_required=True,
        ),
        Field(
            name="source",
            kind=Kind.JSON,
            title="List",
            help="Left empty, what comes in.",
            placeholder="{{ steps.fetch.body.items }}",
        ),
    ),
    output_schema={"type": "array"},
)
