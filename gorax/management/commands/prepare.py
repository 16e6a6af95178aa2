"""What `make up` does between starting the servers and starting the product, in one Django process."""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from apps.core import owner
from apps.keys import facade as keys
from apps.keys.errors import SealError
from apps.tenants import facade as tenants
from apps.tenants.errors import NewerDatabaseError
from gorax import startup

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Check database and key, migrate `public` and every tenant, and seed the demo once."""

    help = "Check the database, migrate it, and seed the demo."
    requires_system_checks = ()  # `make lint` runs them; here they would cost each start half a second

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="make no demo tenant")

    def handle(self, *args: Any, **options: Any) -> None:
        with owner.owning():
            try:
                startup.check()
                tenants.refuse_newer_database()
            except (startup.StartupError, NewerDatabaseError) as refusal:
                raise CommandError(str(refusal)) from refusal
            ensure_key()
            # The steps' own chatter is for `make manage RUN=migrate`; here it would bury the summary.
            call_command("migrate", interactive=False, verbosity=options["verbosity"] - 1)
        logger.info("the database is up to date")
        if not options["no_demo"]:
            call_command("seed_demo", verbosity=options["verbosity"] - 1)


def ensure_key() -> None:
    """Make the key that seals secrets, but only for an empty database.

    Beside rows that were sealed under a lost key a new one would only hide the loss.
    """
    with connection.cursor() as cursor:
        is_empty = "django_migrations" not in connection.introspection.table_names(cursor)
    has_key = bool(settings.GORAX_KEK.reveal()) or Path(settings.GORAX_KEK_PATH).exists()
    for problem in keys.problems() if set(settings.GORAX_KEKS) != {"local"} else ():
        logger.error("a key cannot be used: %s", problem)
    if "local" not in settings.GORAX_KEKS:
        return
    if not is_empty and not has_key:
        logger.error("no key at %s: put it back from your backup", settings.GORAX_KEK_PATH)
        return
    try:
        keys.ensure_kek()
    except SealError as reason:
        raise CommandError(str(reason)) from reason
