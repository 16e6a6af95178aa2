"""Running a finished execution again, as a new one: from its start, from where it failed, or from any node."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from apps.core import db
from apps.core.errors import FieldProblem, InvalidError
from apps.core.failpoints import failpoint
from apps.engine.graph import OnError
from apps.engine.program import Program
from apps.engine.rewind import outermost
from apps.engine.state import ExecutionStatus, StepStatus
from apps.engine.value import Json, NodeId, compact
from apps.executions.errors import ExecutionLiveError, NodeMissingError, NothingFailedError
from apps.executions.models import Execution
from apps.executions.queries import finding
from apps.executions.services import beginning, trail
from apps.executions.services.beginning import Beginning, Settled
from apps.executions.services.manual import Ordered
from apps.executions.services.start import (
    Start,
    begun,
    gate_key_of,
    known_by_key,
    start,
    start_by_key,
)
from apps.workflows import facade as workflows
from apps.workflows.errors import NotPublishedError

From = Literal["start", "failed", "node"]


@dataclass(frozen=True, slots=True)
class Retry:
    """What to run again, and how. Without `has_input` the first trigger's data is used; `node_id` goes with `node`."""

    execution_id: UUID
    start_at: From = "start"
    node_id: str = ""
    is_newest: bool = False
    input: Json = None
    has_input: bool = False
    key: str | None = None
    actor_id: UUID | None = None

    def body_hash(self) -> bytes:
        """Return what must be equal when a key comes again."""
        where: list[Json] = ["retry", str(self.execution_id), self.start_at, self.node_id]
        said = compact([*where, self.is_newest, self.input, self.has_input])
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()


def retry(order: Retry) -> Ordered:
    """Start a new execution from what a finished one has left, in one transaction; the finished one stays as it is.

    Steps that neither are the start nor follow it are taken over with their outputs and do not run again. A node inside
    of a container stands for the outermost one. The new data of `input` is seen by the steps that run.

    Raises:
        ExecutionNotFoundError, WorkflowNotFoundError: there is no such execution, or its workflow lies in the bin.
        ExecutionLiveError: it has not ended.
        NothingFailedError: it is to begin where it failed, and nothing failed.
        NotPublishedError, NodeMissingError: the newest version is wanted, and there is none, or it lacks the node.
        InvalidError: `node_unknown`, the execution's own version has no such node.
        InputUnfitError: the new data is not what the trigger's form says.
        NodeNotReachedError, DataMissingError: no way leads there any more, or an output was not kept.
        StartKeyReusedError: the key was used for something else.
    """
    ordered, workflow_id = db.in_transaction(lambda: _retry(order))
    failpoint("accept.after_commit")
    if workflow_id is not None:
        begun(workflow_id, gate_key=ordered.gate_key)
    return ordered


def _retry(order: Retry) -> tuple[Ordered, UUID | None]:
    """Return what came of it, and the workflow of which something was started."""
    body_hash = b"" if order.key is None else order.body_hash()
    if order.key is not None:
        known_id = known_by_key(order.key, body_hash=body_hash)
        if known_id is not None:
            return Ordered(known_id, is_duplicate=True), None
    what = planned(order)
    if order.key is None:
        execution_id, is_known = start(what), False
    else:
        execution_id, is_known = start_by_key(what, key=order.key, body_hash=body_hash)
    if not is_known:
        facts = {"execution_id": execution_id, "start_at": order.start_at, "node": order.node_id}
        trail.record("retried", order.execution_id, after=facts)
    ordered = Ordered(execution_id, is_duplicate=is_known, gate_key=gate_key_of(what))
    return ordered, None if is_known else what.workflow_id


def planned(order: Retry) -> Start:
    """Return what a retry starts; writes nothing.

    Raises:
        GoraxError: as `retry` says.
    """
    old = finding.stored(order.execution_id)
    if old.ended_at is None:
        raise ExecutionLiveError(
            "This execution has not ended yet. Cancel it, or wait for its end."
        )
    live_id = workflows.live_version_of(old.workflow_id)
    if order.is_newest and live_id is None:
        raise NotPublishedError
    version_id = live_id if order.is_newest and live_id is not None else old.version_id
    version = workflows.version(version_id)
    _refuse_without(version.program, old.trigger_node, order)
    if order.has_input:
        trigger = version.program.graph.nodes[NodeId(old.trigger_node)]
        workflows.refuse_unfit(trigger.config, order.input)
    began = _beginning(old, version.program, order)
    return Start(
        workflow_id=old.workflow_id,
        version_id=version_id,
        trigger_node=old.trigger_node,
        trigger_kind=old.trigger_kind,
        trigger=order.input if order.has_input else old.trigger,
        next_kind=version.next_kind(old.trigger_node),
        priority=old.priority,
        started_by=order.actor_id,
        retry_of=old.pk,
        beginning=began,
    )


def _refuse_without(program: Program, node_id: str, order: Retry) -> None:
    """Check that the version has a node.

    Raises:
        NodeMissingError: the newest version has not.
        InvalidError: the execution's own version has not.
    """
    if node_id in program.graph.nodes:
        return
    if order.is_newest:
        raise NodeMissingError(
            f"The newest version has no node “{node_id}”. Retry the same version."
        )
    problem = FieldProblem("/node_id", "node_unknown", f"There is no node “{node_id}”.")
    raise InvalidError(problem.message, code="node_unknown", errors=[problem])


def _beginning(old: Execution, program: Program, order: Retry) -> Beginning:
    # A part stays a part, with its pins; the newest version is the published one, and that knows neither.
    part: dict[str, Any] = {}
    if not order.is_newest and (old.stop_at is not None or old.pins is not None):
        part = {"stop_at": old.stop_at, "pins": beginning.pins_of(old.pins)}
        program = program if old.stop_at is None else beginning.cut_to(program, old.stop_at)
    if order.start_at == "start":
        return Beginning(**part)
    rows = beginning.settled(old.pk, program)
    if order.start_at == "node":
        _refuse_without(program, order.node_id, order)
        if program.graph.nodes[NodeId(order.node_id)].is_trigger:
            return Beginning(**part)
        starts = [outermost(program.graph, NodeId(order.node_id))]
    else:
        starts = _failed(old, rows, program, order)
    past = beginning.past_of(old.pk, rows, program, had_errors=old.had_errors)
    found = beginning.rewound_to(program, old.trigger_node, past, starts)
    beginning.refuse_without_output(rows, found.kept)
    return beginning.beginning_at(
        program,
        old.trigger_node,
        found,
        start_at=starts[0] if starts else "",
        kept_of=old.pk,
        response=old.response if found.frontier.responded else None,
        **part,
    )


def _failed(
    old: Execution, rows: Sequence[Settled], program: Program, order: Retry
) -> list[NodeId]:
    """Return the nodes by whose failure an execution has ended; of one that went on after failures, all that failed.

    One that was cancelled, or whose time was up, may have none: it goes on where it stood.
    """
    error = old.error if isinstance(old.error, dict) else {}
    culprit = error.get("node")
    found: dict[NodeId, None] = {}
    if old.status == ExecutionStatus.FAILED and isinstance(culprit, str):
        _refuse_without(program, culprit, order)
        found[outermost(program.graph, NodeId(culprit))] = None
    is_whole = old.status == ExecutionStatus.COMPLETED
    nodes = program.graph.nodes
    found |= {
        row.node_id: None
        for row in rows
        if row.status is StepStatus.FAILED
        and (is_whole or nodes[row.node_id].on_error is OnError.STOP)
    }
    if is_whole and not found:
        raise NothingFailedError("No node of this execution failed. Retry it from its start.")
    return list(found)
