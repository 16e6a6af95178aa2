from typing import Any

from django.core.management import call_command
from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

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
        if any(options.get(name) for name in _SPECIAL):
            super().handle(*args, **options)
            return
        super().handle(*args, **{**options, "shared": True})
        call_command("migrate_tenants", verbosity=options["verbosity"])
