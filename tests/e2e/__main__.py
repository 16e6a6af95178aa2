"""`make e2e`: a person's journeys in a real browser, through a whole stack of its own.

The screen is built here, its weight judged, and served by a copy of this checkout on free ports: nothing of a running
`make up` is touched, and nothing is left behind. The journeys are in frontend/e2e. `make screenshots` sends a
photographer (frontend/e2e/photos) instead, who leaves pictures in .gorax/screenshots.

python -m tests.e2e [photos] [--part 2/8]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from gorax.stack.checkout import ROOT
from tests import parts
from tests.stack.checkouts import Copy

SCREENSHOTS = ROOT / ".gorax" / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
JOURNEYS = ROOT / "frontend" / "e2e"
# Those that each commit must pass; the others take turns (docs/adr/0040).
ALWAYS = ("editor", "journey", "policy", "run")


def browser() -> str:
    """Return the browser to drive: `GORAX_CHROMIUM`, or the first of the known ones on the PATH."""
    found = os.environ.get("GORAX_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not found:
        sys.exit(
            "make e2e and make screenshots need a Chromium. On Debian and Ubuntu: apt install chromium"
        )
    return found


def journeys(chosen: parts.Part) -> list[str]:
    """Return the files of the journeys of one share, in the order of their names, as npm in `frontend` calls them."""
    return chosen_of(
        (file.stem.removesuffix(".spec") for file in JOURNEYS.glob("*.spec.ts")), chosen
    )


def chosen_of(names: Iterable[str], chosen: parts.Part) -> list[str]:
    """Return the files of those that always go, and of one share of the rest."""
    known = sorted(names)
    rest = [name for name in known if name not in ALWAYS]
    going = {*ALWAYS, *parts.share(rest, chosen)}
    return [f"e2e/{name}.spec.ts" for name in known if name in going]


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


def visit(folder: Path, chromium: str, script: tuple[str, ...]) -> int:
    """Start a copy of this checkout with the built screen, send the browser through it, and end it."""
    copy = Copy(folder / "checkout")
    try:
        shutil.copytree(ROOT / "static" / "editor", copy.folder / "static" / "editor")
        copy.start()
        copy.wait_until_ready()
        facts = str(copy.folder / ".gorax" / "demo.json")
        code = npm(
            *script,
            GORAX_DEMO_FACTS=facts,
            GORAX_CHROMIUM=chromium,
            GORAX_SCREENSHOTS=str(SCREENSHOTS),
        )
        if code != 0:
            sys.stdout.write(copy.said()[-20_000:])
        return code
    finally:
        copy.remove()


def main(arguments: list[str]) -> int:
    """Build, weigh, and go by a script of frontend/package.json; return what the shell should see."""
    parser = argparse.ArgumentParser(prog="make e2e")
    parser.add_argument("script", nargs="?", choices=("e2e", "photos"), default="e2e")
    parser.add_argument("--part", type=parts.part, default=parts.WHOLE, help="a share such as 2/8")
    asked = parser.parse_args(arguments)
    script = ("photos",) if asked.script == "photos" else ("e2e:of", "--", *journeys(asked.part))
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
    sys.exit(main(sys.argv[1:]))
