"""Every operation of the API that changes something leaves an entry: none may be added that leaves none."""

import pytest

from apps.workflows.models import Trigger
from tests.callers import make_caller
from tests.contracts import openapi
from tests.entries import recorded
from tests.matrix.operations import filled
from tests.tenants.browser import PASSWORD, Browser, follow, member
from tests.workflows.documents import hook, node

pytestmark = pytest.mark.usefixtures("redis_server")

SECRET = {"name": "key", "type": "secret", "values": {"value": "s3cr3t-s3cr3t"}}
PROVIDER = {"name": "Id", "issuer": "https://id.localhost", "client_id": "gorax"}
STREAM = {"name": "mine", "url": "https://logs.example.com/"}
EDIT = {
    "batch_id": "0199cafe-beef-7000-8000-000000000000",
    "operations": [{"op": "node.move", "id": "last", "x": 1, "y": 2}],
}
# In this order: method, path below /api/v1, body, and the action of the entry.
STEPS = [
    ("POST", "/workflows", {"name": "x", "definition": {}}, "workflow.created"),
    ("PATCH", "/workflows/{workflow_id}", {"name": "y"}, "workflow.saved"),
    ("POST", "/workflows/{workflow_id}/operations", EDIT, "workflow.saved"),
    ("POST", "/workflows/{workflow_id}/publish", None, "workflow.published"),
    ("POST", "/workflows/{workflow_id}/activate", None, "workflow.activated"),
    ("POST", "/workflows/{workflow_id}/restrict", None, "workflow.restricted"),
    ("PUT", "/workflows/{workflow_id}/shares/members/{user_id}", {"level": "viewer"}, "workflow.shared"),
    ("DELETE", "/workflows/{workflow_id}/shares/members/{user_id}", None, "workflow.unshared"),
    ("PUT", "/workflows/{workflow_id}/shares/roles/{role}", {"level": "viewer"}, "workflow.shared"),
    ("DELETE", "/workflows/{workflow_id}/shares/roles/{role}", None, "workflow.unshared"),
    ("POST", "/workflows/{workflow_id}/open", None, "workflow.opened"),
    ("PUT", "/workflows/{workflow_id}/pins/{node_id}", {"output": 1}, "workflow.pinned"),
    ("DELETE", "/workflows/{workflow_id}/pins/{node_id}", None, "workflow.unpinned"),
    ("POST", "/workflows/{workflow_id}/versions/{number}/restore", None, "workflow.saved"),
    ("PATCH", "/webhooks/{webhook_id}", {"is_paused": True}, "webhook.paused"),
    ("PATCH", "/webhooks/{webhook_id}", {"is_paused": False}, "webhook.unpaused"),
    ("POST", "/webhooks/{webhook_id}/regenerate-secret", {}, "webhook.secret_renewed"),
    ("POST", "/events/{event_id}/replay", None, "webhook_event.replayed"),
    ("PATCH", "/schedules/{schedule_id}", {"is_paused": True}, "schedule.paused"),
    ("PATCH", "/schedules/{schedule_id}", {"is_paused": False}, "schedule.unpaused"),
    ("POST", "/workflows/{workflow_id}/execute", {}, "execution.started"),
    ("POST", "/executions/{execution_id}/pause", None, "execution.paused"),
    ("POST", "/executions/{execution_id}/resume", None, "execution.resumed"),
    ("POST", "/executions/{execution_id}/cancel", None, "execution.cancelled"),
    ("POST", "/executions/cancel", {"status": ["queued"]}, "execution.cancelled"),
    ("POST", "/executions/{ended_id}/retry", {}, "execution.retried"),
    ("POST", "/executions/retry", {"status": ["failed"]}, "execution.retried"),
    ("POST", "/executions/delete", {"ids": ["{ended_id}"]}, "execution.deleted"),
    ("POST", "/executions/wishes/cancel", {}, "execution.wished"),
    ("POST", "/executions/wishes/retry", {}, "execution.wished"),
    ("POST", "/executions/wishes/delete", {}, "execution.wished"),
    ("POST", "/executions/wishes/{wish_id}/stop", None, "execution.wish_ended"),
    ("POST", "/workflows/{workflow_id}/deactivate", None, "workflow.deactivated"),
    ("POST", "/folders", {"name": "f"}, "folder.created"),
    ("PATCH", "/folders/{folder_id}", {"name": "g"}, "folder.changed"),
    ("POST", "/workflows/activate", {"ids": ["{workflow_id}"]}, "workflow.activated"),
    ("POST", "/workflows/deactivate", {"ids": ["{workflow_id}"]}, "workflow.deactivated"),
    ("POST", "/workflows/move", {"ids": ["{workflow_id}"], "folder_id": "{folder_id}"}, "workflow.moved"),
    ("POST", "/workflows/tag", {"ids": ["{workflow_id}"], "add": ["t"]}, "workflow.tagged"),
    ("POST", "/workflows/delete", {"ids": ["{third_id}"]}, "workflow.deleted"),
    ("DELETE", "/folders/{folder_id}", None, "folder.removed"),
    ("DELETE", "/workflows/{workflow_id}", None, "workflow.deleted"),
    ("POST", "/workflows/{workflow_id}/restore", None, "workflow.restored"),
    ("DELETE", "/workflows/{other_id}", None, "workflow.deleted"),
    ("DELETE", "/workflows/{other_id}/purge", None, "workflow.purged"),
    ("POST", "/credentials", SECRET, "credential.created"),
    ("PATCH", "/credentials/{credential_id}", {"description": "d"}, "credential.updated"),
    ("POST", "/credentials/{credential_id}/rotate", {"values": {"value": "n3w-n3w"}}, "credential.rotated"),
    ("POST", "/credentials/{credential_id}/test", None, "credential.tested"),
    ("POST", "/credentials/test", {"type": "secret", "values": {"value": "s3cr3t"}}, "credential.tested"),
    ("PUT", "/credentials/{credential_id}/users", {"is_restricted": True}, "credential.users_changed"),
    ("DELETE", "/credentials/{credential_id}", None, "credential.deleted"),
    ("POST", "/api-keys", {"name": "k", "scopes": ["workflow.read"]}, "api_key.created"),
    ("DELETE", "/api-keys/{key_id}", None, "api_key.revoked"),
    ("POST", "/roles", {"name": "r", "permissions": ["workflow.read"]}, "role.created"),
    ("PATCH", "/roles/{role_id}", {"description": "d"}, "role.changed"),
    ("DELETE", "/roles/{role_id}", None, "role.removed"),
    ("PATCH", "/members/{user_id}", {"role": "operator"}, "membership.changed"),
    ("DELETE", "/members/{user_id}", None, "membership.removed"),
    ("PUT", "/audit/hold", {"because": "a court asks for it"}, "retention.held"),
    ("DELETE", "/audit/hold", None, "retention.resumed"),
    ("POST", "/audit/streams", {"name": "s", "url": "https://siem.example.com/"}, "stream.created"),
    ("PATCH", "/audit/streams/{stream_id}", {"is_paused": True}, "stream.changed"),
    ("POST", "/audit/streams/{stream_id}/regenerate-secret", None, "stream.secret_renewed"),
    ("DELETE", "/audit/streams/{stream_id}", None, "stream.deleted"),
    ("PATCH", "/tenant", {"name": "Renamed"}, "tenant.renamed"),
    ("PUT", "/tenant/cors", {"origins": ["https://app.example.com"]}, "cors.changed"),
    ("POST", "/invitations", {"email": "eve@x.test", "role": "viewer"}, "invitation.sent"),
    ("POST", "/invitations/{invitation_id}/resend", None, "invitation.resent"),
    ("DELETE", "/invitations/{invitation_id}", None, "invitation.revoked"),
    ("POST", "/service-accounts", {"name": "s", "role": "viewer"}, "service_account.created"),
    ("PATCH", "/service-accounts/{service_account_id}", {"name": "t"}, "service_account.changed"),
    ("DELETE", "/service-accounts/{service_account_id}", None, "service_account.closed"),
    ("POST", "/sso/connections", PROVIDER, "sso.created"),
    ("PATCH", "/sso/connections/{connection_id}", {"session_hours": 8}, "sso.updated"),
    ("POST", "/sso/connections/{connection_id}/domains", {"domain": "more.test"}, "domain.added"),
    ("DELETE", "/sso/connections/{connection_id}/domains/{domain_id}", None, "domain.removed"),
    ("DELETE", "/sso/connections/{connection_id}", None, "sso.deleted"),
]  # fmt: skip
# Where else an operation's entry is asserted, or why it leaves none.
ELSEWHERE = {
    "PATCH /account": "tests/audit/test_account_operations.py",
    "POST /account/verification": "sends a letter; what is written down is the new address, where its link is opened",
    "POST /account/email": "sends a letter; what is written down is the new address, where its link is opened",
    "POST /account/password": "tests/audit/test_account_operations.py",
    "POST /account/close": "tests/audit/test_account_operations.py",
    "POST /account/app": "an app counts from its first code on: see the next",
    "POST /account/app/confirm": "tests/audit/test_account_operations.py",
    "DELETE /account/app": "tests/audit/test_account_operations.py",
    "POST /account/recovery-codes": "tests/audit/test_account_operations.py",
    "POST /account/passkeys/begin": "changes nothing: it answers what a browser needs to make a passkey",
    "POST /account/passkeys": "tests/audit/test_account_operations.py",
    "DELETE /account/passkeys/{passkey_id}": "tests/audit/test_account_operations.py",
    "DELETE /account/sessions": "tests/audit/test_account_operations.py",
    "DELETE /account/sessions/{root}": "tests/audit/test_account_operations.py",
    "POST /auth/second-factor": "opens a session, which is written down as after a password",
    "POST /auth/passkey/begin": "changes nothing: it answers what a browser needs to ask for a passkey",
    "POST /auth/passkey": "opens a session, which is written down as after a password",
    "POST /auth/confirm/begin": "changes nothing: it answers what is asked for",
    "POST /auth/confirm": "opens nothing by itself; what it is asked for is written down",
    "POST /auth/forgot": "sends a letter, or not; the trail does not tell which accounts exist",
    "POST /auth/reset": "tests/audit/test_account_operations.py",
    "POST /auth/confirm-email": "tests/audit/test_account_operations.py",
    "POST /auth/invitation": "changes nothing: it answers what an invitation says",
    "POST /auth/invitation/accept": "tests/audit/test_account_operations.py",
    "POST /auth/invitation/sign-up": "tests/audit/test_account_operations.py",
    "POST /tenants/{tenant_id}/deletion": "tests/tenants/test_leaving.py",
    "DELETE /tenants/{tenant_id}/deletion": "tests/tenants/test_leaving.py",
    "PATCH /tenant/security": "tests/audit/test_account_operations.py",
    "POST /credentials/{credential_id}/connect": "tests/credentials/test_connecting.py",
    "POST /credentials/connected": "tests/credentials/test_connecting.py",
    "POST /credentials/{credential_id}/disconnect": "tests/credentials/test_parting.py",
    "POST /auth/discover": "changes nothing: it answers where an address signs in",
    "POST /sso/connections/{connection_id}/test": "changes nothing: it asks the provider",
    "POST /sso/connections/{connection_id}/link": "leads away; what is written down is the identity of who comes back",
    "POST /sso/connections/{connection_id}/domains/{domain_id}/verify": "tests/audit/test_account_operations.py, by an operator; after a name server's word it goes the same way",
    "DELETE /sso/identities/{identity_id}": "tests/audit/test_account_operations.py",
    "POST /auth/sign-up": "test_a_browsers_way_in_and_out_is_written_down",
    "POST /auth/sign-in": "test_a_browsers_way_in_and_out_is_written_down",
    "POST /auth/sign-out": "test_a_browsers_way_in_and_out_is_written_down",
    "POST /auth/cross": "the session that it opens on the other host is written down there",
    "POST /auth/refresh": "every quarter of an hour of every browser; what is written down is a reuse",
    "POST /executions/{execution_id}/steps/{node_id}/approve": "tests/executions/test_approvals.py",
    "POST /executions/{execution_id}/steps/{node_id}/reject": "tests/executions/test_approvals.py",
    "POST /executions/{execution_id}/steps/{node_id}/decide": "tests/executions/test_deciding.py",
    "POST /audit/streams/{stream_id}/test": "changes nothing: it sends something that is no entry",
    "POST /nodes/import-curl": "changes nothing: it answers what a command means",
    "POST /nodes/{kind}/choices": "changes nothing: it answers what a field may be; that its credential was read stands in its log",
    "POST /schedules/preview": "changes nothing: it answers when a schedule would fire",
    "POST /webhooks/{webhook_id}/sample-delivery": "changes nothing: it shows a signed example",
    "POST /webhooks/{webhook_id}/test-delivery": "a delivery like any other: the webhook's history keeps it",
    "POST /webhooks/{webhook_id}/filters/judge": "changes nothing: it judges what arrived",
    "POST /workflows/export": "changes nothing: it answers drafts",
    "POST /workflows/{workflow_id}/preview": "changes nothing: it answers what an expression would give",
    "POST /workflows/{workflow_id}/dry-run": "changes nothing: it runs in memory",
}


