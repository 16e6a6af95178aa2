"""Builds the screen, but only when its sources are not those of the last build; and checks it."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from gorax.stack.checkout import Checkout
from gorax.stack.places import StackError

SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# What the sources leave behind; none of it is a source.
NO_SOURCES = frozenset(
    {"node_modules", "dist", "test-results", "playwright-report", ".vite", "e2e"}
)


def build(checkout: Checkout) -> bool:
    """Build the screen into `static/editor/` if its sources changed. Return whether it was built.

    Raises:
        StackError: npm failed; its own words are on the terminal above.
    """
    frontend = checkout.root / "frontend"
    if not (frontend / "package.json").exists():
        return False
    checkout.state.mkdir(exist_ok=True)
    wanted = _fingerprint(frontend)
    built = checkout.screen_stamp.read_text().strip() if checkout.screen_stamp.exists() else ""
    if built == wanted and (checkout.root / "static" / "editor" / "manifest.json").exists():
        return False
    install(checkout)
    _npm(checkout, "run", "build")
    checkout.screen_stamp.write_text(f"{wanted}\n")
    return True


def install(checkout: Checkout) -> None:
    """Install what `package-lock.json` pins, unless exactly that is installed.

    Raises:
        StackError: npm failed.
    """
    lock = checkout.root / "frontend" / "package-lock.json"
    installed = checkout.root / "frontend" / "node_modules" / ".package-lock.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not installed.exists() or installed.read_text() != wanted:
        # Not `npm ci`: it refuses a lock file without the binaries of platforms that a registry lacks.
        # This takes the same versions and hashes from the lock file, and leaves it as it is.
        _npm(checkout, "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error")
        installed.parent.mkdir(exist_ok=True)
        installed.write_text(wanted)


def check(checkout: Checkout) -> None:
    """Run the screen's own checks: form, lint, types, generated types, tests, unused code.

    Raises:
        StackError: one of them is red; what they said until then is on the terminal above.
    """
    install(checkout)
    _npm(checkout, "run", "--silent", "check", is_quiet=True)


def development_server(port: int) -> tuple[str, ...]:
    """Return the command that serves the sources as they are, to be run in `frontend/`."""
    programs = Path(sys.executable).parent
    vite = "node_modules/vite/bin/vite.js"
    return (str(programs / "node"), vite, f"--port={port}", "--strictPort", "--clearScreen=false")


def npm_environment(checkout: Checkout) -> dict[str, str]:
    """Return the environment in which npm finds its Node and this machine's certificates, and writes below the checkout."""
    programs = Path(sys.executable).parent
    environment = os.environ | {
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "npm_config_cache": str(checkout.state / "cache" / "npm"),
        "npm_config_update_notifier": "false",
    }
    if SYSTEM_CERTIFICATES.exists():
        # Node trusts its own list only; company networks bring their own.
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))
    return environment


def _npm(checkout: Checkout, *arguments: str, is_quiet: bool = False) -> None:
    """Run npm in the screen's sources; if `is_quiet`, its words are shown only when it fails."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "npm"), *arguments],
        cwd=checkout.root / "frontend",
        env=npm_environment(checkout),
        stdout=subprocess.PIPE if is_quiet else None,
        stderr=subprocess.STDOUT if is_quiet else None,
        check=False,
    )
    if done.returncode != 0:
        print((done.stdout or b"").decode(errors="replace"), end="", flush=True)
        raise StackError(f"`npm {' '.join(arguments)}` failed in frontend/; its words are above.")


def _fingerprint(frontend: Path) -> str:
    whole = hashlib.sha256()
    for file in sorted(_sources(frontend)):
        whole.update(f"{file.relative_to(frontend)}\0".encode())
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _sources(frontend: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(frontend):
        folders[:] = [name for name in folders if name not in NO_SOURCES]
        yield from (Path(folder) / name for name in files)
