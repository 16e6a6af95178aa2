"""What executions tell the others."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ExecutionStarted:
    """An execution was accepted; announced in its transaction."""

    execution_id: UUID
    workflow_id: UUID


@dataclass(frozen=True, slots=True)
class ExecutionEnded:
    """An execution reached a final status; published after the commit that ended it."""

    schema: str
    execution_id: UUID
    workflow_id: UUID
    status: str
