"""What comes of a document does not depend on how many workers do it."""

import threading

from apps.core import tenancy
from apps.executions.models import Execution
from apps.executions.services import loop
from apps.executions.services.worker import Holding, Worker
from tests.eventually import eventually
from tests.executions.crew import ONE_TURN, Beside, claim, work
from tests.executions.makers import (
    SCHEMA,
    begin,
    call,
    chain,
    edges,
    make_version,
    nodes,
    steps,
    tickets,
)

EACH = 4  # executions of every document


def documents(url: str) -> dict[str, dict]:
    return {
        "chain": chain(
            ("sum", "action:formula", {"config": {"expression": "trigger.n + 1"}}),
            ("more", "action:formula", {"config": {"expression": "steps.sum * 2"}}),
        ),
        #  start ─► if ─true──► a ─┐
        #            └─false─► b ─┴► join
        "branches": {
            "nodes": nodes(
                ("start", "trigger:manual", {}),
                ("if", "control:if", {"config": {"condition": "trigger.n % 2 == 0"}}),
                ("a", "action:set", {"config": {"values": {"a": "{{ trigger.n }}"}}}),
                ("b", "action:set", {"config": {"values": {"b": "{{ trigger.n }}"}}}),
                ("join", "control:merge", {}),
            ),
            "edges": edges("start>if", "if:true>a", "if:false>b", "a>join", "b>join"),
        },
        #  start ─┬► one ─┐
        #         ├► two ─┼► join
        #         └► three┘
        "calls abreast": {
            "nodes": nodes(
                ("start", "trigger:manual", {}),
                ("one", "action:http", call(f"{url}/ok")),
                ("two", "action:http", call(f"{url}/ok")),
                ("three", "action:http", call(f"{url}/ok")),
                ("join", "action:formula", {"config": {"expression": "size(input)"}}),
            ),
            "edges": edges(
                "start>one", "start>two", "start>three", "one>join", "two>join", "three>join"
            ),
        },
        "wait": chain(
            ("rest", "control:delay", {"config": {"duration": "20ms"}}),
            ("after", "action:formula", {"config": {"expression": "trigger.n"}}),
        ),
        "failure": chain(
            ("bad", "action:formula", {"config": {"expression": "1 / (trigger.n - trigger.n)"}}),
            ("never", "control:no_op", {}),
        ),
    }


def outcome(execution: Execution) -> tuple:
    """Statuses and outputs; what a server answers differs by its clock."""
    return (
        execution.status,
        execution.reason,
        execution.output,
        execution.had_errors,
        {
            node_id: (
                step.status,
                step.port,
                None if step.node_type == "action:http" else step.output,
            )
            for node_id, step in steps(execution.pk).items()
        },
    )


def all_have_ended() -> bool:
    return not Execution.objects.filter(ended_at__isnull=True).exists()


def toil(worker: Worker, meeting: threading.Barrier) -> int:
    """Begin with a ticket of one's own when everybody has one, then work until all is done; the first claims."""
    batch: list[Holding] = []
    # Another one may be claiming for the tenant at this instant.
    assert eventually(lambda: batch or batch.extend(claim(worker, ONE_TURN)) or batch)
    meeting.wait(10.0)
    loop.advance(worker, batch)
    assert eventually(lambda: not work(worker) and not worker._held and all_have_ended())
    return len(batch)


def outcomes_by(workers: int, versions: dict) -> dict[tuple[str, int], tuple]:
    begun = {
        (name, number): begin(version, {"n": number})
        for number in range(EACH)
        for name, version in versions.items()
    }
    meeting = threading.Barrier(workers)
    crew = [Worker() for _ in range(workers)]
    toilers = [Beside(lambda worker=worker: toil(worker, meeting)) for worker in crew]
    assert [toiler.join_it(30.0) for toiler in toilers] == [1] * workers
    assert tickets() == 0
    return {key: outcome(Execution.objects.get(pk=each)) for key, each in begun.items()}


def test_one_worker_and_four_make_the_same_of_the_same_documents(receiver) -> None:
    with tenancy.entered(SCHEMA):
        versions = {
            name: make_version(document) for name, document in documents(receiver.url).items()
        }

        by_one = outcomes_by(1, versions)
        by_four = outcomes_by(4, versions)

    assert by_four == by_one
    assert {name: by_one[name, 1][0] for name in versions} == {
        "chain": "completed",
        "branches": "completed",
        "calls abreast": "completed",
        "wait": "completed",
        "failure": "failed",
    }
    assert [by_one["chain", number][2] for number in range(EACH)] == [2, 4, 6, 8]
    assert [by_one["branches", number][2] for number in range(EACH)] == [
        [{"a": 0}],
        [{"b": 1}],
        [{"a": 2}],
        [{"b": 3}],
    ]
    assert by_one["calls abreast", 0][2] == 3
