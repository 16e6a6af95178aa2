"""Waits, holding nobody, until somebody calls the step's own address; each address is good for one call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from apps.engine import json_schema
from apps.engine.fields import Field, FieldProblem, Kind, is_templated
from apps.engine.node import Context, Hearing, NodeType, Raw, Result, Wait
from apps.engine.state import Reason
from apps.engine.value import Json

CALLED, TIMEOUT = "main", "timeout"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
DEFAULT_METHODS: tuple[str, ...] = ("POST",)
DEFAULT_TIMEOUT_S = 7 * 86_400
LONGEST_TIMEOUT_S = 366 * 86_400
RECEIVED: Json = {"received": True}


def run(ctx: Context) -> Result | Wait:
    """Let go until the call comes or the time is up; then leave with the call, or by `timeout`."""
    if ctx.woken is None:
        return Wait(seconds=ctx.config.number("timeout_s"), reason=Reason.CALLBACK)
    if ctx.heard is None:
        return Result({"timed_out": True}, port=TIMEOUT)
    return Result({**ctx.heard.said, "received_at": ctx.heard.at.isoformat(), "timed_out": False})


def methods_of(config: Raw) -> tuple[str, ...]:
    """Return the methods of a call that is taken."""
    given = config.get("methods")
    return (
        tuple(str(each) for each in given) if isinstance(given, list) and given else DEFAULT_METHODS
    )


def judge(config: Raw, call: Mapping[str, Json]) -> Iterator[FieldProblem]:
    """Yield what is wrong with a call: its body is not what the schema says."""
    schema = config.get("schema")
    if isinstance(schema, dict):
        for each in json_schema.mismatches(schema, call["body"]):
            yield FieldProblem("body", each.code, each.message, each.place)


def reply(config: Raw) -> dict[str, Json]:
    """Return what the caller is answered."""
    body = config.get("reply")
    # Whoever has clicked a link sees a text as it is.
    headers: Json = {"Content-Type": "text/plain; charset=utf-8"} if isinstance(body, str) else {}
    return {"status": 200, "headers": headers, "body": RECEIVED if body is None else body}


def port_of(output: Json) -> str | None:
    """Return `timeout` for the output of a wait whose time was up."""
    is_late = isinstance(output, dict) and output.get("timed_out") is True
    return TIMEOUT if is_late else None


def _check(config: Raw) -> Iterator[FieldProblem]:
    if _holds_expression(config.get("reply")):
        # Whoever calls before the wait has begun is answered, too.
        message = "The answer is taken as it stands: no expressions in it."
        yield FieldProblem("reply", "field_literal", message)
    schema = config.get("schema")
    if schema is not None:
        for each in json_schema.faults(schema):
            yield FieldProblem("schema", each.code, each.message, each.place)


def _holds_expression(value: Json) -> bool:
    inner = value if isinstance(value, list) else []
    if isinstance(value, dict):
        inner = list(value.values())
    return is_templated(value) or any(map(_holds_expression, inner))


NODE = NodeType(
    type="control:wait_for_webhook",
    title="Wait for webhook",
    description="Waits until somebody calls an address that is made for this one wait. Nothing is held meanwhile.",
    category="control",
    run=run,
    check=_check,
    ports=(CALLED, TIMEOUT),
    hears=Hearing(methods_of, judge, reply, port_of),
    fields=(
        Field(
            name="methods",
            kind=Kind.LIST,
            title="Methods",
            help="Left empty: POST. With GET, a click on a link is enough; so is a mail program that looks at links.",
            options=METHODS,
        ),
        Field(
            name="schema",
            kind=Kind.JSON,
            title="Expected body",
            help="A JSON Schema. A call whose body does not fit is refused, and the wait goes on.",
            placeholder='{"type": "object", "required": ["ok"]}',
        ),
        Field(
            name="reply",
            kind=Kind.JSON,
            title="Answer to the caller",
            help="Any JSON, as it stands. Left empty: that the call was received.",
        ),
        Field(
            name="timeout_s",
            kind=Kind.NUMBER,
            title="Longest wait (s)",
            help="Afterwards the workflow goes on by “timeout”, and a call is refused. A year at most.",
            default=DEFAULT_TIMEOUT_S,
            minimum=1,
            maximum=LONGEST_TIMEOUT_S,
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "method": {"type": "string"},
            "headers": {"type": "object"},
            "query": {"type": "object"},
            "body": {},
            "received_at": {"type": "string"},
            "timed_out": {"type": "boolean"},
        },
    },
)
