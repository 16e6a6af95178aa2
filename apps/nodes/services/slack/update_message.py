"""Changes what was written."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.nodes.declared import Call, Operation
from apps.nodes.services.slack.service import BLOCKS, CHANNELS, TEXT

OPERATION = Operation(
    name="update_message",
    title="Update message",
    description="Changes a message that the app has written.",
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
            name="ts",
            kind=Kind.TEMPLATE,
            title="Message",
            help="The `ts` of the message.",
            placeholder="{{ steps.announce.ts }}",
            is_required=True,
        ),
        TEXT,
        BLOCKS,
    ),
    one_of=("text", "blocks"),
    calls=(Call(method="POST", path="/chat.update", body=("channel", "ts", "text", "blocks")),),
    is_repeatable=True,
    keeps={"ok": "boolean", "channel": "string", "ts": "string", "text": "string"},
    doc="""
Changes a message that the same app has written before. The output is `{ok, channel, ts, text}`. The app needs the scope
`chat:write`.
""",
    examples=(
        {
            "title": "The deployment is over",
            "config": {
                "credential": "acme",
                "channel": "{{ steps.announce.channel }}",
                "ts": "{{ steps.announce.ts }}",
                "text": "Deployed.",
            },
            "given": {"steps": {"announce": {"channel": "C024BE91L", "ts": "1401383885.000061"}}},
            "sends": [
                {
                    "method": "POST",
                    "url": "https://slack.com/api/chat.update",
                    "body": {
                        "channel": "C024BE91L",
                        "ts": "1401383885.000061",
                        "text": "Deployed.",
                    },
                }
            ],
            "replies": [
                {
                    "body": {
                        "ok": True,
                        "channel": "C024BE91L",
                        "ts": "1401383885.000061",
                        "text": "Deployed.",
                    }
                }
            ],
            "output": {
                "ok": True,
                "channel": "C024BE91L",
                "ts": "1401383885.000061",
                "text": "Deployed.",
            },
        },
    ),
)
