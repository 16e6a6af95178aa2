"""What views of schedules ask of whoever calls, beside the role: `can(…, of=named)`."""

from collections.abc import Mapping
from typing import Any

from apps.core.principals import Principal
from apps.schedules import queries
from apps.schedules.errors import ScheduleNotFoundError
from apps.workflows import facade as workflows


def named(principal: Principal, permission: str, route: Mapping[str, Any]) -> None:
    """Refuse whoever may not do this with the schedule that the route names.

    Raises:
        ScheduleNotFoundError: there is none, or it is not there for who asks.
        ShareTooNarrowError: they see it, and may not do this.
    """
    if not principal.is_manager:
        workflow_id = queries.workflow_of(route["schedule_id"])
        workflows.require(principal, permission, workflow_id, ScheduleNotFoundError())
