"""What a plan allows of workflows and of executions in a day, whichever door they come by."""

import pytest

from apps.executions.models import Execution
from apps.tenants import facade
from apps.workflows.models import Workflow
from tests.callers import make_caller
from tests.contracts.test_problems import assert_problem
from tests.counting import queries_on
from tests.workflows.documents import hook, manual


@pytest.fixture
def owner(tenant, redis_server):
    return make_caller(tenant, "owner")


def agree(tenant, **agreed) -> None:
    facade.set_plan(tenant.id, plan="unlimited", agreed=agreed)


def live(owner, document) -> str:
    made = owner.post("/workflows", {"name": "one", "definition": document}).json()
    for verb in ("publish", "activate"):
        assert owner.post(f"/workflows/{made['id']}/{verb}").status_code == 200
    return made["id"]


def test_one_workflow_too_many_is_refused_and_names_the_limit(tenant, owner) -> None:
    agree(tenant, workflows=1)
    first = owner.post("/workflows", {"name": "one", "definition": manual()})

    refused = owner.post("/workflows", {"name": "two", "definition": manual()})

    assert first.status_code == 201
    assert_problem(refused, 403)
    assert refused.json()["code"] == "quota_exceeded"
    assert refused.json()["errors"][0]["path"] == "/limits/workflows"
    assert Workflow.objects.count() == 1


def test_what_lies_in_the_bin_does_not_count_until_it_comes_back(tenant, owner) -> None:
    agree(tenant, workflows=1)
    first = owner.post("/workflows", {"name": "one", "definition": manual()}).json()["id"]
    owner.delete(f"/workflows/{first}")
    assert owner.post("/workflows", {"name": "two", "definition": manual()}).status_code == 201

    refused = owner.post(f"/workflows/{first}/restore")

    assert_problem(refused, 403)
    assert list(Workflow.objects.live().values_list("name", flat=True)) == ["two"]


def test_one_execution_too_many_is_refused_until_tomorrow(tenant, owner) -> None:
    workflow = live(owner, manual())
    agree(tenant, executions_per_day=2)
    statuses = [owner.post(f"/workflows/{workflow}/execute", {}).status_code for _ in range(2)]

    refused = owner.post(f"/workflows/{workflow}/execute", {})

    assert statuses == [202, 202]
    assert_problem(refused, 429)
    assert refused.json()["code"] == "quota_exceeded"
    assert refused.json()["errors"][0]["path"] == "/limits/executions_per_day"
    assert 1 <= int(refused["Retry-After"]) <= 86_400
    assert Execution.objects.count() == 2


def test_a_known_key_gets_its_first_answer_although_the_day_is_used_up(tenant, owner) -> None:
    workflow = live(owner, manual())
    agree(tenant, executions_per_day=1)

    answers = [
        owner.post(f"/workflows/{workflow}/execute", {}, Idempotency_Key="a") for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [202, 200]
    assert answers[0].json()["execution_id"] == answers[1].json()["execution_id"]


def test_a_delivery_beyond_the_day_is_refused_so_that_its_sender_comes_back(tenant, owner) -> None:
    live(owner, hook(path="orders"))
    agree(tenant, executions_per_day=1)

    answers = [
        owner._client.post("/webhooks/orders", {}, content_type="application/json")
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [202, 429]
    assert answers[1].json()["code"] == "quota_exceeded"
    assert Execution.objects.count() == 1


def test_nothing_is_counted_for_whom_nothing_is_limited(tenant, owner) -> None:
    workflow = live(owner, manual())

    with queries_on("executions_execution") as found:
        owner.post(f"/workflows/{workflow}/execute", {})

    assert [each for each in found if "count(" in each] == []


def test_usage_says_what_the_plan_allows_and_what_is_used(tenant, owner) -> None:
    workflow = live(owner, manual())
    facade.set_plan(tenant.id, plan="professional", agreed={"workflows": None})
    owner.post(f"/workflows/{workflow}/execute", {})

    said = owner.get("/tenant/usage").json()

    assert (said["plan"], said["weight"]) == ("professional", 1.0)
    assert [(each["name"], each["limit"], each["used"]) for each in said["limits"]] == [
        ("workflows", None, 1),
        ("executions_per_day", 5000, 1),
        ("running", 10, 0),
        ("api_calls_per_min", 300, 2),
    ]
    assert 0 < said["limits"][1]["resets_in_s"] <= 86_400


def test_who_may_read_a_tenant_may_read_its_usage(tenant, redis_server) -> None:
    statuses = {
        role: make_caller(tenant, role).get("/tenant/usage").status_code
        for role in ("owner", "admin", "editor", "viewer", "operator")
    }

    assert statuses == {"owner": 200, "admin": 200, "editor": 200, "viewer": 200, "operator": 403}
