"""Writes to one person."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.nodes.declared import Call, Operation
from apps.nodes.services.slack.service import BLOCKS, SENT, TEXT

OPERATION = Operation(
    name="send_dm",
    title="Send direct message",
    description="Writes to one person, known by id or e-mail address.",
    fields=(
        Field(
            name="user",
            kind=Kind.TEMPLATE,
            title="Person",
            help="An id such as U012AB3CD, or an e-mail address.",
            placeholder="ada@example.com",
            is_required=True,
        ),
        TEXT,
        BLOCKS,
    ),
    one_of=("text", "blocks"),
    calls=(
        Call(
            method="GET",
            path="/users.lookupByEmail",
            query=("email=user",),
            gives=("user=user.id",),
            only_if=("user", r"[^@\s]+@[^@\s]+"),
        ),
        Call(
            method="POST",
            path="/conversations.open",
            body=("users=user",),
            gives=("channel=channel.id",),
        ),
        Call(method="POST", path="/chat.postMessage", body=("channel", "text", "blocks")),
    ),
    is_repeatable=False,
    keeps=SENT,
    doc="""
Writes to one person. An e-mail address is looked up first. The output is `{ok, channel, ts, message}`.

The app needs the scopes `chat:write` and `im:write`, and `users:read.email` for e-mail addresses.
""",
    examples=(
        {
            "title": "Tell whoever is on call",
            "config": {
                "credential": "acme",
                "user": "{{ trigger.on_call }}",
                "text": "The deployment failed.",
            },
            "given": {"trigger": {"on_call": "ada@example.com"}},
            "sends": [
                {
                    "method": "GET",
                    "url": "https://slack.com/api/users.lookupByEmail?email=ada%40example.com",
                },
                {
                    "method": "POST",
                    "url": "https://slack.com/api/conversations.open",
                    "body": {"users": "U012AB3CD"},
                },
                {
                    "method": "POST",
                    "url": "https://slack.com/api/chat.postMessage",
                    "body": {"channel": "D069C7QFK", "text": "The deployment failed."},
                },
            ],
            "replies": [
                {"body": {"ok": True, "user": {"id": "U012AB3CD"}}},
                {"body": {"ok": True, "channel": {"id": "D069C7QFK"}}},
                {
                    "body": {
                        "ok": True,
                        "channel": "D069C7QFK",
                        "ts": "1503435956.000247",
                        "message": {"text": "The deployment failed."},
                    }
                },
            ],
            "output": {
                "ok": True,
                "channel": "D069C7QFK",
                "ts": "1503435956.000247",
                "message": {"text": "The deployment failed."},
            },
        },
        {
            "title": "Nobody has this address",
            "config": {"credential": "acme", "user": "nobody@example.com", "text": "Hello"},
            "replies": [{"body": {"ok": False, "error": "users_not_found"}}],
            "failure": {"code": "service_refused", "message": "Slack refused: users_not_found."},
        },
    ),
)
