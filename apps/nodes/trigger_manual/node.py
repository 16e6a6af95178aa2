"""Starts a workflow when a person, or a program by the API, says so."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.engine.intake import INPUT_SCHEMA, form_problems
from apps.engine.node import NodeType

NODE = NodeType(
    type="trigger:manual",
    title="Manual",
    description="Starts the workflow by the Run button or by the API, with the input that is given.",
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
            help="Over `trigger`; when false, no execution is started.",
            reads=("trigger",),
        ),
    ),
)
