"""Circuits are shared by all workers of a tenant, whoever dies, and however many pass at once."""

import threading
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from apps.core import db
from apps.core.failpoints import hooked
from apps.engine import circuit as rule
from apps.engine.circuit import CircuitPolicy
from apps.executions.models import Circuit
from apps.executions.services.circuits import SharedCircuits
from apps.executions.services.worker import Worker
from tests.eventually import eventually
from tests.executions.crew import (
    Beside,
    Gate,
    Killed,
    beside,
    bury,
    dying_at,
    kill,
    let_finish,
    ticket,
    waiting_for_locks,
    work,
    work_to_the_end,
)
from tests.executions.makers import (
    SCHEMA,
    begin,
    call,
    edges,
    execution,
    make_version,
    nodes,
    paths,
    steps,
)

POLICY = CircuitPolicy(max_failures=100, window=100, failure_ratio=1, probes=3, open_s=60)
TRIPPED = CircuitPolicy(max_failures=1, probes=3, open_s=60)


def guarded(url: str, **config) -> dict:
    """
    start ──► breaker ──body──► call
                 └──done──► end
    """
    return {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("breaker", "control:circuit_breaker", {"config": {"name": "pay", **config}}),
            ("call", "action:http", call(url, method="POST", body={})),
            ("end", "control:no_op", {}),
        ),
        "edges": edges("start>breaker", "breaker:body>call", "breaker:done>end"),
    }


def run_once(document: dict) -> UUID:
    """An execution, worked on by a worker of its own until nothing of it is due."""
    execution_id = begin(make_version(document), {})
    worker = Worker()
    work_to_the_end(worker)
    let_finish(worker)
    return execution_id


def outcomes() -> list[bool]:
    return [fine for _, fine in Circuit.objects.get().value["outcomes"]]


def let_rest_be_over() -> None:
    db.execute(
        f"""
        UPDATE {SCHEMA}.executions_circuit
        SET value = jsonb_set(value::jsonb, '{{until}}', to_jsonb(clock_timestamp() - interval '1 s'))::json
        """  # noqa: S608 - a constant
    )


def test_what_fails_too_often_is_left_alone_by_every_worker(receiver) -> None:
    document = guarded(f"{receiver.url}/status/500", max_failures=2)

    ran = [execution(run_once(document)) for _ in range(3)]

    assert [row.error["code"] for row in ran] == ["http_status", "http_status", "circuit_open"]
    assert len(paths(receiver)) == 2


def test_after_its_rest_it_is_tried_and_closes(receiver) -> None:
    for _ in range(2):
        run_once(guarded(f"{receiver.url}/status/500", max_failures=1))
    let_rest_be_over()

    ran = execution(run_once(guarded(f"{receiver.url}/ok", max_failures=1, probes=1)))

    assert ran.status == "completed"
    assert Circuit.objects.get().value["state"] == "closed"
    assert len(paths(receiver)) == 2


def test_whoever_waits_for_it_holds_nobody_and_goes_on_when_its_rest_is_over(receiver) -> None:
    run_once(guarded(f"{receiver.url}/status/500", max_failures=1))
    until = datetime.fromisoformat(Circuit.objects.get().value["until"])

    waiting = run_once(guarded(f"{receiver.url}/ok", on_open="wait"))

    row = execution(waiting)
    assert (row.status, row.reason) == ("waiting", "circuit_open")
    assert steps(waiting)["breaker"].wake_at == until
    assert ticket(waiting, "token", "due_at") == (None, until)


def test_a_failure_is_counted_once_although_its_worker_dies_before_it_is_written(receiver) -> None:
    execution_id = begin(make_version(guarded(f"{receiver.url}/status/500")), {})
    killed = Worker()

    def die_once_it_is_told() -> None:
        if db.fetch(f"SELECT 1 FROM {SCHEMA}.executions_circuit"):  # noqa: S608 - a constant
            kill()

    with hooked("finish.before_commit", die_once_it_is_told, nth=None), suppress(Killed):
        work(killed)
        let_finish(killed)
    assert outcomes() == [False]
    assert execution(execution_id).ended_at is None

    bury(killed)
    work_to_the_end(Worker())

    assert execution(execution_id).error["code"] == "http_status"
    assert outcomes() == [False]


