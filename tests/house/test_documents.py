"""Documents exist, name only what exists, and keep their form."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.tree import ROOT, files, refuse, sources, texts

REQUIRED = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "apps/README.md",
    "docs/index.md",
    "docs/roadmap.md",
    "docs/reference/seeds.md",
    "docs/reference/api.md",
    "docs/explanation/contexts.md",
)
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)\s]*)?\)")
DOCUMENT = re.compile(r"(?<![\w/:.*<-])((?:[\w-]+/)*[\w-]+\.md)\b")
CALL = re.compile(r"(?<![\w.])([a-z_]+)\(")
ADR = re.compile(r"\badr/(\d{4})")
FUTURE = "docs/roadmap.md"  # speaks of what does not exist yet; that is its work
ADR_LINES = 80  # half a page, and a table if it must be


@cache
def markdown() -> dict[str, str]:
    return {name: text for name, text in texts().items() if name.endswith(".md")}


def decisions() -> dict[str, str]:
    return {name: text for name, text in markdown().items() if name.startswith("docs/adr/")}


def test_the_documents_a_newcomer_needs_exist() -> None:
    refuse((f"{name} is missing" for name in REQUIRED if name not in files()), "Documents:")


def test_links_lead_somewhere() -> None:
    refuse(
        (
            f"{name}: {target}"
            for name, text in markdown().items()
            for target in LINK.findall(text)
            if not (ROOT / name).parent.joinpath(target).exists()
        ),
        "Links that lead nowhere:",
    )


def test_every_document_that_is_named_exists() -> None:
    known = {Path(name).name for name in markdown()}

    refuse(
        (
            f"{name}: {found}"
            for name, text in texts().items()
            if not name.startswith("tests/house/") and name != FUTURE
            for found in set(DOCUMENT.findall(text))
            if Path(found).name not in known
        ),
        "Named, but not in the tree:",
    )


def test_every_decision_that_is_named_exists() -> None:
    numbers = {Path(name).name[:4] for name in decisions()}

    refuse(
        (
            f"{name}: adr/{number}"
            for name, text in texts().items()
            if not name.startswith("tests/house/")
            for number in set(ADR.findall(text))
            if number not in numbers
        ),
        "Decisions that nobody wrote down:",
    )


def test_a_decision_is_half_a_page_titled_by_its_conclusion() -> None:
    numbers = [Path(name).name[:4] for name in decisions()]

    refuse(
        [
            *(f"{number} is taken twice" for number in set(numbers) if numbers.count(number) > 1),
            *(
                problem
                for name, text in decisions().items()
                for problem in adr_problems(name, text)
            ),
        ],
        f"docs/adr/NNNN-conclusion.md, '# NNNN. A sentence', at most {ADR_LINES} lines:",
    )


def adr_problems(name: str, text: str) -> list[str]:
    number = Path(name).name[:4]
    found = []
    if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", Path(name).name):
        found.append(f"{name}: the file name")
    if not re.match(rf"# {number}\. \S+( \S+){{2,}}\n", text):
        found.append(f"{name}: the title")
    if text.count("\n") > ADR_LINES:
        found.append(f"{name}: {text.count(chr(10))} lines")
    return found


def test_the_changelog_keeps_its_form() -> None:
    text = markdown()["CHANGELOG.md"]
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))

    assert re.search(r"^## \[Unreleased\]$", text, re.MULTILINE), (
        "CHANGELOG.md has no [Unreleased] part"
    )
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_every_dependency_has_its_reason() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [pyproject["project"]["dependencies"], *pyproject["dependency-groups"].values()]
    names = {
        re.split(r"[\[>=<;! ]", entry)[0]
        for group in groups
        for entry in group
        if isinstance(entry, str)
    }
    reasons = next(text for name, text in decisions().items() if "/0008-" in name)

    refuse(
        (f"pyproject.toml: {name}" for name in names if f"`{name}`" not in reasons),
        "Every dependency is named with its reason in docs/adr/0008:",
    )


def test_the_map_of_documents_is_complete() -> None:
    index, nodes = markdown()["docs/index.md"], markdown()["docs/reference/nodes.md"]

    refuse(
        (
            f"{name} is not on the map"
            for name in markdown()
            if name.startswith("docs/") and name != "docs/index.md"
            if name.removeprefix("docs/") not in index
            if name.removeprefix("docs/reference/") not in nodes
        ),
        "docs/index.md names every document below docs/, docs/reference/nodes.md the page of every node type:",
    )


def doors() -> Iterator[tuple[str, str]]:
    """Every (context, name) that the document of the doors says can be called."""
    block = markdown()["docs/explanation/contexts.md"].split("## Doors")[1].split("```")[1]
    context = ""
    for line in block.splitlines():
        told, _, comment = line.partition("#")
        if comment.strip().split(" ")[0].endswith(".facade"):
            context = comment.strip().split(".")[0]
        yield from ((context, name) for name in CALL.findall(told))


def test_every_call_that_a_door_is_said_to_offer_is_there() -> None:
    offered = {
        source.context: source.text
        for source in sources()
        if source.path.endswith("/facade.py") and source.context
    }

    refuse(
        (
            f"docs/explanation/contexts.md: {context}.facade.{name}"
            for context, name in doors()
            if f'"{name}"' not in offered[context]
        ),
        "Calls that no facade offers:",
    )
