"""What an execution has to do with others: those that its steps call, and the one that called it.

Nothing here is committed; `take` hands over what is to be. A step that waits holds nobody: its children lie in a table
of their own, each child's last commit pokes the parent, and the parent's owner looks at those that are open.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from apps.core import tenancy
from apps.core.errors import GoraxError
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.engine import calling
from apps.engine.errors import EngineError, NodeError
from apps.engine.failure import Failure, failure_of
from apps.engine.frontier import OpenStep
from apps.engine.node import Call, CallMode, Result, Wait
from apps.engine.state import Reason, StepStatus
from apps.engine.value import DEFAULT_LIMITS, Json, StepKey
from apps.engine.weight import omitted
from apps.executions.queries import owning
from apps.executions.services import blobs, children
from apps.executions.services.acting import member_of
from apps.executions.services.children import Begin, Callee, Changes
from apps.workflows import facade as workflows

ERROR_KIND = "error"


class Calls:
    """The calls of one execution, in its owner's hands."""

    def __init__(self, schema: str, loaded: owning.Loaded) -> None:
        self.schema = schema
        self.id = loaded.id
        self.changes = Changes()
        caller = loaded.caller or {}
        before: list[str] = caller.get("chain", [])
        self.chain = (*before, str(loaded.workflow_id))
        self.mode = loaded.trigger_kind
        self.is_about_errors = is_about_errors(loaded)
        self.acts_as = loaded.acts_as
        self.trace_id = loaded.trace_id or loaded.id
        self.waiting_parent = loaded.parent_id if caller.get("is_waiting") else None

    def take(self) -> Changes:
        """Hand over what is to be committed."""
        changes, self.changes = self.changes, Changes()
        return changes

    def called(self, key: StepKey, step: OpenStep, call: Call) -> Result | Wait | Failure:
        """Note the executions that a step starts, and return what becomes of the step.

        Whatever an earlier attempt has called, and a crash left behind, is cancelled first.
        """
        self.leave(step)
        try:
            with tenancy.entered(self.schema):
                calling.refuse_circle(call.workflow_id, self.chain)
                self._refuse_many(len(call.inputs))
                callee = _callee(call, member_of(self.acts_as))
        except EngineError as reason:
            return failure_of(reason)
        call_id = uuid5(self.id, f"{key}#{step.attempt}")
        is_waited_for = call.mode is not CallMode.ASYNC
        most = call.concurrency if call.mode is CallMode.FOR_EACH else 1
        executions = {place: uuid7() for place in range(min(most, len(call.inputs)))}
        begin = Begin(
            call_id=call_id,
            callee=callee,
            caller=self._caller(key, is_waiting=is_waited_for),
            executions=executions,
            inputs=tuple(call.inputs),
            is_waited_for=is_waited_for,
            acts_as=self.acts_as,
            trace_id=self.trace_id,
        )
        self.changes.begun.append(begin)
        if not is_waited_for:
            return calling.started(call, str(executions[0]))
        note = _note(call_id, call, callee)
        return Wait(seconds=call.timeout_s, reason=Reason.SUB_WORKFLOW, note=note)

    def _caller(self, key: StepKey, *, is_waiting: bool) -> dict[str, Json]:
        return {
            "chain": list(self.chain),
            "step": key,
            "is_waiting": is_waiting,
            "is_about_errors": self.is_about_errors,
        }

    def _refuse_many(self, count: int) -> None:
        most = DEFAULT_LIMITS.children
        known = children.count(self.schema, self.id, most=most)
        known += sum(len(begin.inputs) for begin in self.changes.begun)
        if known + count > most:
            raise NodeError(
                "too_many_children",
                f"One execution calls at most {most:,} others, in all its steps.",
            )

    def leave(self, step: OpenStep) -> None:
        """Wait no longer for what a step has called: whatever is under way is asked to end, whatever is not is forgotten.

        They are asked before the caller commits anything: whoever dies in between leaves a step that is left once more.
        """
        call_id = call_of(step)
        if call_id is None:
            return
        self.changes.begun = [begin for begin in self.changes.begun if begin.call_id != call_id]
        under_way = children.under_way(self.schema, call_id)
        for execution_id in sorted(under_way):
            dispatch.ask(self.schema, execution_id, "cancel")
        if under_way:
            dispatch.ring()
        self.changes.left.append(call_id)

    def looked(
        self, key: StepKey, step: OpenStep, *, is_paused: bool = False
    ) -> Result | Failure | None:
        """Return how a waiting step's call has ended; None: it goes on, and what follows of it is noted.

        In a pause nothing more is started: what has ended is taken over afterwards.
        """
        call_id = call_of(step)
        if call_id is None or any(begin.call_id == call_id for begin in self.changes.begun):
            return None
        note: Any = step.note
        call = _call_of(note)
        ended = children.ended(self.schema, call_id)
        failed = [each for each in ended if not each.is_fine]
        if failed and call.mode is CallMode.FOR_EACH and not call.is_patient:
            self.leave(step)
            return calling.failed(call.workflow_id, min(failed, key=lambda each: each.index))
        if not ended or (is_paused and children.pending(self.schema, call_id, most=1)):
            return None
        self.changes.ended += [UUID(each.execution_id) for each in ended]
        if call.mode is CallMode.FOR_EACH and self._has_begun_more(key, call_id, note, len(ended)):
            return None
        return self._collected(call, call_id)

    def _has_begun_more(
        self, key: StepKey, call_id: UUID, note: Mapping[str, Any], ended: int
    ) -> bool:
        """Start as many as have ended; whether any are under way then."""
        places = children.pending(self.schema, call_id, most=ended)
        if places:
            callee = Callee(
                UUID(note["workflow"]), UUID(note["version"]), note["trigger"], note["next_kind"]
            )
            caller = self._caller(key, is_waiting=True)
            executions = {place: uuid7() for place in places}
            self.changes.begun.append(
                Begin(
                    call_id,
                    callee,
                    caller,
                    executions,
                    acts_as=self.acts_as,
                    trace_id=self.trace_id,
                )
            )
        return bool(places) or len(children.under_way(self.schema, call_id)) > ended

    def _collected(self, call: Call, call_id: UUID) -> Result | Failure:
        most = DEFAULT_LIMITS.output_bytes
        ended = children.all_of(self.schema, call_id, most_bytes=most)
        for each in ended:
            # Before the commit that records the answer: done twice it is done once.
            blobs.hand_on(self.schema, UUID(each.execution_id), self.id, each.output)
        if call.mode is CallMode.SYNC and ended[0].output == omitted(most):
            return Failure(
                "output_too_large", f"The output of the workflow is larger than {most} bytes."
            )
        return calling.answer_of(call, ended)


