"""Another workflow calls this one."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.engine.intake import INPUT_SCHEMA, form_problems
from apps.engine.node import NodeType

NODE = NodeType(
    type="trigger:sub_workflow",
    title="Called by workflow",
    description="Starts the workflow when another one calls it, with the input that it gives.",
    category="trigger",
    run=None,
    check=form_problems,
    is_trigger=True,
    fields=(
        INPUT_SCHEMA,
        Field(
            name="condition",
            kind=Kind.EXPRESSION,
            title="Condition",
            help="Over `trigger`; when false, the call fails and no execution is started.",
            reads=("trigger",),
        ),
    ),
)
