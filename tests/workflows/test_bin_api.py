"""The bin: thirty days to think again, and what a purge leaves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.executions.models import Execution
from apps.webhooks.models import Webhook, WebhookSecret
from apps.workflows import tasks
from apps.workflows.models import Trigger, Workflow, WorkflowVersion
from apps.workflows.services import bin as waste
from tests.workflows.documents import hook, manual


@pytest.fixture
def live(owner) -> str:
    """An active workflow with a webhook at a chosen path."""
    made = owner.post("/workflows", {"name": "live", "definition": hook(path="orders")}).json()
    owner.post(f"/workflows/{made['id']}/publish")
    owner.post(f"/workflows/{made['id']}/activate")
    return made["id"]


def age(workflow_id: str, days: float) -> None:
    Workflow.objects.filter(pk=workflow_id).update(deleted_at=timezone.now() - timedelta(days=days))


def finish_executions() -> None:
    Execution.objects.update(status="completed", ended_at=timezone.now())


def test_a_deleted_workflow_is_gone_from_everywhere_but_the_bin(owner, live) -> None:
    assert owner.delete(f"/workflows/{live}").status_code == 204

    assert owner.get(f"/workflows/{live}").status_code == 404
    assert owner.get("/workflows").json()["results"] == []
    assert owner.get("/webhooks").json()["results"] == []
    assert owner.post(f"/workflows/{live}/execute", {}).status_code == 404
    binned = owner.get("/workflows?bin=true").json()["results"]
    assert [(row["id"], row["is_active"]) for row in binned] == [(live, False)]
    assert Trigger.objects.get().is_active is False


def test_what_is_deleted_frees_its_chosen_path(owner, live) -> None:
    owner.delete(f"/workflows/{live}")

    other = owner.post("/workflows", {"name": "b", "definition": hook(path="orders")}).json()["id"]

    assert owner.post(f"/workflows/{other}/publish").status_code == 200


def test_a_restored_workflow_is_inactive_and_can_be_activated_again(owner, live) -> None:
    owner.delete(f"/workflows/{live}")

    answer = owner.post(f"/workflows/{live}/restore")

    assert answer.status_code == 200
    assert (answer.json()["is_active"], answer.json()["deleted_at"]) == (False, None)
    assert len(owner.get("/webhooks").json()["results"]) == 1
    assert owner.post(f"/workflows/{live}/activate").status_code == 200
    assert Trigger.objects.get().path == "orders"


def test_a_restored_workflow_whose_path_was_taken_says_so_when_it_is_activated(owner, live) -> None:
    owner.delete(f"/workflows/{live}")
    other = owner.post("/workflows", {"name": "b", "definition": hook(path="orders")}).json()["id"]
    owner.post(f"/workflows/{other}/publish")

    assert owner.post(f"/workflows/{live}/restore").status_code == 200
    answer = owner.post(f"/workflows/{live}/activate")

    assert (answer.status_code, answer.json()["code"]) == (409, "path_taken")
    assert Workflow.objects.get(pk=live).is_active is False


@pytest.mark.parametrize("call", ["restore", "purge"])
def test_only_what_lies_in_the_bin_can_leave_it(owner, live, call) -> None:
    method = owner.post if call == "restore" else owner.delete

    answer = method(f"/workflows/{live}/{call}")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_in_bin")
    assert Workflow.objects.get().is_active is True


def test_a_purge_leaves_nothing_behind(owner, live) -> None:
    owner.post(f"/webhooks/{Trigger.objects.get().pk}/regenerate-secret")
    owner.delete(f"/workflows/{live}")

    assert owner.delete(f"/workflows/{live}/purge").status_code == 204

    for model in (Workflow, WorkflowVersion, Trigger, Webhook, WebhookSecret):
        assert model.objects.count() == 0
    assert owner.post(f"/workflows/{live}/restore").status_code == 404


def test_a_purge_keeps_the_version_that_an_execution_shows(owner, live) -> None:
    owner.post(f"/workflows/{live}/execute", {"input": 1})
    finish_executions()
    shown = WorkflowVersion.objects.get()
    owner.delete(f"/workflows/{live}")

    assert owner.delete(f"/workflows/{live}/purge").status_code == 204

    assert WorkflowVersion.objects.get() == shown
    assert owner.get("/workflows?bin=true").json()["results"] == []
    assert owner.post(f"/workflows/{live}/restore").status_code == 404
    assert owner.delete(f"/workflows/{live}/purge").status_code == 404


def test_a_purge_waits_for_what_still_runs(owner, live) -> None:
    owner.post(f"/workflows/{live}/execute", {"input": 1})
    owner.delete(f"/workflows/{live}")

    answer = owner.delete(f"/workflows/{live}/purge")

    assert (answer.status_code, answer.json()["code"]) == (409, "still_running")
    assert (Workflow.objects.count(), WorkflowVersion.objects.count()) == (1, 1)
    assert Trigger.objects.count() == 1


def test_the_job_purges_after_thirty_days_and_no_sooner(owner, live) -> None:
    other = owner.post("/workflows", {"name": "b", "definition": manual()}).json()["id"]
    for workflow_id in (live, other):
        owner.delete(f"/workflows/{workflow_id}")
    age(live, 30.01)
    age(other, 29.99)

    tasks.empty_bins()

    assert [str(row.pk) for row in Workflow.objects.all()] == [other]


def test_the_job_takes_what_was_left_once_nothing_refers_to_it(owner, live) -> None:
    owner.post(f"/workflows/{live}/execute", {"input": 1})
    finish_executions()
    owner.delete(f"/workflows/{live}")
    owner.delete(f"/workflows/{live}/purge")
    Workflow.objects.update(purged_at=timezone.now() - timedelta(days=2))
    Execution.objects.all().delete()

    assert waste.empty() == 1

    assert (Workflow.objects.count(), WorkflowVersion.objects.count()) == (0, 0)
