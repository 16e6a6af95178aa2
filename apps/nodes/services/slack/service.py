"""Slack’s Web API: every answer is 200, and `ok` says whether it is one."""

from __future__ import annotations

from apps.engine.fields import Field, Kind, Source
from apps.nodes.declared import Auth, Errors, Service

SERVICE = Service(
    name="slack",
    title="Slack",
    base_url="https://slack.com/api",
    auth={
        "slack": Auth(headers={"Authorization": "Bearer {token}"}),
        "oauth2": Auth(headers={"Authorization": "Bearer {access_token}"}),
    },
    errors=Errors(
        code="error",
        success=("ok", True),
        retryable=frozenset(
            {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
        ),
        limited=frozenset({"ratelimited", "rate_limited"}),
    ),
)

CHANNELS = Source("slack:list_channels", value="id", label="name")
CHANNEL = Field(
    name="channel",
    kind=Kind.TEMPLATE,
    title="Channel",
    help="Its id, such as C024BE91L, or its name, such as #deployments.",
    placeholder="#deployments",
    is_required=True,
    source=CHANNELS,
)
TEXT = Field(
    name="text",
    kind=Kind.TEMPLATE,
    title="Text",
    help="In Slack’s mrkdwn. Beside blocks it is what notifications show.",
    longest=40_000,
)
BLOCKS = Field(
    name="blocks",
    kind=Kind.JSON,
    title="Blocks",
    help="A list from Slack’s Block Kit Builder; templates may stand in its texts.",
)
SENT = {"ok": "boolean", "channel": "string", "ts": "string", "message": "object"}
