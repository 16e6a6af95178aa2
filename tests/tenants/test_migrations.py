"""Migrating many tenants: only the stale ones, several at a time, each by itself."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from apps.core import tenancy
from apps.tenants import facade
from apps.tenants.errors import NewerDatabaseError, NoTenantError
from apps.tenants.models import Tenant
from apps.tenants.queries import directory
from apps.tenants.services import migrations
from apps.tenants.services.migrations import Outcome
from tests.tenants.browser import person

OLD = "an older state"


def make_stale(*schemas: str) -> None:
    Tenant.objects.filter(schema_name__in=schemas).update(migration_state=OLD)


def state_of(schema: str) -> str:
    return Tenant.objects.get(schema_name=schema).migration_state


@pytest.mark.django_db
def test_current_tenants_are_found_by_one_query_and_not_opened(django_assert_num_queries) -> None:
    owner = person().pk
    for number in range(5):
        facade.provision(slug=f"n{number}", name="N", owner_id=owner)

    # Enter public and ask: a SET and a SELECT, however many tenants there are.
    with django_assert_num_queries(2) as asked:
        assert facade.migrate_stale(processes=1) == []

    assert "t_" not in asked.captured_queries[0]["sql"]


TABLES_OF_WORKFLOWS = """
SELECT tablename FROM pg_tables WHERE schemaname = 't_stale' AND tablename LIKE 'workflows\\_%'
"""


@pytest.mark.django_db
def test_a_stale_tenant_gets_what_it_lacks_and_the_current_one_is_left_alone() -> None:
    owner = person().pk
    for slug in ("stale", "current"):
        facade.provision(slug=slug, name=slug, owner_id=owner)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM t_stale.django_migrations WHERE app = 'workflows'")
        cursor.execute(TABLES_OF_WORKFLOWS)
        gone = ", ".join(f"t_stale.{row[0]}" for row in cursor.fetchall())
        cursor.execute(f"DROP TABLE {gone} CASCADE")
    make_stale("t_stale")

    outcomes = facade.migrate_stale(processes=1)

    assert outcomes == [Outcome("t_stale")]
    assert state_of("t_stale") == migrations.newest_state()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('t_stale.workflows_trigger') IS NOT NULL")
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db(transaction=True)
def test_one_tenants_failure_stops_no_other_and_is_named() -> None:
    owner = person().pk
    for slug in ("m1", "m2", "m3"):
        facade.provision(slug=slug, name=slug, owner_id=owner)
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA t_m2 CASCADE")
    make_stale("t_m1", "t_m2", "t_m3")
    told: list[str] = []

    outcomes = facade.migrate_stale(processes=2, report=lambda each: told.append(each.schema))

    assert {each.schema: bool(each.problem) for each in outcomes} == {
        "t_m1": False,
        "t_m2": True,
        "t_m3": False,
    }
    assert "NoTenantError" in next(each.problem for each in outcomes if each.problem)
    assert sorted(told) == ["t_m1", "t_m2", "t_m3"]
    assert [state_of(f"t_m{n}") == OLD for n in (1, 2, 3)] == [False, True, False]
    assert directory.stale_schemas(migrations.newest_state()) == ["t_m2"]


@pytest.mark.django_db(transaction=True)
def test_the_command_reports_and_fails_if_any_tenant_does() -> None:
    facade.provision(slug="gone", name="Gone", owner_id=person().pk)
    make_stale("t_demo")
    said = StringIO()

    call_command("migrate_tenants", stdout=said, processes=1)
    assert said.getvalue() == "1 tenants migrated, 0 failed.\n"

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA t_gone CASCADE")
    make_stale("t_gone")
    with pytest.raises(CommandError, match="Not migrated: t_gone"):
        call_command("migrate_tenants", stdout=StringIO(), stderr=StringIO(), processes=1)


@pytest.mark.django_db(transaction=True)
def test_migrate_does_public_and_then_the_stale_tenants() -> None:
    make_stale("t_demo")

    call_command("migrate", verbosity=0, interactive=False)

    assert state_of("t_demo") == migrations.newest_state()


@pytest.mark.django_db
def test_a_schema_that_does_not_exist_is_never_migrated_into_public() -> None:
    with pytest.raises(NoTenantError):
        migrations.migrate_schema("t_nowhere")

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.workflows_workflow')")
        assert cursor.fetchone() == (None,)


@pytest.mark.django_db
def test_a_database_from_a_newer_version_is_refused_by_name() -> None:
    facade.refuse_newer_database()
    MigrationRecorder(connection).record_applied("tenants", "9999_from_the_future")
    MigrationRecorder(connection).record_applied("somebody_elses", "0001_initial")

    with pytest.raises(NewerDatabaseError, match=r"tenants\.9999_from_the_future$"):
        facade.refuse_newer_database()
    with pytest.raises(CommandError, match="newer version"):
        call_command("migrate_tenants", stdout=StringIO())


@pytest.mark.django_db
def test_tenants_schemas_record_only_their_own_migrations() -> None:
    with tenancy.entered("t_demo"):
        applied = MigrationRecorder(connection).applied_migrations()

    assert {label for label, _ in applied} == migrations.tenant_apps()


@pytest.mark.django_db
def test_the_models_and_the_migrations_agree() -> None:
    ours = sorted(each.label for each in apps.get_app_configs() if each.name.startswith("apps."))
    with_tables = [label for label in ours if apps.all_models[label]]
    assert with_tables == [
        "accounts",
        "audit",
        "credentials",
        "dispatch",
        "executions",
        "keys",
        "schedules",
        "sso",
        "streams",
        "tenants",
        "webhooks",
        "workflows",
    ]

    call_command("makemigrations", *ours, check=True, dry_run=True, verbosity=0)

    assert migrations.tenant_apps() == {
        "audit", "credentials", "workflows", "executions", "webhooks", "schedules",
    }  # fmt: skip
