"""The how-to is true: its commands, run word for word in a copy, add a node that is offered and that runs."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from gorax.stack.checkout import ROOT
from tests.scratch import installation
from tests.stack.checkouts import copy_sources, link_packages
from tests.workflows.documents import edge, manual, node

pytestmark = pytest.mark.rotating("how to add a node")

HOW_TO = ROOT / "docs" / "how-to" / "add-a-node.md"
FOLDER = Path("apps/nodes/action_slug")
TYPE = "action:slug"


def blocks() -> list[tuple[str, str]]:
    """The document's blocks of code in their order: language and text."""
    return re.findall(
        r"^```(\w*)\n(.*?)^```$", HOW_TO.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def sh(folder: Path, text: str) -> str:
    done = subprocess.run(
        ["/bin/sh", "-euc", text],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> tuple[Path, str]:
    """A copy of the checkout in which somebody has done what the how-to says, and what they saw last."""
    folder = tmp_path_factory.mktemp("copy") / "gorax"
    copy_sources(folder, left_out=("frontend/",))
    link_packages(folder)
    # What the house tests read, and by what the next test sees which files are new.
    sh(folder, "git init -q . && git add -A")
    assert {language for language, _ in blocks()} == {"sh"}, "nothing else could be followed"
    return folder, sh(folder, "".join(text for _, text in blocks()))


def test_the_commands_end_as_the_how_to_says_and_touch_one_folder_alone(followed) -> None:
    folder, seen = followed

    assert "7 passed" in seen
    assert seen.splitlines()[-2:] == ["Slug", "{'slug': 'hello-world'}"]
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
    assert " passed" in sh(folder, f".venv/bin/python {house} {FOLDER}")


def test_the_new_node_is_in_the_catalogue_and_in_a_durable_execution(
    followed, running_servers
) -> None:
    #  start ──► answer ──► slug
    folder, _ = followed
    definition = manual()
    definition["nodes"].append(node("slug", TYPE, text="{{ trigger.title }}"))
    definition["edges"].append(edge("answer", "slug"))
    asked = {"type": TYPE, "definition": definition, "input": {"title": "Ça va, Ada?"}}

    with installation(folder) as here:
        prepared, said = here.manage("prepare")
        assert prepared == 0, said
        saw = json.loads(here.perform("tests.flows.through_a_node", json.dumps(asked)))

    assert TYPE in saw["types"]
    assert (saw["shown"]["title"], saw["shown"]["category"]) == ("Slug", "data")
    assert [field["name"] for field in saw["shown"]["fields"]] == ["text", "longest"]
    assert saw["shown"]["doc"].startswith("# Slug\n")
    assert saw["problems"] == []
    execution = saw["execution"]
    assert (execution["status"], execution["output"]) == ("completed", {"slug": "ca-va-ada"})
    assert [(step["node_id"], step["status"]) for step in execution["steps"]] == [
        ("start", "completed"),
        ("answer", "completed"),
        ("slug", "completed"),
    ]
