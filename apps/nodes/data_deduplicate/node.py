"""Keeps one of several entries that are equal."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.rows import RowPath, identity, path_problems, row_path, rows_of, value_at

MOST_PATHS = 10


def run(ctx: Context) -> Result:
    """Return the entries without repetitions, in their order.

    Raises:
        NodeError: `bad_input`, what is given is no list; `too_many_entries`; `bad_path`.
    """
    rows, paths = rows_of(ctx.config), _paths(ctx)
    places: dict[object, int] = {}
    keeps_first = ctx.config.text("keep") == "first"
    for place, row in enumerate(rows):
        key = tuple(identity(value_at(row, path)) for path in paths)
        if keeps_first:
            places.setdefault(key, place)
        else:
            places[key] = place
    return Result([rows[place] for place in sorted(places.values())])


def _paths(ctx: Context) -> list[RowPath]:
    by = ctx.config.json("by") or [""]
    if not isinstance(by, list) or len(by) > MOST_PATHS:
        raise NodeError("bad_config", f"“by” must be a list of at most {MOST_PATHS} paths.")
    return [row_path(str(path), "by") for path in by]


def _check(config: Raw) -> Iterator[FieldProblem]:
    by = config.get("by")
    if isinstance(by, list):
        if len(by) > MOST_PATHS:
            yield FieldProblem("by", "field_length", f"There may be at most {MOST_PATHS} paths.")
        yield from path_problems(by, "by")


NODE = NodeType(
    type="data:deduplicate",
    title="Remove duplicates",
    description="Keeps one of several entries that are equal.",
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
            name="by",
            kind=Kind.LIST,
            title="By",
            help="Paths into the entry that tell entries apart; left empty, the whole entry does.",
            placeholder="email",
        ),
        Field(
            name="keep",
            kind=Kind.SELECT,
            title="Keep",
            help="Which one of those that are equal.",
            options=("first", "last"),
            default="first",
        ),
    ),
    output_schema={"type": "array"},
)
