"""What the application's role may do to which table: read and write rows, and nothing to tables and schemas themselves.

Compared with the catalog, so that what is as it should be is not touched; `migrate` calls this at each release.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from apps.core import tenancy
from apps.core.errors import GoraxError

log = logging.getLogger(__name__)

MISSING = (
    'There is no role "{role}" at the database, and who migrates may make none. As somebody who may: '
    "CREATE ROLE \"{role}\" LOGIN PASSWORD '…';"
)
READ = frozenset({"SELECT"})
ADD = frozenset({"INSERT", "SELECT"})
WRITE = frozenset({"DELETE", "INSERT", "SELECT", "UPDATE"})
# What is written by the owner alone. A trail's functions run as the owner: the application adds what is pending.
NARROWER = {
    "django_migrations": READ,
    "tenants_provisioningscript": READ,
    "audit_entry": READ,
    "audit_head": READ,
    "audit_anchor": ADD,
    "audit_checkpoint": ADD,
    "audit_pending": ADD,
}
FUNCTIONS = (
    "tenants_make_schema(text, text)",
    "tenants_drop_schema(text)",
    "tenants_make_month(text, text[], integer, integer)",
)

# Partitions are reached by their parents; only a DEFAULT is looked into by itself.
HELD = """
SELECT n.nspname, c.relname, c.relkind = 'S', c.relispartition,
       ARRAY(SELECT DISTINCT a.privilege_type::text FROM aclexplode(c.relacl) a WHERE a.grantee = r.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.rolname = %(role)s
WHERE n.nspname = ANY(%(schemas)s) AND c.relkind IN ('r', 'p', 'S') AND pg_has_role(c.relowner, 'USAGE')
  AND (NOT c.relispartition OR EXISTS (SELECT FROM pg_partitioned_table p WHERE p.partdefid = c.oid))
ORDER BY n.nspname, c.relname
"""
CLOSED = """
SELECT n.nspname FROM pg_namespace n JOIN pg_roles r ON r.rolname = %(role)s
WHERE n.nspname = ANY(%(schemas)s)
  AND NOT EXISTS (SELECT FROM aclexplode(n.nspacl) a WHERE a.grantee = r.oid AND a.privilege_type = 'USAGE')
"""
MAY_ALL_CREATE = """
SELECT EXISTS (SELECT FROM pg_namespace n, aclexplode(n.nspacl) a
               WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE'),
       has_database_privilege(%(role)s, current_database(), 'TEMPORARY')
"""
CALLED = "SELECT has_function_privilege(%(role)s, 'public.' || f, 'EXECUTE'), f FROM unnest(%(functions)s::text[]) AS f"


def make_role() -> bool:
    """Make the application's role if there is none, with the password of its URL; return whether it was made.

    Raises:
        GoraxError: there is none, and the owner may make no roles.
    """
    role, password = settings.GORAX_APPLICATION_ROLE, settings.GORAX_APPLICATION_PASSWORD.reveal()
    if not role:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
        if cursor.fetchone()[0]:
            return False
        cursor.execute(
            "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        if not cursor.fetchone()[0]:
            raise GoraxError(MISSING.format(role=role))
        # As a verifier: a server may log the statements that it gets.
        wire = connection.connection.pgconn
        verifier = wire.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
        cursor.execute(
            sql.SQL(
                "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
            )
            .format(sql.Identifier(role), sql.Literal(verifier.decode() if password else None))
            .as_string(None)
        )
    log.info("database.role_made", extra={"role": role})
    return True


def apply(schemas: Iterable[str]) -> list[str]:
    """Give the application's role what it needs in `schemas`, and take what is more; return which were not so before."""
    role = settings.GORAX_APPLICATION_ROLE
    names = list(schemas)
    if not role or not names:
        return []
    wanted: defaultdict[str, list[sql.Composed]] = defaultdict(list)
    me = sql.Identifier(role)
    for (schema,) in _rows(CLOSED, role=role, schemas=names):
        wanted[schema].append(
            sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(schema), me)
        )
    for schema, table, is_sequence, is_default, held in _rows(HELD, role=role, schemas=names):
        due = _due(table, is_sequence=is_sequence, is_default=is_default)
        if set(held) != due:
            wanted[schema] += _statements(schema, table, due, me, is_sequence=is_sequence)
    if tenancy.PUBLIC in names:
        wanted[tenancy.PUBLIC] += _of_the_database(role)
    changed = [schema for schema, statements in wanted.items() if statements]
    for schema in changed:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL("; ").join(wanted[schema]).as_string(None))
    if changed:
        log.info("database.rights_given", extra={"role": role, "schemas": len(changed)})
    return changed


def _due(table: str, *, is_sequence: bool, is_default: bool) -> frozenset[str]:
    if is_sequence:
        return frozenset({"USAGE"})
    return READ if is_default else NARROWER.get(table, WRITE)


def _statements(
    schema: str, table: str, due: frozenset[str], me: sql.Identifier, *, is_sequence: bool
) -> list[sql.Composed]:
    kind = sql.SQL("SEQUENCE" if is_sequence else "TABLE")
    names = {"kind": kind, "it": sql.Identifier(schema, table), "me": me}
    rights = sql.SQL(", ").join(map(sql.SQL, sorted(due)))
    return [
        sql.SQL("REVOKE ALL ON {kind} {it} FROM {me}").format(**names),
        sql.SQL("GRANT {rights} ON {kind} {it} TO {me}").format(rights=rights, **names),
    ]


def _of_the_database(role: str) -> list[sql.Composed]:
    """Return what `public` itself needs: its functions for the role, and no place for anybody to make things."""
    statements = []
    [(may_create, may_make_temporary)] = _rows(MAY_ALL_CREATE, role=role)
    if may_create:
        statements.append(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC").format())
    if may_make_temporary:
        here = sql.Identifier(connection.settings_dict["NAME"])
        statements.append(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(here))
    for may_call, function in _rows(CALLED, role=role, functions=list(FUNCTIONS)):
        if not may_call:
            statements.append(
                sql.SQL("GRANT EXECUTE ON FUNCTION public.{} TO {}").format(
                    sql.SQL(function), sql.Identifier(role)
                )
            )
    return statements


def _rows(query: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
