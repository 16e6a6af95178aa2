"""manage.py seal_apps_anew: what releases before have sealed under SECRET_KEY goes under the installation's keys."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.services import totp
from apps.keys.errors import SealError


class Command(BaseCommand):
    help = "Seal the secrets of people's code apps by GORAX_KEKS; may be killed, repeated, and run while others sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal what is left, and say what does not open."""
        try:
            done, shut = totp.seal_anew()
        except SealError as refusal:
            raise CommandError(f"{refusal.message} ({refusal.code})") from refusal
        self.stdout.write(f"{done} sealed anew")
        if shut:
            raise CommandError(
                f"{shut} do not open: another SECRET_KEY sealed them. Their owners sign in by a recovery code or a "
                "passkey and set the app up anew."
            )
