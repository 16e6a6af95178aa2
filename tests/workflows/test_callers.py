"""Who may call what: every endpoint of workflows, webhooks, schedules and credentials, as every role, and from another tenant."""

from uuid import UUID

import pytest

from apps.core.ids import uuid7
from apps.core.principals import PERMISSIONS_BY_ROLE
from apps.executions.services.blobs import OwnedBlobs
from apps.workflows.models import Trigger
from tests.callers import Caller, make_caller
from tests.workflows.documents import hook, node

KEY = {"name": "key", "type": "secret", "values": {"value": "s3cr3t"}}
# method, path, permission, body; every path of these contexts (tests/contracts checks that none is missing).
ENDPOINTS = [
    ("GET", "/workflows", "workflow.read", None),
    ("POST", "/workflows", "workflow.create", {"name": "x", "definition": {}}),
    ("GET", "/workflows/{workflow}", "workflow.read", None),
    ("PATCH", "/workflows/{workflow}", "workflow.update", {"name": "x"}),
    ("DELETE", "/workflows/{workflow}", "workflow.delete", None),
    ("POST", "/workflows/{workflow}/publish", "workflow.update", None),
    ("POST", "/workflows/{workflow}/activate", "workflow.update", None),
    ("POST", "/workflows/{workflow}/deactivate", "workflow.update", None),
    ("POST", "/workflows/{workflow}/restore", "workflow.delete", None),
    ("DELETE", "/workflows/{workflow}/purge", "workflow.delete", None),
    ("POST", "/workflows/{workflow}/dry-run", "workflow.execute", {}),
    ("POST", "/workflows/{workflow}/execute", "workflow.execute", {}),
    ("GET", "/workflows/{workflow}/pins", "workflow.read", None),
    ("PUT", "/workflows/{workflow}/pins/hook", "workflow.update", {"output": 1}),
    ("DELETE", "/workflows/{workflow}/pins/hook", "workflow.update", None),
    ("GET", "/workflows/{workflow}/versions", "workflow.read", None),
    ("GET", "/workflows/{workflow}/versions/1", "workflow.read", None),
    ("POST", "/workflows/{workflow}/versions/1/restore", "workflow.update", None),
    ("GET", "/executions", "execution.read", None),
    ("GET", "/executions/{execution}", "execution.read", None),
    ("GET", "/executions/{execution}/blobs/{blob}", "execution.read", None),
    ("POST", "/executions/{execution}/cancel", "execution.cancel", None),
    ("GET", "/executions/{execution}/log", "execution.read", None),
    ("GET", "/executions/{execution}/steps/hook/log", "execution.read", None),
    ("POST", "/executions/{execution}/retry", "workflow.execute", {}),
    ("POST", "/executions/{execution}/pause", "execution.cancel", None),
    ("POST", "/executions/{execution}/resume", "execution.cancel", None),
    ("POST", "/executions/cancel", "execution.cancel", {}),
    ("POST", "/executions/retry", "workflow.execute", {}),
    ("POST", "/executions/{execution}/steps/hook/decide", "workflow.execute", {"decision": "fail"}),
    ("GET", "/executions/{execution}/approvals", "execution.read", None),
    ("POST", "/executions/{execution}/steps/hook/approve", "workflow.execute", {}),
    ("POST", "/executions/{execution}/steps/hook/reject", "workflow.execute", {"comment": "no"}),
    ("GET", "/nodes", "workflow.read", None),
    ("GET", "/nodes/control:if", "workflow.read", None),
    ("POST", "/nodes/import-curl", "workflow.read", {"command": "curl https://a.example"}),
    ("GET", "/webhooks", "webhook.read", None),
    ("GET", "/webhooks/{webhook}", "webhook.read", None),
    ("PATCH", "/webhooks/{webhook}", "webhook.update", {"is_paused": True}),
    ("POST", "/webhooks/{webhook}/regenerate-secret", "webhook.update", None),
    ("POST", "/webhooks/{webhook}/sample-delivery", "workflow.execute", None),
    ("GET", "/webhooks/{webhook}/events", "webhook.read", None),
    ("GET", "/events/{event}", "webhook.read", None),
    ("POST", "/events/{event}/replay", "workflow.execute", None),
    ("GET", "/schedules", "workflow.read", None),
    ("GET", "/schedules/{schedule}", "workflow.read", None),
    ("PATCH", "/schedules/{schedule}", "workflow.update", {"is_paused": True}),
    ("GET", "/schedules/{schedule}/firings", "workflow.read", None),
    ("POST", "/schedules/preview", "workflow.read", {"cron": "@daily"}),
    ("GET", "/credentials", "credential.read", None),
    ("GET", "/credentials/types", "credential.read", None),
    ("POST", "/credentials", "credential.create", KEY),
    ("GET", "/credentials/{credential}", "credential.read", None),
    ("PATCH", "/credentials/{credential}", "credential.update", {"description": "x"}),
    ("POST", "/credentials/{credential}/rotate", "credential.update", {"values": {"value": "x"}}),
    ("DELETE", "/credentials/{credential}", "credential.delete", None),
]
ROLES = ["owner", "editor", "operator", "viewer"]


