"""From a node of a program and what has happened so far to the context in which the node runs.

The in-memory runner and the durable worker both come through here, so that a step is rendered alike
in a dry run, in a test, at its first attempt and after a crash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from apps.engine.config import Config
from apps.engine.expressions import Scope, Seed
from apps.engine.frontier import OpenStep
from apps.engine.mask import Mask, mask_of
from apps.engine.node import Context, Input, input_of
from apps.engine.ports import Log, Ports
from apps.engine.program import Program
from apps.engine.secret import Secret
from apps.engine.value import (
    DEFAULT_LIMITS,
    Json,
    Limits,
    NodeId,
    StepKey,
    is_json,
    split_key,
    storable,
)

NO_SECRETS = mask_of(())


@dataclass(frozen=True, slots=True)
class Facts:
    """What one execution lets its expressions see, beside the outputs of its steps, and how much of it."""

    execution_id: str
    tenant_id: str = ""
    workflow_id: str = ""
    trigger: Json = None
    credentials: Mapping[str, Secret] = field(default_factory=dict)
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class MaskedLog:
    """A log whose lines hold none of a step's secrets."""

    log: Log
    mask: Mask

    def write(self, level: str, message: str, facts: Mapping[str, Json]) -> None:
        """Keep one line, without the secrets."""
        shown = self.mask.scrub(dict(facts))
        self.log.write(level, self.mask.text(message), shown if isinstance(shown, dict) else {})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A step that may run now: its context, its input as it may be stored, and the mask of its secrets."""

    context: Context
    masked: Mapping[str, Json]
    mask: Mask


def inputs_of(
    program: Program, step: OpenStep, outputs: Mapping[NodeId, Json]
) -> tuple[Input, ...]:
    """Return the outputs of the predecessors whose edges were taken, in the document's order.

    A predecessor without an output (it was disabled) is left out.
    """
    sources = dict.fromkeys(program.graph.edges[index].source for index in step.taken)
    return tuple(Input(source, outputs[source]) for source in sources if source in outputs)


def roots_of(
    program: Program,
    facts: Facts,
    outputs: Mapping[NodeId, Json],
    inputs: Sequence[Input],
    seed: Seed,
) -> dict[str, Any]:
    """Return the roots that expressions read. `outputs` may load lazily; a skipped step has no entry."""
    roots: dict[str, Any] = {
        "trigger": facts.trigger,
        "steps": outputs,
        "vars": program.document.variables,
        "credentials": facts.credentials,
        "env": {
            "tenant_id": facts.tenant_id,
            "workflow_id": facts.workflow_id,
            "execution_id": facts.execution_id,
            "current_timestamp": seed.started_at.isoformat(),
        },
    }
    if inputs:
        roots["input"] = input_of(inputs)
    return roots


def prepare(
    program: Program,
    facts: Facts,
    key: StepKey,
    step: OpenStep,
    outputs: Mapping[NodeId, Json],
    ports: Ports,
) -> Prepared:
    """Return the context of a started step, with its config rendered.

    `outputs` must hold what `program.needs(node_id)` names. The step must have been started: its first
    start seeds `now()`, `uuid()` and `random()`, so every rendering of one step gives the same bytes.

    Raises:
        ExpressionError: a template cannot be rendered, as when a path leads nowhere.
        NodeError: `bad_config`, a rendered value is not of the kind its field needs; `input_too_large`.
    """
    if step.first_start is None:
        raise ValueError(f"step {key} was not started")
    node_id = split_key(key)[1]
    kind = program.types[node_id]
    seed = Seed(facts.execution_id, key, step.first_start, program.settings.timezone)
    needs = program.needs(node_id)
    inputs = inputs_of(program, step, outputs) if needs.has_input else ()
    scope = Scope(roots_of(program, facts, outputs, inputs, seed), seed, program.on_missing)
    config = program.blueprints[node_id].fill(scope, facts.limits)
    mask = _mask(needs.credentials, facts, config)
    context = Context(
        node_id=node_id,
        step_key=key,
        config=config,
        ports=replace(ports, log=MaskedLog(ports.log, mask)) if mask.forms else ports,
        inputs=inputs,
        trigger=facts.trigger,
        attempt=step.attempt,
        idempotency_key=idempotency_key(facts.execution_id, key),
        timeout_s=kind.timeout_of(program.graph.nodes[node_id].config),
        started_at=step.first_start,
        woken=step.woken,
        note=step.note,
        zone=program.settings.timezone,
    )
    masked = mask.scrub(dict(config.masked(facts.limits.input_stored_bytes)))
    if not is_json(masked):
        masked = storable(masked)
    return Prepared(context, masked if isinstance(masked, dict) else {}, mask)


def _mask(names: frozenset[str], facts: Facts, config: Config) -> Mask:
    """Return the mask of the credentials that a config names, and of the texts in which they stand.

    A server may send back either: what it was sent, or the credential alone.
    """
    if not names:
        return NO_SECRETS
    named = [facts.credentials[name] for name in names if name in facts.credentials]
    return mask_of([*config.secrets(), *named])


def idempotency_key(execution_id: str, key: StepKey) -> str:
    """Return the key under which every attempt of a step is made, also after a crash."""
    return f"{execution_id}:{key}"
