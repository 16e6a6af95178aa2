"""Goes through its body unless that has failed too often of late; all executions of the tenant share what is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from apps.engine.blocks import Opening
from apps.engine.circuit import POLICY, CircuitPolicy, name_of, policy_of
from apps.engine.container import Collected, Open, Passes
from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind, is_templated
from apps.engine.graph import Container
from apps.engine.node import Context, NodeType, Raw, Wait
from apps.engine.state import Reason
from apps.engine.tripping import pass_of
from apps.engine.value import Json

BODY, DONE = "body", "done"
FAIL, WAIT = "fail", "wait"
PLAIN = CircuitPolicy()
DEFAULT_WAIT_S = 3_600
LONGEST_S = 366 * 86_400


def run(ctx: Context) -> Open | Wait:
    """Open the body if the circuit lets it; else fail at once, or wait until it may be tried.

    Raises:
        NodeError: `circuit_open`, the body has failed too often, and waiting is not wanted or would take too long.
    """
    env = ctx.roots["env"]
    names = ("name", *POLICY)
    config = {name: ctx.config.json(name) for name in names if ctx.config.is_given(name)}
    who = pass_of(str(env["execution_id"]), ctx.step_key)
    name = name_of(config, str(env["workflow_id"]), ctx.node_id)
    retry_at = ctx.circuits.ask(name, policy_of(config), who)
    if retry_at is None:
        return Open(Opening(count=1))
    began_at = ctx.started_at or retry_at
    most = timedelta(seconds=ctx.config.number("longest_wait_s"))
    if ctx.config.text("on_open") == WAIT and retry_at - began_at <= most:
        return Wait(until=retry_at, reason=Reason.CIRCUIT_OPEN)
    raise NodeError(
        "circuit_open",
        f"What is inside has failed too often of late; it is tried again after {retry_at.isoformat()}.",
        is_retryable=True,
    )


def collect(collected: Collected) -> Json:
    """Return what the body said."""
    return [each.output for each in collected.passes][-1]


def _check(config: Raw) -> Iterator[FieldProblem]:
    for spec in NODE.fields:
        # What the circuit is told at the end must be what it was asked at the beginning.
        if is_templated(config.get(spec.name)):
            message = f"“{spec.title}” is taken as it stands: no expressions here."
            yield FieldProblem(spec.name, "field_literal", message)


NODE = NodeType(
    type="control:circuit_breaker",
    title="Circuit breaker",
    description="Goes through “body” unless that has failed too often of late, in this or any other execution.",
    category="control",
    run=run,
    ports=(DONE,),
    needs_port=True,
    check=_check,
    passes=Passes(container=Container.CIRCUIT, handles=(BODY,), collect=collect),
    fields=(
        Field(
            name="name",
            kind=Kind.TEXT,
            title="Name",
            help="All breakers of this name share what they know. Left empty: it is known to this node alone.",
            placeholder="payments",
            longest=100,
        ),
        Field(
            name="max_failures",
            kind=Kind.NUMBER,
            title="Failures in a row",
            help="After so many the body is not tried any more.",
            default=PLAIN.max_failures,
            minimum=1,
            maximum=100,
            is_whole=True,
        ),
        Field(
            name="failure_ratio",
            kind=Kind.NUMBER,
            title="Share of failures",
            help="Nor if this share of the last ones has failed, from 0 to 1.",
            default=PLAIN.failure_ratio,
            minimum=0.01,
            maximum=1,
        ),
        Field(
            name="window",
            kind=Kind.NUMBER,
            title="Of the last",
            help="How many of the last passes count for the share.",
            default=PLAIN.window,
            minimum=1,
            maximum=100,
            is_whole=True,
        ),
        Field(
            name="open_s",
            kind=Kind.NUMBER,
            title="Rest (s)",
            help="So long the body is left alone; then it is tried carefully.",
            default=PLAIN.open_s,
            minimum=1,
            maximum=86_400,
        ),
        Field(
            name="probes",
            kind=Kind.NUMBER,
            title="Careful tries",
            help="So many at a time; when so many have succeeded, everybody is let through again.",
            default=PLAIN.probes,
            minimum=1,
            maximum=100,
            is_whole=True,
        ),
        Field(
            name="on_open",
            kind=Kind.SELECT,
            title="Meanwhile",
            help="Fail at once, or wait until the body may be tried.",
            options=(FAIL, WAIT),
            default=FAIL,
        ),
        Field(
            name="longest_wait_s",
            kind=Kind.NUMBER,
            title="Longest wait (s)",
            help="After which it fails nevertheless.",
            default=DEFAULT_WAIT_S,
            minimum=1,
            maximum=LONGEST_S,
            depends_on=("on_open", (WAIT,)),
        ),
    ),
)
