"""`make lint-proof`: plant one trespass per law in a copy of the tree; each must turn its check red, by name.

A check that has never been red is not a check. Exits 1 if a trespass goes unseen or a check is red without one.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from time import monotonic

from tests.house.planting import Trespass, planted
from tests.house.ruff_trespasses import RUFF
from tests.house.screen_trespasses import SCREEN
from tests.house.tree import ROOT, files
from tests.house.trespasses import TRESPASSES
from tests.parts import WHOLE, part, share

BIN = ROOT / ".venv" / "bin"
COPIES = 2  # as many as the smallest supported machine has cores
TIMEOUT_S = 300
# Folders of the checkout that the copy borrows instead of copying them.
BORROWED = ("frontend/node_modules",)
SCREEN_TOOLS = frozenset({"eslint", "biome", "tsc", "knip"})
CACHES = (".mypy_cache",)


@dataclass(frozen=True)
class Answer:
    """What a check said."""

    is_red: bool
    text: str


@dataclass(frozen=True)
class Verdict:
    """What became of one trespass."""

    trespass: Trespass
    is_clean: bool
    is_seen: bool
    answer: Answer
    seconds: float

    @property
    def is_proved(self) -> bool:
        return self.is_clean and self.is_seen


def command(check: str, path: str) -> list[str]:
    """The command line behind a check: `ruff:ANN001`, `house:test_sizes.py::test_…`, `types` …

    `path` is what was planted, empty for a clean run. Only ESLint looks at it alone: the whole takes it a minute.
    """
    tool, _, detail = check.partition(":")
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:django",
        "-p",
        "no:hypothesispytest",  # not used here, and slow to load
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
    ]
    commands = {
        "house": [*pytest, *(f"tests/house/{name}" for name in detail.split())],
        "ruff": [f"{BIN}/ruff", "check", "--output-format=concise", "."],
        "format": [f"{BIN}/ruff", "format", "--check", "."],
        "types": [f"{BIN}/mypy", "--no-error-summary"],
        "imports": [f"{BIN}/lint-imports", "--no-cache", "--no-logo"],
        "compose": [
            f"{BIN}/check-jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            *named("docker/compose.yaml"),
        ],
        "actions": [
            f"{BIN}/check-jsonschema",
            "--builtin-schema",
            "vendor.github-workflows",
            *named(".github/workflows/*.yml"),
        ],
        "dockerfile": [f"{BIN}/hadolint", *named("docker/Dockerfile")],
        "eslint": ["npm", "run", "--silent", "lint"]
        if not path
        else ["node_modules/.bin/eslint", path],
        "biome": [
            "npm",
            "run",
            "--silent",
            "format:check",
            "--",
            "--colors=off",
            "--max-diagnostics=none",
        ],
        "tsc": ["npm", "run", "--silent", "types"],
        "knip": ["npm", "run", "--silent", "knip"],
    }
    return commands[tool]


def named(pattern: str) -> list[str]:
    return [name for name in files() if Path(name).match(pattern)]


def ask(check: str, tree: Path, planted_path: str = "") -> Answer:
    """Run one check inside `tree`."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    is_screen = check.partition(":")[0] in SCREEN_TOOLS
    done = subprocess.run(
        command(check, planted_path.removeprefix("frontend/")),
        cwd=tree / "frontend" if is_screen else tree,
        env={
            **os.environ,
            "PATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": "",
            "NO_COLOR": "1",
        },
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    return Answer(is_red=done.returncode != 0, text=f"{done.stdout}\n{done.stderr}")


def copy_tree(target: Path) -> None:
    """Copy what git tracks or would track; git itself starts afresh there."""
    for name in files():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    for name in BORROWED:
        if (ROOT / name).is_dir():
            (target / name).symlink_to(ROOT / name)
    for name in CACHES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name)
    subprocess.run(["git", "init", "-q", str(target)], check=True)


