"""`manage.py seed_demo`: the demo tenant, and the file that says how to get in."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from apps.webhooks.services import demo


class Command(BaseCommand):
    """Make the demo once; later calls change nothing but its addresses."""

    help = "Make the demo tenant and write its facts (logins, key, webhook) to a private file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--facts",
            type=Path,
            default=settings.BASE_DIR / ".gorax" / "demo.json",
            help="The file, readable by its owner alone.",
        )

    def handle(self, *args: Any, facts: Path, **options: Any) -> None:
        known = _read(facts)
        made = demo.seed(known)
        if made != known:
            _write(facts, made)
        if options["verbosity"] > 0:
            self.stdout.write(f"{facts}: {made['webhook_url']}")


def _read(facts: Path) -> dict[str, Any]:
    try:
        known = json.loads(facts.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(facts: Path, made: dict[str, str]) -> None:
    """Write the file whole or not at all, private from its first byte on."""
    facts.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = facts.with_name(f"{facts.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(made, file, indent=2)
        file.write("\n")
    draft.replace(facts)
