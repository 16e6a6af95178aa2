"""Another workflow calls this one."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.engine.node import NodeType

NODE = NodeType(
    type="trigger:sub_workflow",
    title="Called by workflow",
    description="Starts the workflow when another one calls it, with the input that it gives.",
    category="trigger",
    run=None,
    is_trigger=True,
    fields=(
        Field(
            name="input_schema",
            kind=Kind.JSON,
            title="Form",
            help="A JSON Schema of the input, from which the Run form is drawn.",
        ),
        Field(
            name="condition",
            kind=Kind.EXPRESSION,
            title="Condition",
            help="Over `trigger`; when false, the call fails and no execution is started.",
            reads=("trigger",),
        ),
    ),
)
