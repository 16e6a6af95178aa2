"""Names the channels of a workspace."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.nodes.declared import Call, Operation, Pages

OPERATION = Operation(
    name="list_channels",
    title="List channels",
    description="Gives the channels of the workspace that the app can see.",
    fields=(
        Field(
            name="types",
            kind=Kind.LIST,
            title="Kinds",
            help="Public channels only, unless it says otherwise.",
            options=("public_channel", "private_channel"),
        ),
        Field(
            name="exclude_archived",
            kind=Kind.BOOLEAN,
            title="Leave out archived ones",
            default=True,
        ),
    ),
    calls=(Call(method="GET", path="/conversations.list", query=("types", "exclude_archived")),),
    is_repeatable=True,
    picks="channels",
    keeps={
        "id": "string",
        "name": "string",
        "is_private": "boolean",
        "is_archived": "boolean",
        "is_member": "boolean",
        "num_members": "integer",
        "topic=topic.value": "string",
    },
    pages=Pages(size="limit", most=200, cursor="cursor", cursor_at="response_metadata.next_cursor"),
    doc="""
Gives the channels of the workspace, page by page until there are as many as **At most** says. The output is
`{items, count, has_more}`. The app needs the scope `channels:read`, and `groups:read` for private channels.
""",
    examples=(
        {
            "title": "Two pages",
            "config": {"credential": "acme", "limit": 3},
            "sends": [
                {
                    "method": "GET",
                    "url": "https://slack.com/api/conversations.list?exclude_archived=true&limit=3",
                },
                {
                    "method": "GET",
                    "url": "https://slack.com/api/conversations.list?exclude_archived=true&limit=3&cursor=dGVhbTpD%3D",
                },
            ],
            "replies": [
                {
                    "body": {
                        "ok": True,
                        "channels": [{"id": "C1", "name": "general", "num_members": 4}],
                        "response_metadata": {"next_cursor": "dGVhbTpD="},
                    }
                },
                {
                    "body": {
                        "ok": True,
                        "channels": [{"id": "C2", "name": "random", "topic": {"value": "Fun"}}],
                        "response_metadata": {"next_cursor": ""},
                    }
                },
            ],
            "output": {
                "items": [
                    {
                        "id": "C1",
                        "name": "general",
                        "is_private": None,
                        "is_archived": None,
                        "is_member": None,
                        "num_members": 4,
                        "topic": None,
                    },
                    {
                        "id": "C2",
                        "name": "random",
                        "is_private": None,
                        "is_archived": None,
                        "is_member": None,
                        "num_members": None,
                        "topic": "Fun",
                    },
                ],
                "count": 2,
                "has_more": False,
            },
        },
    ),
)
