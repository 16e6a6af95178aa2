"""A published version is run by its number, also when a newer one is live or the workflow is switched off."""

from typing import Any
from uuid import UUID

import pytest

from apps.executions.models import Execution
from tests.callers import make_caller
from tests.entries import recorded
from tests.executions.makers import chain, work_until_ended


@pytest.fixture
def owner(demo, redis_server) -> Any:
    from apps.tenants import facade as tenants

    return make_caller(tenants.current(), "owner")


def says(text: str) -> dict[str, Any]:
    return chain(("say", "action:formula", {"config": {"expression": f"trigger.n + {text}"}}))


@pytest.fixture
def workflow(owner) -> str:
    """Version 1 adds ten, version 2, which is live, a hundred; the draft adds a thousand."""
    made = owner.post("/workflows", {"name": "w", "definition": says("10")}).json()
    workflow, revision = made["id"], made["draft_revision"]
    for text in ("100", "1000"):
        assert owner.post(f"/workflows/{workflow}/publish").status_code == 200
        saved = owner.call(
            "PATCH",
            f"/workflows/{workflow}",
            {"definition": says(text)},
            If_Match=f'"{revision}"',
        )
        revision = saved.json()["draft_revision"]
    return workflow


def ran(owner, workflow: str, **body: Any) -> Execution:
    answer = owner.post(f"/workflows/{workflow}/execute", body)
    assert answer.status_code == 202, answer.json()
    return work_until_ended(UUID(answer.json()["execution_id"]))


def test_the_version_that_is_named_runs_and_not_the_live_one(owner, workflow) -> None:
    owner.post(f"/workflows/{workflow}/activate")

    assert ran(owner, workflow, input={"n": 1}, version=1).output == 11
    assert ran(owner, workflow, input={"n": 1}, version=2).output == 101
    assert ran(owner, workflow, input={"n": 1}).output == 101


def test_a_named_version_runs_while_the_workflow_is_switched_off(owner, workflow) -> None:
    refused = owner.post(f"/workflows/{workflow}/execute", {"input": {"n": 1}})

    assert refused.json()["code"] == "workflow_inactive"
    assert ran(owner, workflow, input={"n": 1}, version=1).output == 11


def test_the_trail_says_which_version_was_run(owner, workflow) -> None:
    ended = ran(owner, workflow, input={"n": 1}, version=1)

    entry = recorded("execution.started")[-1]
    assert entry.target_id == str(ended.pk)
    assert entry.after == {"workflow_id": workflow, "is_draft": False, "version": 1}


def test_a_version_that_is_not_there_or_a_draft_with_a_version_starts_nothing(
    owner, workflow
) -> None:
    path = f"/workflows/{workflow}/execute"

    missing = owner.post(path, {"version": 3})
    both = owner.post(path, {"version": 1, "draft": True})
    none = owner.post(path, {"version": 0})
    endless = owner.post(path, {"version": 10**12})

    assert (missing.status_code, missing.json()["code"]) == (404, "version_not_found")
    assert (both.status_code, both.json()["errors"][0]["path"]) == (422, "/version")
    assert (none.status_code, none.json()["errors"][0]["path"]) == (422, "/version")
    assert endless.status_code == 404
    assert Execution.objects.count() == 0


def test_the_same_key_for_another_version_is_refused(owner, workflow) -> None:
    path, key = f"/workflows/{workflow}/execute", {"Idempotency_Key": "k-0123456789abcdef"}

    first = owner.call("POST", path, {"version": 1}, **key)
    again = owner.call("POST", path, {"version": 1}, **key)
    other = owner.call("POST", path, {"version": 2}, **key)

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["execution_id"] == first.json()["execution_id"]
    assert other.status_code == 409
