"""As whom an execution acts: written down when it begins, handed on to what it starts, asked for what is restricted."""

from uuid import UUID

import pytest

from apps.accounts.models import User
from apps.credentials.models import Credential, CredentialGrant
from apps.credentials.services import store
from apps.executions.models import Execution
from apps.tenants import facade as tenants
from apps.tenants.models import Membership
from apps.workflows.models import Share, Workflow
from apps.workflows.services import drafts, publish
from tests.callers import make_caller
from tests.executions.makers import (
    begin,
    call,
    callee,
    chain,
    execution,
    make_version,
    paths,
    steps,
    work_until_ended,
    work_until_idle,
)
from tests.executions.test_calls import calls, children_of
from tests.executions.test_error_workflow import BAD, TELLING, heard, naming
from tests.tenants.browser import Browser, member, signed_in
from tests.workflows.documents import hook, node

FINE = ("fine", "control:no_op", {})


@pytest.fixture
def tenant(demo, redis_server):
    return tenants.by_slug("demo")


def published_by(user: User, definition: dict) -> Workflow:
    workflow = drafts.create(name="w", description="", draft=definition, actor_id=user.pk)
    publish.publish(workflow.pk, actor_id=user.pk)
    return publish.activate(workflow.pk)


def begun_by(user: User, definition: dict) -> UUID:
    version = make_version(definition)
    return begin(version, started_by=user.pk)


def restricted(workflow_id: UUID) -> None:
    Workflow.objects.filter(pk=workflow_id).update(is_restricted=True)


def test_who_starts_by_hand_is_acted_as_and_a_key_is_named_with_its_maker(tenant) -> None:
    key = make_caller(tenant, "operator")
    keeper = Membership.objects.get(role="operator").user_id
    person = member(tenant, "operator")
    made = published_by(member(tenant, "editor"), chain(FINE))
    path = f"/api/v1/workflows/{made.pk}/execute"

    by_key = key.post(f"/workflows/{made.pk}/execute", {"input": 1}).json()["execution_id"]
    by_person = signed_in(person, tenant).post(path, {"input": 1}).json()["execution_id"]

    acts = key.get(f"/executions/{by_key}").json()["acts_as"]
    assert (acts["kind"], acts["user_id"]) == ("api_key", str(keeper))
    assert set(acts) == {"kind", "user_id", "api_key_id"}
    assert key.get(f"/executions/{by_person}").json()["acts_as"] == {
        "kind": "user",
        "user_id": str(person.pk),
    }


@pytest.mark.parametrize("ahead", [True, False])
def test_what_a_trigger_starts_acts_as_who_published_it_last(tenant, ahead) -> None:
    first, second = member(tenant, "editor"), member(tenant, "editor")
    document = hook(path="orders", mode="sync" if ahead else "async")
    document["nodes"].append(node("clock", "trigger:schedule", cron="@daily"))
    workflow = published_by(first, document)

    def delivered() -> dict:
        answer = Browser("demo.localhost").post("/webhooks/orders", {})
        found = Execution.objects.order_by("-id").first()
        assert answer.status_code < 300, answer.content
        return found.acts_as

    before = delivered()
    publish.publish(workflow.pk, actor_id=first.pk)
    again = delivered()
    publish.publish(workflow.pk, actor_id=second.pk)

    assert before == again == {"kind": "publisher", "user_id": str(first.pk)}
    assert delivered() == {"kind": "publisher", "user_id": str(second.pk)}
    assert Workflow.objects.get().live_version.number == 2


def test_what_nobody_published_acts_as_nobody(demo) -> None:
    assert execution(begin(make_version(chain(FINE)))).acts_as is None


def test_what_is_called_or_hears_of_a_failure_acts_as_its_cause_and_a_retry_as_who_asks(
    tenant,
) -> None:
    first, second = member(tenant, "editor"), member(tenant, "editor")
    telling = callee(TELLING, kind="error")
    doing = callee(FINE)
    parent = begun_by(first, naming(telling, calls(doing), BAD))
    work_until_ended(parent)
    work_until_idle()

    again = signed_in(second, tenant).post(f"/api/v1/executions/{parent}/retry", {})

    mine = {"kind": "user", "user_id": str(first.pk)}
    assert [
        each.acts_as for each in (execution(parent), *children_of(parent), *heard(telling))
    ] == [mine] * 3
    assert execution(again.json()["execution_id"]).acts_as == mine | {"user_id": str(second.pk)}


