"""What makes a node type a container: its handles, what its passes are given, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from apps.engine.blocks import CAUGHT, Block, Opening
from apps.engine.graph import Container, Node
from apps.engine.state import StepStatus
from apps.engine.value import Json

Raw: TypeAlias = Mapping[str, Json]
PassFacts: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Open:
    """A container's answer: its passes begin. Those of a loop each get one of `items`, and its key if there are `keys`.

    Whoever goes on with a loop may have at hand only some of them, from that of pass `first` on.
    """

    opening: Opening
    items: Sequence[Json] = ()
    keys: Sequence[str] | None = None
    first: int = 0

    def has(self, index: int) -> bool:
        """Say whether the item of a pass is at hand."""
        return self.first <= index < self.first + len(self.items)

    def given(self, index: int) -> dict[str, Json]:
        """Return the item of a pass, and its key if it has one."""
        place = index - self.first
        key: dict[str, Json] = {} if self.keys is None else {"key": self.keys[place]}
        return {"item": self.items[place], **key}


@dataclass(frozen=True, slots=True)
class Pass:
    """The record of a pass that ended by itself: what it was given, and its output or its error."""

    index: int
    facts: PassFacts
    status: StepStatus
    output: Json = None
    error: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Collected:
    """Everything that a container's output is made from. `passes` stand in order; cancelled ones are left out."""

    node: Node
    block: Block
    passes: Iterable[Pass]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """How a container type deals with its regions.

    `handles` may be a function of the config. `condition` is the field with the condition to break, which is judged
    inside of each pass after it has ended. `names` leads from fields that hold names to what those names show.
    """

    container: Container
    handles: tuple[str, ...] | Callable[[Raw], tuple[str, ...]]
    collect: Callable[[Collected], Json]
    condition: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def handles_of(self, config: Raw) -> tuple[str, ...]:
        """Return the handles that a container with this config has."""
        return self.handles(config) if callable(self.handles) else self.handles


def facts_of(node: Node, block: Block, index: int, opened: Open | None) -> dict[str, Json]:
    """Return what pass `index` is given and remembers. Only a loop needs the answer with which it was opened."""
    facts: dict[str, Json] = {"index": index}
    if node.container is Container.LOOP:
        if opened is None or not opened.has(index):
            raise ValueError(f"item {index} of {node.id} is not at hand")
        return {**facts, "count": block.count, **opened.given(index)}
    facts["taken"] = list(block.taken)
    if node.container is Container.PARALLEL:
        facts["name"] = node.handles[index]
    elif node.container is Container.TRY and index == CAUGHT and block.error is not None:
        facts["error"] = dict(block.error)
    return facts


def roots_of_pass(node: Node, passes: Passes, facts: PassFacts) -> dict[str, Json]:
    """Return what expressions inside of a pass may read by its bare name."""
    if node.container is not Container.LOOP:
        return {name: facts[name] for name in ("error",) if name in facts}
    roots = {name: facts[name] for name in ("item", "index", "key") if name in facts}
    index, count = facts["index"], facts["count"]
    roots["loop"] = {
        **roots,
        "total_items": count,
        "is_first": index == 0,
        "is_last": isinstance(count, int) and index == count - 1,
    }
    for given, shown in passes.names.items():
        name = node.config.get(given)
        if isinstance(name, str) and name and shown in roots:
            roots[name] = roots[shown]
    return roots
