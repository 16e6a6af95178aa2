"""manage.py set_plan <slug> <plan> [limit=figure …]: how much a tenant may use."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import request_context
from apps.core.errors import GoraxError
from apps.tenants import facade
from apps.tenants.rules import plans


class Command(BaseCommand):
    help = "Put a tenant on a plan; figures such as workflows=20 or workflows=null hold instead of the plan's."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a tenant, a plan, and what was agreed instead of the plan's figures."""
        parser.add_argument("slug")
        parser.add_argument("plan", choices=sorted(plans.PLANS))
        parser.add_argument("agreed", nargs="*", metavar="limit=figure")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set it, or say why not."""
        tenant = facade.by_slug(options["slug"])
        if tenant is None:
            raise CommandError(f"There is no tenant called {options['slug']}.")
        try:
            agreed = dict(_figure(text) for text in options["agreed"])
            with request_context.by_command("set_plan"):
                limits = facade.set_plan(tenant.id, plan=options["plan"], agreed=agreed)
        except GoraxError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{tenant.slug}: {options['plan']}, {limits}")


def _figure(text: str) -> tuple[str, Any]:
    name, _, figure = text.partition("=")
    try:
        return name, json.loads(figure)
    except ValueError as reason:
        raise CommandError(f"{text} is no figure, such as workflows=20.") from reason
