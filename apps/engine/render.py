"""From a node of a program and what has happened so far to the context in which the node runs.

The in-memory runner and the durable worker both come through here, so that a step is rendered alike
in a dry run, in a test, at its first attempt and after a crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from apps.engine.config import Config, Formula
from apps.engine.container import PassFacts, roots_of_pass
from apps.engine.credential import (
    BoundHttp,
    Credential,
    Holder,
    Readable,
    Vault,
    chosen,
    hosts_of,
    missing_behind,
    renewable,
    secrets_of,
)
from apps.engine.expressions import ExpressionError, Scope, Seed
from apps.engine.frontier import OpenStep
from apps.engine.growing import Live, Partial
from apps.engine.links import Address, StepLinks, nowhere
from apps.engine.mask import Mask, mask_of
from apps.engine.node import Context, Heard, Input, input_of
from apps.engine.ports import Http, Log, Ports
from apps.engine.program import Needs, Program
from apps.engine.renewing import RenewingHttp
from apps.engine.secret import Secret
from apps.engine.sight import Steps, lasting_key
from apps.engine.swift import swift
from apps.engine.value import (
    DEFAULT_LIMITS,
    Json,
    Limits,
    NodeId,
    ScopeKey,
    StepKey,
    frames_of,
    is_json,
    opener_of,
    outer_scope,
    split_key,
    step_key,
    storable,
)
from apps.engine.weight import Allowance

NO_SECRETS = mask_of(())


@swift(frozen=True, slots=True)
class Facts:
    """What one execution lets its expressions see, beside the outputs of its steps, and how much of it."""

    execution_id: str
    tenant_id: str = ""
    workflow_id: str = ""
    trigger: Json = None
    credentials: Vault = field(default_factory=dict)
    limits: Limits = DEFAULT_LIMITS
    address: Address = nowhere


@dataclass(frozen=True, slots=True)
class MaskedLog:
    """A log whose lines hold none of a step's secrets, nor of those that came up while it ran."""

    log: Log
    mask: Mask
    hidden: list[Secret]

    def write(self, level: str, message: str, facts: Mapping[str, Json]) -> None:
        """Keep one line, without the secrets."""
        mask = self.mask.also(self.hidden)
        shown = mask.scrub(dict(facts))
        self.log.write(level, mask.text(message), shown if isinstance(shown, dict) else {})


@dataclass(frozen=True, slots=True)
class MaskedLive:
    """Growing texts without a step's secrets, not even the first half of one."""

    live: Live
    mask: Mask
    hidden: list[Secret]

    def show(self, key: StepKey, attempt: int, partial: Partial) -> None:
        """Show the text, without the secrets."""
        mask = self.mask.also(self.hidden)
        self.live.show(key, attempt, replace(partial, text=mask.growing(partial.text)))


@swift(frozen=True, slots=True)
class Prepared:
    """A step that may run now: its context, its input as it may be stored, and the mask of its secrets."""

    context: Context
    masked: Mapping[str, Json]
    mask: Mask


@swift(frozen=True, slots=True)
class Known:
    """What an execution has come to: outputs by step, and what each pass under way was given, by its key.

    Both may load lazily; a skipped step has no entry. `heard` is what steps that were waiting were told.
    """

    outputs: Mapping[StepKey, Json] = field(default_factory=dict)
    passes: Mapping[StepKey, PassFacts] = field(default_factory=dict)
    heard: Mapping[StepKey, Heard] = field(default_factory=dict)


def sources_of(
    program: Program, scope: ScopeKey, taken: Iterable[int], passes: Mapping[StepKey, PassFacts]
) -> set[StepKey]:
    """Return the steps whose outputs come in by edges that were taken."""
    origins = _origins(program, scope, taken, passes)
    return {origin for origin in origins if not isinstance(origin, Input)}


def inputs_of(
    program: Program, scope: ScopeKey, taken: Iterable[int], known: Known
) -> tuple[Input, ...]:
    """Return the outputs of the predecessors whose edges were taken, in the document's order.

    A predecessor without an output (it was disabled) is left out. What comes in by the handle of a container is
    the item of a loop's pass, and what came to the container itself of any other's.
    """
    inputs: list[Input] = []
    for origin in _origins(program, scope, taken, known.passes):
        if isinstance(origin, Input):
            inputs.append(origin)
        elif origin in known.outputs:
            inputs.append(Input(split_key(origin)[1], known.outputs[origin]))
    return tuple(inputs)


def _origins(
    program: Program, scope: ScopeKey, taken: Iterable[int], passes: Mapping[StepKey, PassFacts]
) -> Iterator[StepKey | Input]:
    opener = opener_of(scope)[0] if scope else None
    for source in dict.fromkeys(program.graph.edges[index].source for index in taken):
        key = step_key(scope, source)
        if opener is None or split_key(opener)[1] != source:
            yield key
        elif "item" in passes[key]:
            yield Input(source, passes[key]["item"])
        else:
            came = passes[key]["taken"]
            outer = split_key(opener)[0]
            yield from _origins(program, outer, cast("list[int]", came), passes)


def roots_of(
    program: Program,
    facts: Facts,
    key: StepKey,
    known: Known,
    seed: Seed,
) -> dict[str, Any]:
    """Return the roots that expressions in a step read, but for `input`."""
    names = _names_around(program, key, known)
    roots: dict[str, Any] = {
        **names,
        "trigger": facts.trigger,
        "steps": Steps(program.graph, key, known.outputs, names),
        "vars": program.document.variables,
        "credentials": Readable(facts.credentials),
        "env": {
            "tenant_id": facts.tenant_id,
            "workflow_id": facts.workflow_id,
            "execution_id": facts.execution_id,
            "current_timestamp": seed.started_at.isoformat(),
        },
    }
    return roots


