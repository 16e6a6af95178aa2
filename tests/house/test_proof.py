"""The proof itself is complete: every law has a trespass, and planting leaves no trace."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.house.planting import Trespass, planted
from tests.house.ruff_trespasses import RUFF
from tests.house.screen_trespasses import SCREEN
from tests.house.tree import ROOT, refuse, sources
from tests.house.trespasses import TRESPASSES

# What `make lint` runs at the same time.
PARTS = ("lint-code", "lint-screen")
# What `make lint` runs for all of the screen's checks.
SCREEN_CHECK = "gorax.stack check"
# What the command line of each proved tool must hold, in the Makefile or in the screen's scripts.
WORDS = {
    "house": "tests/house",
    "ruff": "ruff check",
    "format": "ruff format --check",
    "types": "mypy",
    "imports": "lint-imports",
    "compose": "vendor.compose-spec docker/compose.yaml",
    "actions": "vendor.github-workflows .github/workflows/*.yml",
    "dockerfile": "hadolint docker/Dockerfile",
    "eslint": "npm run lint",
    "biome": "npm run format:check",
    "tsc": "npm run types",
    "knip": "npm run knip",
}


def tools() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]


def test_every_law_has_a_trespass() -> None:
    proved = {trespass.check.removeprefix("house:") for trespass in TRESPASSES}
    # This file's other tests are about planting, not about the tree.
    own = {f"test_proof.py::{name}" for name in ("test_planting_leaves_no_trace",)}

    refuse(
        (
            f"{name} has never been red"
            for source in sources("tests/house/")
            for function in source.functions
            if function.name.startswith("test_")
            for name in [f"{source.parts[-1]}::{function.name}"]
            if name not in proved | own
        ),
        "A check that has never been red is not a check; plant its trespass in trespasses.py:",
    )


def test_every_selected_family_of_ruff_has_a_trespass() -> None:
    proved = [trespass.check.removeprefix("ruff:") for trespass in RUFF]

    refuse(
        (
            f"{family} has never been red"
            for family in tools()["ruff"]["lint"]["select"]
            if not any(rule.startswith(family) for rule in proved)
        ),
        "A rule that has never been red may be switched off by accident:",
    )


def test_every_import_contract_has_a_trespass() -> None:
    laws = [trespass.law for trespass in TRESPASSES if trespass.check == "imports"]

    refuse(
        (
            f"{contract['name']} has never been red"
            for contract in tools()["importlinter"]["contracts"]
            if not any(law.startswith(str(contract["name"]).split(":")[0]) for law in laws)
        ),
        "A contract that has never been broken may be empty:",
    )


def test_make_lint_runs_every_tool_that_is_proved() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipes = dict(re.findall(r"^(lint[a-z-]*):.*\n((?:\t.*\n)+)", makefile, re.MULTILINE))
    run = recipes["lint"] + "".join(recipes[name] for name in PARTS if name in recipes["lint"])
    package = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    proved = {trespass.check.partition(":")[0] for trespass in (*TRESPASSES, *RUFF)}

    refuse(
        [
            *(
                f"Makefile: lint does not run `{words}`"
                for words in (*(WORDS[tool] for tool in proved), SCREEN_CHECK)
                if words not in run
            ),
            *(
                f"frontend/package.json: check does not run `{WORDS[trespass.check.partition(':')[0]]}`"
                for trespass in SCREEN
                if WORDS[trespass.check.partition(":")[0]] not in package["scripts"]["check"]
            ),
        ],
        "What is proved is also run:",
    )


def test_planting_leaves_no_trace(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "kept").mkdir(parents=True)
    (tree / "kept" / "a.py").write_text("A = 1\n", encoding="utf-8")
    trespasses = [
        Trespass(
            law="new", check="types", path="new/b.py", write="B\n", beside=(("far/c.py", "C\n"),)
        ),
        Trespass(law="more", check="types", path="kept/a.py", append="B\n"),
        Trespass(law="other", check="types", path="kept/a.py", swap=("A", "B")),
        Trespass(law="gone", check="types", path="kept", remove=True),
    ]

    for trespass in trespasses:
        before = {path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.py")}
        with planted(trespass, tree):
            during = {path: path.read_text(encoding="utf-8") for path in tree.rglob("*.py")}
            assert during != before
        assert {path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.py")} == before
        assert sorted(path.name for path in tree.iterdir()) == ["kept"]
