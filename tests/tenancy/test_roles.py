"""Two roles at the database: one owns schemas and tables, the other works, and may no more than that."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import errors, sql

from gorax.stack import servers
from gorax.stack.checkout import ROOT
from tests.scratch import Installation, installation
from tests.stack.release import ENVIRONMENT

pytestmark = [pytest.mark.stack, pytest.mark.rotating("two roles"), pytest.mark.timeout(300)]

OWNERS = "GORAX_MIGRATION_DATABASE_URL"
APPLICATION = "GORAX_DATABASE_URL"


@pytest.fixture(scope="module")
def two(running_servers, tmp_path_factory) -> Iterator[Installation]:
    """An installation of two roles: migrated by one of them, and `live` by the other."""
    urls = servers.urls_of_two_roles(running_servers.places)
    told = ENVIRONMENT | {"GORAX_BLOBS_DIR": str(tmp_path_factory.mktemp("blobs"))}
    with installation(ROOT, **told) as here:
        name = urlsplit(here.environment[APPLICATION]).path
        given = {
            each: urlsplit(urls[each])._replace(path=name).geturl()
            for each in (OWNERS, APPLICATION)
        }
        yield here.told(**given)


@pytest.fixture(scope="module")
def saw(two: Installation) -> dict:
    code, said = two.manage("prepare", "--no-demo")
    assert code == 0, said
    return json.loads(as_application(two).perform("tests.tenancy.as_application", "live"))


def as_application(two: Installation) -> Installation:
    return two.told(**{OWNERS: None})


def session(two: Installation, of: str = APPLICATION) -> psycopg.Connection:
    return psycopg.connect(two.environment[of], autocommit=True)


def test_the_product_lives_without_owning_anything(saw) -> None:
    assert saw == {
        "who": ["gorax_app", "off"],
        "status": "completed",
        "said": {"said": "hello"},
        "months": [6, 0, []],
        "later": saw["later"],
        "owns": False,
    }
    assert {"executions_execution_y2031m03", "executions_execution_y2031m04"} <= set(saw["later"])


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.mine (id int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE t_acme.mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE SCHEMA t_mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "ALTER TABLE t_acme.workflows_workflow ADD mine int",
        "ALTER TABLE t_acme.audit_entry DISABLE TRIGGER ALL",
        "ALTER FUNCTION t_acme.audit_link() SECURITY INVOKER",
        "ALTER ROLE gorax_app SUPERUSER",
        "ALTER ROLE gorax PASSWORD 'mine'",
        "ALTER SCHEMA t_acme RENAME TO t_mine",
        "ALTER SCHEMA t_acme OWNER TO gorax_app",
        "DROP TABLE t_acme.workflows_workflow",
        "DROP TABLE t_acme.executions_execution_y2031m03",
        "DROP SCHEMA t_acme CASCADE",
        "TRUNCATE t_acme.executions_execution",
        "CREATE TRIGGER mine BEFORE INSERT ON t_acme.audit_pending EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "SET ROLE gorax",
        "SET SESSION AUTHORIZATION gorax",
        "SET session_replication_role = replica",
        "COPY t_acme.workflows_workflow TO PROGRAM 'cat'",
        "COPY t_acme.workflows_workflow TO '/tmp/mine'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT rolpassword FROM pg_authid",
        "GRANT ALL ON ALL TABLES IN SCHEMA t_acme TO PUBLIC",
        "UPDATE public.tenants_provisioningscript SET script = 'CREATE ROLE mine SUPERUSER'",
        "INSERT INTO public.tenants_provisioningscript (migration_state, script) VALUES ('mine', '')",
        "DELETE FROM t_acme.django_migrations",
        *(
            f"{what} {schema}.audit_{table}{rest}"
            for schema in ("public", "t_acme")
            for table, column in (("entry", "seq"), ("head", "seq"), ("checkpoint", "first_seq"), ("anchor", "seq"))
            for what, rest in (("UPDATE", f" SET {column} = 1"), ("DELETE FROM", ""), ("TRUNCATE", ""))
        ),
        "INSERT INTO t_acme.audit_entry SELECT * FROM t_acme.audit_entry",
        "INSERT INTO t_acme.audit_head VALUES (true, 0, '')",
        "UPDATE t_acme.audit_pending SET body = '{}'",
        "DELETE FROM t_acme.audit_pending",
    ],
)  # fmt: skip
def test_what_the_application_may_not_do_is_refused_by_the_database(
    two, saw, statement: str
) -> None:
    with session(two) as mine, pytest.raises(errors.InsufficientPrivilege):
        mine.execute(statement)


def acl(mine: psycopg.Connection, table: str) -> str:
    return mine.execute(
        "SELECT relacl::text FROM pg_class WHERE oid = %s::regclass", [table]
    ).fetchone()[0]


@pytest.mark.parametrize(
    "call",
    [
        "tenants_make_schema('t_nobody', 'x')",
        "tenants_make_schema('pg_catalog', 'x')",
        "tenants_make_schema('t_x; DROP SCHEMA public', 'x')",
        "tenants_drop_schema('t_acme')",
        "tenants_drop_schema('public')",
        "tenants_make_month('public', '{tenants_tenant}', 2031, 5)",
        "tenants_make_month('t_acme', '{workflows_workflow}', 2031, 5)",
        "tenants_make_month('t_acme', '{executions_execution,nothing}', 2031, 5)",
        "tenants_make_month('t_acme', '{executions_execution}', 1999, 5)",
        "tenants_make_month('t_acme', '{executions_execution}', 2031, 13)",
    ],
)
def test_what_it_may_ask_of_the_owner_is_no_way_to_anything_else(two, saw, call: str) -> None:
    with session(two) as mine, pytest.raises(errors.InsufficientPrivilege):
        mine.execute(f"SELECT public.{call}")


def test_a_schema_is_made_once_and_only_by_a_script_that_the_owner_has_written(two, saw) -> None:
    with session(two) as mine:
        with pytest.raises(errors.NoDataFound):
            mine.execute("SELECT public.tenants_make_schema('t_acme', 'no such state')")
        state = mine.execute("SELECT max(migration_state) FROM public.tenants_tenant").fetchone()
        with pytest.raises(errors.DuplicateSchema):
            mine.execute("SELECT public.tenants_make_schema('t_acme', %s)", state)


def test_other_databases_are_closed_to_it(two, saw) -> None:
    elsewhere = urlsplit(two.environment[APPLICATION])._replace(path="/postgres").geturl()

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(elsewhere)


def test_nobody_else_may_call_what_runs_as_the_owner(two, saw) -> None:
    with session(two, OWNERS) as theirs:
        rows = theirs.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
            " AND proname LIKE 'tenants_%' AND has_function_privilege('public', oid, 'EXECUTE')"
        ).fetchall()

    assert rows == []


def test_what_runs_as_the_owner_looks_names_up_where_nobody_else_puts_any(two, saw) -> None:
    with session(two, OWNERS) as theirs:
        rows = theirs.execute(
            "SELECT pronamespace::regnamespace::text, proname, proconfig[1] FROM pg_proc"
            " WHERE prosecdef AND pronamespace::regnamespace::text IN ('public', 't_acme') ORDER BY 1, 2"
        ).fetchall()

    assert {name for _, name, _ in rows} == {
        "audit_let_archives_go",
        "audit_let_go",
        "audit_link",
        "tenants_drop_schema",
        "tenants_make_month",
        "tenants_make_schema",
    }
    assert {path for _, _, path in rows} == {"search_path=pg_catalog, pg_temp"}


def test_the_application_alone_migrates_nothing_and_says_who_could(two, saw) -> None:
    code, said = as_application(two).manage("migrate")

    assert code == 1
    assert "GORAX_MIGRATION_DATABASE_URL names who may" in said


def test_a_second_migration_gives_what_was_taken_takes_what_was_given_and_else_does_nothing(
    two, saw
) -> None:
    with session(two, OWNERS) as theirs:
        before = acl(theirs, "t_acme.workflows_workflow"), acl(theirs, "t_acme.audit_entry")
        theirs.execute("REVOKE ALL ON t_acme.workflows_workflow FROM gorax_app")
        theirs.execute("GRANT ALL ON t_acme.audit_entry TO gorax_app")
        theirs.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")

        first, second = two.manage("migrate"), two.manage("migrate")

        assert (first[0], second[0]) == (0, 0), first[1]
        assert "database.rights_given" in first[1]
        assert "database.rights_given" not in second[1]
        assert (
            acl(theirs, "t_acme.workflows_workflow"),
            acl(theirs, "t_acme.audit_entry"),
        ) == before
    with session(two) as mine, pytest.raises(errors.InsufficientPrivilege):
        mine.execute("CREATE TABLE public.mine (id int)")


def test_a_role_that_is_added_later_gets_its_rights_at_the_next_migration(two, saw) -> None:
    with session(two, OWNERS) as theirs:
        theirs.execute("CREATE ROLE gorax_second LOGIN")
        try:
            url = urlsplit(two.environment[APPLICATION])
            other = url._replace(netloc=url.netloc.replace("gorax_app", "gorax_second")).geturl()
            code, said = two.told(GORAX_DATABASE_URL=other).manage("migrate")
            script = theirs.execute(
                "SELECT script FROM public.tenants_provisioningscript"
            ).fetchone()[0]
            rights = [
                acl(theirs, table)
                for table in (
                    "public.tenants_tenant",
                    "t_acme.workflows_workflow",
                    "t_later.workflows_workflow",
                )
            ]
        finally:
            theirs.execute(
                sql.SQL("REASSIGN OWNED BY {0} TO gorax; DROP OWNED BY {0}; DROP ROLE {0}").format(
                    sql.Identifier("gorax_second")
                )
            )

    assert code == 0, said
    assert all("gorax_second=arwd/" in each for each in rights)
    assert "TO gorax_second" in script


def test_what_is_old_leaves_the_trail_and_a_tenant_is_deleted_by_the_application_too(
    two, saw
) -> None:
    two.told(**{APPLICATION: two.environment[OWNERS], OWNERS: None}).perform(
        "tests.tenancy.as_application", "age"
    )

    left = json.loads(as_application(two).perform("tests.tenancy.as_application", "leave"))

    assert left["entries"] >= 1
    assert left == {
        "entries": left["entries"],
        "archived": left["entries"],
        "left": left["entries"],
        "problem": ["", ""],
        "exists": False,
    }
