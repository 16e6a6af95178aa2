"""The transition of a step to which somebody has come back before its time was up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from apps.engine.edit import Edit
from apps.engine.errors import TransitionError
from apps.engine.frontier import Frontier
from apps.engine.state import StepStatus
from apps.engine.value import StepKey


def woken(frontier: Frontier, key: StepKey, now: datetime) -> Frontier:
    """Let a step that waits start now, because somebody has come back to it.

    Raises:
        TransitionError: the step does not wait.
    """
    edit = Edit(frontier, now)
    step = edit.step(key)
    if step.status is not StepStatus.WAITING:
        raise TransitionError(f"step {key} is {step.status} and waits for nobody")
    edit.put(key, replace(step, wake_at=now))
    return edit.done()
