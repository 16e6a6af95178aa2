"""An execution of another workflow has failed."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.engine.node import NodeType

NODE = NodeType(
    type="trigger:error",
    title="Error",
    description="Starts the workflow when an execution of a workflow that names it as its error workflow fails or times out.",
    category="trigger",
    run=None,
    is_trigger=True,
    fields=(
        Field(
            name="condition",
            kind=Kind.EXPRESSION,
            title="Condition",
            help="Over `trigger`; when false, no execution is started.",
            reads=("trigger",),
        ),
    ),
)
