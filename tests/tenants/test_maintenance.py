"""What is done now and then: months ahead, yesterday's sessions forgotten, and doing it twice changes nothing."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from apps.core import partitions, tenancy
from apps.tenants import facade, tasks
from apps.tenants.facade import TenantInfo
from apps.tenants.models import CrossingCode, Session
from apps.tenants.services import crossing, maintenance, sessions, template
from tests.tenants.browser import member, person

ROWS = {
    "executions_execution": (
        "INSERT INTO executions_execution"
        " (id, workflow_id, version_id, trigger_node, trigger_kind, status, trigger, ended_at)"
        " VALUES (%(id)s, %(id)s, %(id)s, 'start', 'manual', 'completed', '{}', now())"
    ),
    "executions_step": (
        "INSERT INTO executions_step (execution_id, node_id, node_type, status, seq)"
        " VALUES (%(id)s, 'start', 'trigger:manual', 'completed', 1)"
    ),
    "webhooks_event": (
        "INSERT INTO webhooks_event (id, webhook_id, workflow_id, status, size_bytes, trigger)"
        " VALUES (%(id)s, %(id)s, %(id)s, 'filtered', 2, '{}')"
    ),
}
# What a row's own rows hang on.
REFERRED = {"executions_step": ("executions_execution",)}


def months_of(schema: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT right(relname, 9) FROM pg_class WHERE relnamespace = %s::regnamespace"
            " AND relispartition AND relkind = 'r' AND relname LIKE 'executions_execution_y%%'",
            [schema],
        )
        return {suffix for (suffix,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_a_new_month_reaches_every_tenant_and_the_template_once(monkeypatch) -> None:
    facade.provision(slug="second", name="Second", owner_id=person().pk)
    ahead = tuple(partitions.Month(2031, month) for month in range(1, 6))
    monkeypatch.setattr(partitions, "months", lambda: ahead)
    wanted = {month.suffix for month in ahead}

    tasks.maintain_partitions()
    again = maintenance.maintain_partitions()

    assert wanted <= months_of("t_demo")
    assert wanted <= months_of("t_second")
    assert months_of(tenancy.TEMPLATE) == wanted
    assert again == partitions.Report()
    monkeypatch.undo()
    template.prepare()


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["executions_execution", "webhooks_event", "executions_step"])
def test_a_row_that_came_before_its_month_is_an_alarm_and_moved_in_every_table(
    caplog, table
) -> None:
    far = partitions.Month(2035, 7)
    execution_id = str(far.floor)
    with tenancy.entered("t_demo"), connection.cursor() as cursor:
        for needed in (*REFERRED.get(table, ()), table):
            cursor.execute(ROWS[needed], {"id": execution_id})

    report = maintenance.maintain_partitions()

    assert report.moved == len(REFERRED.get(table, ())) + 1
    assert partitions.rows_in_default(["t_demo"]) == []
    with tenancy.entered("t_demo"), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}{far.suffix}")  # noqa: S608 - names from above
        assert cursor.fetchone() == (1,)
    assert "partition.default_had_rows" in caplog.messages
    assert maintenance.maintain_partitions() == partitions.Report()


@pytest.mark.django_db
def test_many_tenants_are_looked_through_by_the_same_few_statements() -> None:
    owner = person().pk

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            maintenance.maintain_partitions()
        return len(asked)

    few = cost()
    for number in range(5):
        facade.provision(slug=f"n{number}", name="N", owner_id=owner)

    assert cost() == few


@pytest.mark.django_db
def test_the_command_says_what_it_did_and_fails_when_something_is_left(monkeypatch) -> None:
    said = StringIO()
    call_command("maintain_partitions", stdout=said)
    assert said.getvalue() == "0 partitions made, 0 rows moved.\n"

    left = partitions.Report(created=1, moved=2, postponed=("t_demo",))
    monkeypatch.setattr(partitions, "ensure", lambda *_: left)
    with pytest.raises(CommandError, match="t_demo"):
        call_command("maintain_partitions", stdout=StringIO())


@pytest.mark.django_db
def test_sessions_and_codes_are_forgotten_a_week_after_their_end(demo: TenantInfo) -> None:
    user = member(demo)
    old, recent, live = (sessions.open_session(user.pk, None).session_id for _ in range(3))
    for session_id in (old, live):
        crossing.issue_code(user_id=user.pk, session_id=session_id, tenant="demo")
    Session.objects.filter(pk=old).update(expires_at=Now() - timedelta(days=8))
    Session.objects.filter(pk=recent).update(expires_at=Now() - timedelta(days=6))
    CrossingCode.objects.filter(session_id=old).update(expires_at=Now() - timedelta(days=8))

    tasks.forget_ended_sessions()

    assert set(Session.objects.values_list("pk", flat=True)) == {recent, live}
    assert [code.session_id for code in CrossingCode.objects.all()] == [live]
    assert maintenance.forget_ended_sessions() == 0


def test_the_ticks_are_on_beats_list() -> None:
    from celery import current_app
    from django.conf import settings

    current_app.loader.import_default_modules()
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {"tenants.maintain_partitions", "tenants.forget_ended_sessions"} <= names
    assert names <= set(current_app.tasks)
