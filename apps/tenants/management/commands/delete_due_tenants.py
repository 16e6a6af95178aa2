from typing import Any

from django.core.management.base import BaseCommand

from apps.core import request_context
from apps.tenants.services import departure


class Command(BaseCommand):
    help = "Delete the tenants whose time has come, now instead of within half an hour."

    def handle(self, *args: Any, **options: Any) -> None:
        with request_context.by_command("delete_due_tenants"):
            self.stdout.write(f"{departure.finish_due()} deleted")
