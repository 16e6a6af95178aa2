"""The node types that a process knows, by name; two may never share one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from apps.engine.errors import RegistryError
from apps.engine.node import NodeType


class Registry:
    """Node types by their canonical name, in alphabetical order."""

    def __init__(self, kinds: Iterable[NodeType] = ()) -> None:
        """Register each of `kinds`.

        Raises:
            RegistryError: two have the same name.
        """
        self._kinds: dict[str, NodeType] = {}
        for kind in kinds:
            self.register(kind)

    def register(self, kind: NodeType) -> None:
        """Make a type known.

        Raises:
            RegistryError: another type has its name.
        """
        if kind.type in self._kinds:
            raise RegistryError(f"two node types are called {kind.type}")
        self._kinds[kind.type] = kind

    def find(self, name: str) -> NodeType | None:
        """Return the type called `name`, or None."""
        return self._kinds.get(name)

    def get(self, name: str) -> NodeType:
        """Return the type called `name`.

        Raises:
            RegistryError: there is none.
        """
        kind = self.find(name)
        if kind is None:
            raise RegistryError(f"there is no node type called {name}")
        return kind

    def __iter__(self) -> Iterator[NodeType]:
        return iter(self._kinds[name] for name in sorted(self._kinds))

    def __len__(self) -> int:
        return len(self._kinds)

    def __contains__(self, name: object) -> bool:
        return name in self._kinds
