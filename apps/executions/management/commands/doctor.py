from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.executions.services import doctor


class Command(BaseCommand):
    """Look for executions that are lost, stuck or contradict themselves, in every tenant."""

    help = (
        "Check the invariants of executions and tickets over all tenants; exits 1 if one is broken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="heal what needs no person")

    def handle(self, *args: Any, **options: Any) -> None:
        self._tell_languages()
        found = doctor.examine()
        unhealed = 0
        for finding in found:
            is_healed = options["repair"] and doctor.repair(finding)
            unhealed += not is_healed
            mark = "healed" if is_healed else "FOUND"
            self.stdout.write(
                f"{mark}  {finding.invariant}  {finding.schema}  {finding.id}  {finding.detail}"
            )
        if unhealed:
            raise CommandError(
                f"{unhealed} invariant(s) broken. Run with --repair, or read docs/runbooks/doctor.md."
            )
        self.stdout.write(f"All invariants hold in {len(doctor.schemas())} tenants.")

    def _tell_languages(self) -> None:
        for language, why_off in doctor.languages().items():
            self.stdout.write(f"code    {language}  {why_off or 'is on.'}")
