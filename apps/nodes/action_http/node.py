"""Calls a web address."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.fields import Field, FieldProblem, Kind, is_templated
from apps.engine.graph import Effect
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.ports import HttpRequest
from apps.nodes.action_http.files import Download, sent_file
from apps.nodes.action_http.reply import is_accepted, output_of, refusal_of, status_problems
from apps.nodes.action_http.request import body_of, headers_of, is_on_the_web, url_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
# Sending these twice does what sending them once does (RFC 9110, section 9.2.2).
REPEATABLE_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
USUAL_ATTEMPTS = 3
USUAL_TIMEOUT_S = 30.0


def run(ctx: Context) -> Result:
    """Make the call and return `{status_code, headers, body}`; a JSON body is parsed, a file is referred to.

    Raises:
        NodeError: `http_status`, the server refused (retryable for 408, 429, 500, 502, 503 and 504);
            `bad_config`, a rendered value cannot be sent.
        PortError: no reply came.
    """
    is_file_sent = ctx.config.text("body_type") == "file" and ctx.config.is_given("body")
    body, content_type = sent_file(ctx) if is_file_sent else body_of(ctx.config)
    is_file_wanted = ctx.config.text("response_type") == "file"

    def is_fine(status: int) -> bool:
        return status < 400 or is_accepted(status, ctx.config.json("accept_status"))

    with Download(ctx, is_fine) as download:
        reply = ctx.http.send(
            HttpRequest(
                method=ctx.config.text("method"),
                url=url_of(ctx.config),
                headers=headers_of(ctx.config, content_type, ctx.idempotency_key),
                body=body,
                timeout_s=min(ctx.config.number("timeout_s"), ctx.timeout_s),
                follow_redirects=ctx.config.flag("follow_redirects"),
                sink=download.sink if is_file_wanted else None,
            )
        )
        if not is_fine(reply.status):
            raise refusal_of(reply, ctx.clock.now())
        return Result(download.output_of(reply) if is_file_wanted else output_of(reply))


def _attempts(config: Raw) -> int:
    method = config.get("method", "GET")
    is_repeatable = isinstance(method, str) and method in REPEATABLE_METHODS
    return USUAL_ATTEMPTS if is_repeatable or config.get("is_keyed") is True else 1


def _timeout_s(config: Raw) -> float:
    timeout_s = config.get("timeout_s")
    if isinstance(timeout_s, bool) or not isinstance(timeout_s, int | float):
        return 300.0 if timeout_s else USUAL_TIMEOUT_S
    return timeout_s


def _check(config: Raw) -> Iterator[FieldProblem]:
    yield from status_problems(config)
    url = config.get("url")
    if isinstance(url, str) and url and not is_templated(url) and not is_on_the_web(url):
        yield FieldProblem("url", "bad_url", "The address must begin with http:// or https://.")


NODE = NodeType(
    type="action:http",
    title="HTTP request",
    description="Calls a web address and returns its answer.",
    category="action",
    run=run,
    effect=Effect.EXTERNAL,
    attempts=_attempts,
    timeout_s=_timeout_s,
    check=_check,
    fields=(
        Field(
            name="method",
            kind=Kind.SELECT,
            title="Method",
            options=METHODS,
            default="GET",
        ),
        Field(
            name="url",
            kind=Kind.TEMPLATE,
            title="Address",
            help="Absolute; private addresses are refused.",
            placeholder="https://api.example.com/orders/{{ trigger.body.id }}",
            is_required=True,
            is_secret_ok=True,
        ),
        Field(
            name="query",
            kind=Kind.KEY_VALUE,
            title="Query",
            help="Added to the address; a list is sent as a repeated name, null is not sent.",
            is_secret_ok=True,
        ),
        Field(
            name="headers",
            kind=Kind.KEY_VALUE,
            title="Headers",
            help="Idempotency-Key is added: the same at every attempt.",
            is_secret_ok=True,
        ),
        Field(
            name="body",
            kind=Kind.JSON,
            title="Body",
            help="Sent as JSON, or, if it is a text, as it is. A file is named by its reference.",
            is_secret_ok=True,
        ),
        Field(
            name="body_type",
            kind=Kind.SELECT,
            title="Body is sent as",
            options=("auto", "json", "form", "file"),
            default="auto",
        ),
        Field(
            name="response_type",
            kind=Kind.SELECT,
            title="Answer is kept as",
            help="A file of up to 100 MiB is stored as it comes, and the output refers to it.",
            options=("auto", "file"),
            default="auto",
        ),
        Field(
            name="timeout_s",
            kind=Kind.NUMBER,
            title="Timeout",
            help="Seconds for the whole exchange.",
            default=USUAL_TIMEOUT_S,
            minimum=1,
            maximum=300,
        ),
        Field(
            name="accept_status",
            kind=Kind.LIST,
            title="Accepted statuses",
            help="Statuses of 400 and above that are no failure: 404, 4xx or 400-404.",
        ),
        Field(
            name="follow_redirects",
            kind=Kind.BOOLEAN,
            title="Follow redirects",
            help="At most ten, each checked like the first address.",
            default=True,
        ),
        Field(
            name="is_keyed",
            kind=Kind.BOOLEAN,
            title="The server knows Idempotency-Key",
            help="Then POST and PATCH can be repeated as safely as GET.",
            default=False,
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "status_code": {"type": "integer"},
            "headers": {"type": "object"},
            "body": {},
        },
        "required": ["status_code", "headers", "body"],
    },
)
