"""Every node type, one folder each, found by being there."""

from __future__ import annotations

import importlib
import json
import pkgutil
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

from apps.engine.node import NodeType
from apps.engine.registry import Registry


@lru_cache(maxsize=1)
def catalogue() -> Registry:
    """Return the registry of all node types, each with the doc, the examples and the icon of its folder.

    Raises:
        RegistryError: two folders claim the same name.
    """
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if found.ispkg)
    return Registry(_load(f"{__name__}.{name}") for name in names)


def _load(package: str) -> NodeType:
    kind: NodeType = importlib.import_module(package).NODE
    folder = files(package)
    return replace(
        kind,
        doc=(folder / "doc.md").read_text(encoding="utf-8"),
        examples=json.loads((folder / "examples.json").read_text(encoding="utf-8")),
        icon=(folder / "icon.svg").read_text(encoding="utf-8"),
    )