@pytest.fixture
def ids(tenant, owner) -> dict[str, str]:
    from apps.executions.models import Execution

    document = hook(path="orders")
    document["nodes"].append(node("clock", "trigger:schedule", cron="@daily"))
    document["nodes"].append(node("signed", "trigger:webhook", auth_type="signature"))
    document["nodes"].append(node("last", "control:no_op"))
    workflow = owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]
    assert owner.post(f"/workflows/{workflow}/publish").status_code == 200
    signed = str(Trigger.objects.get(node_id="signed").pk)
    assert owner.post(f"/webhooks/{signed}/regenerate-secret", {}).status_code == 200
    assert owner.post(f"/workflows/{workflow}/activate").status_code == 200
    sent = [
        owner._client.post("/webhooks/orders", data=b"1", content_type="application/json").json()
        for _ in range(2)
    ]
    ended = Execution.objects.filter(pk=sent[1]["execution_id"])
    ended.update(status="failed", ended_at="2026-01-01T00:00Z")
    other, third = [
        owner.post("/workflows", {"name": name, "definition": {}}).json()["id"] for name in "ot"
    ]
    credential = owner.post("/credentials", SECRET | {"name": "mine"}).json()["id"]
    key = owner.post("/api-keys", {"name": "mine", "scopes": ["workflow.read"]}).json()["id"]
    connection = f"/sso/connections/{made(owner, '/sso/connections', PROVIDER | {'name': 'Mine'})}"
    return {
        "role_id": made(owner, "/roles", {"name": "mine", "permissions": ["workflow.read"]}),
        "user_id": str(member(tenant, "viewer").pk),
        "invitation_id": made(owner, "/invitations", {"email": "adam@x.test", "role": "viewer"}),
        "service_account_id": made(owner, "/service-accounts", {"name": "mine", "role": "viewer"}),
        "connection_id": connection.rpartition("/")[2],
        "stream_id": made(owner, "/audit/streams", STREAM),
        "domain_id": made(owner, f"{connection}/domains", {"domain": "mine.test"}),
        "workflow_id": workflow,
        "other_id": other,
        "third_id": third,
        "folder_id": made(owner, "/folders", {"name": "mine"}),
        "node_id": "last",
        "role": "viewer",
        "number": "1",
        "webhook_id": signed,
        "schedule_id": str(Trigger.objects.get(kind="schedule").pk),
        "event_id": sent[0]["event_id"],
        "execution_id": sent[0]["execution_id"],
        "ended_id": sent[1]["execution_id"],
        "wish_id": owner.post("/executions/wishes/cancel", {}).json()["id"],
        "credential_id": credential,
        "key_id": key,
    }


