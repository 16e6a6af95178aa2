"""What `make up` does between starting the servers and starting the product, in one Django process."""

from typing import Any

from django.core.management import CommandError, call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from gorax import startup


class Command(BaseCommand):
    """Check the database, migrate `public` and every tenant, and seed the demo once."""

    help = "Check the database, migrate it, and seed the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        startup.check()
        refuse_newer_database()
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        if "seed_demo" in get_commands():
            call_command("seed_demo", verbosity=options["verbosity"])


def refuse_newer_database() -> None:
    """Return if this version knows every migration that `public` records for its own apps.

    Raises:
        CommandError: a newer version has worked here; nothing was changed.
    """
    connection.set_schema_to_public()  # type: ignore[attr-defined]  # django-tenants' own backend
    loader = MigrationLoader(None, ignore_no_migrations=True)
    applied = MigrationRecorder(connection).applied_migrations()
    unknown = sorted(
        f"{app}.{name}"
        for app, name in applied
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    )
    if unknown:
        raise CommandError(
            "The database was migrated by a newer version of gorax "
            f"(unknown here: {', '.join(unknown[:5])}). Use that version, or restore a backup."
        )
