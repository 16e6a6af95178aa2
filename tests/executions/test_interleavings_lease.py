"""Owners that were frozen, hang, or are asked to go: what they may still do, and what the others may."""

import threading
import time

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from apps.core import db
from apps.core.failpoints import hooked
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.executions.services import dispatcher, loop, record
from apps.executions.services import worker as workers
from apps.executions.services.worker import MOST_ZOMBIES, Worker
from tests.eventually import eventually
from tests.executions.crew import (
    ONE_CALL,
    ONE_TURN,
    Beside,
    Gate,
    beside,
    bury,
    claim,
    due,
    expire,
    hasten,
    let_finish,
    step_ticket,
    ticket,
    work,
    work_to_the_end,
)
from tests.executions.makers import (
    SCHEMA,
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

PURE = ("pure", "action:formula", {"config": {"expression": "1 + 1"}})


def one_call(receiver, path: str = "/ok", **data) -> dict:
    return chain(("call", "action:http", call(f"{receiver.url}{path}") | data))


def two_calls(receiver, **data) -> dict:
    """
    start ──► one, two
    """
    return {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("one", "action:http", call(f"{receiver.url}/ok") | data),
            ("two", "action:http", call(f"{receiver.url}/ok") | data),
        ),
        "edges": edges("start>one", "start>two"),
    }


def keys(receiver) -> set[str]:
    return {entry["key"] for entry in receiver.book.read(None)["requests"]}


def test_a_frozen_owner_that_wakes_after_another_has_finished_writes_nothing(demo) -> None:
    execution_id = begin(make_version(chain(PURE)), {})
    frozen = Worker()
    gate = Gate()
    with hooked("turn.after_decide", gate):
        sleeper = Beside(lambda: work(frozen))
        gate.wait_for_arrival()
        assert bury(frozen) == [execution_id]
        work(Worker())
        ended = execution(execution_id)
        recorded = {name: step.seq for name, step in steps(execution_id).items()}
        gate.open()
        sleeper.join_it()

    assert ended.status == "completed"
    assert execution(execution_id).seq == ended.seq
    assert {name: step.seq for name, step in steps(execution_id).items()} == recorded


def test_a_batch_commits_what_is_still_its_own_and_drops_the_rest(demo) -> None:
    version = make_version(chain(PURE))
    kept, lost = begin(version, {}), begin(version, {})
    gate = Gate()
    with hooked("turn.after_decide", gate):
        sleeper = Beside(lambda: work(Worker()))
        gate.wait_for_arrival()
        db.execute(
            "UPDATE public.dispatch_ticket SET token = gen_random_uuid() WHERE id = %(id)s",
            {"id": lost},
        )
        gate.open()
        sleeper.join_it()

    assert (execution(kept).status, execution(lost).status) == ("completed", "queued")
    assert list(steps(lost)) == []
    assert tickets() == 1


def test_the_late_answer_of_a_frozen_call_is_dropped_and_the_repetition_was_the_same_bytes(
    receiver,
) -> None:
    body = {"at": "{{ now() }}", "id": "{{ uuid() }}", "r": "{{ random() }}"}
    document = two_calls(receiver)
    for node in document["nodes"][1:]:
        node["data"]["config"] |= {"method": "POST", "body": body}
    execution_id = begin(make_version(document), {})
    work(Worker())
    frozen = Worker()
    gate = Gate()
    with hooked("step.after_effect", gate):
        work(frozen, ONE_CALL)
        gate.wait_for_arrival()
        (stolen,) = bury(frozen)
        work_to_the_end(Worker())
        ended = execution(execution_id)
        gate.open()
        let_finish(frozen)

    assert stolen in {step_ticket(execution_id, "one"), step_ticket(execution_id, "two")}
    assert ended.status == "completed"
    assert execution(execution_id).seq == ended.seq
    seen = receiver.book.read(None)["requests"]
    assert (len(seen), len(keys(receiver))) == (3, 2)
    assert len({(entry["key"], entry["body"]) for entry in seen}) == 2


@pytest.mark.parametrize("retry", [{}, {"retry": {"attempts": 3, "first_wait_s": 0.01}}])
def test_a_call_past_its_own_deadline_fails_with_timeout_whoever_hangs_in_it(
    receiver, retry
) -> None:
    execution_id = begin(make_version(one_call(receiver, **retry)), {})
    hanging = Worker()
    gate = Gate()
    with hooked("step.after_effect", gate):
        work(hanging)
        gate.wait_for_arrival()
        assert dispatch.seize() == []
        overrun(execution_id)
        assert [row[0] for row in dispatch.seize()] == [execution_id]
        successor = Worker()
        (holding,) = claim(successor)
        assert dispatch.seize() == []  # the new owner gets its own time
        successor.hand_back([holding])
        work_to_the_end(successor)
        ended = execution(execution_id)
        gate.open()
        let_finish(hanging)

    assert (ended.status, ended.reason) == ("failed", "node_failed")
    assert ended.error["code"] == "timeout"
    assert steps(execution_id)["call"].error["code"] == "timeout"
    assert execution(execution_id).seq == ended.seq
    assert len(paths(receiver)) == 1