def _names_around(program: Program, key: StepKey, known: Known) -> dict[str, Json]:
    """Return what the passes around a step show by bare names; an inner one hides what an outer one shows."""
    names: dict[str, Json] = {}
    scope = split_key(key)[0]
    for depth, (node_id, _) in enumerate(frames_of(scope), 1):
        facts = known.passes[step_key(outer_scope(scope, depth), node_id)]
        names |= roots_of_pass(program.graph.nodes[node_id], program.containers[node_id], facts)
    return names


def is_break(
    program: Program, facts: Facts, key: StepKey, known: Known, started_at: datetime
) -> bool:
    """Say whether the condition of its loop to break holds after the pass `key`.

    Raises:
        ExpressionError: it cannot be evaluated, or is neither true nor false.
    """
    node_id = split_key(key)[1]
    seed = Seed(
        facts.execution_id, lasting_key(program.graph, key), started_at, program.settings.timezone
    )
    scope = Scope(roots_of(program, facts, key, known, seed), seed, program.on_missing)
    slot = program.blueprints[node_id].slots[program.containers[node_id].condition]
    formula = slot(scope, Allowance(facts.limits.input_bytes))
    return isinstance(formula, Formula) and formula.is_true()


def prepare(
    program: Program,
    facts: Facts,
    key: StepKey,
    step: OpenStep,
    known: Known,
    ports: Ports,
) -> Prepared:
    """Return the context of a started step, with its config rendered.

    `known` must hold what `program.needs(node_id)` names, and the passes around the step. The step must have been started: its first
    start seeds `now()`, `uuid()` and `random()`, so every rendering of one step gives the same bytes.

    Raises:
        ExpressionError: a template cannot be rendered, as when a path leads nowhere.
        NodeError: `bad_config`, a rendered value is not of the kind its field needs; `input_too_large`;
            `credential_missing`, `credential_type`, a credential that the config names cannot be used.
    """
    if step.first_start is None:
        raise ValueError(f"step {key} was not started")
    node_id = split_key(key)[1]
    kind = program.types[node_id]
    lasting = lasting_key(program.graph, key)
    seed = Seed(facts.execution_id, lasting, step.first_start, program.settings.timezone)
    needs = program.needs(node_id)
    inputs = inputs_of(program, split_key(key)[0], step.taken, known) if needs.has_input else ()
    roots = roots_of(program, facts, key, known, seed)
    if inputs:
        roots["input"] = input_of(inputs)
    scope = Scope(roots, seed, program.on_missing, StepLinks(program, key, facts.address))
    credentials, config = _filled(program, node_id, facts, scope)
    mask = _mask(needs.credentials, facts, config)
    hidden: list[Secret] = []
    context = Context(
        node_id=node_id,
        step_key=key,
        config=config,
        ports=_guarded(ports, needs, facts, mask, hidden),
        inputs=inputs,
        trigger=facts.trigger,
        roots={name: value for name, value in scope.roots.items() if name != "credentials"},
        attempt=step.attempt,
        idempotency_key=idempotency_key(facts.execution_id, lasting),
        timeout_s=kind.timeout_of(program.graph.nodes[node_id].config),
        started_at=step.first_start,
        woken=step.woken,
        note=step.note,
        heard=known.heard.get(key),
        zone=program.settings.timezone,
        arrived=len(step.taken),
        credentials=credentials,
        hidden=hidden,
    )
    masked = mask.scrub(dict(config.masked(facts.limits.input_stored_bytes)))
    if not is_json(masked):
        masked = storable(masked)
    return Prepared(context, masked if isinstance(masked, dict) else {}, mask)


def _filled(
    program: Program, node_id: NodeId, facts: Facts, scope: Scope
) -> tuple[Mapping[str, Credential], Config]:
    """Return the credentials that a node's fields name, by field, and its config."""
    blueprint, node = program.blueprints[node_id], program.graph.nodes[node_id]
    holder = Holder(node.name or node_id, program.types[node_id].fields, blueprint.reads)
    credentials = chosen(holder, program.needs(node_id).chosen, facts.credentials)
    try:
        return credentials, blueprint.fill(scope, facts.limits)
    except ExpressionError as error:
        raise missing_behind(holder, error.path, facts.credentials) or error from None


def _guarded(ports: Ports, needs: Needs, facts: Facts, mask: Mask, hidden: list[Secret]) -> Ports:
    """Return the ports of a step that names credentials: its lines are masked, its calls go where these may go.

    A call that is refused for an account's token is made again, with another one.
    """
    if not needs.credentials:
        return ports
    hosts = hosts_of(facts.credentials, needs.sent)
    accounts = renewable(facts.credentials, needs.sent)
    http: Http = BoundHttp(ports.http, hosts) if hosts else ports.http
    return replace(
        ports,
        log=MaskedLog(ports.log, mask, hidden),
        live=MaskedLive(ports.live, mask, hidden),
        http=RenewingHttp(http, ports.clock, accounts, hidden) if accounts else http,
    )


def _mask(names: frozenset[str], facts: Facts, config: Config) -> Mask:
    """Return the mask of the credentials that a config names, and of the texts in which they stand.

    A server may send back either: what it was sent, or the credential alone.
    """
    if not names:
        return NO_SECRETS
    return mask_of([*config.secrets(), *secrets_of(facts.credentials, names)])


def idempotency_key(execution_id: str, key: StepKey) -> str:
    """Return the key under which every attempt of a step is made, also after a crash; `key` is the lasting one."""
    return f"{execution_id}:{key}"