def made(owner, path: str, body: dict) -> str:
    answer = owner.post(path, body)
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


@pytest.fixture
def owner(tenant):
    return make_caller(tenant, "owner")


def test_each_operation_that_changes_something_leaves_an_entry(owner, ids) -> None:
    for method, path, body, action in STEPS:
        before = len(recorded())
        headers = {}
        if action == "workflow.saved":
            headers = {"If_Match": owner.get(f"/workflows/{ids['workflow_id']}")["ETag"]}
        answer = owner.call(method, path.format(**ids), filled(body, ids), **headers)
        assert answer.status_code < 300, (method, path, answer.content)
        made = recorded()[before:]
        assert action in [entry.action for entry in made], (method, path)
        assert {entry.actor_email for entry in made} == {"owner@demo.test"}, (method, path)
        assert {entry.outcome for entry in made} == {"success"}, (method, path)


def test_no_secret_comes_into_the_trail(owner, ids) -> None:
    for method, path, body, _ in STEPS:
        if path.startswith("/credentials"):
            owner.call(method, path.format(**ids), body)

    said = repr([(entry.before, entry.after) for entry in recorded()])
    assert "s3cr3t" not in said
    assert "n3w-n3w" not in said


def test_no_operation_is_forgotten() -> None:
    known = {f"{method} {path}" for method, path, _, _ in STEPS}
    known = {name.replace("{ended_id}", "{execution_id}") for name in known} | ELSEWHERE.keys()
    known = {name.replace("{other_id}", "{workflow_id}") for name in known}
    there = {
        f"{method} {path.removeprefix('/api/v1')}"
        for method, path, _ in openapi.operations(openapi.generated())
        if method != "GET"
    }

    assert there - known == set(), "Give each a row of STEPS, or say in ELSEWHERE why not."
    assert known - there == set(), "These are gone."


def test_a_browsers_way_in_and_out_is_written_down(tenant) -> None:
    user = member(tenant)
    front = Browser()
    body = {"email": user.email, "password": PASSWORD, "tenant": "demo"}
    redirect = front.post("/api/v1/auth/sign-in", body).json()["redirect"]
    browser = follow(redirect, front)
    assert browser.post("/api/v1/auth/sign-out").status_code == 204
    stranger = Browser()
    new = {
        "email": "a@b.test",
        "password": "correct horse battery",
        "name": "A",
        "tenant_name": "New",
    }
    assert stranger.post("/api/v1/auth/sign-up", new).status_code == 201

    mine = recorded()
    assert [(entry.action, entry.actor_email) for entry in mine] == [
        ("session.crossed", user.email),
        ("session.ended", user.email),
    ]
    platform = [(entry.action, entry.actor_email) for entry in recorded(schema="public")]
    assert platform == [
        ("session.opened", user.email),
        ("tenant.created", "a@b.test"),
        ("session.opened", "a@b.test"),
    ]
    assert [entry.action for entry in recorded(schema="t_new")] == ["tenant.created"]
