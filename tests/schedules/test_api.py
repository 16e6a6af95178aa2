"""Schedules over HTTP: seen, paused, tried before they are written; and documents whose schedules cannot work."""

import pytest

from apps.core import tenancy
from apps.executions.models import Execution
from apps.schedules.rules.times import Plan
from apps.schedules.services import firing
from apps.workflows.models import Trigger
from apps.workflows.services import publish
from tests.callers import make_caller
from tests.counting import queries_on
from tests.schedules.clocks import alarms, clock, let_come, minutes_ago, yearly


@pytest.fixture
def owner(tenant, redis_server):
    return make_caller(tenant, "owner")


def test_a_schedule_says_what_it_means_and_when_it_comes(owner, live, now) -> None:
    schedule_id = live(clock("0 9 * * 1-5", timezone="Europe/Berlin", condition="true"))

    row = owner.get("/schedules").json()["results"][0]

    next_at = Plan("0 9 * * 1-5", "Europe/Berlin").after(now)
    assert row == {
        "id": str(schedule_id),
        "workflow_id": str(Trigger.objects.get().workflow_id),
        "workflow_name": "w",
        "node_id": "clock",
        "name": "clock",
        "cron": "0 9 * * 1-5",
        "timezone": "Europe/Berlin",
        "description": "At 09:00, Monday through Friday",
        "condition": "true",
        "is_active": True,
        "is_paused": False,
        "filtered_count": 0,
        "next_at": next_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "last": None,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }
    assert owner.get(f"/schedules/{schedule_id}").json() == row


def test_what_came_is_listed_newest_first_with_what_it_led_to(owner, live, now) -> None:
    moment = minutes_ago(now, 2)
    schedule_id = live(clock(yearly(moment)))
    let_come(schedule_id, moment)
    firing.fire_due()

    (row,) = owner.get(f"/schedules/{schedule_id}/firings").json()["results"]

    assert row["fire_at"] == moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (row["status"], row["reason"]) == ("started", "")
    assert row["execution_id"] == str(Execution.objects.get().pk)
    assert owner.get(f"/schedules/{schedule_id}").json()["last"] == row


def test_schedules_come_in_pages_at_the_same_price_each(owner, live) -> None:
    for number in range(5):
        live(clock(f"{number} * * * *"))

    with queries_on("") as found:
        page = owner.get("/schedules?limit=3").json()

    assert [row["cron"][0] for row in page["results"]] == ["4", "3", "2"]
    assert len([each for each in found if "schedules_" in each or "workflows_" in each]) == 4
    rest = owner.get(page["next"].partition("/api/v1")[2]).json()
    assert [row["cron"][0] for row in rest["results"]] == ["1", "0"]


def test_a_list_can_be_of_one_workflow(owner, live) -> None:
    live(clock())
    schedule_id = live(clock())
    workflow_id = Trigger.objects.get(pk=schedule_id).workflow_id

    rows = owner.get(f"/schedules?workflow_id={workflow_id}").json()["results"]

    assert [row["id"] for row in rows] == [str(schedule_id)]
    assert owner.get("/schedules?workflow_id=x").status_code == 400


def test_a_paused_schedule_has_no_next_time_until_it_is_resumed(owner, live, now) -> None:
    schedule_id = live(clock("@hourly"))

    paused = owner.patch(f"/schedules/{schedule_id}", {"is_paused": True})
    assert (paused.status_code, paused.json()["is_paused"]) == (200, True)
    assert paused.json()["next_at"] is None
    assert alarms() == {}

    resumed = owner.patch(f"/schedules/{schedule_id}", {"is_paused": False}).json()
    assert resumed["is_paused"] is False
    assert alarms() == {schedule_id: Plan("@hourly", "UTC").after(now)}


def test_resuming_a_schedule_of_an_inactive_workflow_sets_no_alarm(owner, live) -> None:
    schedule_id = live(clock())
    owner.patch(f"/schedules/{schedule_id}", {"is_paused": True})
    publish.deactivate(Trigger.objects.get().workflow_id)

    shown = owner.patch(f"/schedules/{schedule_id}", {"is_paused": False}).json()

    assert (shown["is_active"], shown["next_at"]) == (False, None)
    assert alarms() == {}


@pytest.mark.parametrize(
    "body", [{}, {"is_paused": "maybe"}, {"is_paused": True, "cron": "@daily"}]
)
def test_nothing_but_the_switch_can_be_changed(owner, live, body) -> None:
    schedule_id = live(clock())
    before = owner.get(f"/schedules/{schedule_id}").json()

    assert owner.patch(f"/schedules/{schedule_id}", body).status_code in {400, 422}

    assert owner.get(f"/schedules/{schedule_id}").json() == before


def test_a_preview_says_in_words_and_times_what_a_schedule_means(owner, now) -> None:
    body = {"cron": "30 2 * * *", "timezone": "Europe/Berlin", "count": 3}

    shown = owner.post("/schedules/preview", body).json()

    wanted = Plan("30 2 * * *", "Europe/Berlin").first(3, now)
    assert shown == {
        "description": "At 02:30",
        "times": [each.strftime("%Y-%m-%dT%H:%M:%SZ") for each in wanted],
    }


def test_a_preview_of_a_day_that_never_comes_has_no_times(owner) -> None:
    shown = owner.post("/schedules/preview", {"cron": "0 0 30 2 *"}).json()

    assert shown["times"] == []


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"cron": "99 9 * * *", "timezone": "Mars/Phobos"}, ["/cron", "/timezone"]),
        ({"cron": "@daily", "count": 21}, ["/count"]),
        ({"cron": "@daily", "count": 0}, ["/count"]),
        ({}, ["/cron"]),
        ({"cron": "@daily", "unknown": 1}, ["/unknown"]),
    ],
)
def test_a_preview_names_what_it_cannot_read(owner, body, paths) -> None:
    answer = owner.post("/schedules/preview", body)

    assert answer.status_code in {400, 422}
    assert [each["path"] for each in answer.json()["errors"]] == paths


@pytest.mark.parametrize(
    ("config", "code", "field"),
    [
        ({"cron": "0 25 * * *"}, "cron_invalid", "cron"),
        ({"cron": "@daily", "timezone": "Mars/Phobos"}, "timezone_unknown", "timezone"),
        ({"cron": "0 0 30 2 *"}, "schedule_never_fires", "cron"),
    ],
)
def test_a_schedule_that_cannot_work_is_refused_by_name_at_publish(
    owner, config, code, field
) -> None:
    made = owner.post("/workflows", {"name": "w", "definition": clock(**config)}).json()
    assert [(each["code"], each["field"]) for each in made["problems"]] == [(code, field)]

    answer = owner.post(f"/workflows/{made['id']}/publish")

    assert answer.status_code == 422
    assert [(each["path"], each["code"]) for each in answer.json()["errors"]] == [
        (f"/nodes/0/data/config/{field}", code)
    ]
    assert alarms() == {}


def test_two_schedules_of_one_workflow_each_have_an_alarm_of_their_own(owner, live) -> None:
    document = clock("@daily")
    document["nodes"].append({**clock("@hourly")["nodes"][0], "id": "other"})
    made = owner.post("/workflows", {"name": "w", "definition": document}).json()
    for verb in ("publish", "activate"):
        assert owner.post(f"/workflows/{made['id']}/{verb}").status_code == 200

    with tenancy.entered("t_demo"):
        assert len(alarms()) == 2
    crons = {row["cron"] for row in owner.get("/schedules").json()["results"]}
    assert crons == {"@daily", "@hourly"}
