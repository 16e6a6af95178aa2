"""A new tenant: the template's twin, all of it or nothing, in milliseconds."""

import itertools
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from apps.core import events, partitions, tenancy
from apps.tenants import facade
from apps.tenants.errors import ScriptUnavailableError, SlugRefusedError, SlugTakenError
from apps.tenants.events import TenantProvisioned
from apps.tenants.models import Domain, Membership, ProvisioningScript, Tenant
from apps.tenants.services import migrations, provisioning, template
from tests.pace import is_within_loops_with_servers
from tests.tenants.browser import person

# What makes two schemas the same: tables, columns, constraints, indexes, partitions, triggers, migration records.
CATALOG = {
    "tables": "SELECT relname, relkind::text, relispartition, relreplident::text, reloptions"
    " FROM pg_class WHERE relnamespace = %(s)s::regnamespace AND relkind IN ('r','p','v','m','S')",
    "columns": "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
    " a.attidentity::text, a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid)"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE c.relnamespace = %(s)s::regnamespace AND c.relkind IN ('r','p') AND a.attnum > 0"
    " AND NOT a.attisdropped",
    # What a parent's foreign key implies for its partitions is numbered by the order in which they were attached.
    "constraints": "SELECT c.relname, CASE k.conparentid WHEN 0 THEN k.conname END, k.contype::text, k.convalidated, k.condeferrable,"
    " pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
    " WHERE c.relnamespace = %(s)s::regnamespace",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %(s)s",
    "partitions": "SELECT c.relname, p.relname, pg_get_expr(c.relpartbound, c.oid)"
    " FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent"
    " WHERE c.relnamespace = %(s)s::regnamespace",
    "triggers": "SELECT c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
    " AND c.relnamespace = %(s)s::regnamespace",
    "functions": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
    " WHERE pronamespace = %(s)s::regnamespace",
}


# PostgreSQL writes `x = ANY ((ARRAY['a'::varchar])::text[])` down as that, and reads it back as
# `x = ANY (ARRAY[('a'::varchar)::text])`: the same condition, with its casts and parentheses elsewhere.
SPELLING = re.compile(r"::(?:character varying|text)(?:\[\])?|[()]")


def catalog(schema: str) -> dict[str, list[str]]:
    """Return what the database knows of a schema, with the schema's own name written as `<schema>`."""
    found = {}
    with connection.cursor() as cursor:
        for kind, query in CATALOG.items():
            cursor.execute(query, {"s": schema})
            rows = [re.sub(rf"\b{schema}\b", "<schema>", repr(row)) for row in cursor.fetchall()]
            found[kind] = sorted(SPELLING.sub("", row) for row in rows)
    with tenancy.entered(schema):
        found["migrations"] = sorted(map(repr, MigrationRecorder(connection).applied_migrations()))
    return found


@pytest.fixture
def owner(db) -> UUID:
    return person().pk


def test_a_new_tenants_schema_is_the_templates_twin(owner: UUID) -> None:
    made = facade.provision(slug="twin", name="Twin", owner_id=owner)

    mine, original = catalog(made.schema), catalog(tenancy.TEMPLATE)
    for kind in original:
        assert mine[kind] == original[kind], kind
    assert any(
        "FOREIGN KEY" in each and "executions_step_default'" in each for each in mine["constraints"]
    )
    assert len(mine["partitions"]) > 10


def test_a_schema_made_by_migrations_is_the_same_as_one_made_by_the_script(
    owner: UUID, monkeypatch, caplog
) -> None:
    def unavailable(schema: str) -> str:
        raise ScriptUnavailableError("no pg_dump here")

    monkeypatch.setattr(template, "script", unavailable)
    made = facade.provision(slug="migrated", name="Migrated", owner_id=owner)

    mine, original = catalog(made.schema), catalog(tenancy.TEMPLATE)
    for kind in original:
        assert mine[kind] == original[kind], kind
    assert "tenant.provisioned_by_migrations" in caplog.messages


def test_a_tenant_has_a_host_an_owner_and_its_own_months(owner: UUID) -> None:
    made = facade.provision(slug="acme-2", name="Acme", owner_id=owner)

    assert (made.schema, made.slug, made.name, made.status) == (
        "t_acme_2",
        "acme-2",
        "Acme",
        "active",
    )
    assert facade.by_host("acme-2.localhost") == made
    assert facade.host_of(made.id) == "acme-2.localhost"
    assert Membership.objects.get(tenant_id=made.id).role == "owner"
    assert [each.tenant for each in facade.memberships_of(owner)] == [made]
    assert partitions.ensure([made.schema]) == partitions.Report()


def test_making_one_takes_less_than_half_a_second(owner: UUID) -> None:
    numbers = itertools.count()

    def make() -> None:
        facade.provision(slug=f"fast-{next(numbers)}", name="Fast", owner_id=owner)

    assert is_within_loops_with_servers(make, 500)


