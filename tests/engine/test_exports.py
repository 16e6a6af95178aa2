"""The list of what the engine offers is true."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

import apps.engine

FOLDER = Path(apps.engine.__file__).parent
MODULES = sorted(
    found.stem if found.suffix else found.name
    for found in FOLDER.iterdir()
    if (found.suffix == ".py" or (found / "__init__.py").exists()) and found.stem != "__init__"
)


def listed() -> dict[str, list[str]]:
    text = re.sub(r"\s+", " ", apps.engine.__doc__ or "")
    entries = re.findall(r"- `(\w+)`: ([\w, ]+?)(?= - `|$| [A-Z]\w* ?\w*: )", text)
    return {module: names.strip().split(", ") for module, names in entries}


def offered(module: str) -> list[str]:
    path = FOLDER / f"{module}.py"
    body = ast.parse(path.read_text(encoding="utf-8")).body if path.exists() else []
    defined = [
        node.name
        for node in body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    return defined or list(importlib.import_module(f"apps.engine.{module}").__all__)


def test_every_module_is_listed() -> None:
    assert sorted(listed()) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_a_module_offers_exactly_what_is_listed(module: str) -> None:
    assert sorted(listed()[module]) == sorted(offered(module))
