from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import request_context, tenancy
from apps.core.errors import GoraxError
from apps.engine.errors import PortError
from apps.tenants.errors import NoTenantError
from apps.tenants.services import trails


class Command(BaseCommand):
    help = "Archive what is old in audit trails and let it go, as a beat does each six hours."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--tenant", help="The slug of one tenant.")
        which.add_argument("--platform", action="store_true", help="The platform's own trail.")
        which.add_argument("--all", action="store_true", help="The platform's and every tenant's.")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = []
        for schema in _schemas(options):
            try:
                with request_context.by_command("retain_audit"):
                    done = tenancy.run_in(schema, trails.retain)
            except (GoraxError, PortError) as failure:
                failed.append(schema)
                self.stdout.write(f"{schema}: FAILED: {failure}")
                continue
            self.stdout.write(
                f"{schema}: held, nothing leaves"
                if done.is_held
                else f"{schema}: {done.archived} entries archived, {done.left} left the trail, "
                f"{done.archives_left} archives deleted"
            )
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}")


def _schemas(options: dict[str, Any]) -> list[str]:
    try:
        return trails.chosen(slug=options["tenant"], is_platform=options["platform"])
    except NoTenantError:
        raise CommandError("There is no such tenant.") from None
