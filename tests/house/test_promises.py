"""What strangers call is exported on purpose and says what it promises."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import Function, Source, refuse, sources

PROMISING = {"facade", "services"}
# Words that add nothing to a name: a docstring made of these and the name is a paraphrase.
FILLERS = {
    "a",
    "an",
    "the",
    "this",
    "that",
    "it",
    "its",
    "of",
    "for",
    "to",
    "and",
    "with",
    "given",
    "return",
    "returns",
    "get",
    "gets",
}


def promises(source: Source) -> bool:
    """Whether strangers call this file: facades, services, the engine, the nodes."""
    return not source.is_test and (
        source.layer in PROMISING or source.path.startswith(("apps/engine/", "apps/nodes/"))
    )


def public(source: Source) -> Iterator[Function]:
    for node in source.tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node


def test_what_strangers_call_has_a_docstring() -> None:
    refuse(
        (
            source.at(node, f"{node.name} promises nothing")
            for source in sources("apps/")
            if promises(source)
            for node in public(source)
            if not ast.get_docstring(node)
        ),
        "Public functions of facade, services, engine and nodes say what the caller gets:",
    )


def test_a_docstring_says_more_than_the_name() -> None:
    def words(text: str) -> set[str]:
        return {word.rstrip("s") for word in re.findall(r"[a-z]+", text.lower())} - FILLERS

    refuse(
        (
            source.at(node, f"{node.name}: {docstring.splitlines()[0]!r} repeats the name")
            for source in sources("apps/")
            if promises(source)
            for node in public(source)
            for docstring in [ast.get_docstring(node)]
            if docstring and not words(docstring) - words(node.name.replace("_", " "))
        ),
        "A docstring promises what the signature cannot say:",
    )


def test_the_engine_lists_exactly_the_names_it_offers() -> None:
    tree = next(
        source for source in sources("apps/engine/") if source.path == "apps/engine/__init__.py"
    ).tree
    offered = {
        name.asname or name.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    } | {node.name for node in tree.body if isinstance(node, Function | ast.ClassDef)}
    listed = [
        name
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for name in ast.literal_eval(node.value)
    ]

    assert sorted(listed) == sorted(name for name in offered if not name.startswith("_")), (
        "apps/engine/__init__.py"
    )
