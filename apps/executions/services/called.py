"""Steps that wait until somebody comes back to them, in the hands of their execution's owner."""

from collections.abc import Iterable

from apps.engine.ports import Ports
from apps.engine.state import CALLED, StepStatus
from apps.engine.value import StepKey
from apps.engine.waking import woken
from apps.executions.services import hearing
from apps.executions.services.run import Run


def perform(run: Run, key: StepKey, ports: Ports) -> None:
    """Run a started pure step: one whose wait is over with what it was told, one that begins to wait only if nobody was early."""
    if run.step(key).woken in CALLED:
        told = hearing.settle(run.schema, run.id, key)
        if told is not None:
            run.heard[key] = told
    run.perform(key, ports)
    # Whoever comes from now on pokes; who was here before has done that in vain.
    wake(run, (key,))


def wake(run: Run, keys: Iterable[StepKey]) -> None:
    """Let those steps start that wait for somebody, and to whom somebody has come back."""
    steps = run.frontier.steps
    waiting = [
        key
        for key in keys
        if key in steps and steps[key].status is StepStatus.WAITING and steps[key].reason in CALLED
    ]
    for key in hearing.ended(run.schema, run.id, waiting):
        run.frontier = woken(run.frontier, key, run.now())
