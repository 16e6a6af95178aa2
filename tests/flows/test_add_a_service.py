"""The how-to is true: its commands, run word for word in a copy, add a service that holds what all of them hold."""

import json
import re
from pathlib import Path

import pytest

from gorax.stack.checkout import ROOT
from tests.flows.test_add_a_node import sh
from tests.stack.checkouts import copy_sources, link_packages

pytestmark = pytest.mark.rotating("how to add a service")

HOW_TO = ROOT / "docs" / "how-to" / "add-a-service.md"
FOLDER = Path("apps/nodes/services/deskbell")
SHOW = """
import json
from apps.engine.node import describe
from apps.nodes import catalogue
kinds = [describe(kind) for kind in catalogue() if kind.category == "deskbell"]
print(json.dumps([[kind["type"], kind["doc"].splitlines()[0], kind["credentials"]] for kind in kinds]))
"""


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> tuple[Path, str]:
    """A copy of the checkout in which somebody has done what the how-to says, and what they saw last."""
    folder = tmp_path_factory.mktemp("copy") / "gorax"
    copy_sources(folder, left_out=("frontend/",))
    link_packages(folder)
    sh(folder, "git init -q . && git add -A")
    text = HOW_TO.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert {language for language, _ in blocks} == {"sh"}, "nothing else could be followed"
    return folder, sh(folder, "".join(block for _, block in blocks))


def test_the_commands_end_as_the_how_to_says_and_touch_one_folder_alone(followed) -> None:
    folder, seen = followed

    assert re.search(r"^\d\d passed", seen, re.MULTILINE), seen
    assert seen.splitlines()[-3:] == [
        "Deskbell: Open ticket",
        "POST https://api.deskbell.example/v2/desks/support/tickets [REDACTED]",
        "{'id': 8, 'subject': None, 'state': 'open', 'author': None}",
    ]
    new = sh(folder, "git ls-files --others --exclude-standard").split()
    assert {Path(name).parent for name in new} == {FOLDER}
    assert sh(folder, "git ls-files --modified --deleted") == ""
    assert not (ROOT / FOLDER).exists()


def test_what_the_how_to_writes_keeps_the_laws_of_the_house(followed) -> None:
    folder, _ = followed
    house = "-m pytest -q -p no:django -p no:cacheprovider tests/house/test_nodes.py"

    clean = sh(
        folder, f".venv/bin/ruff check -q {FOLDER} && .venv/bin/ruff format --check -q {FOLDER}"
    )

    assert clean == ""
    assert " passed" in sh(folder, f".venv/bin/python {house}")


def test_the_new_operations_are_offered_with_their_help(followed) -> None:
    folder, _ = followed

    shown = sh(folder, f".venv/bin/python - <<'END'\n{SHOW}\nEND\n")

    assert json.loads(shown) == [
        ["deskbell:list_tickets", "# Deskbell: List tickets", ["bearer_token"]],
        ["deskbell:open_ticket", "# Deskbell: Open ticket", ["bearer_token"]],
    ]
