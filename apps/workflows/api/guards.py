"""What views of workflows ask of whoever calls, beside the role: `can(…, of=named)`."""

from collections.abc import Mapping
from typing import Any

from apps.core.principals import Principal
from apps.workflows.queries import sharing


def named(principal: Principal, permission: str, route: Mapping[str, Any]) -> None:
    """Refuse whoever may not do this with the workflow that the route names.

    Raises:
        WorkflowNotFoundError, ShareTooNarrowError: as `require` says.
    """
    if not principal.is_manager:
        sharing.require(principal, permission, route["workflow_id"])
