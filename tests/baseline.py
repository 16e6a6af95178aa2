"""The state every test starts from: `public` migrated and one tenant, kept as a copy to go back to.

Tests in a transaction roll back by themselves. The others (threads, commits, processes) leave rows
behind; `restore` puts every table of every schema back, and drops the schemas and tables that a test added.
"""

from typing import Any

# Copies lie in one schema of their own; a table is called `<schema>.<table>` there.
REMEMBER = """
CREATE SCHEMA baseline;
CREATE TABLE baseline."schemas" AS
  SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)';
CREATE TABLE baseline."tables" AS SELECT schemaname AS schema, tablename AS name FROM pg_tables;
DO $$
DECLARE
  t record;
  is_empty boolean;
  looks text := '';
BEGIN
  FOR t IN
    SELECT n.nspname AS schema, c.relname AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND n.nspname NOT IN ('baseline', 'information_schema') AND n.nspname !~ '^pg_'
      AND c.relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
  LOOP
    EXECUTE format('CREATE TABLE baseline.%I AS TABLE %I.%I',
                   t.schema || '.' || t.name, t.schema, t.name);
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I.%I)', t.schema, t.name) INTO is_empty;
    looks := looks || format(
      CASE WHEN is_empty THEN 'IF EXISTS (SELECT FROM %1$I.%2$I) THEN RETURN NEXT %3$L; END IF; '
      ELSE 'IF EXISTS (SELECT x::text FROM %1$I.%2$I x EXCEPT ALL SELECT x::text FROM baseline.%3$I x)
              OR EXISTS (SELECT x::text FROM baseline.%3$I x EXCEPT ALL SELECT x::text FROM %1$I.%2$I x)
            THEN RETURN NEXT %3$L; END IF; ' END,
      t.schema, t.name, t.schema || '.' || t.name);
  END LOOP;
  -- Written out, so that each session plans it once: a look at every table after every test is mostly planning.
  EXECUTE format('CREATE FUNCTION baseline.changed() RETURNS SETOF text LANGUAGE plpgsql AS %L',
                 'BEGIN ' || looks || 'END');
END $$;

CREATE FUNCTION baseline.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  t record;
  columns text;
BEGIN
  SET LOCAL lock_timeout = '10s';                   -- a forgotten transaction shows here, by name
  SET LOCAL session_replication_role = 'replica';   -- any order of tables: no foreign keys, no triggers
  SET LOCAL client_min_messages = 'warning';
  FOR t IN SELECT nspname AS name FROM pg_namespace
           WHERE nspname !~ '^pg_(temp|toast)' AND nspname NOT IN (SELECT name FROM baseline."schemas")
  LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', t.name);
  END LOOP;
  FOR t IN  -- the months of a later year, say, in a schema that was there before
    SELECT schemaname AS schema, tablename AS name FROM pg_tables
    WHERE schemaname NOT IN ('baseline', 'information_schema') AND schemaname !~ '^pg_'
      AND (schemaname, tablename) NOT IN (SELECT schema, name FROM baseline."tables")
  LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I.%I CASCADE', t.schema, t.name);
  END LOOP;
  FOR t IN
    SELECT split_part(name, '.', 1) AS schema, split_part(name, '.', 2) AS name, format('baseline.%I', name) AS copy
    FROM baseline.changed() AS name
  LOOP
    SELECT string_agg(quote_ident(a.attname), ', ') INTO columns
    FROM pg_attribute a
    WHERE a.attrelid = format('%I.%I', t.schema, t.name)::regclass
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
    EXECUTE format('DELETE FROM %I.%I', t.schema, t.name);
    EXECUTE format('INSERT INTO %1$I.%2$I (%3$s) OVERRIDING SYSTEM VALUE SELECT %3$s FROM %4$s',
                   t.schema, t.name, columns, t.copy);
  END LOOP;
END $$;
"""

# Each test's trail begins with what it does itself.
EMPTY_TRAILS = """
SET LOCAL session_replication_role = 'replica';
DELETE FROM public.audit_entry; DELETE FROM public.audit_head;
DELETE FROM t_demo.audit_entry; DELETE FROM t_demo.audit_head;
"""


def migrate() -> None:
    """Bring `public` and the template up to date, and make the tenant `demo` with an owner."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from apps.accounts.models import User
    from apps.tenants import facade

    call_command("migrate", interactive=False, verbosity=0)
    owner = User.objects.create_user(email="owner@demo.test", password="a password for tests")
    facade.provision(slug="demo", name="Demo", owner_id=owner.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(EMPTY_TRAILS)


def remember() -> None:
    """Keep a copy of every row as it is now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(REMEMBER)


def restore(*_: Any) -> None:
    """Put every table back to the remembered rows, and drop the schemas and tables that were added since."""
    from django.db import connection

    from apps.tenants import facade

    connection.set_schema_to_public()
    with connection.cursor() as cursor:
        cursor.execute("SELECT baseline.restore()")
    # What this process remembers of a tenant, as that it is suspended, would outlive the test by some seconds.
    facade.forget()
