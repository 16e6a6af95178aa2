"""What needs somebody, and how workflows have been doing."""

from datetime import timedelta
from uuid import UUID

import pytest

from apps.core import clock, ids
from apps.executions.models import Execution, Step
from apps.executions.queries import home
from apps.workflows.models import Workflow
from tests.callers import Caller, make_caller
from tests.counting import queries_on
from tests.workflows.documents import manual, node

NOTHING = {"count": 0, "results": []}


@pytest.fixture
def owner(tenant, redis_server):
    return make_caller(tenant, "owner")


@pytest.fixture
def workflow(owner) -> str:
    made = owner.post("/workflows", {"name": "orders", "definition": manual()}).json()["id"]
    assert owner.post(f"/workflows/{made}/publish").status_code == 200
    return made


def ended(workflow: str, status: str, *, hours_ago: float = 1, **more) -> Execution:
    then = clock.now() - timedelta(hours=hours_ago)
    of = Workflow.objects.get(pk=workflow)
    low = ids.floor(then).int
    return Execution.objects.create(
        id=UUID(int=low + ids.uuid7().int % 2**60),
        workflow_id=of.pk,
        version_id=of.live_version_id,
        trigger_node="start",
        trigger_kind="manual",
        status=status,
        trigger={},
        created_at=then,
        ended_at=None if status == "waiting" else then,
        **more,
    )


def test_where_nothing_needs_anybody_that_is_said(owner, workflow) -> None:
    said = owner.get("/home").json()

    days = said.pop("health").pop("days")
    assert [(each["completed"], each["failed"]) for each in days] == [(0, 0)] * 7
    assert said == {
        "failed": NOTHING,
        "approvals": NOTHING,
        "credentials": NOTHING,
        "drafts": NOTHING,
    }


def test_the_last_seven_days_are_counted(owner, workflow) -> None:
    now = clock.now()
    for status, days, took_s in (
        ("completed", 0, 1), ("completed", 0, 3), ("failed", 0, 2), ("timed_out", 6, 4),
        ("cancelled", 2, 60), ("completed", 8, 100),
    ):  # fmt: skip
        ended(
            workflow,
            status,
            hours_ago=24 * days,
            started_at=now - timedelta(days=days, seconds=took_s),
        )

    said = owner.get("/home").json()["health"]

    counts = [(each["completed"], each["failed"]) for each in said["days"]]
    assert counts == [(0, 1), *[(0, 0)] * 5, (2, 1)]
    assert said["days"][-1]["date"] == now.date().isoformat()
    assert (said["total"], said["since"]) == (5, None)
    assert 59_000 < said["p95_ms"] < 61_000


def test_of_very_many_the_newest_are_counted_and_since_when_is_said(
    owner, workflow, monkeypatch
) -> None:
    monkeypatch.setattr(home, "MOST_LOOKED_AT", 2)
    ended(workflow, "failed", hours_ago=2)
    second = ended(workflow, "completed", hours_ago=1)
    ended(workflow, "completed", hours_ago=0)

    said = owner.get("/home").json()["health"]

    assert said["total"] == 2
    assert said["since"] == second.created_at.isoformat().replace("+00:00", "Z")
    assert sum(each["failed"] for each in said["days"]) == 0


def test_a_trend_tells_the_newest_execution_however_old(owner, workflow) -> None:
    (none,) = owner.get(f"/workflows/trends?id={workflow}").json()["results"]
    assert none["last"] is None
    ended(workflow, "completed", hours_ago=24 * 41)
    newest = ended(workflow, "failed", hours_ago=24 * 40, had_errors=True)

    (trend,) = owner.get(f"/workflows/trends?id={workflow}").json()["results"]

    assert (trend["last"]["id"], trend["last"]["status"]) == (str(newest.pk), "failed")
    assert trend["last"]["had_errors"] is True


def test_what_failed_in_the_last_day_is_told_with_its_workflow_and_reason(owner, workflow) -> None:
    ended(workflow, "failed", hours_ago=25)
    ended(workflow, "completed")
    late = ended(workflow, "timed_out", hours_ago=2)
    last = ended(workflow, "failed", error={"code": "x", "message": "The host refused."})

    failed = owner.get("/home").json()["failed"]

    assert failed["count"] == 2
    assert [(each["id"], each["status"]) for each in failed["results"]] == [
        (str(last.pk), "failed"),
        (str(late.pk), "timed_out"),
    ]
    assert failed["results"][0]["message"] == "The host refused."
    assert {each["workflow_name"] for each in failed["results"]} == {"orders"}


def test_more_failures_than_are_shown_are_counted_as_far_as_one_counts(
    owner, workflow, monkeypatch
) -> None:
    monkeypatch.setattr(home, "SHOWN", 2)
    monkeypatch.setattr(home, "MOST_COUNTED", 4)
    for _ in range(5):
        ended(workflow, "failed")

    failed = owner.get("/home").json()["failed"]

    assert (failed["count"], len(failed["results"])) == (4, 2)