def test_a_call_beside_others_past_its_deadline_fails_with_timeout_too(receiver) -> None:
    execution_id = begin(make_version(two_calls(receiver, on_error="continue")), {})
    work(Worker())
    hanging = Worker()
    gate = Gate()
    with hooked("step.after_effect", gate):
        work(hanging, ONE_CALL)
        gate.wait_for_arrival()
        (hung,) = hanging._held
        overrun(hung)
        assert [row[0] for row in dispatch.seize()] == [hung]
        work_to_the_end(Worker())
        gate.open()
        let_finish(hanging)

    done = execution(execution_id)
    assert (done.status, done.had_errors) == ("completed", True)
    assert sorted(step.status for step in steps(execution_id).values()) == [
        "completed",
        "completed",
        "failed",
    ]
    assert len(paths(receiver)) == 2


def test_a_call_that_hangs_is_not_repeated_though_somebody_could_not_read_it_meanwhile(
    receiver,
) -> None:
    execution_id = begin(make_version(one_call(receiver)), {})
    hanging = Worker()
    gate = Gate()
    with hooked("step.after_effect", gate):
        work(hanging)
        gate.wait_for_arrival()
        overrun(execution_id)
        dispatch.seize()
        (older,) = claim(Worker())
        dispatch.set_aside(execution_id, older.claimed.token, patience_s=300.0)
        hasten(execution_id)
        work_to_the_end(Worker())
        gate.open()
        let_finish(hanging)

    assert steps(execution_id)["call"].error["code"] == "timeout"
    assert len(paths(receiver)) == 1


def test_a_call_whose_worker_died_runs_again_however_late_somebody_comes(receiver) -> None:
    execution_id = begin(make_version(one_call(receiver)), {})
    frozen = Worker()
    gate = Gate()
    with hooked("step.before_effect", gate):
        work(frozen)
        gate.wait_for_arrival()
        overrun(execution_id)
        bury(frozen)
        work_to_the_end(Worker())
        gate.open()
        let_finish(frozen)

    assert execution(execution_id).status == "completed"


def overrun(ticket_id) -> None:
    """Let the deadline of a call in flight be over, as if it had hung since it began."""
    db.execute(
        "UPDATE public.dispatch_ticket SET leased_at = leased_at - interval '1 h',"
        " deadline_at = clock_timestamp() - interval '1 s' WHERE id = %(id)s AND deadline_at IS NOT NULL",
        {"id": ticket_id},
    )


@pytest.mark.parametrize("document", [one_call, two_calls])
def test_a_worker_whose_own_clock_says_that_its_lease_is_over_starts_no_call(
    receiver, document
) -> None:
    execution_id = begin(make_version(document(receiver)), {})
    if document is two_calls:
        work(Worker(), ONE_TURN)
    late = Worker()
    late._lease_over_at = time.monotonic()

    work(late)
    let_finish(late)

    assert paths(receiver) == []
    bury(late)
    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"


def test_a_worker_that_cannot_renew_in_time_cancels_the_calls_it_has(receiver, monkeypatch) -> None:
    execution_id = begin(make_version(one_call(receiver, "/slow/30000")), {})
    cut_off = Worker()
    work(cut_off)
    assert eventually(lambda: paths(receiver))
    cut_off._lease_over_at = time.monotonic()

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as away:
        away.setattr(workers.dispatch, "beat", fail)
        threading.Thread(target=cut_off.renew_forever, daemon=True).start()
        let_finish(cut_off)

    assert steps(execution_id)["call"].status == "running"
    # It is back in time: nobody has taken the ticket over, so it hands it back by itself.
    assert eventually(lambda: due() == [(execution_id,)])
    assert ticket(execution_id, "crash_count") == (0,)
    cut_off.stopping.set()


def test_a_ticket_claimed_by_a_commit_that_was_never_answered_is_handed_back(demo) -> None:
    execution_id = begin(make_version(chain(PURE)), {})
    worker = Worker()
    dispatch.claim(worker.id, SCHEMA, pool="threads", room=ONE_TURN, floor=0.0)

    worker.renew()
    assert due() == []
    worker.renew()

    assert due() == [(execution_id,)]
    assert ticket(execution_id, "crash_count", "is_suspect") == (0, False)


def test_nobody_takes_over_within_one_renewal_after_its_own_reconnect(
    demo, settings, monkeypatch
) -> None:
    settings.GORAX_RENEW_S, settings.GORAX_SWEEP_S = 3600.0, 0.01
    sweeps: list[bool] = []

    def sweep(*, works: bool, takes_over: bool) -> int:
        sweeps.append(takes_over)
        if len(sweeps) == 2:
            raise OperationalError("the database was away")
        return 0

    monkeypatch.setattr(dispatcher, "sweep", sweep)
    stopping = threading.Event()
    beside = Beside(lambda: dispatcher.sweep_forever(stopping, works=False))
    assert eventually(lambda: len(sweeps) >= 5)
    stopping.set()
    beside.join_it()

    assert sweeps[:5] == [True, True, False, False, False]


