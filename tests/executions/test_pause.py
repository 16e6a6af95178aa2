"""Pausing and going on, and that every state can be cancelled."""

from uuid import UUID

import pytest

from apps.core.failpoints import hooked
from apps.core.ids import uuid7
from apps.dispatch.models import Ticket
from apps.executions.models import Execution
from apps.executions.services.doctor import examine
from apps.executions.services.worker import Worker
from tests.callers import make_caller
from tests.executions.crew import ONE_CALL, claim, hasten, let_finish, work
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
    work_until_ended,
    work_until_idle,
)

ADD = ("add", "action:formula", {"config": {"expression": "1"}})
REST = ("rest", "control:delay", {"config": {"duration": "1h"}})
LAST = ("last", "action:formula", {"config": {"expression": "2"}})


@pytest.fixture
def owner(demo, redis_server):
    from apps.tenants import facade as tenants

    return make_caller(tenants.current(), "owner")


def said(caller, execution_id: UUID, verb: str) -> tuple[int, str]:
    answer = caller.post(f"/executions/{execution_id}/{verb}")
    body = answer.json()
    return answer.status_code, body.get("code", body["status"])


def status_of(caller, execution_id: UUID) -> str:
    return caller.get(f"/executions/{execution_id}").json()["status"]


def test_a_queued_execution_that_is_paused_starts_only_when_it_goes_on(owner) -> None:
    first = begin(make_version(chain(ADD)), {})

    assert said(owner, first, "pause") == (202, "paused")
    work_until_idle()
    assert (execution(first).status, list(steps(first))) == ("paused", ["start"])
    assert said(owner, first, "resume") == (202, "running")

    assert work_until_ended(first).status == "completed"
    assert examine() == []


def test_a_call_under_way_finishes_and_nothing_follows_it_in_a_pause(owner, receiver) -> None:
    version = make_version(chain(("call", "action:http", call(f"{receiver.url}/slow/300")), LAST))
    first = begin(version, {})
    worker = Worker()
    work(worker)

    assert said(owner, first, "pause") == (202, "paused")
    worker.renew()
    let_finish(worker)

    assert execution(first).status == "paused"
    assert {name: step.status for name, step in steps(first).items()} == {
        "start": "completed",
        "call": "completed",
    }
    said(owner, first, "resume")
    assert work_until_ended(first).output == 2
    assert len(paths(receiver)) == 1


def test_steps_that_were_handed_out_and_not_begun_wait_for_the_end_of_a_pause(
    owner, receiver
) -> None:
    names = ["one", "two", "three"]
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            *((name, "action:http", call(f"{receiver.url}/ok?{name}")) for name in names),
        ),
        "edges": edges(*(f"start>{name}" for name in names)),
    }
    first = begin(make_version(document), {})
    worker = Worker()
    work(worker, None)
    let_finish(worker)
    assert Ticket.objects.filter(kind="step").count() == 3

    said(owner, first, "pause")
    while work(worker):
        let_finish(worker)

    assert execution(first).status == "paused"
    assert paths(receiver) == []
    assert examine() == []
    said(owner, first, "resume")
    assert work_until_ended(first).status == "completed"
    assert len(paths(receiver)) == 3


def put_off(owner, receiver) -> tuple[UUID, Worker]:
    """A paused execution whose two calls were handed out and have rested."""
    names = ["one", "two"]
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            *((name, "action:http", call(f"{receiver.url}/ok?{name}")) for name in names),
        ),
        "edges": edges(*(f"start>{name}" for name in names)),
    }
    first = begin(make_version(document), {})
    worker = Worker()
    work(worker)
    let_finish(worker)
    said(owner, first, "pause")
    while work(worker):
        let_finish(worker)
    return first, worker


def test_a_step_that_is_looked_at_before_its_run_has_heard_that_it_goes_on_rests_no_more(
    owner, receiver
) -> None:
    first, worker = put_off(owner, receiver)
    said(owner, first, "resume")

    for _ in range(2):
        work(worker, ONE_CALL)
        let_finish(worker)

    assert execution(first).status == "paused"
    assert len(paths(receiver)) == 2
    assert work_until_ended(first).status == "completed"


def test_a_step_that_is_claimed_in_a_pause_that_ends_does_not_rest(owner, receiver) -> None:
    first, worker = put_off(owner, receiver)
    for each in Ticket.objects.filter(kind="step"):
        hasten(each.pk)

    with hooked("turn.after_load", lambda: said(owner, first, "resume"), nth=1):
        work(worker, ONE_CALL)
        let_finish(worker)

    assert len(paths(receiver)) == 1
    assert work_until_ended(first).status == "completed"


def test_a_wait_that_is_over_in_a_pause_is_done_when_it_goes_on(owner) -> None:
    short = ("rest", "control:delay", {"config": {"duration": "1s"}})
    first = begin(make_version(chain(short, LAST)), {})
    work_until_idle()
    assert execution(first).status == "waiting"

    said(owner, first, "pause")
    work_until_idle()
    assert (execution(first).status, execution(first).reason) == ("paused", "")
    said(owner, first, "resume")

    assert work_until_ended(first).status == "completed"


