"""A dry run: the whole workflow in memory, without touching the world and without leaving a row."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from uuid import UUID

from apps import nodes
from apps.adapters.calls import Cancellation
from apps.core import clock, request_context, tenancy
from apps.core.errors import FieldProblem, GoraxError, InvalidError
from apps.credentials import facade as credentials
from apps.engine import calling, runner
from apps.engine.blob_memory import BlobsInMemory
from apps.engine.calling import Callee, Find
from apps.engine.credential import Vault
from apps.engine.errors import NodeError, PortError
from apps.engine.json_schema import Budget
from apps.engine.outcome import Outcome
from apps.engine.ports import CodeFault, CodeReply, CodeRequest, HttpReply, HttpRequest, Ports
from apps.engine.program import Program, load
from apps.engine.render import Facts
from apps.engine.runner import Trial
from apps.engine.value import DEFAULT_LIMITS, Json, NodeId
from apps.tenants import facade as tenants
from apps.workflows import rules
from apps.workflows.errors import TriggerNotFoundError
from apps.workflows.queries import registry, scripts, sharing, stored
from apps.workflows.rules.sharing import EXECUTE
from apps.workflows.services import forms, triggers

EXECUTION_ID = "dry-run"
# Somebody waits for it, and a web thread runs it: every node of the largest document, and some thousand passes.
DRY_LIMITS = replace(DEFAULT_LIMITS, steps=5_000)
# A dry run answers a request: its scripts share this much time.
SCRIPTS_S = 10.0
# Each may come to as many steps as the first one.
MOST_CALLS = 100


@dataclass(frozen=True, slots=True)
class DryRun:
    """What to try: version `number`, or the draft; `mocks` are outputs by node id."""

    workflow_id: UUID
    trigger: Json = None
    mocks: Mapping[str, Json] = field(default_factory=dict)
    number: int | None = None
    node_id: str | None = None


class _NoWorld:
    """No call leaves a dry run; the runner reports external nodes before they come here."""

    def send(self, request: HttpRequest) -> HttpReply:
        raise PortError("blocked_destination", "A dry run calls nobody.")


class _Scripts:
    """Scripts run for real: they touch nothing. Together they get a few seconds."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._over_at = time.monotonic() + SCRIPTS_S

    def run(self, request: CodeRequest) -> CodeReply:
        left_s = self._over_at - time.monotonic()
        if left_s <= 0:
            message = f"The scripts of a dry run take at most {SCRIPTS_S:g} s together."
            return CodeReply(fault=CodeFault("code_timeout", message))
        bounded = replace(request, timeout_s=min(request.timeout_s, left_s))
        return scripts.sandbox().run(bounded, self._owner, Cancellation(), patience_s=left_s)


class _Clock:
    def monotonic_s(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return clock.now()


class _NoLog:
    def write(self, level: str, message: str, facts: Mapping[str, Json]) -> None:
        """Keep nothing: there is no step to keep it with."""


def dry_run(what: DryRun) -> Outcome:
    """Run a draft or a version in memory and return how it went; waits take no time.

    An external node without a mock is reported in `problems` and never called.

    Raises:
        WorkflowNotFoundError, VersionNotFoundError, TriggerNotFoundError: it is not there.
        DocumentInvalidError: the draft has errors.
        InputUnfitError: the trigger's data is not what its form says.
        InvalidError: a mock is for a node that does not exist.
    """
    definition = _definition(what)
    triggers.refuse_invalid(definition, what.workflow_id)
    program = load(definition, nodes.catalogue())
    _refuse_unknown(what.mocks, program)
    trigger = rules.chosen(registry.trigger_nodes(definition), what.node_id)
    if trigger is None:
        raise TriggerNotFoundError
    forms.refuse_unfit(trigger.config, what.trigger, field="trigger")
    facts = Facts(
        execution_id=EXECUTION_ID,
        tenant_id=str(tenants.current().id),
        workflow_id=str(what.workflow_id),
        credentials=_vault(program),
    )
    trial = Trial(
        facts=facts,
        mocks={NodeId(node_id): output for node_id, output in what.mocks.items()},
        is_dry=True,
        starts_at=clock.now(),
        limits=DRY_LIMITS,
        find=_finder(clock.now()),
    )
    code = _Scripts(tenancy.current_schema())
    blobs = BlobsInMemory(most_bytes=DRY_LIMITS.output_bytes)
    ports = Ports(http=_NoWorld(), clock=_Clock(), log=_NoLog(), code=code, blobs=blobs)
    return runner.run(program, NodeId(trigger.node_id), what.trigger, ports, trial)


def _finder(now: datetime) -> Find:
    """Return what finds the workflows that nodes call: those that would be called if it were no trial, only so often."""
    calls = count(1)
    vaults: dict[UUID, Vault] = {}
    # Somebody waits for all of them together.
    budget = Budget()

    def find(workflow_id: str, given: Json) -> Callee:
        if next(calls) > MOST_CALLS:
            raise NodeError(
                "dry_run_too_large",
                f"A dry run calls at most {MOST_CALLS} workflows. Try it with less data.",
            )
        try:
            _refuse_hidden(UUID(workflow_id))
            trigger = registry.trigger_to_call(UUID(workflow_id), acts_as=_asker_id())
        except GoraxError as reason:
            raise NodeError(reason.code, f"The workflow cannot be called: {reason}") from reason
        version = registry.version(trigger.version_id)
        calling.refuse_unfit(trigger.config, [given], budget)
        if not registry.is_wanted(trigger.condition, given, now=now, zone=version.zone):
            raise calling.refused()
        if version.id not in vaults:
            vaults[version.id] = _vault(version.program)
        return Callee(version.program, NodeId(trigger.node_id), vaults[version.id])

    return find


def _refuse_hidden(workflow_id: UUID) -> None:
    """Show nobody by a dry run what a workflow does that they may not run, however deep it is called."""
    principal = request_context.principal()
    if principal is not None:
        sharing.require(principal, EXECUTE, workflow_id)


def _vault(program: Program) -> Vault:
    """Return the credentials that a program names, for whoever tries it out: what they may not use is not opened."""
    return credentials.opened(
        tenancy.current_schema(), program.credentials, wanted=program.lookups, acts_as=_asker_id()
    )


def _asker_id() -> UUID | None:
    principal = request_context.principal()
    return None if principal is None else principal.user_id


def _definition(what: DryRun) -> Json:
    if what.number is None:
        draft: Json = stored.workflow(what.workflow_id).draft
        return draft
    version: Json = stored.version_by_number(what.workflow_id, what.number).definition
    return version


def _refuse_unknown(mocks: Mapping[str, Json], program: Program) -> None:
    unknown = [node_id for node_id in mocks if node_id not in program.graph.nodes]
    if unknown:
        raise InvalidError(
            f"There is no node {unknown[0]!r} to mock.",
            code="mock_unknown",
            errors=[
                FieldProblem(f"/mocks/{node_id}", "mock_unknown", "There is no such node.")
                for node_id in unknown
            ],
        )
