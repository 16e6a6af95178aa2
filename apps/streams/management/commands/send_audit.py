from typing import Any

from django.core.management.base import BaseCommand

from apps.streams.services import sending


class Command(BaseCommand):
    help = "Send what is due of each audit trail's streams, once; workers do so all the time."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sending.send_due()} entries were taken")
