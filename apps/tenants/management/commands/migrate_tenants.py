import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import owner, tenancy
from apps.core.errors import GoraxError
from apps.tenants.errors import ScriptUnavailableError
from apps.tenants.queries import directory
from apps.tenants.services import grants, maintenance, migrations, template


class Command(BaseCommand):
    help = "Migrate the schemas of all tenants that are not at the newest state, several at a time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=int, default=min(4, os.cpu_count() or 1))

    def handle(self, *args: Any, **options: Any) -> None:
        with owner.owning():
            self._migrate(options)

    def _migrate(self, options: dict[str, Any]) -> None:
        try:
            migrations.refuse_newer_database()
            grants.make_role()
            # What the application may do to a new tenant's tables stands in the script, too.
            if not template.is_current() or grants.apply([tenancy.TEMPLATE]):
                template.prepare()
        except ScriptUnavailableError as reason:
            self.stderr.write(
                f"New tenants are made by migrations, which is slower, or not at all: {reason}"
            )
        except GoraxError as refusal:  # a newer database, or no role to give rights to
            raise CommandError(refusal.message) from refusal
        outcomes = migrations.migrate_stale(processes=options["processes"], report=self._say)
        maintenance.maintain_partitions()
        grants.apply([tenancy.PUBLIC, *directory.living_schemas()])
        failed = [outcome for outcome in outcomes if outcome.problem]
        if options["verbosity"] > 0:
            self.stdout.write(
                f"{len(outcomes) - len(failed)} tenants migrated, {len(failed)} failed."
            )
        if failed:
            raise CommandError(f"Not migrated: {', '.join(outcome.schema for outcome in failed)}")

    def _say(self, outcome: migrations.Outcome) -> None:
        if outcome.problem:
            self.stderr.write(f"{outcome.schema}: {outcome.problem}")
