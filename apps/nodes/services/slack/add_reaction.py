"""Puts an emoji under a message."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.nodes.declared import Call, Operation
from apps.nodes.services.slack.service import CHANNELS

OPERATION = Operation(
    name="add_reaction",
    title="Add reaction",
    description="Puts an emoji under a message.",
    fields=(
        Field(
            name="channel",
            kind=Kind.TEMPLATE,
            title="Channel",
            help="Its id; a name is not enough here.",
            placeholder="{{ steps.announce.channel }}",
            is_required=True,
            source=CHANNELS,
        ),
        Field(
            name="timestamp",
            kind=Kind.TEMPLATE,
            title="Message",
            help="The `ts` of the message.",
            placeholder="{{ steps.announce.ts }}",
            is_required=True,
        ),
        Field(
            name="emoji",
            kind=Kind.TEMPLATE,
            title="Emoji",
            help="Its name without colons.",
            placeholder="white_check_mark",
            pattern=r"[^:\s]{1,100}(::skin-tone-[2-6])?",
            is_required=True,
        ),
    ),
    calls=(
        Call(method="POST", path="/reactions.add", body=("channel", "timestamp", "name=emoji")),
    ),
    is_repeatable=True,
    says={"ok": True},
    accepts=frozenset({"already_reacted"}),
    doc="""
Puts an emoji under a message. That it is there already is a success. The output is `{ok}`. The app needs the scope
`reactions:write`.
""",
    examples=(
        {
            "title": "A tick under the announcement",
            "config": {
                "credential": "acme",
                "channel": "C024BE91L",
                "timestamp": "1503435956.000247",
                "emoji": "white_check_mark",
            },
            "sends": [
                {
                    "method": "POST",
                    "url": "https://slack.com/api/reactions.add",
                    "body": {
                        "channel": "C024BE91L",
                        "timestamp": "1503435956.000247",
                        "name": "white_check_mark",
                    },
                }
            ],
            "replies": [{"body": {"ok": True}}],
            "output": {"ok": True},
        },
        {
            "title": "It is there already",
            "config": {
                "credential": "acme",
                "channel": "C024BE91L",
                "timestamp": "1503435956.000247",
                "emoji": "eyes",
            },
            "replies": [{"body": {"ok": False, "error": "already_reacted"}}],
            "output": {"ok": True},
        },
    ),
)
