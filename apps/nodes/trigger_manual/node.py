"""Starts a workflow when a person, or a program by the API, says so."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.engine.node import NodeType

NODE = NodeType(
    type="trigger:manual",
    title="Manual",
    description="Starts the workflow by the Run button or by the API, with the input that is given.",
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
            help="Over `trigger`; when false, no execution is started.",
            reads=("trigger",),
        ),
    ),
)