def test_a_healthy_circuit_leaves_no_row(receiver) -> None:
    assert execution(run_once(guarded(f"{receiver.url}/ok"))).status == "completed"

    assert Circuit.objects.count() == 0


def test_failures_at_once_are_all_counted(demo) -> None:
    def failing(who: int) -> Beside:
        return Beside(lambda: SharedCircuits(SCHEMA).tell("pay", POLICY, f"p{who}", is_fine=False))

    for each in [failing(who) for who in range(8)]:
        each.join_it()

    assert sorted(name for name, _ in Circuit.objects.get().value["outcomes"]) == [
        f"p{who}" for who in range(8)
    ]


def test_nobody_changes_a_circuit_while_another_one_judges_it(demo, monkeypatch) -> None:
    circuits, gate, told = SharedCircuits(SCHEMA), Gate(), rule.told

    def judge(circuit, policy, who, now, **how):
        if who == "slow":
            gate()
        return told(circuit, policy, who, now, **how)

    monkeypatch.setattr(rule, "told", judge)
    circuits.tell("pay", POLICY, "first", is_fine=False)
    slow = Beside(lambda: circuits.tell("pay", POLICY, "slow", is_fine=False))
    gate.wait_for_arrival()
    fast = Beside(lambda: circuits.tell("pay", POLICY, "fast", is_fine=False))
    assert eventually(lambda: waiting_for_locks() or not fast.is_alive())
    gate.open()
    slow.join_it()
    fast.join_it()

    assert [name for name, _ in Circuit.objects.get().value["outcomes"]] == [
        "first",
        "slow",
        "fast",
    ]


def test_of_many_that_ask_at_once_only_the_probes_are_let_in(demo) -> None:
    circuits = SharedCircuits(SCHEMA)
    circuits.tell("pay", TRIPPED, "first", is_fine=False)
    assert circuits.ask("pay", TRIPPED, "too early") is not None
    let_rest_be_over()

    asking = [Beside(lambda who=who: circuits.ask("pay", TRIPPED, f"p{who}")) for who in range(8)]
    answers = [each.join_it() for each in asking]

    assert answers.count(None) == 3
    assert len(Circuit.objects.get().value["probing"]) == 3


def test_the_databases_clock_says_when_its_rest_is_over(demo) -> None:
    circuits = SharedCircuits(SCHEMA)
    circuits.tell("pay", TRIPPED, "first", is_fine=False)

    retry_at = beside(lambda: circuits.ask("pay", TRIPPED, "second"))

    ((now,),) = db.fetch("SELECT clock_timestamp()")
    assert timedelta(seconds=50) < retry_at - now <= timedelta(seconds=60)


def test_a_worker_killed_between_asking_and_its_commit_asks_again_as_the_same_probe(
    receiver,
) -> None:
    run_once(guarded(f"{receiver.url}/status/500", max_failures=1))
    let_rest_be_over()
    execution_id = begin(make_version(guarded(f"{receiver.url}/ok", probes=1)), {})
    killed = Worker()
    with dying_at("record.before_commit"), suppress(Killed):
        work(killed)
        let_finish(killed)
    assert [name for name, _ in Circuit.objects.get().value["probing"]] == [
        f"{execution_id}:breaker"
    ]

    bury(killed)
    work_to_the_end(Worker())

    assert execution(execution_id).status == "completed"


def test_a_circuit_is_asked_again_over_another_connection_when_its_own_was_cut(demo) -> None:
    ((pid,),) = db.fetch("SELECT pg_backend_pid()")

    def cut() -> None:
        db.fetch("SELECT pg_terminate_backend(%(pid)s)", {"pid": pid})
        db.give_back()

    cutter = threading.Thread(target=cut)
    cutter.start()
    cutter.join()

    assert SharedCircuits(SCHEMA).ask("pay", POLICY, "me") is None
    assert db.fetch("SELECT pg_backend_pid()") != [(pid,)]
