"""What views of webhooks and events ask of whoever calls, beside the role: `can(…, of=named)`."""

from collections.abc import Mapping
from typing import Any

from apps.core.principals import Principal
from apps.webhooks.errors import EventNotFoundError, WebhookNotFoundError
from apps.webhooks.queries import history
from apps.workflows import facade as workflows


def named(principal: Principal, permission: str, route: Mapping[str, Any]) -> None:
    """Refuse whoever may not do this with the webhook that the route names.

    Raises:
        WebhookNotFoundError: there is none, or it is not there for who asks.
        ShareTooNarrowError: they see it, and may not do this.
    """
    if not principal.is_manager:
        workflow_id = history.workflow_of(route["webhook_id"])
        workflows.require(principal, permission, workflow_id, WebhookNotFoundError())


def event_named(principal: Principal, permission: str, route: Mapping[str, Any]) -> None:
    """Refuse whoever may not do this with the event that the route names.

    Raises:
        EventNotFoundError: there is none, or it is not there for who asks.
        ShareTooNarrowError: they see it, and may not do this.
    """
    if not principal.is_manager:
        workflow_id = history.workflow_of_event(route["event_id"])
        workflows.require(principal, permission, workflow_id, EventNotFoundError())
