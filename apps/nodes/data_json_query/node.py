"""Finds values in data by a JSONPath."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.errors import NodeError
from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.jsonpath import compile_jsonpath
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import Context, NodeType, Raw, Result

_SENTENCES = {"too_many_steps": "“path” asks for too much work in “data”. Search in less of it."}


def run(ctx: Context) -> Result:
    """Return all that is found, the first of it, or how much it is.

    Raises:
        ExpressionError: the data cannot be read.
        NodeError: `nothing_found`, where something must be; `too_many_steps`, the search does too much; `bad_pattern`,
            one that stands in the data does not work; `too_deep`.
    """
    path = ctx.config.text("path")
    data = ctx.config.formula("data").value()
    try:
        found = compile_jsonpath(path).find(data)
    except ExpressionError as error:
        raise NodeError(
            error.code, _SENTENCES.get(error.code, f"“path”: {error.message}")
        ) from None
    if not found and ctx.config.flag("must_find"):
        raise NodeError("nothing_found", f"“path” finds nothing in “data”: {path}")
    match ctx.config.text("result"):
        case "count":
            return Result(len(found))
        case "first":
            return Result(found[0] if found else ctx.config.json("otherwise"))
        case _:
            return Result(found)


def _check(config: Raw) -> Iterator[FieldProblem]:
    path = config.get("path")
    if isinstance(path, str) and path:
        try:
            compile_jsonpath(path)
        except ExpressionError as error:
            yield FieldProblem("path", error.code, error.message)


NODE = NodeType(
    type="data:json_query",
    title="JSON query",
    description="Finds values in data by a JSONPath.",
    category="data",
    run=run,
    check=_check,
    fields=(
        Field(
            name="data",
            kind=Kind.EXPRESSION,
            title="Data",
            help="What is searched.",
            placeholder="trigger.body",
            default="input",
        ),
        Field(
            name="path",
            kind=Kind.TEXT,
            title="JSONPath",
            help="Begins with $, the data.",
            placeholder="$.orders[?@.total > 100].id",
            is_required=True,
        ),
        Field(
            name="result",
            kind=Kind.SELECT,
            title="Result",
            help="All that is found, the first of it, or how much it is.",
            options=("all", "first", "count"),
            default="all",
        ),
        Field(
            name="otherwise",
            kind=Kind.JSON,
            title="Otherwise",
            help="The output if nothing is found.",
            depends_on=("result", ("first",)),
        ),
        Field(
            name="must_find",
            kind=Kind.BOOLEAN,
            title="Must find something",
            help="Else the node fails.",
            default=False,
        ),
    ),
)
