"""Picks values out of what came before and gives them new names."""

from __future__ import annotations

from collections.abc import Mapping

from apps.engine.config import Formula
from apps.engine.errors import EngineError, NodeError
from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Result
from apps.engine.value import DEFAULT_LIMITS, Json
from apps.engine.weight import Excess, weigh

MISSING_PATH = "missing_path"


def run(ctx: Context) -> Result:
    """Return the value of the expression, or an object of the mapped ones; with neither, the input.

    A mapped path that leads nowhere is null. An expression that fails gives the default, if there is one.

    Raises:
        ExpressionError: an expression fails, and there is no default.
        NodeError: `output_too_large`.
    """
    if ctx.config.is_given("expression"):
        return Result(_whole(ctx, ctx.config.formula("expression")))
    mapping = ctx.config.formulas("mapping")
    if not mapping:
        return Result(ctx.input)
    return Result(_mapped(mapping))


def _mapped(mapping: Mapping[str, Formula]) -> Json:
    # Each may make a value of its own; together they must not make more than one output holds.
    made: dict[str, Json] = {}
    left = DEFAULT_LIMITS.output_bytes
    for name, formula in mapping.items():
        made[name] = _part(formula)
        weight = weigh(made[name], left)
        if isinstance(weight, Excess):
            raise NodeError(
                "output_too_large",
                f"The values of the mapping take more than {DEFAULT_LIMITS.output_bytes} bytes.",
            )
        left -= weight
    return made


def _whole(ctx: Context, formula: Formula) -> Json:
    try:
        return formula.value()
    except EngineError:
        if not ctx.config.is_given("default"):
            raise
        return ctx.config.json("default")


def _part(formula: Formula) -> Json:
    try:
        return formula.value()
    except EngineError as error:
        if error.code != MISSING_PATH:
            raise
        return None


NODE = NodeType(
    type="action:transform",
    title="Transform",
    description="Picks values out of what came before and gives them new names.",
    category="data",
    run=run,
    reads_input=True,
    fields=(
        Field(
            name="expression",
            kind=Kind.EXPRESSION,
            title="Expression",
            help="One path or formula whose value is the output.",
            placeholder="trigger.body.items",
        ),
        Field(
            name="mapping",
            kind=Kind.FORMULAS,
            title="Mapping",
            help="Each name with the path or formula of its value; a path that leads nowhere is null.",
        ),
        Field(
            name="default",
            kind=Kind.JSON,
            title="Default",
            help="The output if the expression fails.",
        ),
    ),
)
