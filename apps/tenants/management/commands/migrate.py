from typing import Any

from django.core.management import CommandError, call_command
from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

from apps.core import owner

# With one of these the caller wants Django's own command, for one schema or one app.
_SPECIAL = (
    "app_label",
    "schema_name",
    "plan",
    "prune",
    "fake",
    "fake_initial",
    "check_unapplied",
    "shared",
    "tenant",
)


class Command(MigrateSchemasCommand):  # type: ignore[misc]  # django-tenants ships no types
    help = "Migrate `public`, then the schemas of all tenants that are not at the newest state."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do both; with options for one schema or one app, do what django-tenants does."""
        with owner.owning():
            if not owner.is_at_work():
                raise CommandError(
                    "This role may change no tables: GORAX_MIGRATION_DATABASE_URL names who may."
                )
            if any(options.get(name) for name in _SPECIAL):
                super().handle(*args, **options)
                return
            super().handle(*args, **{**options, "shared": True})
            call_command("migrate_tenants", verbosity=options["verbosity"])
