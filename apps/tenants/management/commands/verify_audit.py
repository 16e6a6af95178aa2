import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit import facade as audit
from apps.core import tenancy
from apps.tenants.queries import directory

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

    def handle(self, *args: Any, **options: Any) -> None:
        broken = []
        schemas = _schemas(options)
        known = _anchor(options["anchor"], schemas)
        for schema in schemas:
            found = tenancy.run_in(schema, audit.verify, known)
            if found.problem:
                broken.append(schema)
                self.stdout.write(
                    f"{schema}: BROKEN: {found.problem}; {found.entries} sound before it"
                )
            else:
                end = f"{found.seq}:{found.hash}" if found.seq else "empty"
                self.stdout.write(f"{schema}: {found.entries} entries sound, ends at {end}")
        if broken:
            raise CommandError(f"Broken: {', '.join(broken)}")


def _schemas(options: dict[str, Any]) -> list[str]:
    if options["all"]:
        return [tenancy.PUBLIC, *directory.living_schemas()]
    if options["platform"]:
        return [tenancy.PUBLIC]
    tenant = directory.by_slug(options["tenant"])
    if tenant is None:
        raise CommandError("There is no such tenant.")
    return [tenant.schema]


def _anchor(text: str | None, schemas: list[str]) -> tuple[int, str] | None:
    if text is None:
        return None
    found = ANCHOR.fullmatch(text)
    if found is None or len(schemas) != 1:
        raise CommandError("An anchor is <entry>:<64 hexadecimal digits>, and of one trail.")
    return int(found[1]), found[2]
