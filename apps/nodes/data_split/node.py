"""Takes a list apart: into batches, into parts, or into the elements of a list inside each entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.rows import path_problems, rows_of
from apps.engine.value import Json
from apps.nodes.data_split.unnest import elements_of, names_in


def run(ctx: Context) -> Result:
    """Return a list of lists, or of the elements that lie inside the entries.

    Raises:
        NodeError: `bad_input`, what is given is no list; `too_many_entries`; `bad_path`; `bad_entry`, the path
            leads through something that is no object; `output_too_large`.
    """
    return Result(_MODES[ctx.config.text("mode")](ctx))


def _batches(ctx: Context) -> Json:
    rows, size = rows_of(ctx.config), int(ctx.config.number("size"))
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _parts(ctx: Context) -> Json:
    rows, count = rows_of(ctx.config), int(ctx.config.number("size"))
    even, left = divmod(len(rows), count)
    parts: list[Json] = []
    start = 0
    for index in range(count):
        end = start + even + (index < left)
        parts.append(rows[start:end])
        start = end
    return parts


def _elements(ctx: Context) -> Json:
    names = names_in(ctx.config.text("path"))
    return elements_of(rows_of(ctx.config), names, is_bare=ctx.config.flag("only_elements"))


def _check(config: Raw) -> Iterator[FieldProblem]:
    yield from path_problems(config.get("path"), "path")


_MODES: Mapping[str, Callable[[Context], Json]] = {
    "batches": _batches,
    "parts": _parts,
    "field": _elements,
}

NODE = NodeType(
    type="data:split",
    title="Split",
    description="Takes a list apart: into batches, into parts, or by a list inside each entry.",
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
            name="mode",
            kind=Kind.SELECT,
            title="Mode",
            help="Into lists of a size, into a number of lists, or by a list inside each entry.",
            options=tuple(_MODES),
            default="batches",
        ),
        Field(
            name="size",
            kind=Kind.NUMBER,
            title="Size",
            help="Entries of a batch, or how many parts.",
            default=10,
            minimum=1,
            maximum=100_000,
            is_whole=True,
            depends_on=("mode", ("batches", "parts")),
        ),
        Field(
            name="path",
            kind=Kind.TEXT,
            title="Path",
            help="Where in the entry the list lies.",
            placeholder="order.lines",
            is_required=True,
            depends_on=("mode", ("field",)),
        ),
        Field(
            name="only_elements",
            kind=Kind.BOOLEAN,
            title="Only the elements",
            help="Without the other fields of the entry.",
            default=False,
            depends_on=("mode", ("field",)),
        ),
    ),
    output_schema={"type": "array"},
)
