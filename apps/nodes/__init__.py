"""Every node type, found by being there: a folder each, or a file in the folder of its service."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

from apps.engine.node import NodeType
from apps.engine.registry import Registry
from apps.nodes import services
from apps.nodes.declared import Operation, Service, node_type_of

# Packages beside the folders of the types: the services, and what makes node types of them.
NO_TYPES = frozenset({"declared", "services"})


@lru_cache(maxsize=1)
def catalogue() -> Registry:
    """Return the registry of all node types, each with the doc, the examples and the icon of its folder.

    Raises:
        RegistryError: two folders claim the same name.
        DeclarationError: an operation of a service contradicts itself.
    """
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if found.ispkg)
    folders = [_load(f"{__name__}.{name}") for name in names if name not in NO_TYPES]
    declared = [
        node_type_of(service, operation, icon)
        for service, icon, operations in declarations()
        for operation in operations
    ]
    return Registry([*folders, *declared])


def declarations() -> Iterator[tuple[Service, str, list[Operation]]]:
    """Yield every service with its icon and its operations, each from a file of its own."""
    for found in pkgutil.iter_modules(services.__path__):
        package = f"{services.__name__}.{found.name}"
        folder = importlib.import_module(package)
        modules = [each.name for each in pkgutil.iter_modules(folder.__path__)]
        yield (
            importlib.import_module(f"{package}.service").SERVICE,
            (files(package) / "icon.svg").read_text(encoding="utf-8"),
            [
                importlib.import_module(f"{package}.{name}").OPERATION
                for name in sorted(modules)
                if name != "service" and not name.startswith("test_")
            ],
        )


def _load(package: str) -> NodeType:
    kind: NodeType = importlib.import_module(package).NODE
    folder = files(package)
    return replace(
        kind,
        doc=(folder / "doc.md").read_text(encoding="utf-8"),
        examples=json.loads((folder / "examples.json").read_text(encoding="utf-8")),
        icon=(folder / "icon.svg").read_text(encoding="utf-8"),
    )
