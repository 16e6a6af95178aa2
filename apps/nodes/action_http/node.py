"""Calls a web address."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from apps.engine.config import Config
from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind, is_templated
from apps.engine.graph import Effect
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.ports import HttpReply, HttpRequest, Sink, Stream
from apps.engine.problem import Severity
from apps.engine.secret import Secret
from apps.engine.value import DEFAULT_LIMITS, Json
from apps.nodes.action_http import auth
from apps.nodes.action_http.body import BODY_TYPES, STRUCTURED, body_of
from apps.nodes.action_http.files import Download, sent_file
from apps.nodes.action_http.multipart import PARTS, part_problems
from apps.nodes.action_http.paging import (
    PAGING,
    Turn,
    body_of_turn,
    gather,
    paging_problems,
    query_of_turn,
)
from apps.nodes.action_http.proxy import PROXY, proxy_of, proxy_problems
from apps.nodes.action_http.reply import is_accepted, output_of, refusal_of, status_problems
from apps.nodes.action_http.request import LIST_STYLES, headers_of, is_on_the_web, url_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
# Sending these twice does what sending them once does (RFC 9110, section 9.2.2).
REPEATABLE_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
USUAL_ATTEMPTS = 3
USUAL_TIMEOUT_S = 30.0
MOST_REDIRECTS = 5


def run(ctx: Context) -> Result:
    """Make the call and return `{status_code, headers, body}`; with pages their items, `pages` and `has_more`.

    A JSON body is parsed, a file is referred to.

    Raises:
        NodeError: `http_status`, the server refused (retryable for 408, 429, 500, 502, 503 and 504);
            `bad_config`, `bad_url`, `bad_header`, a rendered value cannot be sent; `not_json`, the answer is none
            although it must be; `token_refused`, an OAuth 2.0 server gave no token; `timeout`, the time is over
            between two pages; whatever `gather` says of pages.
        PortError: no reply came.
    """
    timeout_s = min(ctx.config.number("timeout_s"), ctx.timeout_s)
    if ctx.config.text("pagination") == "off":
        return Result(_whole(ctx, timeout_s))
    ends_s = ctx.clock.monotonic_s() + timeout_s

    def fetch(turn: Turn) -> HttpReply:
        left_s = ends_s - ctx.clock.monotonic_s()
        if left_s <= 0:
            sentence = f"The pages did not all come within {timeout_s:g} s."
            raise NodeError("timeout", sentence, is_retryable=True)
        # No step's key has a number sign, so no page shares its key with another step.
        return _exchange(ctx, turn, f"{ctx.idempotency_key}#{turn.number}", left_s)

    method, is_keyed = ctx.config.text("method"), ctx.config.flag("is_keyed")
    return Result(gather(ctx.config, fetch, may_repeat=is_keyed or method in REPEATABLE_METHODS))


def _whole(ctx: Context, timeout_s: float) -> dict[str, Json]:
    """Return the output of one call, whose body may go into a file."""
    response_type = ctx.config.text("response_type")
    if response_type != "file":
        return output_of(_exchange(ctx, Turn(), ctx.idempotency_key, timeout_s), response_type)
    with Download(ctx, partial(_is_fine, ctx.config)) as download:
        reply = _exchange(ctx, Turn(), ctx.idempotency_key, timeout_s, download.sink)
        return download.output_of(reply)


def _exchange(
    ctx: Context, turn: Turn, key: str, timeout_s: float, sink: Sink | None = None
) -> HttpReply:
    config = ctx.config
    body, content_type = _body(ctx, turn, key)
    request = HttpRequest(
        method=config.text("method"),
        url=url_of(config, link=turn.link, turned=query_of_turn(config, turn)),
        headers=headers_of(config, content_type, key),
        body=body,
        timeout_s=timeout_s,
        follow_redirects=config.flag("follow_redirects"),
        max_redirects=int(config.number("max_redirects")),
        connect_timeout_s=(
            config.number("connect_timeout_s") if config.is_given("connect_timeout_s") else None
        ),
        max_reply_bytes=int(config.number("max_body_bytes")),
        proxy=proxy_of(ctx),
        verify_tls=config.flag("verify_tls"),
        sink=sink,
    )
    reply = auth.send(ctx, request)
    if not _is_fine(config, reply.status):
        raise refusal_of(reply, ctx.clock.now())
    return reply


def _body(ctx: Context, turn: Turn, key: str) -> tuple[str | Secret | Stream | None, str | None]:
    body = body_of_turn(ctx.config, turn)
    if ctx.config.text("body_type") == "file" and body is not None:
        return sent_file(ctx)
    return body_of(ctx.config, body, key, ctx.blobs)


def _is_fine(config: Config, status: int) -> bool:
    return status < 400 or is_accepted(status, config.json("accept_status"))


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
    yield from paging_problems(config)
    yield from part_problems(config)
    if config.get("verify_tls") is False:
        sentence = (
            "Certificates are not checked: whoever stands in between can read and change all of it."
        )
        yield FieldProblem("verify_tls", "tls_unverified", sentence, severity=Severity.WARNING)
    url = config.get("url")
    if isinstance(url, str) and url and not is_templated(url) and not is_on_the_web(url):
        yield FieldProblem("url", "bad_url", "The address must begin with http:// or https://.")
    yield from proxy_problems(config)


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
        auth.CREDENTIAL,
        Field(
            name="query",
            kind=Kind.KEY_VALUE,
            title="Query",
            help="Added to the address; null is not sent.",
            is_secret_ok=True,
        ),
        Field(
            name="list_style",
            kind=Kind.SELECT,
            title="Lists are sent as",
            help="In query and form: a=1&a=2, a[]=1&a[]=2, a[0]=1&a[1]=2, or a=1,2.",
            options=LIST_STYLES,
            default="repeat",
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
            depends_on=("body_type", (*STRUCTURED, "file")),
        ),
        Field(
            name="body_type",
            kind=Kind.SELECT,
            title="Body is sent as",
            options=BODY_TYPES,
            default="auto",
        ),
        Field(
            name="text",
            kind=Kind.TEMPLATE,
            title="Text",
            help="Sent as it is.",
            is_required=True,
            is_secret_ok=True,
            depends_on=("body_type", ("text",)),
        ),
        Field(
            name="content_type",
            kind=Kind.TEMPLATE,
            title="Content type",
            placeholder="application/xml",
            default="text/plain; charset=utf-8",
            depends_on=("body_type", ("text",)),
        ),
        PARTS,
        Field(
            name="timeout_s",
            kind=Kind.NUMBER,
            title="Timeout",
            help="Seconds for the whole exchange, over all redirects and pages.",
            default=USUAL_TIMEOUT_S,
            minimum=1,
            maximum=300,
        ),
        Field(
            name="connect_timeout_s",
            kind=Kind.NUMBER,
            title="Timeout of the connection",
            help="Seconds until the server must have taken the call. Empty: the timeout alone.",
            minimum=0.1,
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
            help="Each is checked like the first address.",
            default=True,
        ),
        Field(
            name="max_redirects",
            kind=Kind.NUMBER,
            title="Most redirects",
            default=MOST_REDIRECTS,
            minimum=1,
            maximum=MOST_REDIRECTS,
            is_whole=True,
            depends_on=("follow_redirects", (True,)),
        ),
        Field(
            name="response_type",
            kind=Kind.SELECT,
            title="Answer is read as",
            help="auto goes by its Content-Type; json fails if it is none. Pages are JSON always. A file of up to 100 MiB "
            "is stored as it comes, and the output refers to it.",
            options=("auto", "json", "text", "file"),
            default="auto",
        ),
        Field(
            name="max_body_bytes",
            kind=Kind.NUMBER,
            title="Largest answer",
            help="Bytes of the body, unpacked. A file may have 100 MiB.",
            default=DEFAULT_LIMITS.output_bytes,
            minimum=1,
            maximum=DEFAULT_LIMITS.output_bytes,
            is_whole=True,
            depends_on=("response_type", ("auto", "json", "text")),
        ),
        *PROXY,
        Field(
            name="verify_tls",
            kind=Kind.BOOLEAN,
            title="Check certificates",
            help="Off, anybody in between can read and change what is sent.",
            default=True,
        ),
        Field(
            name="is_keyed",
            kind=Kind.BOOLEAN,
            title="The server knows Idempotency-Key",
            help="Then POST and PATCH can be repeated as safely as GET.",
            default=False,
        ),
        *PAGING,
    ),
    output_schema={
        "type": "object",
        "properties": {
            "status_code": {"type": "integer"},
            "headers": {"type": "object"},
            "body": {},
            "pages": {"type": "integer"},
            "has_more": {"type": "boolean"},
        },
        "required": ["status_code", "headers", "body"],
    },
)