def test_pausing_twice_is_fine_and_going_on_unpaused_is_refused(owner) -> None:
    first = begin(make_version(chain(REST)), {})
    work_until_idle()

    assert said(owner, first, "resume") == (409, "execution_not_paused")
    assert [said(owner, first, "pause") for _ in range(2)] == [(202, "paused")] * 2
    work_until_idle()
    assert said(owner, first, "pause") == (202, "paused")
    assert status_of(owner, first) == "paused"
    said(owner, first, "resume")
    work_until_idle()
    assert (execution(first).status, execution(first).reason) == ("waiting", "delay")


def test_what_is_paused_is_found_as_paused_before_its_owner_has_heard(owner) -> None:
    first = begin(make_version(chain(ADD)), {})
    said(owner, first, "pause")

    found = owner.get("/executions?status=paused").json()["results"]

    assert [each["id"] for each in found] == [str(first)]


def test_a_long_pause_is_no_disobedience(owner, receiver) -> None:
    from apps.core import db
    from apps.dispatch import facade as dispatch

    first = begin(make_version(chain(REST)), {})
    claim(worker := Worker())
    said(owner, first, "pause")
    db.execute(
        "UPDATE public.dispatch_ticket SET requested_at = now() - interval '1 h', leased_at = now() - interval '1 h'"
    )

    assert dispatch.seize() == []
    worker.hand_back(list(worker._held.values()))


def queued(caller) -> UUID:
    return begin(make_version(chain(ADD)), {})


def running(caller) -> UUID:
    first = begin(make_version(chain(REST)), {})
    claim(Worker())
    Execution.objects.filter(pk=first).update(status="running")
    return first


def waiting(caller) -> UUID:
    first = begin(make_version(chain(REST)), {})
    work_until_idle()
    return first


def paused(caller) -> UUID:
    first = waiting(caller)
    said(caller, first, "pause")
    work_until_idle()
    return first


def cancelling(caller) -> UUID:
    first = waiting(caller)
    said(caller, first, "cancel")
    return first


def completed(caller) -> UUID:
    return work_until_ended(begin(make_version(chain(ADD)), {})).pk


def failed(caller) -> UUID:
    stop = ("stop", "control:stop_and_error", {"config": {"error_message": "no"}})
    return work_until_ended(begin(make_version(chain(stop)), {})).pk


def cancelled(caller) -> UUID:
    first = cancelling(caller)
    return work_until_ended(first).pk


def timed_out(caller) -> UUID:
    first = begin(make_version(chain(REST, settings={"timeout_s": 1})), {})
    work_until_idle()
    Execution.objects.filter(pk=first).update(status="timed_out", ended_at="2026-01-01T00:00:00Z")
    Ticket.objects.all().delete()
    return first


@pytest.mark.parametrize(
    ("make", "cancel", "pause", "resume"),
    [
        (queued, (202, "cancelling"), (202, "paused"), (409, "execution_not_paused")),
        (running, (202, "cancelling"), (202, "paused"), (409, "execution_not_paused")),
        (waiting, (202, "cancelling"), (202, "paused"), (409, "execution_not_paused")),
        (paused, (202, "cancelling"), (202, "paused"), (202, "running")),
        (
            cancelling,
            (202, "cancelling"),
            (409, "execution_finished"),
            (409, "execution_not_paused"),
        ),
        (completed, *[(409, "execution_finished")] * 3),
        (failed, *[(409, "execution_finished")] * 3),
        (cancelled, *[(409, "execution_finished")] * 3),
        (timed_out, *[(409, "execution_finished")] * 3),
    ],
)
def test_every_state_says_what_may_be_asked_of_it(owner, make, cancel, pause, resume) -> None:
    first = make(owner)
    before = status_of(owner, first)
    assert before == make.__name__

    assert said(owner, first, "resume") == resume
    assert said(owner, first, "pause") == pause
    assert said(owner, first, "cancel") == cancel

    if cancel[0] == 202 and make is not running:
        ended = work_until_ended(first)
        assert (ended.status, ended.reason) == ("cancelled", "cancelled_by_user")
    if cancel[0] == 409:
        assert status_of(owner, first) == before


def test_who_may_only_look_pauses_nothing(owner) -> None:
    from apps.tenants import facade as tenants

    first = waiting(owner)
    viewer = make_caller(tenants.current(), "viewer")

    assert {
        viewer.post(f"/executions/{first}/{verb}").status_code for verb in ("pause", "resume")
    } == {403}
    assert owner.post(f"/executions/{uuid7()}/pause").status_code == 404
    assert Ticket.objects.get().request == ""
    hasten(first)


def test_a_pause_lets_nobody_past_the_gate_of_a_limited_workflow(owner) -> None:
    document = chain(REST, settings={"max_concurrency": 1})
    workflow = owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]
    owner.post(f"/workflows/{workflow}/publish")
    owner.post(f"/workflows/{workflow}/activate")
    inside, before = (
        UUID(owner.post(f"/workflows/{workflow}/execute", {}).json()["execution_id"])
        for _ in range(2)
    )
    work_until_idle()

    said(owner, before, "pause")
    work_until_idle()
    assert status_of(owner, before) == "paused"
    said(owner, before, "resume")
    work_until_idle()

    assert (status_of(owner, inside), status_of(owner, before)) == ("waiting", "queued")
    said(owner, inside, "cancel")
    work_until_ended(inside)
    work_until_idle()
    assert status_of(owner, before) == "waiting"
