"""What `make up` does between starting the servers and starting the product, in one Django process."""

import logging
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from apps.tenants import facade as tenants
from apps.tenants.errors import NewerDatabaseError
from gorax import startup

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Check the database, migrate `public` and every tenant, and seed the demo once."""

    help = "Check the database, migrate it, and seed the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            startup.check()
            tenants.refuse_newer_database()
        except (startup.StartupError, NewerDatabaseError) as refusal:
            raise CommandError(str(refusal)) from refusal
        # The steps' own chatter is for `make manage RUN=migrate`; here it would bury the summary.
        call_command("migrate", interactive=False, verbosity=options["verbosity"] - 1)
        logger.info("the database is up to date")
        call_command("seed_demo", verbosity=options["verbosity"] - 1)
