"""Tenant schemas and their migrations: what the newest state is, and how a schema gets there."""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context

from django.apps import apps as installed
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from apps.core import partitions, tenancy
from apps.tenants.errors import NewerDatabaseError, NoTenantError
from apps.tenants.models import Tenant
from apps.tenants.queries import directory


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one schema: `problem` is empty if all went well."""

    schema: str
    problem: str = ""


@cache
def tenant_apps() -> frozenset[str]:
    """Return the labels of the apps whose tables lie in every tenant's schema."""
    names = set(settings.TENANT_APPS)
    return frozenset(config.label for config in installed.get_app_configs() if config.name in names)


@cache
def newest_state() -> str:
    """Return a name for the newest state of a tenant's schema, as this version knows it."""
    nodes = MigrationLoader(None).graph.nodes
    names = sorted(f"{label}.{name}" for label, name in nodes if label in tenant_apps())
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def newer_migrations() -> list[str]:
    """Return the migrations that `public` has seen and this version does not know: a newer one has written here."""
    with tenancy.entered(tenancy.PUBLIC):
        applied = set(MigrationRecorder(connection).applied_migrations())
    known = set(MigrationLoader(None).disk_migrations)
    ours = {
        config.label for config in installed.get_app_configs() if config.name.startswith("apps.")
    }
    return sorted(f"{label}.{name}" for label, name in applied - known if label in ours)


def refuse_newer_database() -> None:
    """Check that this version knows every migration that `public` has seen.

    Raises:
        NewerDatabaseError: it does not, so a newer version has written here.
    """
    newer = newer_migrations()
    if newer:
        raise NewerDatabaseError(newer)


def migrate_schema(schema: str) -> None:
    """Bring one existing schema to the newest state, its partitions included; twice does nothing.

    Raises:
        NoTenantError: there is no such schema; its statements would have fallen through to `public`.
    """
    with tenancy.entered(schema):
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [schema])
            (exists,) = cursor.fetchone()
        if not exists:
            raise NoTenantError
        executor = MigrationExecutor(connection)
        targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] in tenant_apps()]
        executor.migrate(targets)
    partitions.ensure([schema])


def migrate_stale(
    *, processes: int, report: Callable[[Outcome], None] = lambda _: None
) -> list[Outcome]:
    """Migrate all tenants that are not at the newest state, several at a time; the current are not opened.

    One tenant's failure stops no other; it stays stale, and its outcome says why.
    """
    stale = directory.stale_schemas(newest_state())
    if not stale:
        return []
    outcomes = []
    for outcome in _each(stale, processes):
        report(outcome)
        outcomes.append(outcome)
    return outcomes


def _each(schemas: list[str], processes: int) -> Iterable[Outcome]:
    if processes <= 1 or len(schemas) == 1:
        yield from map(_migrate_one, schemas)
        return
    # A child must not inherit a connection: both would speak on one socket.
    for each in connections.all():
        each.close()
        each.close_pool()
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        yield from pool.map(_migrate_in_child, schemas)


def _migrate_in_child(schema: str) -> Outcome:
    try:
        return _migrate_one(schema)
    finally:
        connection.close()


def _migrate_one(schema: str) -> Outcome:
    try:
        migrate_schema(schema)
        with tenancy.entered(tenancy.PUBLIC):
            Tenant.objects.filter(schema_name=schema).update(migration_state=newest_state())
    except Exception as failure:  # noqa: BLE001 - whatever a migration raises is this tenant's outcome
        return Outcome(schema, f"{type(failure).__name__}: {failure}")
    return Outcome(schema)