def test_a_month_that_turned_since_the_script_was_rendered_is_made_too(
    owner: UUID, monkeypatch
) -> None:
    later = (*partitions.months(), partitions.Month(2031, 1))
    monkeypatch.setattr(partitions, "months", lambda: later)

    made = facade.provision(slug="turned", name="Turned", owner_id=owner)

    assert any("_y2031m01" in each for each in catalog(made.schema)["partitions"])


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "-a",
        "a-",
        "A",
        "a_b",
        "xn--a",
        "ab--c",
        "a.b",
        "ä",
        "a b",
        "a" * 39,
        "public",
        "www",
        "admin",
        "template",
        'a"b',
        "a;b",
    ],
)
def test_a_slug_that_is_no_host_label_or_reserved_is_refused(slug: str, owner: UUID) -> None:
    before = Tenant.objects.count()

    with pytest.raises(SlugRefusedError):
        facade.provision(slug=slug, name="X", owner_id=owner)

    assert Tenant.objects.count() == before


def test_a_slug_is_given_once_even_after_its_tenant_is_gone(owner: UUID) -> None:
    made = facade.provision(slug="once", name="Once", owner_id=owner)
    facade.delete(made.id)

    with pytest.raises(SlugTakenError):
        facade.provision(slug="once", name="Again", owner_id=owner)

    assert not Domain.objects.filter(domain="once.localhost").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["schema", "subscriber"])
def test_a_failure_in_the_middle_leaves_nothing(place: str, monkeypatch) -> None:
    owner_id = person().pk

    def fail(*_: object) -> None:
        raise RuntimeError("in the middle")

    if place == "schema":
        monkeypatch.setattr(provisioning, "_make_schema", _after(provisioning._make_schema, fail))
    else:
        events.subscribe(TenantProvisioned, fail)
    with pytest.raises(RuntimeError, match="in the middle"):
        facade.provision(slug="half", name="Half", owner_id=owner_id)
    events.unsubscribe(TenantProvisioned, fail)

    assert not Tenant.objects.filter(slug="half").exists()
    assert facade.by_slug("half") is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('t_half')")
        assert cursor.fetchone() == (None,)


def _after(function: Callable[..., None], then: Callable[..., None]) -> Callable[..., None]:
    def both(*args: object) -> None:
        function(*args)
        then()

    return both


@pytest.mark.django_db(transaction=True)
def test_the_script_is_rendered_once_and_again_when_it_is_missing_or_old(monkeypatch) -> None:
    assert template.is_current()
    rendered = []
    monkeypatch.setattr(template, "_dump", _counting(template._dump, rendered))
    owner_id = person().pk

    facade.provision(slug="first", name="First", owner_id=owner_id)
    assert rendered == []

    ProvisioningScript.objects.all().delete()
    assert not template.is_current()
    facade.provision(slug="second", name="Second", owner_id=owner_id)
    facade.provision(slug="third", name="Third", owner_id=owner_id)
    assert rendered == ["pg_dump"]

    ahead = tuple(partitions.Month(2031, month) for month in range(1, 6))
    monkeypatch.setattr(partitions, "months", lambda: ahead)
    assert not template.is_current()
    template.prepare()
    assert template.is_current()
    assert {name[-9:] for name in template._months()} == {month.suffix for month in ahead}
    monkeypatch.undo()
    template.prepare()


def _counting(function: Callable[[], str], calls: list[str]) -> Callable[[], str]:
    def count() -> str:
        calls.append("pg_dump")
        return function()

    return count


@pytest.mark.django_db
def test_no_script_is_rendered_inside_a_transaction_where_pg_dump_would_be_blind() -> None:
    with pytest.raises(ScriptUnavailableError, match="transaction is open"), transaction.atomic():
        template.prepare()


@pytest.mark.django_db(transaction=True)
def test_a_pg_dump_that_does_not_work_is_passed_over_for_the_next(settings, tmp_path) -> None:
    broken = tmp_path / "pg_dump"
    broken.write_text("#!/bin/sh\necho 'server version mismatch' >&2\nexit 1\n")
    broken.chmod(0o755)
    settings.GORAX_PG_DUMP = str(broken)

    assert template.prepare().startswith("CREATE SCHEMA t_template_;")


@pytest.mark.django_db
def test_the_password_is_not_among_the_arguments_that_every_user_of_the_machine_may_read(
    monkeypatch,
) -> None:
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "hunter2hunter2")

    assert "hunter2" not in template._conninfo()


def test_the_script_holds_nothing_but_the_new_schema(db) -> None:
    text = template.script("t_x")

    assert "t_template_" not in text
    assert "set_config" not in text
    assert "\\restrict" not in text
    assert all(
        line.startswith(("CREATE SCHEMA t_x;",))
        for line in text.splitlines()
        if "CREATE SCHEMA" in line
    )


@pytest.mark.django_db
def test_every_tenants_model_has_its_table_in_every_schema_and_in_public_only_the_trail(
    owner: UUID,
) -> None:
    from django.apps import apps

    made = facade.provision(slug="tables", name="Tables", owner_id=owner)
    tables = {
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.label in migrations.tenant_apps()
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed
    }

    def present(schema: str) -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relkind IN ('r','p')"
                " AND relnamespace = %s::regnamespace",
                [schema],
            )
            return {name for (name,) in cursor.fetchall()}

    assert len(tables) >= 6
    for schema in (made.schema, "t_demo", tenancy.TEMPLATE):
        assert tables - present(schema) == set(), schema
    # The platform's own entries. Each statement of the trail names its schema, and each read its chain: docs/adr/0033.
    assert tables & present("public") == {
        "audit_anchor",
        "audit_checkpoint",
        "audit_entry",
        "audit_head",
        "audit_hold",
        "audit_pending",
    }
