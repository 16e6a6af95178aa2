"""One workflow calls another: who may, and what becomes of it. The durable worker and the runner in memory agree here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from apps.engine.credential import Vault
from apps.engine.errors import NodeError
from apps.engine.failure import Failure, failure_of
from apps.engine.intake import each_unfit
from apps.engine.json_schema import Budget
from apps.engine.node import Call, CallMode, Raw, Result
from apps.engine.outcome import Outcome
from apps.engine.problem import Problem, pointer
from apps.engine.program import Program
from apps.engine.state import ExecutionStatus
from apps.engine.value import DEFAULT_LIMITS, Json, NodeId
from apps.engine.weight import Excess, omitted, weigh

# How deep workflows may call each other, the first one counted.
DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Callee:
    """A workflow that can be called, and by which of its triggers; `credentials` are those that its own nodes name."""

    program: Program
    trigger: NodeId
    credentials: Vault = field(default_factory=dict)


Find: TypeAlias = Callable[[str, Json], Callee]
Begin: TypeAlias = Callable[[Callee, Json, int], Outcome]


@dataclass(frozen=True, slots=True)
class Ended:
    """How one of the executions that a node started has come to its end."""

    index: int
    execution_id: str
    status: ExecutionStatus
    output: Json = None
    error: Mapping[str, Json] | None = None

    @property
    def is_fine(self) -> bool:
        """Whether it completed."""
        return self.status is ExecutionStatus.COMPLETED


def refuse_circle(workflow_id: str, chain: Sequence[str]) -> None:
    """Let the last workflow of `chain`, the first of whom nobody has called, call another one.

    Raises:
        NodeError: `call_circle`, it is in the chain already; `call_too_deep`, ten are enough.
    """
    if workflow_id in chain:
        raise NodeError("call_circle", "This workflow is under way already, and has led here.")
    if len(chain) >= DEEPEST:
        raise NodeError(
            "call_too_deep", f"Workflows may call each other {DEEPEST} deep, the first one counted."
        )


def refused() -> NodeError:
    """Return the refusal of a trigger whose condition does not hold for an input."""
    return NodeError("child_refused", "The condition of its trigger does not hold for the input.")


def refuse_unfit(config: Raw, inputs: Sequence[Json], budget: Budget | None = None) -> None:
    """Let a trigger be called with these inputs, as far as its form says what they are to be; calls may share a budget.

    Raises:
        NodeError: `child_input_invalid`, one of them does not fit; `details` say which, and where.
    """
    for index, found in enumerate(each_unfit(config, inputs, budget)):
        for wrong in found:
            path = pointer(*wrong.place)
            raise NodeError(
                "child_input_invalid",
                f"The workflow that is called does not take this input: at “{path or '/'}”: {wrong.message}",
                details={"index": index, "path": path, "reason": wrong.code},
            )


def started(call: Call, execution_id: str) -> Result:
    """Return the answer of a node that does not wait."""
    return Result(
        {"execution_id": execution_id, "workflow_id": call.workflow_id, "status": "started"}
    )


def failed(workflow_id: str, ended: Ended) -> Failure:
    """Return the failure of a node whose workflow did not complete."""
    error = dict(ended.error or {})
    reason = error.get("message") or f"It ended as {ended.status}."
    return Failure(
        "child_failed",
        f"The workflow that was called did not complete: {reason}",
        details={
            "execution_id": ended.execution_id,
            "workflow_id": workflow_id,
            "index": ended.index,
            "status": str(ended.status),
            "error": error,
        },
    )


def answer_of(call: Call, ended: Sequence[Ended]) -> Result | Failure:
    """Return what a node that waited leaves; `ended` are its executions in the order of its inputs.

    Of the outputs of many, those that do not fit into the size of one are left out, each with a word in its place.
    """
    if call.mode is not CallMode.FOR_EACH:
        (only,) = ended
        return Result(only.output) if only.is_fine else failed(call.workflow_id, only)
    iterations: list[Json] = []
    left = DEFAULT_LIMITS.output_bytes
    for each in ended:
        shown: dict[str, Json] = {"index": each.index, "execution_id": each.execution_id}
        if each.is_fine:
            weight = weigh(each.output, left)
            fits = not isinstance(weight, Excess)
            shown["output"] = each.output if fits else omitted(DEFAULT_LIMITS.output_bytes)
            left -= weight if isinstance(weight, int) else 0
        else:
            shown["error"] = failed(call.workflow_id, each).facts(NodeId(""))["details"]
        iterations.append(shown)
    return Result(
        {
            "iteration_count": len(iterations),
            "failed_count": sum(not each.is_fine for each in ended),
            "iterations": iterations,
        }
    )


def in_memory(
    call: Call, chain: Sequence[str], find: Find, begin: Begin
) -> tuple[Result | Failure, Problem | None]:
    """Run the called workflows one after the other; also return what the author of a dry run has to know.

    Nobody waits in memory, so an asynchronous one runs to its end, too, and how it went is its own business.
    """
    ended: list[Ended] = []
    try:
        refuse_circle(call.workflow_id, chain)
        for index, given in enumerate(call.inputs):
            outcome = begin(find(call.workflow_id, given), given, index)
            if outcome.problems:
                return _unmocked(outcome)
            status, error = outcome.status, outcome.error
            one = Ended(index, f"in-memory-{index}", status, outcome.output, error)
            if not one.is_fine and call.mode is CallMode.FOR_EACH and not call.is_patient:
                return failed(call.workflow_id, one), None
            ended.append(one)
    except NodeError as error:
        return failure_of(error), None
    if call.mode is CallMode.ASYNC:
        return started(call, ended[0].execution_id), None
    return answer_of(call, ended), None


def _unmocked(outcome: Outcome) -> tuple[Failure, Problem]:
    message = (
        "The workflow that is called acts on the world outside, so a dry run does not run it. "
        f"Give this node a mock output. ({outcome.problems[0].message})"
    )
    return Failure("mock_missing", message), Problem("mock_missing", message)
