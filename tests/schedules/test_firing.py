"""A time that comes starts one execution, however many clocks look, whoever dies, and whatever is changed meanwhile."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection

from apps.accounts import facade as accounts
from apps.core import db, tenancy
from apps.core.failpoints import hooked
from apps.core.ids import uuid7
from apps.executions.models import Execution
from apps.executions.services.worker import Worker
from apps.schedules.models import Firing, Schedule
from apps.schedules.rules.times import Plan
from apps.schedules.services import clock as clocks
from apps.schedules.services import firing, registration, retention
from apps.tenants import facade as tenants
from apps.workflows.models import Trigger
from apps.workflows.services import bin as wastebin
from apps.workflows.services import drafts, publish
from tests.eventually import eventually
from tests.executions import crew
from tests.executions.crew import Gate, beside, dying_at
from tests.schedules.clocks import (
    alarms,
    clock,
    firings,
    let_come,
    make_live,
    minutes_ago,
    republish,
    started,
    yearly,
)
from tests.workflows.documents import manual

pytestmark = pytest.mark.django_db

FIRE = (
    "import django; django.setup(); from apps.schedules.services import firing; firing.fire_due()"
)


def said(moment) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(autouse=True)
def nothing_rests():
    firing._resting.clear()


@pytest.fixture
def due(tenant, live, now):
    """A schedule whose time came a minute ago or two; its id and the time."""
    moment = minutes_ago(now, 2)
    schedule_id = live(clock(yearly(moment)))
    let_come(schedule_id, moment)
    return schedule_id, moment


@pytest.fixture
def due_committed(tenant_committed, live, now):
    """The same where commits are real."""
    moment = minutes_ago(now, 2)
    schedule_id = live(clock(yearly(moment)))
    let_come(schedule_id, moment)
    return schedule_id, moment


def test_a_time_that_has_come_starts_an_execution_that_knows_it(due) -> None:
    schedule_id, moment = due

    assert firing.fire_due() == 1

    execution = Execution.objects.get()
    assert execution.trigger == {
        "type": "schedule",
        "timestamp": said(moment),
        "cron": yearly(moment),
    }
    assert (execution.trigger_kind, execution.trigger_node) == ("schedule", "clock")
    found = Firing.objects.get()
    assert (found.schedule_id, found.fire_at, found.status) == (schedule_id, moment, "started")
    assert found.execution_id == execution.pk
    assert alarms() == {schedule_id: Plan(yearly(moment), "UTC").after(moment)}


def test_what_was_started_runs_to_its_end(due_committed) -> None:
    firing.fire_due()

    crew.work_to_the_end(Worker())

    assert Execution.objects.get().status == "completed"


def test_a_time_fires_once(due) -> None:
    assert [firing.fire_due(), firing.fire_due()] == [1, 0]
    assert len(started()) == 1


def test_a_time_that_is_known_starts_nothing_though_its_alarm_comes_again(due) -> None:
    schedule_id, moment = due
    firing.fire_due()
    let_come(schedule_id, moment)

    assert firing.fire_due() == 0

    assert len(started()) == 1
    assert alarms()[schedule_id] > moment


def test_the_database_itself_refuses_a_time_twice(due) -> None:
    schedule_id, moment = due
    firing.fire_due()

    with pytest.raises(IntegrityError, match="firing_once"):
        Firing.objects.create(id=uuid7(), schedule_id=schedule_id, fire_at=moment, status="missed")


def test_many_clocks_that_look_at_the_same_instant_fire_once(due_committed) -> None:
    barrier, counts = threading.Barrier(4), []

    def look() -> None:
        barrier.wait(10)
        counts.append(firing.fire_due())

    threads = [threading.Thread(target=lambda: beside(look)) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(counts) == [0, 0, 0, 1]
    assert len(started()) == len(firings()) == 1


def test_a_clock_waits_for_no_other_that_is_at_it(due_committed) -> None:
    gate = Gate()
    with hooked("start.before_ticket", gate):
        first = crew.Beside(firing.fire_due)
        gate.wait_for_arrival()
        assert firing.fire_due() == 0
        gate.open()
        assert first.join_it() == 1

    assert len(started()) == 1


def test_a_clock_that_dies_between_its_rows_leaves_none_and_another_fires(due_committed) -> None:
    with dying_at("start.before_ticket"), pytest.raises(crew.Killed):
        firing.fire_due()
    connection.close()
    with tenancy.entered("t_demo"):
        assert (started(), firings()) == ([], [])

        assert firing.fire_due() == 1
        assert len(started()) == 1


@pytest.mark.parametrize("place", ["start.before_ticket", "start.after_ticket"])
def test_a_process_that_is_killed_before_its_commit_leaves_the_time_to_another(
    due_committed, place
) -> None:
    environment = os.environ | {"GORAX_FAILPOINTS": f"{place}:kill"}

    killed = subprocess.run([sys.executable, "-c", FIRE], env=environment, timeout=60, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert (started(), firings()) == ([], [])
    assert eventually(lambda: firing.fire_due() == 1)
    assert len(started()) == len(firings()) == 1


def test_of_the_times_that_passed_while_no_clock_ran_the_latest_is_made_up(
    tenant, live, now
) -> None:
    schedule_id = live(clock("*/5 * * * *"))
    first = minutes_ago(now, 60)
    let_come(schedule_id, first - timedelta(minutes=first.minute % 5))

    assert firing.fire_due() == 1

    ((fire_at, status),) = firings()
    assert status == "started"
    assert now - fire_at < timedelta(minutes=6)
    assert fire_at.minute % 5 == 0
    assert started()[0]["timestamp"] == said(fire_at)


def test_a_time_that_is_too_long_ago_is_kept_as_missed_and_starts_nothing(
    tenant, live, now, settings
) -> None:
    settings.GORAX_SCHEDULE_LATE_S = 600
    moment = minutes_ago(now, 11)
    schedule_id = live(clock(yearly(moment)))
    let_come(schedule_id, moment)

    assert firing.fire_due() == 0

    assert firings() == [(moment, "missed")]
    assert started() == []
    assert alarms()[schedule_id] > now


def test_the_condition_decides_and_what_it_turned_away_is_counted(tenant, live, now) -> None:
    moment = minutes_ago(now, 2)
    for condition in (
        "trigger.cron == 'x'",
        "trigger.none == 1",
        f"trigger.timestamp == '{said(moment)}'",
    ):
        let_come(live(clock(yearly(moment), condition=condition)), moment)

    assert firing.fire_due() == 1

    assert sorted(status for _, status in firings()) == ["filter_error", "filtered", "started"]
    assert sorted(Trigger.objects.values_list("filtered_count", flat=True)) == [0, 0, 1]
    assert "none" in Firing.objects.get(status="filter_error").reason


def test_an_inactive_workflow_has_no_alarm_and_times_that_passed_are_not_made_up(due, now) -> None:
    schedule_id, _ = due
    workflow_id = Trigger.objects.get().workflow_id

    publish.deactivate(workflow_id)
    assert alarms() == {}
    assert firing.fire_due() == 0

    publish.activate(workflow_id)
    assert alarms()[schedule_id] > now
    assert firing.fire_due() == 0


def test_a_paused_schedule_has_no_alarm_also_when_its_workflow_is_published(due, now) -> None:
    schedule_id, _ = due

    registration.pause(schedule_id, is_paused=True)
    assert alarms() == {}
    republish(schedule_id, clock("@hourly"))
    assert alarms() == {}

    registration.pause(schedule_id, is_paused=False)
    assert alarms()[schedule_id] == Plan("@hourly", "UTC").after(now)


def test_resuming_what_was_not_paused_moves_nothing(due) -> None:
    schedule_id, moment = due

    registration.pause(schedule_id, is_paused=False)

    assert alarms() == {schedule_id: moment}


def test_an_alarm_that_nobody_should_have_left_ends_without_a_firing(due) -> None:
    Trigger.objects.update(is_active=False)

    assert firing.fire_due() == 0

    assert (alarms(), firings()) == ({}, [])


def test_a_suspended_tenant_fires_nothing_until_it_is_resumed(due, tenant) -> None:
    with tenancy.entered(tenancy.PUBLIC):
        tenants.suspend(tenant.id)
    assert firing.fire_due() == 0

    with tenancy.entered(tenancy.PUBLIC):
        tenants.resume(tenant.id)
    assert firing.fire_due() == 1


def test_a_new_version_with_another_schedule_moves_it(due, now) -> None:
    schedule_id, _ = due

    republish(schedule_id, clock("0 9 * * *", timezone="Europe/Berlin"))

    assert alarms() == {schedule_id: Plan("0 9 * * *", "Europe/Berlin").after(now)}
    assert firing.fire_due() == 0


def test_a_new_version_with_the_same_schedule_loses_no_time_that_has_just_come(due) -> None:
    schedule_id, moment = due

    republish(schedule_id, clock(yearly(moment), condition="true"))

    assert alarms() == {schedule_id: moment}
    assert firing.fire_due() == 1
    assert Execution.objects.get().version_id == Trigger.objects.get().version_id


def test_a_version_that_comes_as_an_old_one_fires_wins(due_committed, now) -> None:
    schedule_id, _ = due_committed

    def change() -> None:
        beside(lambda: tenancy.run_in("t_demo", republish, schedule_id, clock("@hourly")))

    with hooked("start.before_ticket", change):
        assert firing.fire_due() == 0

    assert (started(), firings()) == ([], [])
    assert alarms() == {schedule_id: Plan("@hourly", "UTC").after(now)}


def test_a_version_without_the_schedule_ends_it(due) -> None:
    schedule_id, _ = due

    republish(schedule_id, manual())

    assert alarms() == {}
    assert Schedule.objects.get(pk=schedule_id).is_offered is False


def test_a_binned_workflow_fires_no_more_and_a_purged_one_leaves_nothing(due) -> None:
    workflow_id = Trigger.objects.get().workflow_id

    drafts.throw_away(workflow_id)
    assert alarms() == {}
    wastebin.purge(workflow_id)
    assert Schedule.objects.count() == 0


def test_a_deleted_tenant_leaves_no_alarm(transactional_db, redis_server) -> None:
    owner = accounts.install(
        email="o@gone.test", password="a password", name="O", is_operator=False
    )
    tenant = tenants.provision(slug="gone", name="Gone", owner_id=owner.id)
    make_live(clock(), schema=tenant.schema)
    assert len(alarms(tenant.schema)) == 1

    tenants.delete(tenant.id)

    assert alarms(tenant.schema) == {}


def test_one_that_cannot_fire_is_named_and_stops_no_other(due, live, now, caplog) -> None:
    schedule_id, moment = due
    Trigger.objects.filter(pk=schedule_id).update(
        config={"cron": "@daily", "timezone": "Mars/Phobos"}
    )
    let_come(live(clock(yearly(moment))), moment)

    assert firing.fire_due() == 1
    assert firing.fire_due() == 0

    (record,) = [each for each in caplog.records if each.message == "schedule.failed"]
    assert record.schedule_id == str(schedule_id)
    assert alarms()[schedule_id] == moment


def test_looking_costs_one_statement_that_opens_no_tenant(tenant, live, monkeypatch) -> None:
    owner = accounts.install(
        email="o@many.test", password="a password", name="O", is_operator=False
    )
    with tenancy.entered(tenancy.PUBLIC):
        for number in range(4):
            made = tenants.provision(slug=f"many{number}", name="Many", owner_id=owner.id)
            make_live(clock(), schema=made.schema)
    seen: list[str] = []
    execute = psycopg.Cursor.execute

    def noted(self, query, *args, **kwargs):
        seen.append(str(query))
        return execute(self, query, *args, **kwargs)

    with tenancy.entered(tenancy.PUBLIC):
        connection.ensure_connection()
        monkeypatch.setattr(psycopg.Cursor, "execute", noted)
        assert firing.fire_due() == 0

    (statement,) = seen
    assert "public.dispatch_alarm" in statement
    assert "t_" not in statement.replace("dispatch_", "").replace("statement_", "")


def test_schedules_from_before_there_were_alarms_are_set_once_and_fire(tenant, live, now) -> None:
    schedule_id = live(clock("@hourly"))
    Schedule.objects.all().delete()
    db.execute("DELETE FROM public.dispatch_alarm")

    assert [registration.mend(), registration.mend()] == [1, 0]

    assert alarms() == {schedule_id: Plan("@hourly", "UTC").after(now)}
    assert Schedule.objects.get().cron == "@hourly"


def test_mending_wakes_neither_the_paused_nor_the_inactive(tenant, live) -> None:
    paused, inactive = live(clock()), live(clock())
    registration.pause(paused, is_paused=True)
    publish.deactivate(Trigger.objects.get(pk=inactive).workflow_id)

    assert registration.mend() == 0
    assert alarms() == {}


def test_a_clock_in_a_thread_fires_what_comes_and_ends_when_told(due_committed) -> None:
    stopping = threading.Event()
    thread = clocks.start(stopping)

    assert eventually(lambda: len(started()) == 1)

    stopping.set()
    thread.join(10)
    assert not thread.is_alive()


def test_firings_are_kept_35_days(due) -> None:
    firing.fire_due()
    assert retention.forget_old() == 0
    Firing.objects.update(created_at="2020-01-01T00:00:00Z")

    assert retention.forget_old() == 1
