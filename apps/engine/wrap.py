"""What surrounds every run of a node: a visible list of decorators, the outermost first.

Each takes a way to run a node and returns another one. None of them knows what the node does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from apps.engine.container import Open
from apps.engine.errors import NodeError
from apps.engine.failure import Failure, failure_of
from apps.engine.mask import Mask
from apps.engine.node import (
    Answer,
    Call,
    Context,
    NodeType,
    Respond,
    Result,
    Run,
    Wait,
    output_of,
    run_of,
)
from apps.engine.program import Program
from apps.engine.render import Prepared
from apps.engine.swift import swift
from apps.engine.value import DEFAULT_LIMITS, Json, Limits, is_json, storable
from apps.engine.weight import Excess, weigh

__all__ = [
    "Ran", "caught", "judged", "masked", "masked_failure", "output_of", "run_prepared", "timed", "wrapped",
]  # fmt: skip

SafeRun: TypeAlias = Callable[[Context], "Ran"]


@swift(frozen=True, slots=True)
class Ran:
    """One attempt: what the node answered or how it failed, both free of secrets, and how long it took."""

    answer: Answer | Failure
    took_s: float = 0.0


def wrapped(
    kind: NodeType, ports: tuple[str, ...], mask: Mask, limits: Limits = DEFAULT_LIMITS
) -> SafeRun:
    """Return what runs a node of this type and never raises.

    From the inside: the node, its answer judged (JSON only, known port, size), secrets masked, every
    exception turned into a failure that is masked too, and the time taken.
    """
    run = run_of(kind)
    run = judged(run, ports, limits, is_container=kind.passes is not None)
    run = masked(run, mask)
    return timed(caught(run, mask))


def run_prepared(
    program: Program, prepared: Prepared, limits: Limits = DEFAULT_LIMITS
) -> Answer | Failure:
    """Run a prepared step, wrapped; whatever it does wrong comes back as a failure."""
    node_id = prepared.context.node_id
    node = program.graph.nodes[node_id]
    run = wrapped(program.types[node_id], node.ports, prepared.mask, limits)
    return run(prepared.context).answer


def judged(run: Run, ports: tuple[str, ...], limits: Limits, *, is_container: bool = False) -> Run:
    """Refuse answers that could not be stored or followed.

    Raises:
        NodeError: `output_not_json`, `output_too_deep`, `output_too_large`, `port_unknown`, `note_invalid`, or
            `answer_not_allowed`.
    """

    def judge(ctx: Context) -> Answer:
        answer = run(ctx)
        if isinstance(answer, Wait):
            weight = weigh(answer.note, limits.note_bytes, limits.json_depth)
            if isinstance(weight, Excess) or not is_json(answer.note):
                raise NodeError(
                    "note_invalid", f"A note is plain JSON of at most {limits.note_bytes} bytes."
                )
            return answer
        if isinstance(answer, Call):
            _judge_output(list(answer.inputs), limits)
            return answer
        if isinstance(answer, Open):
            if not is_container:
                raise NodeError("answer_not_allowed", "Only a container can open passes.")
            _judge_output(list(answer.items), limits)
            return answer
        _judge_output(output_of(answer), limits)
        if isinstance(answer, Result) and answer.port is not None and answer.port not in ports:
            raise NodeError(
                "port_unknown", f"The node chose an exit it does not have: {answer.port}."
            )
        return answer

    return judge


def _judge_output(output: Json, limits: Limits) -> None:
    # Weighed first: that ends at the bound, whatever comes after it walks the value to its end.
    match weigh(output, limits.output_bytes, limits.json_depth):
        case Excess.DEPTH:
            raise NodeError(
                "output_too_deep",
                f"The node's output is nested deeper than {limits.json_depth} levels.",
            )
        case Excess.BYTES:
            raise NodeError(
                "output_too_large",
                f"The node's output is larger than {limits.output_bytes} bytes.",
            )
    if not is_json(output):
        raise NodeError(
            "output_not_json",
            "The node's output is not plain JSON: it holds a number that is none, a text with NUL"
            " or half a character, or a value of another kind.",
        )


def masked(run: Run, mask: Mask) -> Run:
    """Remove the step's secrets, and those that came up while it ran, from whatever the node answers."""

    def remove(ctx: Context) -> Answer:
        answer = run(ctx)
        known = mask.also(ctx.hidden)
        if not known.forms:
            return answer
        if isinstance(answer, Wait):
            return replace(answer, note=known.scrub(answer.note))
        if isinstance(answer, Open | Call):
            return answer  # no field of a container or a call may hold a secret
        if isinstance(answer, Respond):
            headers = {known.text(name): known.text(text) for name, text in answer.headers.items()}
            return replace(answer, headers=headers, body=known.scrub(answer.body))
        return replace(answer, output=known.scrub(answer.output))

    return remove


def caught(run: Run, mask: Mask) -> Callable[[Context], Answer | Failure]:
    """Turn every exception into a failure whose text holds no secret."""

    def catch(ctx: Context) -> Answer | Failure:
        try:
            return run(ctx)
        except Exception as error:  # noqa: BLE001 - whatever a node does wrong ends its step, never its worker
            return masked_failure(failure_of(error), mask.also(ctx.hidden))

    return catch


def masked_failure(failure: Failure, mask: Mask) -> Failure:
    """Return the failure without any known secret, and fit to be stored."""
    # What others said is cut to a length, and that may be in the middle of a secret.
    scrubbed = {mask.text(name): mask.scrub(each) for name, each in failure.details.items()}
    details = storable(
        {name: mask.cut(each) if isinstance(each, str) else each for name, each in scrubbed.items()}
    )
    return replace(
        failure,
        message=str(storable(mask.cut(failure.message))),
        details=details if isinstance(details, dict) else {},
    )


def timed(run: Callable[[Context], Answer | Failure]) -> SafeRun:
    """Measure how long one attempt takes."""

    def measure(ctx: Context) -> Ran:
        began_s = ctx.clock.monotonic_s()
        answer = run(ctx)
        return Ran(answer, ctx.clock.monotonic_s() - began_s)

    return measure
