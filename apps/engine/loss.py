"""A worker that vanished in the middle of a step: whether the step runs again, or a person has to say what happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from apps.engine.edit import Edit
from apps.engine.errors import TransitionError
from apps.engine.frontier import Frontier
from apps.engine.graph import Graph, OnUnknown
from apps.engine.state import Reason, StepStatus, refuse_unless
from apps.engine.value import StepKey, split_key


def lost(graph: Graph, frontier: Frontier, key: StepKey, now: datetime) -> Frontier:
    """Return the frontier after the worker of a running step vanished.

    `on_unknown` rerun: the step may start again, with the same key. Stop: it is unknown, and a person
    says what happened (`settled`) or has it run again (`again`). An ending execution drops it.

    Raises:
        TransitionError: the step is not running.
    """
    edit = Edit(frontier, now)
    step = edit.step(key)
    refuse_unless(step.status, StepStatus.UNKNOWN, key)
    if graph.nodes[split_key(key)[1]].on_unknown is OnUnknown.RERUN:
        edit.put(key, replace(step, status=StepStatus.QUEUED))
    else:
        edit.put(
            key,
            replace(step, status=StepStatus.UNKNOWN, reason=Reason.WORKER_LOST, is_long_wait=True),
        )
    return edit.done()


def again(frontier: Frontier, key: StepKey, now: datetime) -> Frontier:
    """Let an unknown step run again, because a person said so.

    Raises:
        TransitionError: the step is not unknown.
    """
    edit = Edit(frontier, now)
    step = edit.step(key)
    if step.status is not StepStatus.UNKNOWN:
        raise TransitionError(f"step {key} is {step.status}, so nobody has to decide about it")
    edit.put(key, replace(step, status=StepStatus.QUEUED, reason=None, is_long_wait=False))
    return edit.done()
