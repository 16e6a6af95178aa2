"""The address of a waiting step: whoever calls it first, with what fits, ends the wait."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from apps.core.ids import uuid7
from apps.engine.value import StepKey
from apps.executions.models import Execution
from apps.executions.services import links
from apps.executions.services.worker import Worker
from apps.webhooks.services import resuming
from tests.executions.crew import ticket, work
from tests.executions.makers import (
    SCHEMA,
    begin,
    chain,
    execution,
    forget_worker,
    make_version,
    steps,
)
from tests.executions.waiting import heard
from tests.workflows.documents import hook, node

SCHEMA_OF_BODY = {
    "type": "object",
    "required": ["ok"],
    "properties": {"ok": {"type": "boolean"}, "items": {"items": {"type": "string"}}},
}


@pytest.fixture(autouse=True)
def _inside(tenant_committed, redis_server):
    yield
    forget_worker()


def waiting(**config: Any) -> tuple[UUID, str]:
    """An execution that waits for a call, and the path at which it is called."""
    document = chain(
        ("wait", "control:wait_for_webhook", {"config": config}),
        ("end", "action:formula", {"config": {"expression": "steps.wait"}}),
    )
    execution_id = begin(make_version(document), {})
    work(Worker())
    token = links.token_of(SCHEMA, execution_id, StepKey("wait"))
    return execution_id, f"/webhooks/-/{token}"


def test_a_call_ends_the_wait_and_comes_out_of_it(sender) -> None:
    execution_id, path = waiting()

    answer = sender.post(f"{path}?from=ci", data=b'{"ok": true}', content_type="application/json")
    work(Worker())

    assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Content-Length"] == str(len(answer.content))
    came = execution(execution_id).output
    assert (came["method"], came["query"], came["body"]) == ("POST", {"from": "ci"}, {"ok": True})
    assert came["headers"]["content-type"] == "application/json"
    assert set(came) == {"method", "headers", "query", "body", "received_at", "timed_out"}


def test_the_second_call_is_refused_and_changes_nothing(sender) -> None:
    execution_id, path = waiting()
    assert sender.post(path, data=b"1", content_type="application/json").status_code == 200

    again = sender.post(path, data=b"2", content_type="application/json")
    work(Worker())
    late = sender.post(path, data=b"3", content_type="application/json")

    assert (again.status_code, again.json()["code"]) == (409, "already_answered")
    assert (late.status_code, late.json()["code"]) == (409, "wait_over")
    assert execution(execution_id).output["body"] == 1


def test_a_body_that_does_not_fit_is_refused_with_its_places_and_the_wait_goes_on(sender) -> None:
    execution_id, path = waiting(schema=SCHEMA_OF_BODY)

    answer = sender.post(
        path, data=b'{"ok": "yes", "items": ["a", 1]}', content_type="application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "not_heard")
    assert [(each["path"], each["code"]) for each in answer.json()["errors"]] == [
        ("/ok", "wrong_type"),
        ("/items/1", "wrong_type"),
    ]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert heard(execution_id) == []
    assert ticket(execution_id, "is_poked") == (False,)
    fine = sender.post(path, data=b'{"ok": true}', content_type="application/json")
    assert fine.status_code == 200


def test_a_body_that_is_not_what_it_says_is_refused(sender) -> None:
    execution_id, path = waiting()

    broken = sender.post(path, data=b"{", content_type="application/json")
    charset = sender.generic("POST", path, b"x", content_type="text/plain; charset=klingon")

    assert (broken.status_code, broken.json()["code"]) == (400, "not_json")
    assert (charset.status_code, charset.json()["errors"][0]["path"]) == (
        400,
        "/headers/content-type",
    )
    assert heard(execution_id) == []


def test_only_the_methods_that_the_author_named_are_taken(sender) -> None:
    execution_id, path = waiting()

    refused = sender.get(path)

    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")
    assert refused.json()["code"] == "method_not_allowed"
    assert heard(execution_id) == []


def test_a_click_on_a_link_is_enough_where_the_author_says_so_and_is_answered_with_his_words(
    sender,
) -> None:
    execution_id, path = waiting(methods=["GET"], reply="Thank you.")

    answer = sender.get(path)
    work(Worker())

    assert (answer.status_code, answer.content) == (200, b"Thank you.")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert execution(execution_id).output["body"] is None


def test_a_form_is_read_as_one(sender) -> None:
    execution_id, path = waiting()

    sender.post(path, data="ok=1&ok=2", content_type="application/x-www-form-urlencoded")
    work(Worker())

    assert execution(execution_id).output["body"] == {"ok": ["1", "2"]}


def test_what_proves_a_sender_is_not_kept(sender) -> None:
    execution_id, path = waiting()

    sender.post(path, headers={"Authorization": "Bearer secret", "X-Job": "7"})
    work(Worker())

    kept = execution(execution_id).output["headers"]
    assert (kept.get("x-job"), "authorization" in kept) == ("7", False)


@pytest.mark.parametrize("token", ["", "x", "%00", "../orders", "A" * 5_000, "é"])
def test_an_address_that_nobody_was_given_is_nowhere(sender, token) -> None:
    answer = sender.post(f"/webhooks/-/{token}")

    assert (answer.status_code, answer.json()["code"]) == (404, "wait_not_found")


def test_on_the_public_host_nobody_waits(sender) -> None:
    execution_id, path = waiting()

    assert Client(HTTP_HOST="localhost").post(path).status_code == 404
    assert heard(execution_id) == []


def test_the_address_of_a_node_that_waits_for_nobody_is_nowhere(sender) -> None:
    execution_id, _ = waiting()
    for name in ("end", "start", "nobody"):
        token = links.token_of(SCHEMA, execution_id, StepKey(name))
        assert sender.post(f"/webhooks/-/{token}").status_code == 404
    gone = links.token_of(SCHEMA, UUID(int=7), StepKey("wait"))
    assert sender.post(f"/webhooks/-/{gone}").status_code == 404


def test_a_workflow_that_this_release_cannot_read_is_called_again_later(sender) -> None:
    version = make_version(chain(("wait", "plugin:gone", {})))
    execution_id = uuid7()
    Execution.objects.create(
        id=execution_id,
        workflow_id=version.workflow_id,
        version_id=version.pk,
        trigger_node="start",
        trigger_kind="manual",
        status="waiting",
        trigger={},
    )
    token = links.token_of(SCHEMA, execution_id, StepKey("wait"))

    answer = sender.post(f"/webhooks/-/{token}")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert heard(execution_id) == []


def test_a_decision_by_the_address_is_as_good_as_one_by_the_api(sender) -> None:
    document = chain(("ask", "control:approval", {"config": {"title": "Pay?"}}))
    document["nodes"].append(
        {"id": "yes", "type": "control:no_op", "position": {"x": 0, "y": 0}, "data": {}}
    )
    document["edges"].append(
        {"id": "e9", "source": "ask", "target": "yes", "sourceHandle": "approved"}
    )
    execution_id = begin(make_version(document), {})
    work(Worker())
    path = f"/webhooks/-/{links.token_of(SCHEMA, execution_id, StepKey('ask'))}"

    garbage = sender.post(path, data=b'{"decision": "maybe"}', content_type="application/json")
    taken = sender.post(path, data=b'{"decision": "approved"}', content_type="application/json")
    work(Worker())

    assert garbage.json()["errors"][0]["path"] == "/decision"
    assert taken.status_code == 200
    output = steps(execution_id)["ask"].output
    assert (output["decision"], output["decided_by"]) == ("approved", None)


def test_a_sender_that_waits_for_its_answer_is_not_kept_by_a_step_that_waits(sender, live) -> None:
    document = hook(path="ask", mode="sync", timeout_s=1)
    document["nodes"].append(node("wait", "control:wait_for_webhook"))
    document["edges"].append({"id": "w", "source": "hook", "target": "wait"})
    live(document)

    asked = sender.post("/webhooks/ask", data=b"1", content_type="application/json")
    execution_id = UUID(asked.json()["execution_id"])
    token = links.token_of(SCHEMA, execution_id, StepKey("wait"))
    called = sender.post(f"/webhooks/-/{token}", data=b"2", content_type="application/json")
    work(Worker())

    assert (asked.status_code, called.status_code) == (202, 200)
    assert execution(execution_id).output["wait"]["body"] == 2


def test_whoever_calls_too_often_has_to_wait(sender, monkeypatch) -> None:
    monkeypatch.setattr(resuming, "RATE_PER_S", 1.0)
    _, path = waiting(schema=SCHEMA_OF_BODY)

    answers = [sender.post(path, data=b"1", content_type="application/json") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [422, 429]
    assert "Retry-After" in answers[1].headers
