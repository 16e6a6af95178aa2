"""Executions that sleep until a moment, until somebody calls, or until a person decides: nobody is held meanwhile."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import OperationalError

from apps.engine.value import StepKey
from apps.executions.errors import WaitNotFoundError, WaitOverError
from apps.executions.services import hearing, links
from apps.executions.services.worker import Worker
from tests.executions.crew import Killed, bury, dying_at, hasten, ticket, work, work_to_the_end
from tests.executions.makers import (
    SCHEMA,
    begin,
    chain,
    edges,
    execution,
    make_version,
    nodes,
    steps,
    tickets,
)
from tests.executions.waiting import CALL, WAIT, heard, run_out_of_time, waiting_for_a_call

EXECUTION = UUID("019a0000-0000-7000-8000-000000000001")


@pytest.fixture
def waiting(demo) -> UUID:
    """An execution that waits for a call, and nobody holds it."""
    execution_id = begin(make_version(waiting_for_a_call()), {})
    work(Worker())
    assert execution(execution_id).status == "waiting"
    return execution_id


def test_until_its_moment_an_execution_holds_nobody_and_says_until_when(demo) -> None:
    until = {"until": "{{ addDays(now(), 2) }}"}
    execution_id = begin(make_version(chain(("rest", "control:wait_until", {"config": until}))), {})
    work(worker := Worker())

    row, step = execution(execution_id), steps(execution_id)["rest"]
    assert (row.status, row.reason, step.status) == ("waiting", "delay", "waiting")
    assert step.wake_at - step.first_started_at == timedelta(days=2)
    assert ticket(execution_id, "token", "due_at") == (None, step.wake_at)
    assert worker._held == {}


def test_a_moment_comes_also_if_the_worker_that_sees_it_is_killed(demo) -> None:
    document = chain(
        ("rest", "control:wait_until", {"config": {"until": "{{ addDays(now(), 2) }}"}}),
        ("end", "action:formula", {"config": {"expression": "steps.rest"}}),
    )
    execution_id = begin(make_version(document), {})
    work(Worker())
    until = steps(execution_id)["rest"].wake_at

    run_out_of_time(execution_id, "rest")
    with dying_at("finish.before_commit"), pytest.raises(Killed):
        work(killed := Worker())
    bury(killed)
    work_to_the_end(Worker())

    row = execution(execution_id)
    assert row.status == "completed"
    assert datetime.fromisoformat(row.output["until"]) == until
    assert row.output["had_passed"] is False
    assert steps(execution_id)["rest"].attempt == 1


def test_a_call_ends_the_wait_and_is_its_output(waiting) -> None:
    assert execution(waiting).reason == "callback"
    assert ticket(waiting, "token") == (None,)

    hearing.hear(waiting, WAIT, CALL)
    work_to_the_end(Worker())

    row, step = execution(waiting), steps(waiting)["wait"]
    assert (row.status, row.output) == ("completed", {"ok": True})
    assert {**step.output, "received_at": None} == {**CALL, "received_at": None, "timed_out": False}
    assert (step.port, steps(waiting)["late"].status) == ("main", "skipped")
    assert tickets() == 0


def test_a_call_that_comes_before_the_wait_has_begun_is_kept_for_it(demo) -> None:
    execution_id = begin(make_version(waiting_for_a_call()), {})
    hearing.hear(execution_id, WAIT, CALL)

    work(Worker())

    assert execution(execution_id).output == {"ok": True}
    assert tickets() == 0


def test_when_the_time_is_up_the_workflow_goes_on_and_whoever_calls_is_too_late(demo) -> None:
    document = waiting_for_a_call()
    document["nodes"] += nodes(("rest", "control:delay", {"config": {"duration": "1h"}}))
    document["edges"] += [{"id": "more", "source": "late", "target": "rest"}]
    execution_id = begin(make_version(document), {})
    work(Worker())

    run_out_of_time(execution_id, "wait")
    work(Worker())

    assert steps(execution_id)["wait"].output == {"timed_out": True}
    assert steps(execution_id)["late"].status == "completed"
    assert heard(execution_id) == [("timeout", None)]
    with pytest.raises(WaitOverError) as refused:
        hearing.hear(execution_id, WAIT, CALL)
    assert refused.value.code == "wait_expired"
    assert heard(execution_id) == [("timeout", None)]


def test_each_pass_of_a_loop_waits_for_a_call_of_its_own(demo) -> None:
    #  loop ─body─► wait
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": ["a", "b"], "concurrency": 2}}),
            ("wait", "control:wait_for_webhook", {}),
        ),
        "edges": edges("start>loop", "loop:body>wait"),
    }
    execution_id = begin(make_version(document), {})
    work(Worker())
    assert execution(execution_id).status == "waiting"

    for index, key in ((1, "loop[1]/wait"), (0, "loop[0]/wait")):
        hearing.hear(execution_id, StepKey(key), {**CALL, "body": index})
        work(Worker())

    row = execution(execution_id)
    assert row.status == "completed"
    assert [each["output"]["body"] for each in row.output["iterations"]] == [0, 1]


def test_what_a_step_was_told_is_forgotten_where_nothing_is_to_be_kept(demo) -> None:
    document = waiting_for_a_call() | {"settings": {"save_successful_data": False}}
    execution_id = begin(make_version(document), {})
    work(Worker())

    hearing.hear(execution_id, WAIT, CALL)
    work_to_the_end(Worker())

    assert execution(execution_id).status == "completed"
    assert heard(execution_id) == [("call", None)]


@pytest.mark.parametrize("decision", ["approved", "rejected"])
def test_an_approval_goes_on_by_what_was_decided(demo, decision) -> None:
    #  ask ─approved─► yes    ask ─rejected─► no
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("ask", "control:approval", {"config": {"title": "Pay?"}}),
            ("yes", "action:formula", {"config": {"expression": "steps.ask.decided_by.user_id"}}),
            ("no", "action:formula", {"config": {"expression": "steps.ask.comment"}}),
        ),
        "edges": edges("start>ask", "ask:approved>yes", "ask:rejected>no"),
    }
    execution_id = begin(make_version(document), {})
    work(Worker())
    assert execution(execution_id).reason == "approval"

    said = {"body": {"decision": decision, "comment": "Hm."}}
    hearing.hear(execution_id, StepKey("ask"), said, author={"kind": "user", "user_id": "ada"})
    work_to_the_end(Worker())

    assert execution(execution_id).output == {"approved": "ada", "rejected": "Hm."}[decision]


def test_a_step_that_asks_for_the_address_before_the_wait_gets_the_one_that_works(demo) -> None:
    document = chain(
        ("tell", "action:formula", {"config": {"expression": "resumeUrl('wait')"}}),
        ("wait", "control:wait_for_webhook", {}),
    )
    execution_id = begin(make_version(document), {})
    work(Worker())

    url = steps(execution_id)["tell"].output
    assert url.startswith("http://demo.localhost:")
    token = url.rpartition("/webhooks/-/")[2]
    assert links.read_token(SCHEMA, token) == (execution_id, WAIT)


def test_a_database_that_is_away_while_an_address_is_made_fails_no_step(demo, monkeypatch) -> None:
    asked: list[UUID] = []

    def host_of(tenant_id: UUID) -> str:
        asked.append(tenant_id)
        raise OperationalError("the database system is in recovery mode")

    execution_id = begin(
        make_version(
            chain(
                ("tell", "action:formula", {"config": {"expression": "resumeUrl('wait')"}}),
                ("wait", "control:wait_for_webhook", {}),
            )
        ),
        {},
    )
    links._origin.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(links.tenants, "host_of", host_of)
        work(Worker())
        assert len(asked) == 1
    assert execution(execution_id).status == "queued"
    hasten(execution_id)
    work(Worker())

    assert steps(execution_id)["tell"].output.startswith("http://demo.localhost:")
    assert execution(execution_id).reason == "callback"


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "B" + token[1:],
        lambda _token: "",
        lambda _token: "%%%",
        lambda _token: "é",
        lambda token: token * 100,
        lambda token: token + "=",
    ],
)
def test_an_address_that_nobody_was_given_leads_nowhere(change) -> None:
    token = links.token_of(SCHEMA, EXECUTION, WAIT)
    assert links.read_token(SCHEMA, token) == (EXECUTION, WAIT)

    with pytest.raises(WaitNotFoundError):
        links.read_token(SCHEMA, change(token))
    with pytest.raises(WaitNotFoundError):
        links.read_token("t_other", token)
