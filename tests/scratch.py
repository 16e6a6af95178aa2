"""A second installation beside the tests' own: another database of the same servers, used by processes of its own."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

WITHIN_S = 100
PERFORM = """
import runpy, sys, django
django.setup()
runpy.run_module(sys.argv.pop(1), run_name="__main__")
"""


@dataclass(frozen=True)
class Installation:
    """A database, and a checkout whose commands work on it."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run Python in the checkout."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WITHIN_S,
            check=False,
        )

    def manage(self, *arguments: str) -> tuple[int, str]:
        """Run a management command; return its exit code and all it said."""
        done = self.run("manage.py", *arguments)
        return done.returncode, (done.stdout + done.stderr).decode()

    def told(self, **changed: str | None) -> "Installation":
        """Return the same, its processes told something else; None: nothing of that."""
        environment = {**self.environment, **changed}
        given = {name: value for name, value in environment.items() if value is not None}
        return Installation(self.folder, given)

    def perform(self, program: str, *arguments: str) -> bytes:
        """Run a module of the checkout with Django set up; return what it wrote."""
        done = self.run("-c", PERFORM, program, *arguments)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout


@contextmanager
def installation(folder: Path, **environment: str) -> Iterator[Installation]:
    """Yield an installation with an empty database, for the checkout in `folder`; the servers must run."""
    name = f"scratch_{secrets.token_hex(4)}"
    database = os.environ["GORAX_DATABASE_URL"]
    with psycopg.connect(database, autocommit=True) as session:
        session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield Installation(
                folder,
                {
                    "PATH": os.environ.get("PATH", os.defpath),
                    "DJANGO_SETTINGS_MODULE": "gorax.settings.test",
                    "GORAX_DATABASE_URL": urlsplit(database)._replace(path=f"/{name}").geturl(),
                    # The servers have two; the first is the tests' own.
                    "GORAX_REDIS_URL": os.environ["GORAX_REDIS_URL"].removesuffix("0") + "1",
                    "GORAX_SECRET_KEY": os.environ["GORAX_SECRET_KEY"],
                    **environment,
                },
            )
        finally:
            session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
