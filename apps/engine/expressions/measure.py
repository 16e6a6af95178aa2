"""How large a value is that an expression makes; what it only hands on is not weighed."""

from __future__ import annotations

from apps.engine.expressions.ast import (
    Chain,
    Choice,
    Coalesce,
    Comprehension,
    Has,
    Index,
    Literal,
    Logic,
    Node,
    Path,
    Select,
    Unary,
    Variable,
)

_JUDGES = frozenset(
    {"==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith", "matches"}
)


def builds(node: Node) -> bool:
    """Say whether the value of `node` may be new and large, so that it must be weighed."""
    match node:
        case Literal() | Path() | Variable() | Logic() | Has() | Unary():
            return False
        case Chain(steps=steps):
            return steps[-1].operator not in _JUDGES
        case Comprehension(kind=kind):
            return kind not in ("all", "exists", "existsOne")
        case Select(base=base) | Index(base=base):
            return builds(base)
        case Coalesce() | Choice():
            return any(map(builds, _givers(node)))
        case _:
            return True


def _givers(node: Coalesce | Choice) -> tuple[Node, ...]:
    """Return the parts of which one becomes the value."""
    if isinstance(node, Coalesce):
        return node.operands
    return (*(value for _, value in node.cases), node.otherwise)
