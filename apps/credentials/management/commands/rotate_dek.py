"""Give every credential a new data key; may be killed, repeated, and run while workers run."""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from apps.core import request_context
from apps.keys import facade as keys
from apps.keys.errors import SealError


class Command(BaseCommand):
    """Encrypt the values of every credential anew."""

    help = "Encrypt every credential of every tenant under a data key of its own that is new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=100, help="rows at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["batch"] <= 10_000:
            raise CommandError("--batch is 1 to 10000")
        try:
            with request_context.by_command("rotate_dek"):
                report = keys.go_on(keys.begin("dek"), batch=options["batch"])
        except SealError as refusal:
            raise CommandError(f"{refusal.message} ({refusal.code})") from refusal
        self.stdout.write(f"{report.resealed} encrypted anew")
        if report.unopened:
            raise CommandError(
                f"{report.unopened} do not open and stay as they are: the log names them."
            )
