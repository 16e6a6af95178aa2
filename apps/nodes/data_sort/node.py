"""Puts a list into order, by several keys."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.rows import path_problems, rows_of
from apps.nodes.data_sort.order import COMPARISONS, SortKey, in_order

MOST_KEYS = 10


def run(ctx: Context) -> Result:
    """Return a new list in order; entries that are equal by every key keep theirs.

    Raises:
        NodeError: `bad_input`, what is given is no list; `too_many_entries`; `bad_path`; `bad_entry`, an entry
            cannot be compared as its key says.
    """
    keys = [
        SortKey(
            path=key.text("path") if key.is_given("path") else "",
            is_descending=key.text("direction") == "descending",
            has_nulls_first=key.text("nulls") == "first",
            compare=key.text("compare"),
            ignores_case=key.flag("ignore_case"),
        )
        for key in ctx.config.items("keys")
    ]
    return Result(in_order(rows_of(ctx.config), keys or [SortKey()]))


def _check(config: Raw) -> Iterator[FieldProblem]:
    keys = config.get("keys")
    if not isinstance(keys, list):
        return
    if len(keys) > MOST_KEYS:
        yield FieldProblem("keys", "field_length", f"There may be at most {MOST_KEYS} keys.")
    for index, key in enumerate(keys):
        if isinstance(key, dict):
            yield from path_problems(key.get("path"), f"keys[{index}].path")


NODE = NodeType(
    type="data:sort",
    title="Sort",
    description="Puts a list into order, by one key or several.",
    category="data",
    run=run,
    check=_check,
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
            name="keys",
            kind=Kind.LIST,
            title="Keys",
            help="The first one counts most; without any, the entries themselves are compared.",
            fields=(
                Field(
                    name="path",
                    kind=Kind.TEXT,
                    title="Path",
                    help="Into the entry; left empty, the entry itself.",
                    placeholder="address.city",
                ),
                Field(
                    name="direction",
                    kind=Kind.SELECT,
                    title="Direction",
                    options=("ascending", "descending"),
                    default="ascending",
                ),
                Field(
                    name="nulls",
                    kind=Kind.SELECT,
                    title="Nulls",
                    help="Where entries without a value stand, in either direction.",
                    options=("last", "first"),
                    default="last",
                ),
                Field(
                    name="compare",
                    kind=Kind.SELECT,
                    title="Compare as",
                    options=tuple(COMPARISONS),
                    default="auto",
                ),
                Field(
                    name="ignore_case",
                    kind=Kind.BOOLEAN,
                    title="Upper case does not count",
                    default=False,
                    depends_on=("compare", ("text",)),
                ),
            ),
        ),
    ),
    output_schema={"type": "array"},
)
