"""`make e2e`: a person's journeys in a real browser, through a whole stack of its own.

The screen is built here, its weight judged, and served by a copy of this checkout on free ports: nothing of a running
`make up` is touched, and nothing is left behind. The journeys are in frontend/e2e. `make screenshots` sends a
photographer (frontend/e2e/photos) instead, who leaves pictures in .gorax/screenshots.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gorax.stack.checkout import ROOT
from tests.stack.checkouts import Copy

SCREENSHOTS = ROOT / ".gorax" / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str:
    """Return the browser to drive: `GORAX_CHROMIUM`, or the first of the known ones on the PATH."""
    found = os.environ.get("GORAX_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not found:
        sys.exit(
            "make e2e and make screenshots need a Chromium. On Debian and Ubuntu: apt install chromium"
        )
    return found


def npm(*arguments: str, **environment: str) -> int:
    """Run npm in the screen's sources; return its exit code."""
    programs = Path(sys.executable).parent
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return subprocess.run(
        [str(programs / "npm"), "run", "--silent", *arguments],
        cwd=ROOT / "frontend",
        env=os.environ | environment | {"PATH": path},
        check=False,
    ).returncode


def visit(folder: Path, chromium: str, script: str) -> int:
    """Start a copy of this checkout with the built screen, send the browser through it, and end it."""
    copy = Copy(folder / "checkout")
    try:
        shutil.copytree(ROOT / "static" / "editor", copy.folder / "static" / "editor")
        copy.start()
        copy.wait_until_ready()
        facts = str(copy.folder / ".gorax" / "demo.json")
        code = npm(
            script,
            GORAX_DEMO_FACTS=facts,
            GORAX_CHROMIUM=chromium,
            GORAX_SCREENSHOTS=str(SCREENSHOTS),
        )
        if code != 0:
            sys.stdout.write(copy.said()[-20_000:])
        return code
    finally:
        copy.remove()


def main(script: str) -> int:
    """Build, weigh, and go by `script` of frontend/package.json; return what the shell should see."""
    chromium = browser()
    subprocess.run([sys.executable, "-m", "gorax.stack", "build"], cwd=ROOT, check=True)
    if npm("budget") != 0:
        return 1
    folder = Path(tempfile.mkdtemp(prefix="gorax-e2e-"))
    folder.chmod(0o755)  # as root, the servers' user must pass through
    try:
        return visit(folder, chromium, script)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:] or ["e2e"]))
