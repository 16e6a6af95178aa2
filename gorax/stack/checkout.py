"""One checkout's own state below `.gorax/`, and the environment its processes get."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from gorax.stack import places
from gorax.stack.places import StackError
from gorax.stack.processes import MARK

ROOT = Path(__file__).resolve().parents[2]
# What children inherit from the terminal; everything else is ours, so that a start is repeatable.
INHERITED = (
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "TZ",
    "TERM",
    "NO_COLOR",
    "SSL_CERT_FILE",
    "LD_LIBRARY_PATH",
)
INHERITED_PREFIXES = ("GORAX_", "AWS_")
# Only who migrates is told who owns the tables, beside whoever opens a shell.
PREPARES = "prepare"
OWNERS = ("GORAX_MIGRATION_DATABASE_URL", "GORAX_MIGRATION_DATABASE_URL_FILE")


class Checkout:
    """The folder `.gorax/` of a checkout. Everything the stack writes lies in it."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.state = root / ".gorax"
        self.servers = self.state / "servers"
        self.run = self.state / "run"
        self.logs = self.state / "log"
        self.key = self.state / "secret_key"
        self.kek = self.state / "kek"
        self.blobs = self.state / "blobs"
        self.facts_file = self.state / "demo.json"
        self.screen_stamp = self.state / "screen.sha256"
        self.plan = self.run / "plan.json"
        self.go = self.run / "prepared"

    def make(self) -> None:
        """Create the folders, and the secret key at first start."""
        if self.state.exists() and self.state.stat().st_uid != os.geteuid():
            raise StackError(
                f"{self.state} belongs to another user: run as that user, or delete it with its data."
            )
        self.state.mkdir(exist_ok=True)
        # As root the servers' user must pass through to its own folder; it can read nothing here.
        self.state.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (self.run, self.logs, self.blobs):
            folder.mkdir(mode=0o700, exist_ok=True)
        (self.root / "staticfiles").mkdir(exist_ok=True)  # whitenoise warns without it
        if not self.key.exists():
            write_private(self.key, secrets.token_urlsafe(48))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this checkout for one supervisor.

        Raises:
            StackError: another one holds it; the message names it.
        """
        with (self.run / "lock").open("a+") as file:
            if not _take(file):
                raise StackError(
                    f"gorax already runs in this checkout (process {self.owner() or '?'}). "
                    "`make down` ends it."
                )
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def owner(self) -> int | None:
        """Return the process id of the supervisor that holds this checkout, if one does."""
        with contextlib.suppress(OSError, ValueError), (self.run / "lock").open("r+") as file:
            if not _take(file):
                return int(file.read())
        return None

    def facts(self) -> dict[str, Any]:
        """Return what `.gorax/demo.json` says: URLs, logins, key, webhook; empty before seeding."""
        with contextlib.suppress(OSError):
            facts: dict[str, Any] = json.loads(self.facts_file.read_text(encoding="utf-8"))
            return facts
        return {}

    def environment(self, urls: dict[str, str], *, role: str = "") -> dict[str, str]:
        """Return the environment of one process; what the user set wins over what is made here."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name in INHERITED or name.startswith(INHERITED_PREFIXES)
        }
        for name in (MARK, "GORAX_ROLE"):
            inherited.pop(name, None)
        made = urls | {
            "DJANGO_SETTINGS_MODULE": "gorax.settings.local",
            "GORAX_KEK_PATH": str(self.kek),
            "GORAX_BLOBS_DIR": str(self.blobs),
            "PYTHONUNBUFFERED": "1",
        }
        if "GORAX_SECRET_KEY" not in os.environ:
            made["GORAX_SECRET_KEY_FILE"] = str(self.key)
        if role:
            # Only the stack's own processes carry the mark: a shell that the user opens does not.
            made |= {"GORAX_ROLE": role, MARK: str(self.root)}
            made["PROMETHEUS_MULTIPROC_DIR"] = str(self.run / "metrics")
        given = made | inherited
        if role and role != PREPARES:
            for name in OWNERS:
                given.pop(name, None)
        return given

    def remove(self) -> None:
        """Delete all data, keys and logs of this checkout; built files and caches stay."""
        places.remove(self.servers)
        for folder in (self.run, self.logs):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (self.key, self.kek, self.facts_file):
            file.unlink(missing_ok=True)


def write_private(file: Path, text: str) -> None:
    """Write a new file that only its owner can read, whole or not at all."""
    draft = file.with_name(f"{file.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    draft.replace(file)


def _take(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
