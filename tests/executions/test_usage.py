"""What a tenant has used: counted by the ids of executions, kept by day, and read by month."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from apps.core import db
from apps.executions.services import metering
from apps.executions.services.worker import Worker
from apps.tenants import facade as tenants
from apps.tenants.services import calls, usage
from tests.callers import make_caller
from tests.executions.crew import work_to_the_end
from tests.executions.makers import begin, chain, make_version
from tests.tenants.browser import PUBLIC, Browser
from tests.tenants.desk import operator, seated

PURE = ("pure", "action:formula", {"config": {"expression": "1 + 1"}})


def today() -> date:
    return db.fetch("SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date")[0][0]


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> None:
    calls._counted.take()


@pytest.fixture
def owner(demo, redis_server):
    return make_caller(tenants.current(), "owner")


def months(owner) -> list[dict]:
    return owner.get("/tenant/usage/months").json()["results"]


def run(many: int) -> None:
    version = make_version(chain(PURE))
    for _ in range(many):
        begin(version, {})
    work_to_the_end(Worker())


def test_executions_and_steps_of_today_are_counted_again_not_twice(owner) -> None:
    run(2)
    assert metering.count() == 1
    run(1)
    assert metering.count() == 1

    (month,) = months(owner)
    assert month["month"] == today().replace(day=1).isoformat()
    assert (month["executions"], month["steps"], month["stored_bytes"]) == (3, 6, 0)
    assert month["seats"] >= 1


def test_a_tenant_that_has_used_nothing_has_a_day_of_nothing(owner) -> None:
    assert months(owner) == []

    metering.count()

    (month,) = months(owner)
    assert (month["executions"], month["steps"]) == (0, 0)


def test_calls_by_keys_and_screen_are_counted_once_each_and_written_down_together(owner) -> None:
    metering.count()
    for _ in range(3):
        assert owner.get("/workflows").status_code == 200
    assert owner.get("/workflows/nonsense").status_code == 404
    make_caller(tenants.current(), "operator").get("/tenant/usage/months")
    Browser("demo.localhost").get("/api/v1/me")

    calls.write()
    calls.write()

    assert months(owner)[0]["api_calls"] == 3
    calls.write()
    assert months(owner)[0]["api_calls"] == 4


def test_what_could_not_be_written_is_written_the_next_time(owner, monkeypatch) -> None:
    metering.count()
    owner.get("/workflows")
    with monkeypatch.context() as away:
        away.setattr(calls, "ADD", "DO $$ BEGIN RAISE deadlock_detected; END $$")
        with transaction.atomic():
            calls.write()
            transaction.set_rollback(True)
    calls.write()

    assert months(owner)[0]["api_calls"] == 1


def test_after_a_while_the_next_answer_of_any_kind_writes_them_down(owner, settings) -> None:
    metering.count()
    owner.get("/workflows")
    settings.GORAX_CALLS_WRITTEN_S = 0

    Browser(PUBLIC).get("/healthz")

    settings.GORAX_CALLS_WRITTEN_S = float("inf")
    assert months(owner)[0]["api_calls"] == 1


def test_a_call_over_the_limit_is_not_counted(owner) -> None:
    metering.count()
    tenants.set_plan(tenants.current().id, plan="unlimited", agreed={"api_calls_per_min": 2})
    assert [owner.get("/workflows").status_code for _ in range(3)] == [200, 200, 429]
    calls.write()
    tenants.set_plan(tenants.current().id, plan="unlimited", agreed={})

    assert months(owner)[0]["api_calls"] == 2


def test_days_that_are_over_keep_their_files_and_people(owner) -> None:
    yesterday = today() - timedelta(days=1)
    usage.note([tenants.UsedDay(yesterday, 5, 9)], today=yesterday, stored_bytes=100)
    usage.note(
        [tenants.UsedDay(yesterday, 6, 10), tenants.UsedDay(today(), 1, 1)],
        today=today(),
        stored_bytes=7,
    )

    rows = db.fetch(
        "SELECT executions, steps, stored_bytes FROM public.tenants_usageday ORDER BY day"
    )
    assert rows == [(6, 10, 100), (1, 1, 7)]
    assert usage.counted_until() == today()


def test_a_year_is_shown_and_two_are_kept(owner) -> None:
    old = today() - timedelta(days=400)
    ancient = today() - timedelta(days=800)
    for day in (ancient, old, today()):
        usage.note([tenants.UsedDay(day, 1, 1)], today=day, stored_bytes=0)

    assert [each["month"] for each in months(owner)] == [today().replace(day=1).isoformat()]
    assert usage.forget_old() == 1


def test_the_months_cost_one_statement(owner, monkeypatch) -> None:
    metering.count()
    months(owner)
    fetch, asked = db.fetch, []

    def count(statement: str, params: object = ()) -> list:
        asked.append(statement)
        return fetch(statement, params)

    monkeypatch.setattr(db, "fetch", count)
    months(owner)

    assert len([each for each in asked if "usageday" in each]) == 1


def test_whoever_may_not_read_the_tenant_may_not_read_what_it_used(demo, redis_server) -> None:
    refused = make_caller(tenants.current(), "operator").get("/tenant/usage/months")

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_operators_see_all_tenants_of_a_month(owner) -> None:
    run(1)
    metering.count()
    desk = seated(Browser(PUBLIC), operator())

    now = desk.get("/admin/usage/").content.decode()
    then = desk.get("/admin/usage/?month=2020-01").content.decode()

    assert ">demo</a>" in now
    assert ">API calls</th>" in now
    assert "Nothing was counted in this month." in then
    assert desk.get("/admin/usage/?month=nonsense").status_code == 200