def clean_answers(trespasses: Sequence[Trespass], tree: Path) -> dict[str, Answer]:
    """Ask every check before anything is planted; the house tests in one run."""
    house = sorted(
        {trespass.check for trespass in trespasses if trespass.check.startswith("house:")}
    )
    answers: dict[str, Answer] = {}
    if house:
        names = " ".join(check.removeprefix("house:") for check in house)
        together = ask(f"house:{names}", tree)
        for check in house:
            node = re.escape(f"tests/house/{check.removeprefix('house:')}")
            is_red = bool(
                re.search(rf"^(FAILED|ERROR) {node}(?![\w])", together.text, re.MULTILINE)
            )
            # A run that never reached the tests proves nothing about any of them.
            answers[check] = Answer(is_red or " passed" not in together.text, together.text)
    for tool in sorted({tool_of(trespass) for trespass in trespasses} - {"house"}):
        answers[tool] = ask(tool, tree)
    return answers


def tool_of(trespass: Trespass) -> str:
    return trespass.check.partition(":")[0]


def rule_of(trespass: Trespass) -> str:
    """The name of the rule that must speak, where one tool knows many."""
    tool, _, rule = trespass.check.partition(":")
    return rule if tool in {"ruff", "eslint"} else ""


def judge(trespass: Trespass, tree: Path, clean: Answer) -> Verdict:
    """Plant, ask, mend."""
    start = monotonic()
    with planted(trespass, tree):
        answer = ask(trespass.check, tree, trespass.path)
    known = set(clean.text.splitlines())
    fresh = [line for line in answer.text.splitlines() if line not in known]
    is_seen = (
        answer.is_red
        and any(trespass.expected in line for line in fresh)
        and rule_of(trespass) in answer.text
    )
    return Verdict(trespass, not clean.is_red, is_seen, answer, monotonic() - start)


def verdicts(trespasses: Sequence[Trespass]) -> Iterator[Verdict]:
    """Judge every trespass, as many at once as there are copies, in the given order."""
    with tempfile.TemporaryDirectory(prefix="gorax-proof-") as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(COPIES):
            copy_tree(Path(folder) / f"copy-{number}")
            trees.put(Path(folder) / f"copy-{number}")
        first = trees.get()
        clean = clean_answers(trespasses, first)
        trees.put(first)

        def in_a_copy(trespass: Trespass) -> Verdict:
            tree = trees.get()
            try:
                return judge(trespass, tree, clean.get(trespass.check) or clean[tool_of(trespass)])
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(COPIES) as pool:
            yield from pool.map(in_a_copy, trespasses)


def main(arguments: Sequence[str]) -> int:
    """Print a line per trespass; 0 if all were seen and every check was green without them."""
    parser = argparse.ArgumentParser(prog="lint-proof", description=__doc__)
    parser.add_argument("only", nargs="*", help="words that the check or the law must contain")
    parser.add_argument(
        "--show", action="store_true", help="print what a check said if it missed its trespass"
    )
    parser.add_argument(
        "--part", type=part, default=WHOLE, help="one share of all laws, as 2/4: for rotating runs"
    )
    options = parser.parse_args(arguments)
    named_so = [
        trespass
        for trespass in (*TRESPASSES, *RUFF, *SCREEN)
        if all(word in f"{trespass.check} {trespass.law}" for word in options.only)
    ]
    chosen = share(named_so, options.part)
    proved = 0
    print(f"{'clean':6} {'planted':8} {'s':>5}  law")
    for verdict in verdicts(chosen):
        proved += verdict.is_proved
        marks = ("green" if verdict.is_clean else "RED", "seen" if verdict.is_seen else "UNSEEN")
        print(
            f"{marks[0]:6} {marks[1]:8} {verdict.seconds:5.1f}  {verdict.trespass.law}  [{verdict.trespass.check}]",
            flush=True,
        )
        if options.show and not verdict.is_seen:
            print(verdict.answer.text)
    print(f"{proved} of {len(chosen)} laws are guarded: green without the trespass, red with it.")
    return 0 if proved == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
