"""Takes one of two ways."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.engine.node import Context, NodeType, Result, Stop
from apps.engine.value import Json

TRUE, FALSE = "true", "false"


def run(ctx: Context) -> Result | Stop:
    """Judge the condition; leave by `true` or `false`, or end the whole execution if that is wanted."""
    condition = ctx.config.formula("condition")
    result = condition.is_true()
    branch = TRUE if result else FALSE
    is_stop = ctx.config.flag(f"stop_on_{branch}")
    output: dict[str, Json] = {
        "condition": condition.source,
        "result": result,
        "taken_branch": branch,
        "stop_execution": is_stop,
    }
    return Stop(output) if is_stop else Result(output, branch)


NODE = NodeType(
    type="control:if",
    title="If",
    description="Goes on by “true” or by “false”, as a condition says.",
    category="control",
    run=run,
    ports=(TRUE, FALSE),
    needs_port=True,
    fields=(
        Field(
            name="condition",
            kind=Kind.EXPRESSION,
            title="Condition",
            help="Must be true or false.",
            placeholder="trigger.body.amount > 100",
            is_required=True,
        ),
        Field(
            name="stop_on_true",
            kind=Kind.BOOLEAN,
            title="Stop when true",
            help="End the whole execution, as completed, instead of going on.",
            default=False,
        ),
        Field(
            name="stop_on_false",
            kind=Kind.BOOLEAN,
            title="Stop when false",
            help="End the whole execution, as completed, instead of going on.",
            default=False,
        ),
        Field(name="description", kind=Kind.TEXT, title="Description"),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "condition": {"type": "string"},
            "result": {"type": "boolean"},
            "taken_branch": {"enum": [TRUE, FALSE]},
            "stop_execution": {"type": "boolean"},
        },
    },
)
