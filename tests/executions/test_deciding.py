"""A step whose worker vanished in the middle, and that must not simply run again: a person decides."""

from uuid import UUID

import pytest

from apps.core import db
from apps.core.failpoints import hooked
from apps.dispatch.models import Ticket
from apps.executions.errors import (
    ExecutionFinishedError,
    ExecutionNotFoundError,
    StepNotUnknownError,
)
from apps.executions.services import deciding, pause
from apps.executions.services.worker import Worker
from apps.tenants import facade as tenants
from tests.callers import make_caller
from tests.entries import recorded
from tests.eventually import eventually
from tests.executions.crew import (
    ONE_CALL,
    ONE_TURN,
    beside,
    bury,
    dying_at,
    hasten,
    let_finish,
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
)


def risky(url: str, **more) -> dict:
    made = call(f"{url}/ok", method="POST", body={})
    return {**made, "on_unknown": "stop", **more}


def orphan(receiver, *, company: bool, **more) -> UUID:
    """An execution whose call was under way when its worker was killed; alone or beside another. Nobody knows it yet."""
    parts = [("one", "action:http", risky(receiver.url, **more))]
    document = chain(*parts, ("then", "control:no_op", {}))
    if company:
        everything = nodes(
            ("start", "trigger:manual", {}),
            *parts,
            ("rest", "control:delay", {"config": {"duration": "1h"}}),
        )
        document = {
            "nodes": everything,
            "edges": edges("start>one", "start>rest"),
            "settings": {"timeout_s": 7200},
        }
    execution_id = begin(make_version(document), {})
    killed = Worker()
    with dying_at("step.after_effect"):
        assert eventually(lambda: work(killed) is not None and paths(receiver))
        let_finish(killed)
    bury(killed)
    assert len(paths(receiver)) == 1
    return execution_id


def unknown_execution(receiver, *, company: bool, **more) -> UUID:
    """The same, when the execution knows that nobody knows what became of its call."""
    execution_id = orphan(receiver, company=company, **more)
    work_to_the_end(Worker())
    assert steps(execution_id)["one"].status == "unknown"
    return execution_id


@pytest.mark.parametrize("company", [False, True])
def test_run_it_again_means_the_same_call_with_the_same_key(receiver, company) -> None:
    execution_id = unknown_execution(receiver, company=company)

    deciding.decide(execution_id, "one", "rerun")
    work_to_the_end(Worker())

    step = steps(execution_id)["one"]
    assert (step.status, step.attempt) == ("completed", 2)
    keys = {entry["headers"]["idempotency-key"] for entry in receiver.book.read(None)["requests"]}
    assert (len(paths(receiver)), len(keys)) == (2, 1)
    assert execution(execution_id).status == ("waiting" if company else "completed")


@pytest.mark.parametrize("decision", ["rerun", "fail"])
def test_a_decision_that_comes_before_the_runs_owner_has_looked_is_carried_out(
    receiver, decision
) -> None:
    execution_id = orphan(receiver, company=True, on_error="continue")
    work(finder := Worker(), ONE_CALL)
    let_finish(finder)
    assert steps(execution_id)["one"].status == "unknown"

    deciding.decide(execution_id, "one", decision)
    work_to_the_end(Worker())

    came_to = {"rerun": ("completed", 2), "fail": ("failed", 1)}
    assert (steps(execution_id)["one"].status, len(paths(receiver))) == came_to[decision]


@pytest.mark.parametrize("company", [False, True])
@pytest.mark.parametrize("retry", [{}, {"attempts": 3, "retry_on": ["."], "first_wait_s": 0}])
def test_it_failed_means_that_the_node_has_failed(receiver, retry, company) -> None:
    execution_id = unknown_execution(receiver, company=company, retry=retry)

    deciding.decide(execution_id, "one", "fail")
    work_to_the_end(Worker())

    done = execution(execution_id)
    assert (done.status, done.reason, done.error["code"]) == (
        "failed",
        "worker_lost",
        "worker_lost",
    )
    assert len(paths(receiver)) == 1


