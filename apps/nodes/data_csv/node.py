"""Reads and writes comma-separated values."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind, is_templated
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.rows import rows_of
from apps.engine.value import Json
from apps.nodes.data_csv.reading import Dialect, read
from apps.nodes.data_csv.writing import Style, write

_SEPARATORS = {"tab": "\t", "space": " "}
_LINE_ENDS = {"windows": "\r\n", "unix": "\n"}


def run(ctx: Context) -> Result:
    """Return the list that a text holds, or the text of a list.

    Raises:
        NodeError: `csv_invalid`, `csv_row`, `bad_config`, `bad_input`, `bad_entry`, `too_many_entries`,
            `output_too_large`.
    """
    config = ctx.config
    separator = config.text("separator")
    separator = _SEPARATORS.get(separator, separator)
    quote = config.text("quote")
    if ctx.config.text("operation") == "read":
        dialect = Dialect(
            separator=separator,
            quote=quote,
            has_names=config.flag("has_names"),
            has_numbers=config.flag("has_numbers"),
            must_fit=config.flag("must_fit"),
        )
        return Result(read(config.text("text"), dialect))
    style = Style(
        separator=separator,
        quote=quote,
        line_end=_LINE_ENDS[config.text("line_end")],
        has_names=config.flag("has_names"),
        is_guarded=config.flag("is_guarded"),
        columns=_columns(config.json("columns")),
    )
    return Result(write(rows_of(config), style))


def _columns(value: Json) -> list[str]:
    columns = value or []
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise NodeError("bad_config", "“columns” must be a list of names.")
    return [str(name) for name in columns]


def _check(config: Raw) -> Iterator[FieldProblem]:
    separator, quote = config.get("separator", ","), config.get("quote", '"')
    if separator == quote:
        yield FieldProblem("quote", "field_clash", "The quotation mark must not be the separator.")
    columns = config.get("columns")
    seen: set[str] = set()
    for index, name in enumerate(columns if isinstance(columns, list) else ()):
        if not isinstance(name, str):
            yield FieldProblem(f"columns[{index}]", "field_type", "Each name must be text.")
            continue
        if name in seen and not is_templated(name):
            yield FieldProblem(f"columns[{index}]", "name_duplicate", "It is named twice.")
        seen.add(name)


NODE = NodeType(
    type="data:csv",
    title="CSV",
    description="Reads comma-separated values as a list, or writes a list as such a text.",
    category="data",
    run=run,
    check=_check,
    fields=(
        Field(
            name="operation",
            kind=Kind.SELECT,
            title="Operation",
            help="Read a text, or write a list.",
            options=("read", "write"),
            default="read",
        ),
        Field(
            name="text",
            kind=Kind.TEMPLATE,
            title="Text",
            help="The comma-separated values.",
            placeholder="{{ trigger.body }}",
            is_required=True,
            depends_on=("operation", ("read",)),
        ),
        Field(
            name="items",
            kind=Kind.EXPRESSION,
            title="Items",
            help="The list: objects, or lists of values.",
            placeholder="trigger.body.rows",
            default="input",
            depends_on=("operation", ("write",)),
        ),
        Field(
            name="separator",
            kind=Kind.SELECT,
            title="Separator",
            options=(",", ";", "tab", "|", "space", ":"),
            default=",",
        ),
        Field(
            name="quote",
            kind=Kind.SELECT,
            title="Quotation mark",
            help="Stands around fields that hold separators; twice inside of them.",
            options=('"', "'", "|"),
            default='"',
        ),
        Field(
            name="has_names",
            kind=Kind.BOOLEAN,
            title="First row names the columns",
            default=True,
        ),
        Field(
            name="has_numbers",
            kind=Kind.BOOLEAN,
            title="Numbers become numbers",
            default=False,
            depends_on=("operation", ("read",)),
        ),
        Field(
            name="must_fit",
            kind=Kind.BOOLEAN,
            title="Rows must fit",
            help="Refuse a row with more or fewer fields than the first.",
            default=False,
            depends_on=("operation", ("read",)),
        ),
        Field(
            name="columns",
            kind=Kind.LIST,
            title="Columns",
            help="Names, in their order; left empty, all there are.",
            depends_on=("operation", ("write",)),
        ),
        Field(
            name="line_end",
            kind=Kind.SELECT,
            title="Line ends",
            options=tuple(_LINE_ENDS),
            default="windows",
            depends_on=("operation", ("write",)),
        ),
        Field(
            name="is_guarded",
            kind=Kind.BOOLEAN,
            title="Guard against formulas",
            help="Put ' before texts that a spreadsheet would compute.",
            default=True,
            depends_on=("operation", ("write",)),
        ),
    ),
    output_schema={"type": ["array", "string"]},
)
