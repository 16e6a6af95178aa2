import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.tenants.errors import NewerDatabaseError, ScriptUnavailableError
from apps.tenants.services import maintenance, migrations, template


class Command(BaseCommand):
    help = "Migrate the schemas of all tenants that are not at the newest state, several at a time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=int, default=min(4, os.cpu_count() or 1))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            migrations.refuse_newer_database()
            if not template.is_current():
                template.prepare()
        except NewerDatabaseError as refusal:
            raise CommandError(refusal.message) from refusal
        except ScriptUnavailableError as reason:
            self.stderr.write(f"New tenants will be made by migrations, which is slower: {reason}")
        outcomes = migrations.migrate_stale(processes=options["processes"], report=self._say)
        maintenance.maintain_partitions()
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