def test_who_only_sweeps_is_seen_while_it_does_and_not_after(demo, settings) -> None:
    settings.GORAX_SWEEP_S = 0.01
    stopping = threading.Event()
    beside = Beside(lambda: dispatcher.sweep_forever(stopping, works=False))
    assert eventually(dispatch.sweeping_dispatchers)

    stopping.set()
    beside.join_it()

    assert dispatch.sweeping_dispatchers() == 0


def test_a_sweep_that_may_not_take_over_leaves_the_dead_their_tickets(demo) -> None:
    execution_id = begin(make_version(chain(PURE)), {})
    claim(dead := Worker())
    expire(dead)

    dispatcher.sweep(works=False, takes_over=False)
    assert ticket(execution_id, "worker_id") == (dead.id,)

    dispatcher.sweep(works=False, takes_over=True)
    assert ticket(execution_id, "worker_id") == (None,)


def test_a_worker_with_more_zombies_than_it_may_have_leaves(receiver, monkeypatch) -> None:
    left: list[int] = []
    monkeypatch.setattr(workers, "leave_at_once", left.append)
    version = make_version(one_call(receiver))
    for _ in range(MOST_ZOMBIES + 1):
        begin(version, {}, next_kind="external")
    haunted = Worker()
    gate = Gate()
    with hooked("step.after_effect", gate, nth=None):
        work(haunted)
        assert eventually(lambda: len(paths(receiver)) == MOST_ZOMBIES + 1)
        bury(haunted)
        haunted.renew()  # sees what it lost
        assert left == []
        haunted.renew()  # and that they still hang
        assert eventually(lambda: left == [workers.HAUNTED])
        assert haunted.stopping.is_set()
        gate.open()
        let_finish(haunted)
    work_to_the_end(Worker())
    assert tickets() == 0


def test_a_worker_asked_to_go_ends_its_call_and_hands_the_chain_on_without_a_crash(
    receiver,
) -> None:
    version = make_version(
        chain(
            ("one", "action:http", call(f"{receiver.url}/ok")),
            ("two", "action:http", call(f"{receiver.url}/ok")),
        )
    )
    execution_id = begin(version, {})
    leaving = Worker()
    with hooked("step.after_effect", leaving.stopping.set):
        work(leaving)
        let_finish(leaving)

    assert steps(execution_id)["one"].status == "completed"
    assert "two" not in steps(execution_id)
    assert ticket(execution_id, "token", "crash_count", "is_suspect") == (None, 0, False)
    work_to_the_end(Worker())
    assert (execution(execution_id).status, len(paths(receiver))) == ("completed", 2)


def test_a_worker_asked_to_go_hands_back_at_once_what_it_had_only_claimed(
    demo, monkeypatch
) -> None:
    execution_id = begin(make_version(chain(PURE)), {})
    leaving = Worker()
    monkeypatch.setattr(workers, "_current", leaving)

    with hooked("claim.after_commit", leaving.stopping.set):
        assert loop.work("threads") == 0

    assert leaving._held == {}
    assert ticket(execution_id, "token", "crash_count", "is_suspect") == (None, 0, False)
    assert execution(execution_id).status == "queued"


def test_a_worker_that_may_wait_no_longer_hands_its_calls_back_without_a_crash(
    receiver, monkeypatch
) -> None:
    monkeypatch.setattr(workers, "FINISH_WITHIN_S", 0.0)
    execution_id = begin(make_version(one_call(receiver, "/slow/30000")), {})
    leaving = Worker()
    work(leaving)
    assert eventually(lambda: paths(receiver))

    leaving.shut_down()
    let_finish(leaving)

    assert ticket(execution_id, "token", "crash_count", "is_suspect") == (None, 0, False)
    assert (
        db.fetch("SELECT id FROM public.dispatch_worker WHERE id = %(id)s", {"id": leaving.id})
        == []
    )


def test_nobody_takes_a_ticket_over_while_its_owner_commits(demo) -> None:
    execution_id = begin(
        make_version(chain(PURE, ("rest", "control:delay", {"config": {"duration": "1h"}}))), {}
    )
    owner = Worker()
    taken: list[object] = []

    with hooked("release.before", lambda: taken.append(beside(lambda: bury(owner)))):
        work(owner)

    assert taken == [[]]
    assert execution(execution_id).status == "waiting"
    assert ticket(execution_id, "token", "crash_count", "is_suspect") == (None, 0, False)


def test_a_settled_step_is_not_changed_by_whatever_is_recorded_later(demo) -> None:
    execution_id = begin(
        make_version(chain(PURE, ("rest", "control:delay", {"config": {"duration": "1h"}}))), {}
    )
    work(Worker())
    settled = steps(execution_id)["pure"]

    late = record.StepRecord("pure", "action:formula", "running")
    with transaction.atomic():
        change = record.Change(execution_id, uuid7(), "running", timezone.now(), steps=[late])
        record.write(SCHEMA, [change])

    now = steps(execution_id)["pure"]
    assert (now.status, now.output, now.seq) == ("completed", settled.output, settled.seq)
