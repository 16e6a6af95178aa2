"""From what a node answered to what the plan is told: the one translation, for runner and worker alike."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from apps.engine import passes, plan
from apps.engine.container import Open
from apps.engine.failure import Failure
from apps.engine.frontier import Frontier, OpenStep
from apps.engine.graph import Container, Graph
from apps.engine.node import Answer, Call, Respond, Result, Stop, Wait
from apps.engine.state import Reason
from apps.engine.value import DEFAULT_LIMITS, Json, StepKey, split_key
from apps.engine.weight import Excess, omitted, weigh

NO_CHANCE = 0.5


def answered(  # noqa: PLR0913 - one transition, told whole
    graph: Graph,
    frontier: Frontier,
    key: StepKey,
    answer: Answer | Failure,
    now: datetime,
    *,
    execution_id: str = "",
    under_way: OpenStep | None = None,
) -> Frontier:
    """Return the frontier after a running step answered or failed; `under_way` as for `plan.settled`.

    Afterwards `frontier.steps.get(key)` is None if the step has settled, else it waits until its `wake_at`.

    Raises:
        TransitionError: the step is not running.
    """
    if isinstance(answer, Wait):
        wake_at = answer.until
        if answer.seconds is not None:
            wake_at = now + timedelta(seconds=answer.seconds)
        return plan.waiting(
            frontier, key, wake_at, answer.reason, now, note=answer.note, under_way=under_way
        )
    if isinstance(answer, Call):
        # In memory, where nobody starts the workflow, nobody comes back either.
        return plan.waiting(frontier, key, None, Reason.SUB_WORKFLOW, now, under_way=under_way)
    if isinstance(answer, Open):
        return passes.opened(graph, frontier, key, answer.opening, now, under_way=under_way)
    if isinstance(answer, Failure):
        step = under_way or frontier.steps.get(key)
        chance = chance_of(execution_id, key, step.attempt if step else 0)
        return plan.settled(graph, frontier, key, answer, now, chance=chance, under_way=under_way)
    return plan.settled(graph, frontier, key, _completed(answer), now, under_way=under_way)


def _completed(answer: Result | Respond | Stop) -> plan.Completed:
    if isinstance(answer, Result):
        return plan.Completed(port=answer.port)
    if isinstance(answer, Respond):
        return plan.Completed(is_response=True)
    return plan.Completed(is_stop=True, has_error=answer.has_error)


def chance_of(execution_id: str, key: StepKey, attempt: int) -> float:
    """Return a number in [0, 1) that is always the same for one attempt of one step."""
    digest = hashlib.sha256(f"{execution_id}/{key}/{attempt}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


def chance_after(graph: Graph, key: StepKey, execution_id: str) -> float:
    """Return the chance that moves the next try of a retry block after its pass `key`; nothing else asks for any."""
    is_retry = graph.nodes[split_key(key)[1]].container is Container.RETRY
    return chance_of(execution_id, key, 1) if is_retry else NO_CHANCE


def output_of_execution(
    finish: plan.Finish, load: Callable[[StepKey], Json], response: Mapping[str, Json] | None
) -> Json:
    """Return an execution's output: the first response's body; else that of its leaves, as `output_of_leaves` says.

    `load` returns the stored output of a completed step; it is called for leaves only.
    """
    if response is not None:
        return response.get("body")
    return output_of_leaves(finish.leaves, load)


def output_of_leaves(leaves: Sequence[StepKey], load: Callable[[StepKey], Json]) -> Json:
    """Return the output of a whole scope: the one leaf's; else all by node id; null if there is none.

    Of several, those that do not fit into the size of one output are left out, each with a word in its place.
    """
    if len(leaves) == 1:
        return load(leaves[0])
    by_node: dict[str, Json] = {}
    left = DEFAULT_LIMITS.output_bytes
    for key in leaves:
        output = load(key)
        weight = weigh(output, left)
        fits = not isinstance(weight, Excess)
        by_node[str(split_key(key)[1])] = output if fits else omitted(DEFAULT_LIMITS.output_bytes)
        left -= weight if isinstance(weight, int) else 0
    return by_node or None
