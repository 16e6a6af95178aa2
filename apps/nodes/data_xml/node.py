"""Reads XML as JSON, and writes JSON as XML."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.value import Json
from apps.nodes.data_xml.reading import read
from apps.nodes.data_xml.writing import write


def run(ctx: Context) -> Result:
    """Return the JSON of a document, or the document of some JSON.

    Raises:
        NodeError: `xml_invalid`, `xml_declares`, `xml_too_deep` or `xml_too_large`, the text is not read;
            `xml_root`, `xml_name`, `xml_character` or `bad_entry`, the data cannot be written; `bad_config`;
            `output_too_large`.
    """
    if ctx.config.text("operation") == "read":
        return Result(read(ctx.config.text("text"), _names(ctx.config.json("always_lists"))))
    data = ctx.config.formula("data").value()
    if ctx.config.is_given("root"):
        data = {ctx.config.text("root"): data}
    has_head, is_indented = ctx.config.flag("has_head"), ctx.config.flag("is_indented")
    return Result(write(data, has_head=has_head, is_indented=is_indented))


def _names(value: Json) -> frozenset[str]:
    names = value or []
    if not isinstance(names, list):
        raise NodeError("bad_config", "“always_lists” must be a list of names.")
    return frozenset(str(name) for name in names)


def _check(config: Raw) -> Iterator[FieldProblem]:
    names = config.get("always_lists")
    for index, name in enumerate(names if isinstance(names, list) else ()):
        if not isinstance(name, str):
            yield FieldProblem(f"always_lists[{index}]", "field_type", "Each name must be text.")


NODE = NodeType(
    type="data:xml",
    title="XML",
    description="Reads XML as JSON, or writes JSON as XML.",
    category="data",
    run=run,
    check=_check,
    fields=(
        Field(
            name="operation",
            kind=Kind.SELECT,
            title="Operation",
            help="Read a text, or write data.",
            options=("read", "write"),
            default="read",
        ),
        Field(
            name="text",
            kind=Kind.TEMPLATE,
            title="Text",
            help="The document.",
            placeholder="{{ trigger.body }}",
            is_required=True,
            depends_on=("operation", ("read",)),
        ),
        Field(
            name="always_lists",
            kind=Kind.LIST,
            title="Always lists",
            help="Names of elements that become lists also when there is one.",
            depends_on=("operation", ("read",)),
        ),
        Field(
            name="data",
            kind=Kind.EXPRESSION,
            title="Data",
            help="An object with one name, that of the root.",
            placeholder="trigger.body",
            default="input",
            depends_on=("operation", ("write",)),
        ),
        Field(
            name="root",
            kind=Kind.TEXT,
            title="Root",
            help="What the whole is called; left empty, the data names it.",
            longest=200,
            depends_on=("operation", ("write",)),
        ),
        Field(
            name="has_head",
            kind=Kind.BOOLEAN,
            title="Begin with <?xml …?>",
            default=True,
            depends_on=("operation", ("write",)),
        ),
        Field(
            name="is_indented",
            kind=Kind.BOOLEAN,
            title="Indent",
            help="Each element on a line of its own.",
            default=False,
            depends_on=("operation", ("write",)),
        ),
    ),
    output_schema={"type": ["object", "string"]},
)
