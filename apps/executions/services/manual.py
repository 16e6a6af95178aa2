"""Starting a workflow because somebody says so: a person by the Run button, a program by the API."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from apps.core import db
from apps.core.errors import InvalidError
from apps.core.failpoints import failpoint
from apps.engine.expressions import ExpressionError
from apps.engine.value import Json, compact
from apps.executions.services import part as parts
from apps.executions.services import trail
from apps.executions.services.part import Part
from apps.executions.services.start import (
    Start,
    begun,
    gate_key_of,
    known_by_key,
    start,
    start_by_key,
)
from apps.workflows import facade as workflows


@dataclass(frozen=True, slots=True)
class Order:
    """What to start: the live version, the version `number` or, if `is_draft`, a snapshot of the draft, by its trigger `node_id`.

    Without a `node_id` the manual trigger starts it, else the first one. `key` makes a repetition harmless. A draft may
    run in `part`, and with the data of the earlier execution `data_of`: the outputs before the part, and without
    `has_input` its trigger's data.
    """

    workflow_id: UUID
    input: Json
    node_id: str | None = None
    is_draft: bool = False
    number: int | None = None
    key: str | None = None
    actor_id: UUID | None = None
    part: Part | None = None
    data_of: UUID | None = None
    has_input: bool = True

    def body_hash(self) -> bytes:
        """Return what must be equal when a key comes again."""
        what: list[Json] = [str(self.workflow_id), self.input, self.node_id, self.is_draft]
        if self.part is not None:
            what += [self.part.extent, self.part.node_id]
        if self.part is not None or self.data_of is not None:
            what += [str(self.data_of), self.has_input]
        if self.number is not None:
            what += ["version", self.number]
        said = compact(what)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Ordered:
    """What came of it. Without an execution the trigger's condition did not hold. `gate_key`: it waits before a gate."""

    execution_id: UUID | None
    is_duplicate: bool = False
    gate_key: str | None = None


def execute(order: Order) -> Ordered:
    """Start a workflow with `input` as its trigger's data, in one transaction.

    Raises:
        WorkflowNotFoundError, TriggerNotFoundError: there is no such workflow, or it has no such trigger.
        NotPublishedError, NotActiveError: it cannot run; its draft can, and a version that is named.
        VersionNotFoundError: it has no such version.
        DocumentInvalidError: the draft to be run has errors.
        InputUnfitError: the input is not what the trigger's form says.
        InvalidError: the trigger's condition cannot be evaluated over this input, or there is no such part.
        ExecutionNotFoundError, NodeNotReachedError, DataMissingError: a part cannot begin where it is to.
        StartKeyReusedError: the key was used for something else.
    """
    ordered = db.in_transaction(lambda: _execute(order))
    failpoint("accept.after_commit")
    if ordered.execution_id is not None and not ordered.is_duplicate:
        begun(order.workflow_id, gate_key=ordered.gate_key)
    return ordered


def _execute(order: Order) -> Ordered:
    # Once: the input may be 5 MiB.
    body_hash = b"" if order.key is None else order.body_hash()
    if order.key is not None:
        # Before anything is judged: whoever asks again gets the first answer, whatever has changed since.
        known_id = known_by_key(order.key, body_hash=body_hash)
        if known_id is not None:
            return Ordered(known_id, is_duplicate=True)
    what, condition, trigger_id = _meant(order)
    if not _is_wanted(condition, what.trigger, what.version_id):
        if trigger_id is not None:
            workflows.count_filtered(trigger_id)
        return Ordered(None)
    if order.key is None:
        execution_id, is_known = start(what), False
    else:
        execution_id, is_known = start_by_key(what, key=order.key, body_hash=body_hash)
    if not is_known:
        facts: dict[str, Any] = {"workflow_id": order.workflow_id, "is_draft": order.is_draft}
        if order.number is not None:
            facts["version"] = order.number
        trail.record("started", execution_id, after=facts)
    return Ordered(execution_id, is_duplicate=is_known, gate_key=gate_key_of(what))


def _meant(order: Order) -> tuple[Start, str, UUID | None]:
    if order.is_draft:
        return _draft(order)
    return _live(order) if order.number is None else _numbered(order, order.number)


def _numbered(order: Order, number: int) -> tuple[Start, str, UUID | None]:
    version_id, node = workflows.version_to_execute(order.workflow_id, number, order.node_id)
    workflows.refuse_unfit(node.config, order.input)
    what = Start(
        workflow_id=order.workflow_id,
        version_id=version_id,
        trigger_node=node.node_id,
        trigger_kind="manual",
        trigger=order.input,
        next_kind=workflows.version(version_id).next_kind(node.node_id),
        started_by=order.actor_id,
    )
    # What the live version's trigger has kept out is counted; an older one counts nothing.
    return what, node.condition, None


def _live(order: Order) -> tuple[Start, str, UUID | None]:
    trigger = workflows.trigger_to_execute(order.workflow_id, order.node_id)
    workflows.refuse_unfit(trigger.config, order.input)
    what = Start(
        workflow_id=order.workflow_id,
        version_id=trigger.version_id,
        trigger_node=trigger.node_id,
        trigger_kind="manual",
        trigger=order.input,
        next_kind=workflows.version(trigger.version_id).next_kind(trigger.node_id),
        started_by=order.actor_id,
    )
    return what, trigger.condition, trigger.id


def _draft(order: Order) -> tuple[Start, str, UUID | None]:
    old = parts.earlier(order.data_of, order.workflow_id)
    chosen = order.node_id if order.node_id or old is None else old.trigger_node
    version_id, node = workflows.snapshot_to_execute(
        order.workflow_id, chosen, actor_id=order.actor_id
    )
    version = workflows.version(version_id)
    pins = parts.pins_for(version.program, workflows.pinned(order.workflow_id))
    is_past = old is not None and not order.has_input
    data = old.trigger if old is not None and is_past else order.input
    # Where an execution only goes on, its data has been judged before.
    is_judged = order.part is None or not is_past
    if is_judged:
        workflows.refuse_unfit(node.config, data)
    what = Start(
        workflow_id=order.workflow_id,
        version_id=version_id,
        trigger_node=node.node_id,
        trigger_kind="manual",
        trigger=data,
        next_kind=version.next_kind(node.node_id),
        started_by=order.actor_id,
        beginning=parts.beginning_of(version.program, node.node_id, pins, order.part, old),
    )
    return what, node.condition if is_judged else "", None


def _is_wanted(condition: str, data: Json, version_id: UUID) -> bool:
    zone = workflows.version(version_id).zone
    try:
        return workflows.is_wanted(condition, data, now=datetime.now(UTC), zone=zone)
    except ExpressionError as reason:
        raise InvalidError(
            f"The trigger's condition cannot be judged: {reason.message}", code="condition_failed"
        ) from reason