def is_about_errors(loaded: owning.Loaded) -> bool:
    """Say whether an execution was started because another one had failed, or was called by such a one."""
    caller = loaded.caller or {}
    return loaded.trigger_kind == ERROR_KIND or bool(caller.get("is_about_errors"))


def call_of(step: OpenStep) -> UUID | None:
    """Return the call that a step has made and waits for, if it does."""
    note: Any = step.note
    is_calling = step.reason is Reason.SUB_WORKFLOW or step.woken is Reason.SUB_WORKFLOW
    return UUID(note["call"]) if is_calling and note else None


def is_called(step: OpenStep) -> bool:
    """Say whether a step waits for what it has called."""
    return step.status is StepStatus.WAITING and step.reason is Reason.SUB_WORKFLOW


def _note(call_id: UUID, call: Call, callee: Callee) -> dict[str, Json]:
    return {
        "call": str(call_id),
        "mode": str(call.mode),
        "is_patient": call.is_patient,
        "workflow": str(callee.workflow_id),
        "version": str(callee.version_id),
        "trigger": callee.trigger_node,
        "next_kind": callee.next_kind,
    }


def _call_of(note: Mapping[str, Any]) -> Call:
    return Call(note["workflow"], (), CallMode(note["mode"]), is_patient=note["is_patient"])


def _callee(call: Call, acts_as: UUID | None) -> Callee:
    """Return what is called, in the version that is live now.

    Raises:
        NodeError: it cannot be called, whoever the execution acts as may not run it, or its trigger does not take an input, by its form or its condition.
    """
    try:
        trigger = workflows.trigger_to_call(UUID(call.workflow_id), acts_as=acts_as)
    except GoraxError as reason:
        raise NodeError(reason.code, f"The workflow cannot be called: {reason}") from reason
    version = workflows.version(trigger.version_id)
    calling.refuse_unfit(trigger.config, call.inputs)
    refuse_unwanted(trigger.condition, call.inputs, zone=version.zone)
    next_kind = version.next_kind(trigger.node_id)
    return Callee(trigger.workflow_id, trigger.version_id, trigger.node_id, next_kind)


def refuse_unwanted(condition: str, inputs: Iterable[Json], *, zone: str) -> None:
    """Let a trigger start executions with these inputs.

    Raises:
        NodeError: `child_refused`, its condition does not hold for one of them.
        ExpressionError: it cannot be judged.
    """
    now = datetime.now(UTC)
    if not all(workflows.is_wanted(condition, each, now=now, zone=zone) for each in inputs):
        raise calling.refused()
