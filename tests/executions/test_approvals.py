"""Approvals over the API, and what a waiting step says that it waits for."""

from uuid import UUID

import pytest

from apps.executions.queries import showing
from apps.executions.services.worker import Worker
from apps.tenants import facade as tenants
from tests.callers import make_caller
from tests.counting import queries_on
from tests.entries import recorded
from tests.executions.crew import ticket, work
from tests.executions.makers import begin, edges, execution, make_version, nodes, steps
from tests.executions.waiting import heard

FORM = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number"}}}


@pytest.fixture
def asked(demo, redis_server) -> UUID:
    """
    start ──► ask ──approved──► yes, and beside it start ──► rest
    """
    config = {
        "title": "Pay {{ trigger.amount }}?",
        "message": "For {{ trigger.whom }}.",
        "assignees": ["admin"],
        "form": FORM,
    }
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("ask", "control:approval", {"config": config}),
            ("yes", "action:formula", {"config": {"expression": "steps.ask.data.amount"}}),
            ("rest", "control:delay", {"config": {"duration": "1h"}}),
        ),
        "edges": edges("start>ask", "ask:approved>yes", "start>rest"),
    }
    execution_id = begin(make_version(document), {"amount": 5, "whom": "Ada"})
    work(Worker())
    return execution_id


def test_an_open_approval_shows_what_is_asked_of_whom_and_until_when(asked) -> None:
    (shown,) = make_caller(tenants.current(), "viewer").get(f"/executions/{asked}/approvals").json()

    step = steps(asked)["ask"]
    assert {**shown, "until": None, "asked_at": None} == {
        "node_id": "ask",
        "scope": "",
        "title": "Pay 5?",
        "message": "For Ada.",
        "assignees": ["admin"],
        "form": FORM,
        "asked_at": None,
        "until": None,
    }
    assert shown["until"].startswith(step.wake_at.isoformat()[:19])
    assert shown["asked_at"].startswith(step.started_at.isoformat()[:19])


def test_whoever_may_execute_approves_and_it_is_written_down_who(asked) -> None:
    editor = make_caller(tenants.current(), "editor")

    taken = editor.post(
        f"/executions/{asked}/steps/ask/approve", {"comment": "Fine.", "data": {"amount": 7}}
    )
    work(Worker())

    output = steps(asked)["ask"].output
    assert taken.status_code == 202
    assert (output["decision"], output["comment"], output["data"]) == (
        "approved",
        "Fine.",
        {"amount": 7},
    )
    [entry] = recorded("execution.approval_decided")
    assert (entry.target_id, entry.actor_kind) == (str(asked), "api_key")
    assert entry.after == {"step": "ask", "decision": "approved"}
    assert output["decided_by"]["kind"] == "api_key"
    assert set(output["decided_by"]) == {"kind", "user_id", "api_key_id"}
    assert steps(asked)["yes"].output == 7
    assert editor.get(f"/executions/{asked}/approvals").json() == []


def test_whoever_rejects_owes_no_form_and_the_other_way_is_skipped(asked) -> None:
    make_caller(tenants.current(), "operator").post(f"/executions/{asked}/steps/ask/reject", {})
    work(Worker())

    assert (steps(asked)["ask"].port, steps(asked)["yes"].status) == ("rejected", "skipped")


def test_a_viewer_decides_nothing(asked) -> None:
    viewer = make_caller(tenants.current(), "viewer")

    for verb in ("approve", "reject"):
        assert viewer.post(f"/executions/{asked}/steps/ask/{verb}", {}).status_code == 403
    assert (heard(asked), ticket(asked, "is_poked")) == ([], (False,))


def test_the_form_is_judged_by_its_places_and_nothing_changes(asked) -> None:
    editor = make_caller(tenants.current(), "editor")
    path = f"/executions/{asked}/steps/ask/approve"

    missing = editor.post(path, {})
    wrong = editor.post(path, {"data": {"amount": "7"}})

    assert [answer.status_code for answer in (missing, wrong)] == [422, 422]
    assert [answer.json()["errors"][0]["path"] for answer in (missing, wrong)] == [
        "/data/amount",
        "/data/amount",
    ]
    assert (heard(asked), ticket(asked, "is_poked")) == ([], (False,))


def test_the_first_decision_counts_and_the_others_are_told(asked) -> None:
    editor = make_caller(tenants.current(), "editor")
    path = f"/executions/{asked}/steps/ask"
    editor.post(f"{path}/reject", {})

    second = editor.post(f"{path}/approve", {"data": {"amount": 1}})
    work(Worker())
    third = editor.post(f"{path}/approve", {"data": {"amount": 1}})

    assert (second.status_code, second.json()["code"]) == (409, "already_answered")
    assert (third.status_code, third.json()["code"]) == (409, "wait_over")
    assert steps(asked)["ask"].port == "rejected"


@pytest.mark.parametrize(
    ("node_id", "scope"), [("rest", ""), ("nobody", ""), ("yes", ""), ("ask", "loop[0]")]
)
def test_what_is_no_open_approval_is_not_found(asked, node_id, scope) -> None:
    editor = make_caller(tenants.current(), "editor")

    answer = editor.post(f"/executions/{asked}/steps/{node_id}/reject", {"scope": scope})

    assert (answer.status_code, answer.json()["code"]) == (404, "wait_not_found")


def test_waiting_steps_say_for_what_and_until_when_and_the_address_to_whoever_may_execute(
    asked,
) -> None:
    tenant = tenants.current()
    path = f"/executions/{asked}?include=steps"
    shown = {
        role: {step["node_id"]: step["waits_for"] for step in answer.json()["steps"]}
        for role in ("viewer", "operator")
        if (answer := make_caller(tenant, role).get(path))
    }

    assert shown["viewer"]["start"] is None
    assert (shown["viewer"]["ask"]["reason"], shown["viewer"]["rest"]["reason"]) == (
        "approval",
        "delay",
    )
    assert shown["viewer"]["rest"]["until"].startswith(
        steps(asked)["rest"].wake_at.isoformat()[:19]
    )
    assert [set(shown[role]["ask"]) for role in ("viewer", "operator")] == [
        {"reason", "until"},
        {"reason", "until", "url"},
    ]
    assert "/webhooks/-/" in shown["operator"]["ask"]["url"]
    assert set(shown["operator"]["rest"]) == {"reason", "until"}
    assert execution(asked).status == "waiting"


def test_open_approvals_are_read_by_two_queries(asked) -> None:
    with queries_on("executions_") as asked_for:
        found = list(showing.open_approvals(asked))

    assert (len(found), len(asked_for)) == (1, 2)
