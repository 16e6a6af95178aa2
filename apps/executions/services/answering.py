"""Who waits for what: found by an address or by name, and told only what fits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from apps.core import tenancy
from apps.core.errors import FieldProblem, UnavailableError
from apps.engine.errors import EngineError
from apps.engine.fields import FieldProblem as Wrong
from apps.engine.node import Hearing
from apps.engine.problem import pointer
from apps.engine.state import CALLED, StepStatus
from apps.engine.value import Json, NodeId, ScopeKey, StepKey, split_key, step_key
from apps.executions.errors import NotHeardError, WaitNotFoundError, WaitOverError
from apps.executions.models import Step
from apps.executions.queries import finding, owning, showing
from apps.executions.services import hearing, links, trail
from apps.tenants import facade as tenants
from apps.workflows import facade as workflows


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step to which somebody may come back."""

    execution_id: UUID
    key: StepKey
    node_type: str
    hears: Hearing
    config: Mapping[str, Json]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods of calls that it takes."""
        return self.hears.methods(self.config)


def waiting_at(token: str) -> Waiting:
    """Return the step that an address of this tenant leads to.

    Raises:
        WaitNotFoundError: nobody was given this address, or its execution is gone.
        UnavailableError: this process cannot read its version.
    """
    return _found(*links.read_token(tenancy.current_schema(), token))


def _found(execution_id: UUID, key: StepKey) -> Waiting:
    version_id = finding.version_of(execution_id)
    if version_id is None:
        raise WaitNotFoundError
    try:
        program = workflows.version(version_id).program
    except EngineError as reason:
        # During a rolling update another process may read it.
        message = "The workflow that waits here cannot be read at the moment."
        raise UnavailableError(message, retry_after_s=60) from reason
    kind = program.types.get(NodeId(split_key(key)[1]))
    if kind is None or kind.hears is None:
        raise WaitNotFoundError
    config = program.graph.nodes[split_key(key)[1]].config
    return Waiting(execution_id, key, kind.type, kind.hears, config)


def tell(waiting: Waiting, call: Mapping[str, Json], *, author: Json = None) -> Mapping[str, Json]:
    """Tell a step what was said, and return the answer to whoever said it: status, headers, body.

    Raises:
        NotHeardError: it does not fit what the step expects; names each place.
        WaitOverError: somebody was faster, the time is up, or the execution ends.
    """
    problems = [_placed(each) for each in waiting.hears.judge(waiting.config, call)]
    if problems:
        raise NotHeardError("This does not fit what is expected here.", errors=problems)

    def entry() -> None:
        if waiting.node_type != showing.APPROVAL:
            return
        body = call.get("body")
        facts = {
            "step": waiting.key,
            "decision": body.get("decision") if isinstance(body, Mapping) else None,
        }
        trail.record("approval_decided", waiting.execution_id, after=facts)

    hearing.hear(waiting.execution_id, waiting.key, call, author=author, beside=entry)
    return waiting.hears.reply(waiting.config)


def _placed(wrong: Wrong) -> FieldProblem:
    return FieldProblem(pointer(*wrong.inside), wrong.code, wrong.message)


def show_addresses(execution_id: UUID, rows: Iterable[Step]) -> None:
    """Let waiting steps say at which address they are called; only for whoever may run workflows."""
    address = links.address_of(tenants.current().id, tenancy.current_schema(), execution_id)
    for row in rows:
        if row.waits_for is not None and row.waits_for["reason"] in CALLED:
            row.waits_for["url"] = address(step_key(ScopeKey(row.scope), NodeId(row.node_id)))


def decide(
    execution_id: UUID, node_id: str, decision: Mapping[str, Json], *, scope: str, author: Json
) -> None:
    """Approve or reject what waits for a person: `{"decision", "comment", "data"}`.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
        WaitNotFoundError: it has no such approval, or none that has been asked for yet.
        NotHeardError, WaitOverError: as `tell`.
    """
    finding.require(execution_id)
    key = step_key(ScopeKey(scope), NodeId(node_id))
    waiting = _found(execution_id, key)
    status = owning.step_status(tenancy.current_schema(), execution_id, key)
    if waiting.node_type != showing.APPROVAL or status is None:
        raise WaitNotFoundError
    if status != StepStatus.WAITING:
        raise WaitOverError("This approval is not open.")
    tell(waiting, {"body": dict(decision)}, author=author)
