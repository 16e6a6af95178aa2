"""Random documents come to the same end in memory, on one worker and on four: statuses, outputs, every step.

With faults they do so in chaos, which plays documents of the same maker.
"""

import threading
from typing import Any
from uuid import UUID

import pytest

from apps.core import tenancy
from apps.engine.outcome import Outcome
from apps.engine.value import step_key
from apps.executions.models import Execution, Step
from apps.executions.services.worker import Worker
from tests.chaos.documents import Kind
from tests.chaos.random_documents import document
from tests.eventually import eventually
from tests.executions.crew import Beside, work
from tests.executions.makers import SCHEMA, begin, make_version, tickets

DOCUMENTS = 12
NUMBERS = (3, 4)
# What an execution was begun with stands in its own row, not in its trigger's.
TRIGGERS = frozenset({"start", "hook"})
# What a receiver answers holds its clock, and a moment is told by the clock of whoever runs the workflow.
DATED = frozenset({"action:http", "control:wait_until"})
WITHIN_S = 60.0


def kinds(url: str, seed: str) -> list[Kind]:
    hook = {"path": "never-called", "auth_type": "none"}
    return [Kind(f"{seed}:{n}", document(f"{seed}:{n}", url, hook)) for n in range(DOCUMENTS)]


def told(outcome: Outcome, kind: Kind) -> tuple[Any, ...]:
    """What the model came to."""
    types = {node["id"]: node["type"] for node in kind.definition["nodes"]}
    shown = {
        key: (
            str(step.status),
            None if types[key.rpartition("/")[2]] in DATED else step.output,
        )
        for key, step in outcome.steps.items()
        if key not in TRIGGERS
    }
    error = outcome.error or {}
    return (str(outcome.status), outcome.output, outcome.had_errors, error.get("code"), shown)


def recorded(execution_id: UUID) -> tuple[Any, ...]:
    """What the database came to."""
    execution = Execution.objects.get(pk=execution_id)
    shown = {
        step_key(step.scope, step.node_id): (
            step.status,
            None if step.node_type in DATED else step.output,
        )
        for step in Step.objects.filter(execution_id=execution_id)
        if step.node_id not in TRIGGERS
    }
    error = execution.error or {}
    return (execution.status, execution.output, execution.had_errors, error.get("code"), shown)


def all_have_ended() -> bool:
    return not Execution.objects.filter(ended_at__isnull=True).exists()


def toil(worker: Worker, over: threading.Event) -> None:
    """Claim and advance as a bell would have it, until the test is over."""
    while not over.is_set():
        work(worker)
        over.wait(0.01)


def ends_by(workers: int, versions: dict[str, Any]) -> dict[tuple[str, int], tuple[Any, ...]]:
    begun = {
        (name, number): begin(version, {"n": number})
        for name, version in versions.items()
        for number in NUMBERS
    }
    over = threading.Event()
    crew = [Worker() for _ in range(workers)]
    threads = [Beside(lambda worker=worker: toil(worker, over)) for worker in crew]
    threads += [Beside(worker.renew_forever) for worker in crew]
    try:
        assert eventually(all_have_ended, within_s=WITHIN_S)
    finally:
        over.set()
        for worker in crew:
            worker.shut_down()
        for thread in threads:
            thread.join_it(WITHIN_S)
    assert tickets() == 0
    return {key: recorded(execution_id) for key, execution_id in begun.items()}


@pytest.mark.parametrize("workers", [1, 4])
def test_random_documents_end_on_workers_as_they_end_in_memory(receiver, workers: int) -> None:
    found = kinds(receiver.url, "gorax")
    with tenancy.entered(SCHEMA):
        versions = {kind.name: make_version(kind.definition) for kind in found}
        ends = ends_by(workers, versions)

    for kind in found:
        for number in NUMBERS:
            assert ends[kind.name, number] == told(kind.expected("start", {"n": number}), kind)


def test_the_documents_hold_every_construct_and_both_ends() -> None:
    found = kinds("http://127.0.0.1:1", "gorax")
    types = {node["type"] for kind in found for node in kind.definition["nodes"]}
    ends = {str(kind.expected("start", {"n": n}).status) for kind in found for n in NUMBERS}

    assert types >= {
        "action:http",
        "action:set",
        "control:circuit_breaker",
        "control:delay",
        "control:fork",
        "control:if",
        "control:join",
        "control:loop",
        "control:merge",
        "control:parallel",
        "control:retry",
        "control:switch",
        "control:try",
        "control:wait_until",
    }
    assert ends == {"completed", "failed"}
