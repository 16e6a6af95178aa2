import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit import facade as audit
from apps.core import tenancy
from apps.tenants.errors import NoTenantError
from apps.tenants.services import trails

ANCHOR = re.compile(r"([1-9][0-9]{0,18}):([0-9a-fA-F]{64})")


class Command(BaseCommand):
    help = "Walk the chain of audit trails and name the first broken place of each."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--tenant", help="The slug of one tenant.")
        which.add_argument("--platform", action="store_true", help="The platform's own trail.")
        which.add_argument("--all", action="store_true", help="The platform's and every tenant's.")
        parser.add_argument(
            "--anchor",
            help="With one trail: <entry>:<hash> as this command or the logs have told it.",
        )
        parser.add_argument(
            "--archives", action="store_true", help="Read the archives of what has left, too."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        broken = []
        schemas = _schemas(options)
        known = _anchor(options["anchor"], schemas)
        for schema in schemas:
            found = tenancy.run_in(schema, audit.verify, known, opens_archives=options["archives"])
            if found.problem:
                broken.append(schema)
                self.stdout.write(
                    f"{schema}: BROKEN: {found.problem}; {found.entries} sound before it"
                )
            else:
                end = f"{found.seq}:{found.hash}" if found.seq else "empty"
                self.stdout.write(
                    f"{schema}: {found.entries} entries sound, {_archived(found)}ends at {end}"
                )
        if broken:
            raise CommandError(f"Broken: {', '.join(broken)}")


def _schemas(options: dict[str, Any]) -> list[str]:
    try:
        return trails.chosen(slug=options["tenant"], is_platform=options["platform"])
    except NoTenantError:
        raise CommandError("There is no such tenant.") from None


def _archived(found: audit.Verdict) -> str:
    if not found.archived:
        return ""
    opened = f", {found.opened} archives read" if found.opened else ""
    return f"{found.archived} behind checkpoints{opened}, "


def _anchor(text: str | None, schemas: list[str]) -> tuple[int, str] | None:
    if text is None:
        return None
    found = ANCHOR.fullmatch(text)
    if found is None or len(schemas) != 1:
        raise CommandError("An anchor is <entry>:<64 hexadecimal digits>, and of one trail.")
    return int(found[1]), found[2]
