"""Waits, holding nobody, until a person approves or rejects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from apps.engine import json_schema
from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.node import Context, Hearing, NodeType, Raw, Result, Wait
from apps.engine.state import Reason
from apps.engine.value import Json

APPROVED, REJECTED, TIMEOUT = "approved", "rejected", "timeout"
DECISIONS: tuple[str, ...] = (APPROVED, REJECTED)
# What happens when nobody decides in time.
ON_TIMEOUT: Mapping[str, str] = {"port": TIMEOUT, "approve": APPROVED, "reject": REJECTED}
DEFAULT_TIMEOUT_S = 7 * 86_400
LONGEST_TIMEOUT_S = 366 * 86_400
DECISION: Mapping[str, Json] = {
    "type": "object",
    "required": ["decision"],
    "properties": {
        "decision": {"enum": [*DECISIONS]},
        "comment": {"type": "string", "maxLength": 10_000},
        "data": {"type": "object"},
    },
    "additionalProperties": False,
}


def run(ctx: Context) -> Result | Wait:
    """Let go until somebody decides or the time is up; then leave by what was decided."""
    if ctx.woken is None:
        return Wait(seconds=ctx.config.number("timeout_s"), reason=Reason.APPROVAL)
    if ctx.heard is None:
        port = ON_TIMEOUT[ctx.config.text("on_timeout")]
        return Result(_output(port, timed_out=True), port=port)
    said = ctx.heard.said["body"]
    port = str(said["decision"]) if isinstance(said, dict) else REJECTED
    given = said if isinstance(said, dict) else {}
    author = None if ctx.heard.author is None else dict(ctx.heard.author)
    return Result(
        {
            **_output(port, timed_out=False),
            "comment": given.get("comment") or "",
            "data": given.get("data") or {},
            "decided_by": author,
            "decided_at": ctx.heard.at.isoformat(),
        },
        port=port,
    )


def _output(decision: str, *, timed_out: bool) -> dict[str, Json]:
    return {
        "decision": decision,
        "comment": "",
        "data": {},
        "decided_by": None,
        "decided_at": None,
        "timed_out": timed_out,
    }


def judge(config: Raw, call: Mapping[str, Json]) -> Iterator[FieldProblem]:
    """Yield what is wrong with a decision: `{"decision", "comment", "data"}`, the data as the form wants it."""
    said = call["body"]
    found = json_schema.mismatches(DECISION, said)
    form = config.get("form")
    if not found and isinstance(said, dict) and isinstance(form, dict) and _owes_form(said):
        found = [
            replace(each, place=("data", *each.place))
            for each in json_schema.mismatches(form, said.get("data", {}))
        ]
    for each in found:
        yield FieldProblem("body", each.code, each.message, each.place)


def _owes_form(said: Mapping[str, Json]) -> bool:
    """Say whether the data are to fit the form: whoever rejects may leave it, but what he fills in has to be right."""
    return said["decision"] == APPROVED or bool(said.get("data"))


def reply(_config: Raw) -> dict[str, Json]:
    """Return what whoever decided by the address is answered."""
    return {"status": 200, "headers": {}, "body": {"received": True}}


def port_of(output: Json) -> str | None:
    """Return the port that an output names by its decision."""
    decision = output.get("decision") if isinstance(output, dict) else None
    return str(decision) if decision in ON_TIMEOUT.values() else None


def _posts(_config: Raw) -> tuple[str, ...]:
    return ("POST",)


def _check(config: Raw) -> Iterator[FieldProblem]:
    form = config.get("form")
    if form is not None:
        for each in json_schema.faults(form):
            yield FieldProblem("form", each.code, each.message, each.place)


NODE = NodeType(
    type="control:approval",
    title="Approval",
    description="Waits until a person approves or rejects. Nothing is held meanwhile.",
    category="control",
    run=run,
    check=_check,
    ports=(APPROVED, REJECTED, TIMEOUT),
    needs_port=True,
    hears=Hearing(_posts, judge, reply, port_of),
    fields=(
        Field(
            name="title",
            kind=Kind.TEMPLATE,
            title="Title",
            help="What is to be decided, in a few words.",
            placeholder="Deploy {{ trigger.body.version }}?",
            is_required=True,
            longest=200,
        ),
        Field(
            name="message",
            kind=Kind.TEMPLATE,
            title="Message",
            help="What whoever decides has to know.",
            longest=10_000,
        ),
        Field(
            name="assignees",
            kind=Kind.LIST,
            title="For whom",
            help="Addresses of people or names of roles, shown beside the question.",
        ),
        Field(
            name="form",
            kind=Kind.JSON,
            title="Form",
            help="A JSON Schema of what is to be filled in with the decision.",
            placeholder='{"type": "object", "properties": {"amount": {"type": "number"}}}',
        ),
        Field(
            name="timeout_s",
            kind=Kind.NUMBER,
            title="Longest wait (s)",
            help="A year at most.",
            default=DEFAULT_TIMEOUT_S,
            minimum=1,
            maximum=LONGEST_TIMEOUT_S,
        ),
        Field(
            name="on_timeout",
            kind=Kind.SELECT,
            title="Then",
            help="What counts when nobody has decided by then: go on by “timeout”, approve, or reject.",
            options=tuple(ON_TIMEOUT),
            default="port",
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "decision": {"enum": [APPROVED, REJECTED, TIMEOUT]},
            "comment": {"type": "string"},
            "data": {"type": "object"},
            "decided_by": {"type": ["object", "null"]},
            "decided_at": {"type": ["string", "null"]},
            "timed_out": {"type": "boolean"},
        },
    },
)
