"""The tree of an expression. Positions are offsets into the source and take no part in equality."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Segment: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Literal:
    """null, true, a number or a text."""

    value: bool | int | float | str | None
    position: int = field(default=0, compare=False)

    def __eq__(self, other: object) -> bool:
        # In Python True == 1 == 1.0; in an expression these are three literals.
        return (
            isinstance(other, Literal)
            and type(self.value) is type(other.value)
            and self.value == other.value
        )

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


@dataclass(frozen=True, slots=True)
class Path:
    """A static path from a root: `trigger.items.0.id`. The first segment is the root's name."""

    segments: tuple[Segment, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that a macro binds; `slot` counts the macros around it, from 0."""

    name: str
    slot: int
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Select:
    """Names looked up in a computed value: `f(x).a.b`."""

    base: Node
    segments: tuple[Segment, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """A computed name or number looked up in a value: `items[index]`."""

    base: Node
    index: Node
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the catalogue, by its canonical name."""

    name: str
    arguments: tuple[Node, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ListLiteral:
    items: tuple[Node, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class MapLiteral:
    entries: tuple[tuple[Node, Node], ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`!` or `-` before a value."""

    operator: str
    operand: Node
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One operator of a chain with its right side."""

    operator: str
    operand: Node
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one precedence from left to right: flat, so that long sums are not deep."""

    first: Node
    steps: tuple[Step, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`&&` or `||` over two or more operands."""

    operator: str
    operands: tuple[Node, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Coalesce:
    """`??` over two or more operands: the first that is there and not null, else the last."""

    operands: tuple[Node, ...]
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """`a ? b : c ? d : e` as (condition, value) pairs and the last resort."""

    cases: tuple[tuple[Node, Node], ...]
    otherwise: Node
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Has:
    """Whether a path leads to something; it never fails on a missing parent."""

    operand: Path | Select | Index
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Comprehension:
    """A macro over a list or the names of an object: `items.filter(x, x > 1)`."""

    kind: str
    source: Node
    variable: str
    slot: int
    condition: Node | None
    body: Node
    position: int = field(default=0, compare=False)


Node: TypeAlias = (
    Literal
    | Path
    | Variable
    | Select
    | Index
    | Call
    | ListLiteral
    | MapLiteral
    | Unary
    | Chain
    | Logic
    | Coalesce
    | Choice
    | Has
    | Comprehension
)


_CHILDREN: dict[type, Callable[[Any], Iterable[Node]]] = {
    Select: lambda node: (node.base,),
    Index: lambda node: (node.base, node.index),
    Call: lambda node: node.arguments,
    ListLiteral: lambda node: node.items,
    MapLiteral: lambda node: itertools.chain.from_iterable(node.entries),
    Unary: lambda node: (node.operand,),
    Has: lambda node: (node.operand,),
    Chain: lambda node: (node.first, *(step.operand for step in node.steps)),
    Logic: lambda node: node.operands,
    Coalesce: lambda node: node.operands,
    Choice: lambda node: (*itertools.chain.from_iterable(node.cases), node.otherwise),
    Comprehension: lambda node: filter(None, (node.source, node.condition, node.body)),
}


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below `node`, in the order in which they are written."""
    below = _CHILDREN.get(type(node))
    return tuple(below(node)) if below else ()


def weigh(node: Node) -> int:
    """Return how many nodes the tree has: what one evaluation of it costs, in steps."""
    return 1 + sum(weigh(child) for child in children(node))
