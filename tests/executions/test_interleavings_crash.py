"""Workers that die: whose death counts against whom, and what the others find."""

import pytest

from apps.dispatch import facade as dispatch
from apps.executions.models import Execution
from apps.executions.services import fanout, run
from apps.executions.services.worker import WAITING_SLOTS, Worker
from tests.executions.crew import (
    ONE_CALL,
    ONE_TURN,
    Killed,
    bury,
    claim,
    due,
    dying_at,
    kill,
    let_finish,
    step_ticket,
    ticket,
    work,
    work_to_the_end,
)
from tests.executions.makers import (
    begin,
    call,
    chain,
    edges,
    execution,
    make_version,
    nodes,
    paths,
    steps,
    tickets,
)


@pytest.fixture
def poison(monkeypatch) -> None:
    """A node called `poison` kills whoever runs it."""
    unharmed = run.run_prepared

    def run_prepared(program, prepared):
        if prepared.context.node_id == "poison":
            kill()
        return unharmed(program, prepared)

    monkeypatch.setattr(run, "run_prepared", run_prepared)
    monkeypatch.setattr(fanout, "run_prepared", run_prepared)


def die_of(*, room: dispatch.Room | None = None) -> None:
    """A new worker takes what is due and dies of it; what it held is free for the next."""
    worker = Worker()
    try:
        work(worker, room)
        let_finish(worker)
    except Killed:
        assert worker._held
    bury(worker)


def crashes(ticket_id) -> int:
    return ticket(ticket_id, "crash_count")[0]


def test_a_call_that_kills_three_lone_workers_fails_its_execution(receiver, poison) -> None:
    version = make_version(chain(("poison", "action:http", call(f"{receiver.url}/ok"))))
    execution_id = begin(version, {})

    for count in (1, 2, 3):
        die_of()
        # Each has recorded that the step was running, which is no progress.
        assert (crashes(execution_id), steps(execution_id)["poison"].status) == (count, "running")
    work_to_the_end(Worker())

    done = execution(execution_id)
    assert (done.status, done.reason, done.error["code"]) == (
        "failed",
        "worker_lost",
        "worker_lost",
    )
    assert steps(execution_id)["poison"].status == "cancelled"
    assert (tickets(), paths(receiver)) == (0, [])


@pytest.mark.parametrize("retry", [{}, {"attempts": 3, "retry_on": ["."]}])
def test_a_call_beside_others_that_kills_three_lone_workers_fails_alone(
    receiver, poison, retry
) -> None:
    made = call(f"{receiver.url}/ok") | {"on_error": "continue", "retry": retry}
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("poison", "action:http", made),
            ("fine", "action:http", call(f"{receiver.url}/ok")),
        ),
        "edges": edges("start>poison", "start>fine"),
    }
    execution_id = begin(make_version(document), {})
    work(Worker())
    while crashes(step_ticket(execution_id, "poison")) < 3:
        die_of(room=ONE_CALL)
    work_to_the_end(Worker())

    done = execution(execution_id)
    assert (done.status, done.had_errors) == ("completed", True)
    recorded = steps(execution_id)
    assert (recorded["poison"].status, recorded["poison"].error["code"]) == (
        "failed",
        "worker_lost",
    )
    assert recorded["fine"].status == "completed"


def test_a_pure_node_that_kills_its_worker_fails_its_execution_and_no_other_of_the_batch(
    demo, poison
) -> None:
    healthy = make_version(chain(("fine", "control:no_op", {})))
    others = [begin(healthy, {}) for _ in range(4)]
    poisoned = begin(make_version(chain(("poison", "control:no_op", {}))), {})
    others += [begin(healthy, {}) for _ in range(4)]

    die_of()
    assert {crashes(each) for each in (*others, poisoned)} == {0}
    deaths = 0
    while due():
        try:
            work(worker := Worker())
        except Killed:
            deaths += 1
            bury(worker)

    assert deaths == 3
    assert (execution(poisoned).status, execution(poisoned).reason) == ("failed", "worker_lost")
    assert {execution(each).status for each in others} == {"completed"}


def test_calls_that_share_a_process_with_poison_are_not_taken_for_it(demo, receiver) -> None:
    version = make_version(chain(("slow", "action:http", call(f"{receiver.url}/slow/30000"))))
    neighbours = [begin(version, {}, next_kind="external") for _ in range(9)]
    poison = begin(version, {}, next_kind="external")

    deaths, worst = 0, 0
    while crashes(poison) < 3:
        worker = Worker()
        while claim(worker):  # one after the other, as slots allow; none of these calls ends soon
            assert deaths < 9, "poison is never found out"
        if poison in worker._held:
            deaths += 1
        else:
            dispatch.delete(worker._held)
        bury(worker)
        worst = max([worst, *(crashes(each) for each in neighbours if ticket(each, "id"))])

    assert deaths <= 4
    assert worst == 2


def test_progress_lets_the_crash_count_start_anew(receiver, poison) -> None:
    version = make_version(
        chain(
            ("first", "action:http", call(f"{receiver.url}/ok")),
            ("poison", "action:http", call(f"{receiver.url}/ok")),
        )
    )
    execution_id = begin(version, {})
    for count in (1, 2):
        with dying_at("step.before_effect"):
            die_of()
        assert crashes(execution_id) == count

    die_of()

    assert steps(execution_id)["first"].status == "completed"
    assert crashes(execution_id) == 1


def test_a_rest_without_progress_keeps_the_crash_count(receiver) -> None:
    version = make_version(chain(("call", "action:http", call(f"{receiver.url}/ok"))))
    execution_id = begin(version, {})
    for _ in range(2):
        with dying_at("step.before_effect"):
            die_of()
    full = Worker()
    full._waiting_by_schema["t_other"] = WAITING_SLOTS

    work(full, ONE_TURN)

    assert ticket(execution_id, "crash_count", "token", "next_kind") == (2, None, "external")


@pytest.mark.parametrize("place", ["start.before_ticket", "start.after_ticket"])
def test_a_door_killed_before_its_commit_leaves_neither_an_execution_nor_a_ticket(
    demo, place
) -> None:
    version = make_version(chain(("fine", "control:no_op", {})))

    with dying_at(place), pytest.raises(Killed):
        begin(version, {})

    assert (Execution.objects.count(), tickets()) == (0, 0)
