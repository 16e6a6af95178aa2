"""Who sees an execution and may do what with it: what they may with its workflow."""

from uuid import UUID

from apps.core.principals import Principal
from apps.executions.errors import ExecutionNotFoundError
from apps.executions.models import Execution
from apps.workflows import facade as workflows


def require(by: Principal, permission: str, execution_id: UUID) -> None:
    """Refuse whoever may not do what `permission` says with an execution.

    Raises:
        ExecutionNotFoundError: there is none, or it is not there for who asks.
        ShareTooNarrowError: they see it, and may not do this.
    """
    if by.is_manager:
        return
    missing = ExecutionNotFoundError("There is no such execution here.")
    rows = Execution.objects.filter(pk=execution_id)
    workflow_id = rows.values_list("workflow_id", flat=True).first()
    if workflow_id is None:
        raise missing
    workflows.require(by, permission, workflow_id, missing)