def test_a_restricted_workflow_is_called_for_whom_it_is_shared_with_and_for_no_other(
    tenant,
) -> None:
    user = member(tenant, "editor")
    secret = callee(FINE)
    restricted(secret)
    refused = work_until_ended(begun_by(user, chain(calls(secret))))
    Share.objects.create(workflow_id=secret, kind="member", subject=str(user.pk), level="operator")

    allowed = work_until_ended(begun_by(user, chain(calls(secret))))

    assert (refused.status, refused.error["code"]) == ("failed", "workflow_forbidden")
    assert "somebody who may not run it" in refused.error["message"]
    assert children_of(refused.pk) == []
    assert (allowed.status, len(children_of(allowed.pk))) == ("completed", 1)


@pytest.mark.parametrize("loss", ["removed", "closed", "demoted"])
def test_whoever_leaves_or_loses_the_role_is_not_acted_as_for_what_is_restricted(
    tenant, loss
) -> None:
    user = member(tenant, "admin")
    secret = callee(FINE)
    restricted(secret)
    fine = begun_by(user, chain(FINE))
    parent = begun_by(user, chain(calls(secret)))
    if loss == "removed":
        Membership.objects.filter(user=user).delete()
    elif loss == "closed":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=user).update(role="editor")

    said = work_until_ended(parent)

    who = "somebody who may not run it" if loss == "demoted" else "nobody who belongs"
    assert (said.status, said.error["code"]) == ("failed", "workflow_forbidden")
    assert who in said.error["message"]
    assert steps(parent)["call"].status == "failed"
    # What needs none of their rights goes on.
    assert work_until_ended(fine).status == "completed"


def test_as_nobody_nothing_restricted_is_called(tenant) -> None:
    secret = callee(FINE)
    restricted(secret)

    said = work_until_ended(begin(make_version(chain(calls(secret)))))

    assert said.error["code"] == "workflow_forbidden"


def restricted_credential(url: str, *users: User) -> dict:
    """Keep a credential for these members alone, and return a document that sends it."""
    kept = store.create(
        name="acme",
        type_name="basic_auth",
        values={"username": "ann", "password": "s3cr3t-of-acme"},
        actor_id=None,
    )
    Credential.objects.filter(pk=kept.pk).update(is_restricted=True)
    for user in users:
        CredentialGrant.objects.create(credential=kept, kind="member", subject=str(user.pk))
    return chain(("one", "action:http", call(f"{url}/echo", credential="acme")))


def test_a_credential_is_sent_for_whom_it_is_and_before_anybody_else_the_step_fails(
    tenant, receiver
) -> None:
    mine, other = member(tenant, "editor"), member(tenant, "editor")
    document = restricted_credential(receiver.url, mine)

    sent = work_until_ended(begun_by(mine, document))
    kept = [
        work_until_ended(each)
        for each in (begun_by(other, document), begin(make_version(document)))
    ]

    assert sent.status == "completed"
    assert [each.error["code"] for each in kept] == ["credential_forbidden"] * 2
    assert len(paths(receiver)) == 1
    assert "somebody who may not use it" in kept[0].error["message"]
    assert "nobody who belongs" in kept[1].error["message"]


def test_what_a_publisher_who_left_has_published_runs_until_it_needs_their_credential(
    tenant, receiver
) -> None:
    leaver, successor = member(tenant, "editor"), member(tenant, "editor")
    document = restricted_credential(receiver.url, leaver, successor)
    document["nodes"][0] = node("start", "trigger:webhook", path="orders", auth_type="none")
    workflow = published_by(leaver, document)

    def delivered() -> Execution:
        answer = Browser("demo.localhost").post("/webhooks/orders", {})
        return work_until_ended(UUID(answer.json()["execution_id"]))

    before = delivered()
    Membership.objects.filter(user=leaver).delete()
    after = delivered()
    publish.publish(workflow.pk, actor_id=successor.pk)

    assert (before.status, after.status) == ("completed", "failed")
    assert (after.error["code"], after.error["node"]) == ("credential_forbidden", "one")
    assert steps(after.pk)["one"].input is None
    assert delivered().status == "completed"
    assert len(paths(receiver)) == 2
