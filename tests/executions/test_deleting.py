"""Executions that have ended are deleted, many at once; what a plan counts of them stays."""

from uuid import UUID, uuid4

import pytest

from apps.core.ids import uuid7
from apps.core.principals import Principal
from apps.executions.models import Child, Execution, Gone, Heard, Step
from apps.executions.services import bulk, metering
from apps.tenants import facade as tenants
from apps.workflows.models import Share, Workflow
from tests.callers import make_caller
from tests.entries import recorded
from tests.executions.makers import begin, chain, make_version, work_until_ended

ADD = ("add", "action:formula", {"config": {"expression": "1"}})
FAIL = ("fail", "control:stop_and_error", {"config": {"error_message": "no"}})


@pytest.fixture
def owner(demo, redis_server):
    return make_caller(tenants.current(), "owner")


@pytest.fixture
def version(demo):
    return make_version(chain(ADD))


def ended(version, count: int = 1) -> list[str]:
    return [str(work_until_ended(begin(version, {})).pk) for _ in range(count)]


def deleted(caller, **body) -> dict[str, str]:
    answer = caller.post("/executions/delete", body)
    assert answer.status_code == 200, answer.json()
    return {each["id"]: each["code"] for each in answer.json()["results"]}


def used_today(caller) -> int:
    limits = caller.get("/tenant/usage").json()["limits"]
    return next(each["used"] for each in limits if each["name"] == "executions_per_day")


def test_each_of_many_is_deleted_or_told_why_not(owner, version) -> None:
    (done,), live = ended(version), str(begin(version, {}))
    never, strange = str(uuid7()), str(uuid4())
    # Of the year 10889.
    late = "ffffffff-ffff-7fff-bfff-ffffffffffff"

    told = deleted(owner, ids=[done, live, never, strange, late, done])

    assert told == {
        done: "",
        live: "execution_live",
        never: "execution_not_found",
        strange: "execution_not_found",
        late: "execution_not_found",
    }
    assert list(Execution.objects.values_list("pk", flat=True)) == [UUID(live)]
    assert not Step.objects.filter(execution_id=done).exists()
    assert owner.get(f"/executions/{done}").status_code == 404


def test_the_newest_of_a_status_are_deleted_and_no_others(owner, version) -> None:
    failing = make_version(chain(FAIL))
    done, failed, other = ended(version)[0], ended(failing)[0], ended(make_version(chain(FAIL)))[0]

    told = deleted(owner, status=["failed"], workflow_id=str(failing.workflow_id))

    assert told == {failed: ""}
    assert {str(each) for each in Execution.objects.values_list("pk", flat=True)} == {done, other}
    refused = owner.post("/executions/delete", {"status": ["running"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "status_unfit")


def test_what_is_deleted_was_used_all_the_same(owner, version) -> None:
    some = ended(version, 3)
    metering.count()
    used, (month,) = used_today(owner), owner.get("/tenant/usage/months").json()["results"]
    steps = Step.objects.count()

    deleted(owner, ids=some[:2])

    gone = Gone.objects.get()
    assert (gone.executions, gone.steps) == (2, steps - Step.objects.count())
    assert used_today(owner) == used == 3
    metering.count()
    assert owner.get("/tenant/usage/months").json()["results"] == [month]


def test_no_plan_gives_room_for_what_was_deleted(owner, version) -> None:
    Workflow.objects.filter(pk=version.workflow_id).update(
        is_active=True, live_version_id=version.pk
    )
    tenants.set_plan(tenants.current().id, plan="unlimited", agreed={"executions_per_day": 1})
    (done,) = ended(version)
    deleted(owner, ids=[done])

    refused = owner.post(f"/workflows/{version.workflow_id}/execute", {"draft": True})

    assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")


def test_a_child_stays_as_long_as_its_caller_may_ask_for_it(owner, version) -> None:
    child = UUID(ended(version)[0])
    parent = begin(version, {})
    Execution.objects.filter(pk=child).update(parent_id=parent)

    assert deleted(owner, ids=[str(child)]) == {str(child): "still_running"}

    work_until_ended(parent)
    assert deleted(owner, ids=[str(child)]) == {str(child): ""}


def test_what_hangs_on_an_execution_goes_with_it_or_when_it_is_swept(owner, version) -> None:
    done, other = ended(version, 2)
    Heard.objects.create(execution_id=done, node_id="ask", kind="call")
    Child.objects.create(call_id=uuid7(), place=0, parent_id=done, state="ended")

    deleted(owner, ids=[done])

    assert not Heard.objects.exists()
    assert Execution.objects.filter(pk=other).exists()


def test_each_deletion_is_written_down(owner, version) -> None:
    (done,), live = ended(version), str(begin(version, {}))

    deleted(owner, ids=[done, live])

    (entry,) = [each for each in recorded() if each.action == "execution.deleted"]
    assert str(entry.target_id) == done
    assert entry.before == {"workflow_id": str(version.workflow_id), "status": "completed"}


@pytest.mark.parametrize("role", ["editor", "operator", "viewer"])
def test_who_deletes_no_workflows_deletes_no_executions(owner, version, role) -> None:
    (done,) = ended(version)

    answer = make_caller(tenants.current(), role).post("/executions/delete", {"ids": [done]})

    assert answer.status_code == 403
    assert Execution.objects.filter(pk=done).exists()


def test_of_a_restricted_workflow_only_its_owners_delete(version) -> None:
    (done,) = ended(version)
    keeper = Principal(
        kind="user",
        user_id=uuid7(),
        tenant_id=tenants.current().id,
        role="viewer",
        permissions=frozenset({"workflow.read", "execution.read", "workflow.delete"}),
    )
    Workflow.objects.update(is_restricted=True)

    def told(**wanted) -> dict[str, str]:
        answers = bulk.delete_all(keeper, bulk.Wanted(**wanted))
        return {str(each.id): each.code for each in answers}

    assert told(ids=[UUID(done)]) == {done: "execution_not_found"}
    assert told(status=["completed"]) == {}
    share = Share.objects.create(
        workflow_id=version.workflow_id, kind="member", subject=str(keeper.user_id), level="editor"
    )
    assert told(ids=[UUID(done)]) == {done: "share_too_narrow"}
    assert Execution.objects.filter(pk=done).exists()
    Share.objects.filter(pk=share.pk).update(level="owner")
    assert told(ids=[UUID(done)]) == {done: ""}