@pytest.fixture
def ids(owner) -> dict[str, str]:
    document = hook(path="orders")
    document["nodes"].append(node("clock", "trigger:schedule", cron="@daily"))
    workflow = owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]
    owner.post(f"/workflows/{workflow}/publish")
    owner.post(f"/workflows/{workflow}/activate")
    sent = owner._client.post("/webhooks/orders", data=b"1", content_type="application/json")
    return {
        "workflow": workflow,
        "webhook": str(Trigger.objects.get(kind="webhook").pk),
        "schedule": str(Trigger.objects.get(kind="schedule").pk),
        "credential": owner.post("/credentials", {**KEY, "name": "k"}).json()["id"],
        "event": sent.json()["event_id"],
        "execution": sent.json()["execution_id"],
        "blob": file_of(sent.json()["execution_id"]),
    }


def file_of(execution_id: str) -> str:
    """Give an execution a file and return its id."""
    with OwnedBlobs("t_demo", UUID(execution_id)).create("text/plain") as writer:
        writer.write(b"ours")
        return writer.finish().id


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_exactly_what_its_permissions_say(tenant, ids, role) -> None:
    caller = make_caller(tenant, role)

    refused = {
        (method, path)
        for method, path, _, body in ENDPOINTS
        if caller.call(method, path.format(**ids), body).status_code == 403
    }

    assert refused == {
        (method, path)
        for method, path, permission, _ in ENDPOINTS
        if permission not in PERMISSIONS_BY_ROLE[role]
    }


def test_a_stranger_may_nothing(ids) -> None:
    stranger = Caller()

    answers = {
        stranger.call(method, path.format(**ids), body).status_code
        for method, path, _, body in ENDPOINTS
    }

    assert answers == {401}


def test_what_belongs_to_another_tenant_is_answered_like_what_never_was(ids, other_tenant) -> None:
    stranger = make_caller(other_tenant, "owner")
    nothing = {name: str(uuid7()) for name in ids}

    for method, path, _, body in ENDPOINTS:
        if "{" not in path:
            continue
        theirs = stranger.call(method, path.format(**ids), body, If_Match='"1"')
        never = stranger.call(method, path.format(**nothing), body, If_Match='"1"')
        assert theirs.status_code == never.status_code == 404, (method, path)
        assert _anonymous(theirs) == _anonymous(never), (method, path)


def test_the_lists_of_another_tenant_hold_nothing_of_ours(ids, other_tenant) -> None:
    stranger = make_caller(other_tenant, "owner")

    assert stranger.get("/workflows").json()["results"] == []
    assert stranger.get("/webhooks").json()["results"] == []
    assert stranger.get("/schedules").json()["results"] == []
    assert stranger.get("/executions").json()["results"] == []
    assert stranger.get("/credentials").json()["results"] == []


def test_a_key_of_one_tenant_opens_no_other(ids, owner, other_tenant) -> None:
    key = owner._headers["Authorization"].removeprefix("Bearer ")

    answer = Caller(key, host="other.localhost").get("/workflows")

    assert answer.status_code == 401


def _anonymous(answer) -> dict:
    return {name: value for name, value in answer.json().items() if name != "request_id"}