def test_it_failed_goes_on_where_the_author_said_so(receiver) -> None:
    execution_id = unknown_execution(receiver, company=False, on_error="continue")

    deciding.decide(execution_id, "one", "fail")
    work_to_the_end(Worker())

    done = execution(execution_id)
    assert (done.status, done.had_errors) == ("completed", True)
    assert steps(execution_id)["one"].output["error"]["code"] == "worker_lost"


def test_of_several_decisions_the_first_counts_and_the_others_are_refused(receiver) -> None:
    execution_id = unknown_execution(receiver, company=False)
    deciding.decide(execution_id, "one", "fail")

    for late in ("rerun", "fail"):
        with pytest.raises(StepNotUnknownError):
            deciding.decide(execution_id, "one", late)
    work_to_the_end(Worker())

    assert (execution(execution_id).status, len(paths(receiver))) == ("failed", 1)


def test_nothing_is_decided_about_what_is_not_unknown(receiver) -> None:
    resting = begin(
        make_version(chain(("rest", "control:delay", {"config": {"duration": "1h"}}))), {}
    )
    work_to_the_end(Worker())
    before = ticket(resting, "due_at", "is_poked")

    with pytest.raises(StepNotUnknownError):
        deciding.decide(resting, "rest", "rerun")
    with pytest.raises(StepNotUnknownError):
        deciding.decide(resting, "nobody", "fail")

    assert ticket(resting, "due_at", "is_poked") == before
    ended = begin(make_version(chain(("n", "control:no_op", {}))), {})
    work_to_the_end(Worker())
    with pytest.raises(ExecutionFinishedError):
        deciding.decide(ended, "n", "rerun")
    with pytest.raises(ExecutionNotFoundError):
        deciding.decide(UUID(int=1), "n", "rerun")


def test_the_api_takes_a_decision_from_whoever_may_execute(receiver) -> None:
    execution_id = unknown_execution(receiver, company=False)
    path = f"/executions/{execution_id}/steps/one/decide"
    tenant = tenants.current()

    refused = make_caller(tenant, "viewer").post(path, {"decision": "rerun"})
    editor = make_caller(tenant, "editor")
    garbage = editor.post(path, {"decision": "maybe"})
    taken = editor.post(path, {"decision": "rerun"})

    assert (refused.status_code, garbage.status_code, taken.status_code) == (403, 422, 202)
    [entry] = recorded("execution.step_decided")
    assert (entry.target_id, entry.actor_role) == (str(execution_id), "editor")
    assert entry.after == {"node": "one", "scope": "", "decision": "rerun"}
    assert garbage.json()["errors"][0]["path"] == "/decision"


def test_a_decision_that_is_carried_out_is_not_looked_up_again_in_the_same_turn(receiver) -> None:
    #  start ──► one, two, each a call whose worker was killed; one is followed by something pure
    more = {"on_error": "continue"}
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("one", "action:http", risky(receiver.url, **more)),
            ("two", "action:http", risky(receiver.url, **more)),
            ("then", "action:formula", {"config": {"expression": "1"}}),
        ),
        "edges": edges("start>one", "start>two", "one>then"),
    }
    execution_id = begin(make_version(document), {})
    work(Worker(), ONE_TURN)
    for _ in range(2):
        killed = Worker()
        with dying_at("step.after_running"):
            work(killed, ONE_CALL)
            let_finish(killed)
        bury(killed)
        # So that the next worker takes the other one.
        db.execute(
            "UPDATE public.dispatch_ticket SET due_at = now() + interval '1 h' WHERE is_suspect"
        )
    for each in Ticket.objects.filter(kind="step"):
        hasten(each.pk)
    work_to_the_end(Worker())
    assert {steps(execution_id)[name].status for name in ("one", "two")} == {"unknown"}
    deciding.decide(execution_id, "one", "fail")
    owner = Worker()

    def ask() -> None:
        beside(lambda: pause.request_pause(execution_id))
        owner.renew()

    with hooked("turn.after_decide", ask, nth=1):
        work(owner, ONE_TURN)

    assert ticket(execution_id, "crash_count") == (0,)
    assert execution(execution_id).status == "paused"
    assert steps(execution_id)["one"].status == "failed"
