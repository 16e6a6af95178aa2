"""What a document says about its triggers, and where webhooks listen."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from apps.engine.document import Document
from apps.engine.problem import pointer
from apps.engine.registry import Registry
from apps.engine.value import Json

# The kinds of triggers by which one workflow calls another, the best first.
DOORS = ("sub_workflow", "manual")


@dataclass(frozen=True, slots=True)
class TriggerNode:
    """A trigger as a document declares it. `place` is a JSON pointer to its config."""

    node_id: str
    name: str
    kind: str
    config: dict[str, Json]
    condition: str
    place: str

    @property
    def chosen_path(self) -> str:
        """The path its author chose, empty if one is to be generated or the kind has none."""
        return chosen_path(self.config) if self.kind == "webhook" else ""


def chosen_path(config: Mapping[str, Json]) -> str:
    """Return the path that the author of a webhook trigger chose, empty if it is generated."""
    path = config.get("path")
    return path.strip("/") if isinstance(path, str) else ""


def triggers_of(document: Document, registry: Registry) -> tuple[TriggerNode, ...]:
    """Return the enabled triggers of a document, in its order."""
    found = []
    for node in document.nodes:
        kind = registry.find(node.type)
        if kind is None or not kind.is_trigger or node.is_disabled:
            continue
        condition = node.config.get("condition")
        found.append(
            TriggerNode(
                node_id=node.id,
                name=node.name or kind.title,
                kind=kind.type.partition(":")[2],
                config=dict(node.config),
                condition=condition if isinstance(condition, str) else "",
                place=pointer("nodes", node.index, "data", "config"),
            )
        )
    return tuple(found)


class _Startable(Protocol):
    @property
    def node_id(self) -> str: ...

    @property
    def kind(self) -> str: ...


T = TypeVar("T", bound=_Startable)


def chosen(triggers: Sequence[T], node_id: str | None) -> T | None:
    """Return the trigger by which a person starts a workflow: the named one, else the manual, else the first."""
    named = [each for each in triggers if node_id in {None, each.node_id}]
    manual = [each for each in named if each.kind == "manual"]
    return next(iter(manual or named), None)


def first_of_kind(triggers: Sequence[T], kinds: Sequence[str]) -> T | None:
    """Return the first trigger of the first of `kinds` that there is."""
    return next((each for kind in kinds for each in triggers if each.kind == kind), None)


def is_same_document(one: Json, other: Json) -> bool:
    """Say whether two documents are equal as JSON texts, but for the order of keys."""
    # Python's == takes 1, 1.0 and true for equal.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
