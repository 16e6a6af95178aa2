"""How large a value is that an expression makes; what it only hands on is not weighed."""

from __future__ import annotations

from apps.engine.expressions.ast import (
    Call,
    Chain,
    Choice,
    Coalesce,
    Comprehension,
    Has,
    Index,
    ListLiteral,
    Literal,
    Logic,
    MapLiteral,
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
        case Call() | ListLiteral() | MapLiteral():
            return True
        case Select() | Index() | Coalesce() | Choice():
            return any(map(builds, _givers(node)))


def _givers(node: Select | Index | Coalesce | Choice) -> tuple[Node, ...]:
    match node:
        case Select(base=base) | Index(base=base):
            return (base,)
        case Coalesce(operands=operands):
            return operands
        case Choice(cases=cases, otherwise=otherwise):
            return (*(value for _, value in cases), otherwise)
