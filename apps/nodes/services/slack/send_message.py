"""Writes into a channel."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.nodes.declared import Call, Operation
from apps.nodes.services.slack.service import BLOCKS, CHANNEL, SENT, TEXT

OPERATION = Operation(
    name="send_message",
    title="Send message",
    description="Writes a message into a channel, or an answer into a thread.",
    fields=(
        CHANNEL,
        TEXT,
        BLOCKS,
        Field(
            name="thread_ts",
            kind=Kind.TEMPLATE,
            title="Thread",
            help="The `ts` of the message to answer to.",
            placeholder="{{ steps.announce.ts }}",
        ),
        Field(
            name="reply_broadcast",
            kind=Kind.BOOLEAN,
            title="Show the answer in the channel too",
        ),
        Field(name="unfurl_links", kind=Kind.BOOLEAN, title="Preview links"),
        Field(name="unfurl_media", kind=Kind.BOOLEAN, title="Preview media"),
        Field(
            name="icon_emoji",
            kind=Kind.TEMPLATE,
            title="Icon",
            help="An emoji such as :robot_face:, instead of the app’s picture.",
        ),
        Field(name="username", kind=Kind.TEMPLATE, title="Name", help="Instead of the app’s name."),
    ),
    one_of=("text", "blocks"),
    calls=(
        Call(
            method="POST",
            path="/chat.postMessage",
            body=(
                "channel",
                "text",
                "blocks",
                "thread_ts",
                "reply_broadcast",
                "unfurl_links",
                "unfurl_media",
                "icon_emoji",
                "username",
            ),
        ),
    ),
    is_repeatable=False,
    keeps=SENT,
    doc="""
Writes a message into a channel. The output is `{ok, channel, ts, message}`; by `channel` and `ts` later nodes can change the
message, answer to it, or add a reaction.

The app needs the scope `chat:write`, and has to be a member of the channel or to have `chat:write.public`; **Icon** and **Name**
need `chat:write.customize`.
""",
    examples=(
        {
            "title": "Announce a deployment",
            "config": {
                "credential": "acme",
                "channel": "#deployments",
                "text": "Deploying *{{ trigger.body.version }}*",
                "unfurl_links": False,
            },
            "given": {"trigger": {"body": {"version": "1.4.0"}}},
            "sends": [
                {
                    "method": "POST",
                    "url": "https://slack.com/api/chat.postMessage",
                    "body": {
                        "channel": "#deployments",
                        "text": "Deploying *1.4.0*",
                        "unfurl_links": False,
                    },
                }
            ],
            "replies": [
                {
                    "body": {
                        "ok": True,
                        "channel": "C024BE91L",
                        "ts": "1503435956.000247",
                        "message": {"type": "message", "text": "Deploying *1.4.0*"},
                    }
                }
            ],
            "output": {
                "ok": True,
                "channel": "C024BE91L",
                "ts": "1503435956.000247",
                "message": {"type": "message", "text": "Deploying *1.4.0*"},
            },
        },
        {
            "title": "A channel that does not exist",
            "config": {"credential": "acme", "channel": "#nowhere", "text": "Hello"},
            "replies": [{"body": {"ok": False, "error": "channel_not_found"}}],
            "failure": {
                "code": "service_refused",
                "message": "Slack refused: channel_not_found.",
            },
        },
    ),
)
