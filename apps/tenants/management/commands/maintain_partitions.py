from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.tenants.services import maintenance


class Command(BaseCommand):
    help = "Make the month partitions that are missing in any tenant, and move rows out of DEFAULT."

    def handle(self, *args: Any, **options: Any) -> None:
        report = maintenance.maintain_partitions()
        self.stdout.write(f"{report.created} partitions made, {report.moved} rows moved.")
        if report.postponed:
            raise CommandError(
                f"Locks were not to be had, try again: {', '.join(report.postponed)}"
            )
