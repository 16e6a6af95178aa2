"""What a released version leaves behind, kept as a fixture, so that every later version is shown to take it over.

    python -m tests.stack.release 0.1        # writes tests/stack/fixtures/release-0.1.sql.gz

Run once, by the release itself, when its migrations are final: from then on the file never changes. It is a `pg_dump`
of an installation with the demo and with executions in every status that something reaches, and its first line is a
comment that says in JSON what a test must know of it. Secrets in it are sealed under `KEK`, which is nobody's.
"""

import argparse
import base64
import gzip
import json
import os
import re
import secrets
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from gorax.stack import places, servers
from gorax.stack.checkout import ROOT
from tests.scratch import Installation, installation

FIXTURES = Path(__file__).with_name("fixtures")
KEK = base64.b64encode(b"The key of every release fixture").decode()
# A random word that psql asks for; data never looks so, its backslashes are doubled.
RESTRICTED = re.compile(rb"^\\(?:un)?restrict .*\n", re.MULTILINE)
# Leases as short as tests need; a renewal must fit into one.
ENVIRONMENT = {"GORAX_KEK": KEK, "GORAX_LEASE_S": "2", "GORAX_RENEW_S": "0.6"}


def restore(release: str, here: Installation, programs: Path) -> dict[str, Any]:
    """Fill the empty database of an installation with what `release` left; return what is known of it."""
    script = gzip.decompress((FIXTURES / f"release-{release}.sql.gz").read_bytes())
    options = ("--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1")
    subprocess.run(
        [str(programs / "psql"), *options, here.environment["GORAX_DATABASE_URL"]],
        input=script,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )
    return json.loads(script.split(b"\n", 1)[0].removeprefix(b"-- "))


def dump(here: Installation, programs: Path) -> bytes:
    """Return an installation's database as a script, the same bytes for the same database."""
    done = subprocess.run(
        [
            str(programs / "pg_dump"),
            "--no-owner",
            "--no-privileges",
            here.environment["GORAX_DATABASE_URL"],
        ],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return RESTRICTED.sub(b"", done.stdout)


def make(release: str) -> Path:
    """Start servers, live a little, and write the fixture."""
    with tempfile.TemporaryDirectory(prefix="gorax-test-") as folder:
        Path(folder).chmod(0o711)
        chosen = places.choose(Path(folder) / "servers")
        os.environ |= servers.urls(chosen) | {"GORAX_SECRET_KEY": secrets.token_urlsafe(48)}
        facts = Path(folder) / "demo.json"
        with servers.Running(chosen), installation(ROOT, **ENVIRONMENT) as here:
            for command in (("prepare", "--no-demo"), ("seed_demo", "--facts", str(facts))):
                code, said = here.manage(*command)
                assert code == 0, said
            known = here.perform("tests.stack.before_upgrade", str(facts))
            script = b"-- " + known + b"\n" + dump(here, chosen.postgres_programs)
    file = FIXTURES / f"release-{release}.sql.gz"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(gzip.compress(script, mtime=0))
    return file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", help="its number, such as 0.1")
    make(parser.parse_args().release)
