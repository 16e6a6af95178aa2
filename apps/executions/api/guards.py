"""What views of executions ask of whoever calls, beside the role: `can(…, of=named)`."""

from collections.abc import Mapping
from typing import Any

from apps.core.errors import ForbiddenError
from apps.core.principals import Principal
from apps.executions.queries import seeing
from apps.workflows import facade as workflows


def named(principal: Principal, permission: str, route: Mapping[str, Any]) -> None:
    """Refuse whoever may not do this with the execution that the route names.

    Raises:
        ExecutionNotFoundError, ShareTooNarrowError: as `require` says.
    """
    seeing.require(principal, permission, route["execution_id"])


def no_operator(principal: Principal, permission: str, route: Mapping[str, Any]) -> None:
    """Refuse an operator who acts as a member: what goes on for longer than they do is nothing that they may begin.

    Raises:
        ForbiddenError: it is one.
    """
    if principal.acting is not None:
        raise ForbiddenError("Who acts as a member names the executions, at most 100 at once.")


def workflow_named(principal: Principal, permission: str, route: Mapping[str, Any]) -> None:
    """Refuse whoever may not do this with the workflow that the route names.

    Raises:
        WorkflowNotFoundError, ShareTooNarrowError: it is not there for them, or not shared as far as that.
    """
    if not principal.is_manager:
        workflows.require(principal, permission, route["workflow_id"])


def workflow_read(principal: Principal, permission: str, route: Mapping[str, Any]) -> None:
    """Refuse whoever may not see both the workflow that the route names and the data of its executions.

    Raises:
        WorkflowNotFoundError, ShareTooNarrowError: it is not there for them, or not shared as far as that.
    """
    for wanted in (permission, "workflow.read"):
        workflows.require(principal, wanted, route["workflow_id"])
