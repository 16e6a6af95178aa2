"""What tests take from npm: installed beside its lock file on first use, by Node's own npm from `.venv`."""

import fcntl
import subprocess
import sys
from pathlib import Path

from gorax.stack import screen
from gorax.stack.checkout import Checkout


def install(folder: Path) -> None:
    """Install what the lock file in `folder` pins, unless it is there."""
    wanted = (folder / "package-lock.json").read_bytes()
    stamp = folder / "node_modules" / ".installed"
    # Several test runs may start together; one installs, the others wait.
    with (folder / "package.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_bytes() == wanted:
            return
        npm = Path(sys.executable).parent / "npm"
        subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
            cwd=folder,
            check=True,
            env=screen.npm_environment(Checkout()),
        )
        stamp.write_bytes(wanted)
