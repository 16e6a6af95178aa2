from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit import facade as audit
from apps.core import request_context, tenancy
from apps.tenants.errors import NoTenantError
from apps.tenants.services import trails


class Command(BaseCommand):
    help = "Let nothing of an audit trail leave, whatever its age, or let retention go on."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--tenant", help="The slug of one tenant.")
        which.add_argument("--platform", action="store_true", help="The platform's own trail.")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--because", help="Why it is held, at most 500 characters.")
        what.add_argument("--lift", action="store_true", help="It is not held any more.")

    def handle(self, *args: Any, **options: Any) -> None:
        with request_context.by_command("hold_audit"):
            self._do(options)

    def _do(self, options: dict[str, Any]) -> None:
        [schema] = _schemas(options)
        if options["lift"]:
            was_held = tenancy.run_in(schema, audit.lift)
            self.stdout.write(f"{schema}: {'not held any more' if was_held else 'was not held'}")
            return
        try:
            tenancy.run_in(schema, audit.hold, options["because"])
        except ValueError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{schema}: held")


def _schemas(options: dict[str, Any]) -> list[str]:
    try:
        return trails.chosen(slug=options["tenant"], is_platform=options["platform"])
    except NoTenantError:
        raise CommandError("There is no such tenant.") from None
