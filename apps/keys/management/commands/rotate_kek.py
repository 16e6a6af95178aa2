"""Seal everything anew under the first key of GORAX_KEKS; may be killed, repeated, and run while workers run."""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from apps.core import request_context
from apps.keys.errors import RotationError, SealError
from apps.keys.services import rotation


class Command(BaseCommand):
    """Replace the installation's key without opening a secret of anybody."""

    help = "Seal every data key and secret under the key that is first in GORAX_KEKS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default="", help="the id of that key, to be sure")
        parser.add_argument("--batch", type=int, default=rotation.BATCH, help="rows at a time")
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["batch"] <= 10_000:
            raise CommandError("--batch is 1 to 10000")
        try:
            if not options["dry_run"]:
                with request_context.by_command("rotate_kek"):
                    self._rotate(options["to"], options["batch"])
            self._tell()
        except (SealError, RotationError) as refusal:
            raise CommandError(f"{refusal.message} ({refusal.code})") from refusal

    def _rotate(self, to: str, batch: int) -> None:
        report = rotation.go_on(rotation.begin("kek", to), batch=batch)
        self.stdout.write(f"{report.resealed} sealed anew under {report.to_key}")
        if report.unopened:
            self._tell()
            raise CommandError(
                f"{report.unopened} do not open and stay as they are: the log names them. "
                "Restore their key or their rows, or store them anew."
            )

    def _tell(self) -> None:
        for use in rotation.uses():
            word = "seals" if use.is_writer else "still needed" if use.count else "not needed"
            self.stdout.write(f"{use.key_id}: {use.count} ({word})")
