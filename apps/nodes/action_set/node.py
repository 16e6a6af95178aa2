"""Builds an object out of named values."""

from __future__ import annotations

from apps.engine.errors import NodeError
from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Result
from apps.engine.value import Json


def run(ctx: Context) -> Result:
    """Return the named values, on top of the input's if that is wanted.

    Raises:
        NodeError: `bad_config`, what was made is no object, or a dotted name leads into a plain value.
    """
    made: dict[str, Json] = {}
    if ctx.config.flag("keep_input") and isinstance(ctx.input, dict):
        made = dict(ctx.input)
    field = "json" if ctx.config.text("mode") == "json" else "values"
    values = ctx.config.json(field) or {}
    if not isinstance(values, dict):
        raise NodeError("bad_config", "The JSON must be an object.")
    for name, value in values.items():
        if ctx.config.flag("dot_notation"):
            _put(made, name.split("."), value)
        else:
            made[name] = value
    return Result(made)


def _put(target: dict[str, Json], path: list[str], value: Json) -> None:
    """Set `a.b.c`; objects on the way are copied, because they may belong to another step's output."""
    for name in path[:-1]:
        found = target.get(name, {})
        if not isinstance(found, dict):
            raise NodeError("bad_config", f"“{'.'.join(path)}” leads into “{name}”, a plain value.")
        inner = dict(found)
        target[name] = inner
        target = inner
    target[path[-1]] = value


NODE = NodeType(
    type="action:set",
    title="Set fields",
    description="Builds an object out of named values.",
    category="data",
    run=run,
    reads_input=True,
    fields=(
        Field(
            name="mode",
            kind=Kind.SELECT,
            title="Mode",
            help="Name by name, or as one piece of JSON.",
            options=("manual", "json"),
            default="manual",
        ),
        Field(
            name="values",
            kind=Kind.KEY_VALUE,
            title="Values",
            help="Each value may be a template.",
            depends_on=("mode", ("manual",)),
        ),
        Field(
            name="json",
            kind=Kind.JSON,
            title="JSON",
            help="An object whose texts may be templates.",
            is_required=True,
            depends_on=("mode", ("json",)),
        ),
        Field(
            name="keep_input",
            kind=Kind.BOOLEAN,
            title="Keep the input",
            help="Put the values on top of the fields of the input.",
            default=False,
        ),
        Field(
            name="dot_notation",
            kind=Kind.BOOLEAN,
            title="Dots make objects",
            help="A value called a.b becomes b inside a.",
            default=False,
        ),
    ),
    output_schema={"type": "object"},
)
