"""Starts a workflow when a delivery arrives. How it is verified is a matter of the webhook, not of the document."""

from __future__ import annotations

from apps.engine.fields import Field, Kind
from apps.engine.node import NodeType

# What the door knows how to verify; the secrets themselves are never part of a document.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
AUTH_KINDS = ("none", "signature", "github", "stripe", "slack", "standard", "basic", "api_key")

NODE = NodeType(
    type="trigger:webhook",
    title="Webhook",
    description="Starts the workflow when another system sends a request to its address.",
    category="trigger",
    run=None,
    is_trigger=True,
    fields=(
        Field(
            name="path",
            kind=Kind.TEXT,
            title="Path",
            help="The last part of the address. Left empty, a long random one is made.",
            placeholder="orders",
            pattern=r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}",
        ),
        Field(
            name="auth_type",
            kind=Kind.SELECT,
            title="Verification",
            help="How a sender proves who it is.",
            options=AUTH_KINDS,
            default="signature",
        ),
        Field(
            name="username",
            kind=Kind.TEXT,
            title="User name",
            help="The password is kept with the webhook, not here.",
            is_required=True,
            longest=200,
            depends_on=("auth_type", ("basic",)),
        ),
        Field(
            name="key_header",
            kind=Kind.TEXT,
            title="Header of the key",
            default="x-api-key",
            pattern=r"[A-Za-z0-9-]{1,100}",
            depends_on=("auth_type", ("api_key",)),
        ),
        Field(
            name="methods",
            kind=Kind.LIST,
            title="Methods",
            help="How the address may be called; left empty, by POST.",
            options=METHODS,
        ),
        Field(
            name="mode",
            kind=Kind.SELECT,
            title="Answer",
            help="At once (accepted), or when the workflow has an answer.",
            options=("async", "sync"),
            default="async",
        ),
        Field(
            name="timeout_s",
            kind=Kind.NUMBER,
            title="Longest wait for an answer",
            help="Seconds that a waiting caller is kept.",
            minimum=1,
            maximum=120,
            default=30,
            depends_on=("mode", ("sync",)),
        ),
        Field(
            name="allowed_ips",
            kind=Kind.JSON,
            title="Allowed addresses",
            help="IP addresses or networks that may send, as a list or divided by commas; empty allows all.",
        ),
        Field(
            name="rate_per_s",
            kind=Kind.NUMBER,
            title="Most deliveries a second",
            help="What comes faster is refused, and the sender is told to come back.",
            minimum=0.01,
            maximum=100_000,
        ),
        Field(
            name="filters",
            kind=Kind.JSON,
            title="Filters",
            help="A list of conditions with path, operator and value; only deliveries that pass start an execution.",
        ),
        Field(
            name="deduplication_path",
            kind=Kind.TEXT,
            title="Delivery id",
            help="Where the sender puts an id that is the same when it repeats a delivery.",
        ),
        Field(
            name="condition",
            kind=Kind.EXPRESSION,
            title="Condition",
            help="Over `trigger`; when false, no execution is started.",
            reads=("trigger",),
            placeholder='trigger.headers.x-github-event == "push"',
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "method": {"type": "string"},
            "path": {"type": "string"},
            "headers": {"type": "object"},
            "query": {"type": "object"},
            "body": {},
        },
    },
)
