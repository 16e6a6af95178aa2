"""Run now, and run dry."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from apps.core.ids import uuid7
from apps.dispatch.models import Ticket
from apps.executions import tasks
from apps.executions.models import Execution, StartKey
from apps.executions.services import manual as manual_start
from apps.executions.services import start
from apps.executions.services.start import known_by_key
from apps.workflows.models import Trigger, WorkflowVersion
from tests.counting import queries_on
from tests.workflows.documents import edge, hook, manual, node


def active(caller, document) -> str:
    workflow_id = caller.post("/workflows", {"name": "w", "definition": document}).json()["id"]
    assert caller.post(f"/workflows/{workflow_id}/publish").status_code == 200
    assert caller.post(f"/workflows/{workflow_id}/activate").status_code == 200
    return workflow_id


def test_executing_stores_an_execution_with_its_ticket(owner) -> None:
    workflow_id = active(owner, manual())

    answer = owner.post(f"/workflows/{workflow_id}/execute", {"input": {"a": [1, None]}})

    assert answer.status_code == 202
    said = answer.json()
    assert said["status_url"].endswith(f"/api/v1/executions/{said['execution_id']}")
    execution = Execution.objects.get()
    assert str(execution.pk) == said["execution_id"]
    assert (execution.status, execution.trigger_kind, execution.trigger_node) == (
        "queued",
        "manual",
        "start",
    )
    assert execution.trigger == {"a": [1, None]}
    assert execution.started_by is not None
    ticket = Ticket.objects.get()
    assert (ticket.id, ticket.schema, ticket.next_kind) == (execution.pk, "t_demo", "pure")
    assert owner.get(f"/executions/{said['execution_id']}").json()["status"] == "queued"


def test_executing_reads_no_draft_however_long_it_is(owner) -> None:
    workflow_id = active(owner, manual())

    with queries_on("workflows_workflow") as asked:
        answer = owner.post(f"/workflows/{workflow_id}/execute", {"input": 1})

    assert answer.status_code == 202
    assert [each for each in asked if '"draft"' in each] == []


def test_the_same_key_starts_once_and_answers_the_first_id(owner) -> None:
    path = f"/workflows/{active(owner, manual())}/execute"

    first = owner.post(path, {"input": 1}, Idempotency_Key="k1")
    again = owner.post(path, {"input": 1}, Idempotency_Key="k1")

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["execution_id"] == first.json()["execution_id"]
    assert again.json()["duplicate"] is True
    assert (Execution.objects.count(), Ticket.objects.count()) == (1, 1)


def test_a_key_answers_the_first_id_even_after_the_workflow_was_stopped(owner) -> None:
    workflow_id = active(owner, manual())
    path = f"/workflows/{workflow_id}/execute"
    first = owner.post(path, {"input": 1}, Idempotency_Key="k1")
    owner.post(f"/workflows/{workflow_id}/deactivate")

    again = owner.post(path, {"input": 1}, Idempotency_Key="k1")

    assert (again.status_code, again.json()["execution_id"]) == (200, first.json()["execution_id"])


def test_a_key_may_be_used_anew_after_a_day(owner) -> None:
    path = f"/workflows/{active(owner, manual())}/execute"
    first = owner.post(path, {"input": 1}, Idempotency_Key="k1")
    StartKey.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))

    again = owner.post(path, {"input": 2}, Idempotency_Key="k1")

    assert again.status_code == 202
    assert again.json()["execution_id"] != first.json()["execution_id"]
    assert StartKey.objects.count() == 1


def test_a_key_that_is_forgotten_under_way_starts_anew(owner, monkeypatch) -> None:
    path = f"/workflows/{active(owner, manual())}/execute"
    first = owner.post(path, {"input": 1}, Idempotency_Key="k1")

    def expired_meanwhile(key: str, *, body_hash: bytes):
        StartKey.objects.all().delete()
        return known_by_key(key, body_hash=body_hash)

    # The first look is over when somebody else's key comes in; it ends before the second one.
    monkeypatch.setattr(manual_start, "known_by_key", lambda *_, **__: None)
    monkeypatch.setattr(start, "known_by_key", expired_meanwhile)
    again = owner.post(path, {"input": 1}, Idempotency_Key="k1")

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["execution_id"] != first.json()["execution_id"]
    assert [str(row.execution_id) for row in StartKey.objects.all()] == [
        again.json()["execution_id"]
    ]


def test_keys_are_forgotten_after_a_day_in_every_tenant(owner) -> None:
    for name, hours in (("old", 24.1), ("young", 23.9)):
        born = timezone.now() - timedelta(hours=hours)
        StartKey.objects.create(key=name, execution_id=uuid7(), body_hash=b"", created_at=born)

    tasks.forget_keys()

    assert [row.key for row in StartKey.objects.all()] == ["young"]


def test_the_same_key_with_another_body_is_a_conflict(owner) -> None:
    path = f"/workflows/{active(owner, manual())}/execute"
    owner.post(path, {"input": 1}, Idempotency_Key="k1")

    answer = owner.post(path, {"input": 2}, Idempotency_Key="k1")

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert Execution.objects.count() == 1


@pytest.mark.parametrize("key", ["x" * 256, "ü", "a\tb"])
def test_a_key_that_cannot_be_kept_is_unreadable(owner, key) -> None:
    answer = owner.post(f"/workflows/{active(owner, manual())}/execute", {}, Idempotency_Key=key)

    assert answer.status_code == 400
    assert [each["path"] for each in answer.json()["errors"]] == ["/Idempotency-Key"]
    assert Execution.objects.count() == 0


def test_an_inactive_workflow_is_not_executed(owner) -> None:
    workflow_id = active(owner, manual())
    owner.post(f"/workflows/{workflow_id}/deactivate")

    answer = owner.post(f"/workflows/{workflow_id}/execute", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "workflow_inactive")
    assert Execution.objects.count() == 0


FORM = {
    "type": "object",
    "required": ["email"],
    "properties": {"email": {"type": "string"}, "count": {"type": "integer", "minimum": 1}},
}


@pytest.mark.parametrize("form", [FORM, json.dumps(FORM)], ids=["json", "text"])
@pytest.mark.parametrize("body", [{}, {"draft": True}], ids=["live", "draft"])
def test_an_input_that_does_not_fit_the_form_is_refused_by_its_fields_and_leaves_nothing(
    owner, form, body
) -> None:
    document = manual()
    document["nodes"][0]["data"]["config"] = {"input_schema": form, "condition": "false"}
    workflow_id = active(owner, document)
    path = f"/workflows/{workflow_id}/execute"

    answer = owner.post(path, {"input": {"count": 0}, **body}, Idempotency_Key="k1")

    assert (answer.status_code, answer.json()["code"]) == (422, "input_invalid")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [(each["path"], each["code"]) for each in answer.json()["errors"]] == [
        ("/input/email", "required"),
        ("/input/count", "too_small"),
    ]
    left = (Execution.objects.count(), Ticket.objects.count(), StartKey.objects.count())
    assert left == (0, 0, 0)
    assert WorkflowVersion.objects.filter(number=None).count() == 0
    counted = owner.get(f"/workflows/{workflow_id}").json()["triggers"]
    assert [each["filtered_count"] for each in counted] == [0]
    fitting = owner.post(path, {"input": {"email": "ada@demo.test"}, **body}, Idempotency_Key="k1")
    assert (fitting.status_code, fitting.json()) == (202, {"filtered": True})


def test_an_input_that_takes_too_long_to_judge_is_refused_and_leaves_nothing(owner) -> None:
    document = manual()
    form = {"items": {"anyOf": [{"const": [each]} for each in range(1_000)]}}
    document["nodes"][0]["data"]["config"] = {"input_schema": form}
    workflow_id = active(owner, document)

    answer = owner.post(f"/workflows/{workflow_id}/execute", {"input": [[999]] * 1_000})

    assert (answer.status_code, answer.json()["code"]) == (422, "input_invalid")
    assert [(each["path"], each["code"]) for each in answer.json()["errors"]] == [
        ("/input", "input_too_costly")
    ]
    assert Execution.objects.count() == 0


def test_a_form_from_before_forms_were_judged_refuses_nothing(owner) -> None:
    workflow_id = active(owner, manual())
    Trigger.objects.update(config={"input_schema": {"type": "whole"}})

    answer = owner.post(f"/workflows/{workflow_id}/execute", {"input": 1})

    assert answer.status_code == 202
    assert Execution.objects.count() == 1


def test_a_condition_that_does_not_hold_starts_nothing_and_is_counted(owner) -> None:
    document = manual()
    document["nodes"][0]["data"]["config"] = {"condition": "trigger.amount > 100"}
    workflow_id = active(owner, document)
    path = f"/workflows/{workflow_id}/execute"

    small = owner.post(path, {"input": {"amount": 5}})
    large = owner.post(path, {"input": {"amount": 500}})

    assert (small.status_code, small.json()) == (202, {"filtered": True})
    assert "execution_id" in large.json()
    assert Execution.objects.count() == 1
    assert owner.get(f"/workflows/{workflow_id}").json()["triggers"] == [
        {"node_id": "start", "kind": "manual", "filtered_count": 1}
    ]


def test_a_condition_reads_dates_in_the_time_zone_of_its_workflow(owner) -> None:
    document = manual() | {"settings": {"timezone": "Asia/Tokyo"}}
    document["nodes"][0]["data"]["config"] = {"condition": "getHours(trigger.at) == 9"}
    workflow_id = active(owner, document)

    for body in ({}, {"draft": True}):
        nine_in_tokyo = {"input": {"at": "2024-05-07T00:00:00Z"}, **body}

        answer = owner.post(f"/workflows/{workflow_id}/execute", nine_in_tokyo)

        assert "execution_id" in answer.json()


def test_a_condition_that_cannot_be_judged_is_told(owner) -> None:
    document = manual()
    document["nodes"][0]["data"]["config"] = {"condition": "trigger.amount > 100"}

    answer = owner.post(f"/workflows/{active(owner, document)}/execute", {"input": "text"})

    assert (answer.status_code, answer.json()["code"]) == (422, "condition_failed")
    assert Execution.objects.count() == 0


def test_a_test_run_of_a_draft_runs_a_snapshot_without_a_number(owner) -> None:
    workflow_id = active(owner, manual())
    owner.patch(f"/workflows/{workflow_id}", {"definition": hook()}, If_Match='"1"')

    for _ in range(2):
        answer = owner.post(f"/workflows/{workflow_id}/execute", {"input": 1, "draft": True})
        assert answer.status_code == 202

    snapshot = WorkflowVersion.objects.get(number__isnull=True)
    assert snapshot.definition == hook()
    assert set(Execution.objects.values_list("version_id", flat=True)) == {snapshot.pk}
    assert len(owner.get(f"/workflows/{workflow_id}/versions").json()["results"]) == 1


def test_a_draft_with_errors_is_not_run(owner) -> None:
    made = owner.post("/workflows", {"name": "w", "definition": {}}).json()

    answer = owner.post(f"/workflows/{made['id']}/execute", {"draft": True})

    assert (answer.status_code, answer.json()["code"]) == (422, "document_invalid")
    assert (WorkflowVersion.objects.count(), Execution.objects.count()) == (0, 0)


def test_a_trigger_that_is_not_there_is_not_found(owner) -> None:
    path = f"/workflows/{active(owner, manual())}/execute"

    answer = owner.post(path, {"trigger_node": "nobody"})

    assert (answer.status_code, answer.json()["code"]) == (404, "trigger_not_found")


BRANCHES = {
    #  start ─► if ─true─► call ─► done
    #             └─false─► no
    "nodes": [
        node("start", "trigger:manual"),
        node("if", "control:if", condition="trigger.amount > 100"),
        node("call", "action:http", url="https://example.com", method="POST"),
        node("done", "action:set", fields={"said": "{{ steps.call.body }}"}),
        node("no", "control:no_op"),
    ],
    "edges": [
        edge("start", "if"),
        edge("if", "call", "true"),
        edge("if", "no", "false"),
        edge("call", "done"),
    ],
}


@pytest.fixture
def draft(owner) -> str:
    made = owner.post("/workflows", {"name": "w", "definition": BRANCHES}).json()
    assert [each for each in made["problems"] if each["severity"] == "error"] == []
    return f"/workflows/{made['id']}/dry-run"


def test_a_dry_run_takes_mocks_for_the_world_and_leaves_no_row(owner, draft) -> None:
    answer = owner.post(
        draft, {"trigger": {"amount": 500}, "mocks": {"call": {"status_code": 200, "body": "hi"}}}
    )

    assert answer.status_code == 200
    said = answer.json()
    assert (said["status"], said["path"]) == ("completed", ["start", "if", "call", "done"])
    assert said["steps"]["call"]["output"] == {"status_code": 200, "body": "hi"}
    assert said["steps"]["no"]["status"] == "skipped"
    assert said["problems"] == []
    assert (Execution.objects.count(), WorkflowVersion.objects.count()) == (0, 0)


def test_a_dry_run_reports_what_it_would_have_called(owner, draft) -> None:
    said = owner.post(draft, {"trigger": {"amount": 500}}).json()

    assert said["status"] == "failed"
    assert [(each["code"], each["node_id"]) for each in said["problems"]] == [
        ("mock_missing", "call")
    ]
    assert "call" not in said["path"]


def test_a_dry_run_comes_to_so_many_steps_and_no_further(owner) -> None:
    nodes = [
        node("start", "trigger:manual"),
        node("loop", "control:loop", source=list(range(5_000)), max_iterations=5_000),
        node("in", "control:no_op"),
    ]
    edges = [edge("start", "loop"), edge("loop", "in", "body")]
    made = owner.post("/workflows", {"name": "w", "definition": {"nodes": nodes, "edges": edges}})

    said = owner.post(f"/workflows/{made.json()['id']}/dry-run", {}).json()

    assert (said["status"], said["error"]["code"]) == ("failed", "step_limit")


def test_a_mock_for_a_node_that_is_not_there_is_refused(owner, draft) -> None:
    answer = owner.post(draft, {"mocks": {"nobody": 1}})

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == ["/mocks/nobody"]


def test_a_dry_run_of_a_version_ignores_the_draft(owner) -> None:
    workflow_id = active(owner, manual())
    owner.patch(f"/workflows/{workflow_id}", {"definition": {}}, If_Match='"1"')

    of_version = owner.post(f"/workflows/{workflow_id}/dry-run", {"version": 1, "trigger": 7})
    of_draft = owner.post(f"/workflows/{workflow_id}/dry-run", {"trigger": 7})

    assert of_version.json()["path"] == ["start", "answer"]
    assert (of_draft.status_code, of_draft.json()["code"]) == (422, "document_invalid")
    missing = owner.post(f"/workflows/{workflow_id}/dry-run", {"version": 2})
    assert missing.status_code == 404


def test_a_dry_run_is_held_to_the_form_of_its_trigger(owner) -> None:
    document = manual()
    document["nodes"][0]["data"]["config"] = {"input_schema": FORM}
    workflow_id = active(owner, document)
    path = f"/workflows/{workflow_id}/dry-run"

    for body in ({}, {"version": 1}):
        refused = owner.post(path, {"trigger": {"count": 1}, **body})
        assert (refused.status_code, refused.json()["code"]) == (422, "input_invalid")
        assert [(each["path"], each["code"]) for each in refused.json()["errors"]] == [
            ("/trigger/email", "required")
        ]
    fitting = owner.post(path, {"trigger": {"email": "ada@demo.test"}})
    assert (fitting.status_code, fitting.json()["status"]) == (200, "completed")


def test_a_dry_run_sees_the_tenant_that_a_real_one_sees(owner, tenant) -> None:
    document = manual()
    document["nodes"][1] = node("answer", "action:set", values={"x": "{{ env.tenant_id }}"})
    made = owner.post("/workflows", {"name": "w", "definition": document}).json()

    answer = owner.post(f"/workflows/{made['id']}/dry-run", {})

    assert answer.json()["output"] == {"x": str(tenant.id)}


def test_the_answer_of_a_dry_run_is_bounded_whatever_the_workflow_makes(owner) -> None:
    values = {f"k{number}": "{{ trigger }}" for number in range(9)}
    copies = [node(f"n{number}", "action:set", values=values) for number in range(5)]
    names = ["start", *(copy["id"] for copy in copies)]
    edges = [edge(*pair) for pair in pairwise(names)]
    document = {"nodes": [node("start", "trigger:manual"), *copies], "edges": edges}
    workflow_id = owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]

    answer = owner.post(f"/workflows/{workflow_id}/dry-run", {"trigger": "x" * 100_000})
    large = owner.post(f"/workflows/{workflow_id}/dry-run", {"trigger": "x" * 1_000_000})
    too_large = owner.post(f"/workflows/{workflow_id}/dry-run", {"trigger": "x" * 1_200_000})

    left_out = {"_omitted": "too_large", "most_bytes": 8 * 1024 * 1024}
    assert answer.json()["steps"]["n4"]["output"]["k8"] == "x" * 100_000
    assert (large.json()["status"], large.json()["steps"]["n4"]["output"]) == (
        "completed",
        left_out,
    )
    assert len(large.content) < 9_000_000
    assert too_large.json()["error"]["code"] == "input_too_large"