def test_questions_that_wait_are_told_the_oldest_first(owner, workflow) -> None:
    for title, minutes in (("new", 1), ("old", 9)):
        execution = ended(workflow, "waiting")
        Step.objects.create(
            execution=execution,
            node_id="ask",
            node_type="control:approval",
            status="waiting",
            input={"title": title},
            seq=1,
            started_at=clock.now() - timedelta(minutes=minutes),
        )

    approvals = owner.get("/home").json()["approvals"]

    assert approvals["count"] == 2
    assert [each["title"] for each in approvals["results"]] == ["old", "new"]
    assert approvals["results"][0]["workflow_name"] == "orders"


def test_credentials_that_expire_within_a_week_are_told(owner) -> None:
    for name, days in (("late", 30), ("soon", 2)):
        made = owner.post(
            "/credentials",
            {
                "name": name,
                "type": "secret",
                "values": {"value": "s3cr3t"},
                "expires_at": (clock.now() + timedelta(days=days)).isoformat(),
            },
        )
        assert made.status_code == 201, made.json()

    found = owner.get("/home").json()["credentials"]

    assert (found["count"], [each["name"] for each in found["results"]]) == (1, ["soon"])
    assert "s3cr3t" not in str(found)


def test_drafts_that_say_something_else_than_what_is_live_are_told(owner, workflow) -> None:
    path = f"/workflows/{workflow}"
    # A save that changes nothing of the document, and one that is taken back.
    owner.patch(path, {"description": "d"}, If_Match='"1"')
    assert owner.get("/home").json()["drafts"] == NOTHING
    more = manual()
    more["nodes"].append(node("more", "control:no_op"))
    owner.patch(path, {"definition": more}, If_Match='"2"')

    (told,) = owner.get("/home").json()["drafts"]["results"]

    assert (told["id"], told["live_version"], told["draft_revision"]) == (workflow, 1, 3)
    owner.patch(path, {"definition": manual()}, If_Match='"3"')
    assert owner.get("/home").json()["drafts"] == NOTHING


def test_who_may_see_only_workflows_is_told_of_nothing_else(owner, workflow) -> None:
    ended(workflow, "failed")
    key = {"name": "k", "scopes": ["workflow.read"]}
    caller = Caller(owner.post("/api-keys", key).json()["secret"])

    said = caller.get("/home").json()

    names = ("health", "failed", "approvals", "credentials")
    assert [said[name] for name in names] == [None] * 4
    assert caller.get(f"/workflows/trends?id={workflow}").status_code == 403


def test_nobody_is_told_of_what_is_hidden_from_them(owner, workflow, tenant) -> None:
    ended(workflow, "failed")
    Workflow.objects.update(is_restricted=True)
    viewer = make_caller(tenant, "viewer")

    assert viewer.get("/home").json()["failed"] == NOTHING
    assert viewer.get(f"/workflows/trends?id={workflow}").json()["results"] == []
    assert owner.get("/home").json()["failed"]["count"] == 1


def test_a_trend_has_fourteen_days_the_oldest_first(owner, workflow) -> None:
    today = clock.now().date()
    for status, days in (
        ("completed", 0), ("completed", 0), ("failed", 0), ("timed_out", 3), ("cancelled", 3),
        ("completed", 13), ("completed", 15),
    ):  # fmt: skip
        row = ended(workflow, status, hours_ago=24 * days)
        assert (today - row.created_at.date()).days == days

    (trend,) = owner.get(f"/workflows/trends?id={workflow}&id={UUID(int=1)}").json()["results"]

    counts = [(each["completed"], each["failed"]) for each in trend["days"]]
    assert counts == [(1, 0), *[(0, 0)] * 9, (0, 1), (0, 0), (0, 0), (2, 1)]
    assert trend["days"][-1]["date"] == today.isoformat()
    assert trend["id"] == workflow


def test_ids_that_are_none_or_too_many_are_unreadable(owner) -> None:
    many = "&".join(f"id={UUID(int=1)}" for _ in range(101))

    for query in ("id=x", many):
        answer = owner.get(f"/workflows/trends?{query}")
        assert answer.status_code == 400
        assert [each["path"] for each in answer.json()["errors"]] == ["/id"]
    assert owner.get("/workflows/trends").json()["results"] == []


def test_a_home_costs_few_queries_however_much_there_is(owner, workflow) -> None:
    for _ in range(3):
        ended(workflow, "failed")

    with queries_on("executions_") as of_executions, queries_on("workflows_") as of_workflows:
        owner.get("/home")

    assert (len(of_executions), len(of_workflows)) == (3, 2)
