"""Keeps the first or the last entries of a list."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Result
from apps.engine.rows import rows_of


def run(ctx: Context) -> Result:
    """Return so many entries from one end of the list, in their order, after those that are skipped.

    Raises:
        NodeError: `bad_input`, what is given is no list; `too_many_entries`.
    """
    rows = rows_of(ctx.config)
    count, skipped = int(ctx.config.number("count")), int(ctx.config.number("skip"))
    if ctx.config.text("keep") == "first":
        return Result(rows[skipped : skipped + count])
    end = max(0, len(rows) - skipped)
    return Result(rows[max(0, end - count) : end])


NODE = NodeType(
    type="data:limit",
    title="Limit",
    description="Keeps the first or the last entries of a list.",
    category="data",
    run=run,
    fields=(
        Field(
            name="items",
            kind=Kind.EXPRESSION,
            title="Items",
            help="The list.",
            placeholder="trigger.body.rows",
            default="input",
        ),
        Field(
            name="count",
            kind=Kind.NUMBER,
            title="How many",
            help="As many entries are kept.",
            default=1,
            minimum=0,
            maximum=100_000,
            is_whole=True,
        ),
        Field(
            name="keep",
            kind=Kind.SELECT,
            title="Keep",
            help="The first ones or the last ones.",
            options=("first", "last"),
            default="first",
        ),
        Field(
            name="skip",
            kind=Kind.NUMBER,
            title="Skip",
            help="As many are left out before, counted from the same end.",
            default=0,
            minimum=0,
            maximum=100_000,
            is_whole=True,
        ),
    ),
    output_schema={"type": "array"},
)
