"""Random trees of the language, and how a tree is written as source."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

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
    Step,
    Unary,
    Variable,
)

ROOTS = ("trigger", "steps", "item", "n")
NAMES = ("a", "b-c", "x y", "in", "0a", "'", "headers", "größe")
VARIABLES = ("x", "y")
FUNCTIONS = {"upper": 1, "size": 1, "string": 1, "toJson": 1, "number": 1, "contains": 2, "concat": 3, "round": 2, "merge": 2,
             "now": 0, "uuid": 0, "first": 1, "split": 2, "keys": 1, "sort": 1, "unique": 1, "replace": 3, "flatten": 1}  # fmt: skip

_SEGMENTS = st.sampled_from(NAMES) | st.integers(0, 3)
_LITERALS = st.builds(
    Literal,
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.integers(-3, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(
        alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6
    ),
)
_PATHS = st.builds(
    lambda root, segments: Path((root, *segments)),
    st.sampled_from(ROOTS),
    st.lists(_SEGMENTS, max_size=3).map(tuple),
)


def _selects(base: Node, segments: tuple[str | int, ...]) -> Node:
    match base:
        case Path(segments=before):
            return Path((*before, *segments))
        case Select(base=inner, segments=before):
            return Select(inner, (*before, *segments))
        case _:
            return Select(base, segments)


def _indexed(base: Node, index: Node) -> Node:
    if isinstance(index, Literal) and (
        isinstance(index.value, str) or (type(index.value) is int and index.value >= 0)
    ):
        return _selects(base, (index.value,))
    return Index(base, index)


def _signed(operator: str, operand: Node) -> Node:
    if operator == "-" and isinstance(operand, Literal) and type(operand.value) in (int, float):
        return Literal(-operand.value) if operand.value != -(2**63) else operand
    return Unary(operator, operand)


def trees(slots: int = 2) -> st.SearchStrategy[Node]:
    """Return random trees; `slots` macros may still lie inside each other."""
    bound = [Variable(VARIABLES[slot], slot) for slot in range(2 - slots)]
    leaves = _LITERALS | _PATHS | (st.sampled_from(bound) if bound else st.nothing())
    return st.recursive(leaves, lambda inner: _above(inner, slots), max_leaves=8)


def _above(inner: st.SearchStrategy[Node], slots: int) -> st.SearchStrategy[Node]:
    many = st.lists(inner, min_size=2, max_size=3).map(tuple)
    looked_up = st.one_of(
        st.builds(_selects, inner, st.lists(_SEGMENTS, min_size=1, max_size=2).map(tuple)),
        st.builds(_indexed, inner, inner),
    )
    kinds = [
        looked_up,
        st.builds(Has, looked_up),
        st.sampled_from(sorted(FUNCTIONS)).flatmap(
            lambda name: st.builds(Call, st.just(name), st.tuples(*[inner] * FUNCTIONS[name]))
        ),
        st.builds(ListLiteral, st.lists(inner, max_size=3).map(tuple)),
        st.builds(MapLiteral, st.lists(st.tuples(inner, inner), max_size=2).map(tuple)),
        st.builds(_signed, st.sampled_from("!-"), inner),
        *(
            st.builds(
                lambda first, rest: Chain(first, tuple(rest)),
                inner,
                st.lists(
                    st.builds(Step, st.sampled_from(operators), inner), min_size=1, max_size=3
                ),
            )
            for operators in (
                ("+", "-"),
                ("*", "/", "%"),
                ("==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith"),
            )
        ),
        st.builds(lambda first, second: Chain(first, (Step("**", second),)), inner, inner),
        st.builds(Logic, st.sampled_from(["&&", "||"]), many),
        st.builds(Coalesce, many),
        st.builds(
            Choice, st.lists(st.tuples(inner, inner), min_size=1, max_size=2).map(tuple), inner
        ),
    ]
    if slots:
        kinds.append(_macros(inner, slots))
    return st.one_of(kinds)


def _macros(inner: st.SearchStrategy[Node], slots: int) -> st.SearchStrategy[Node]:
    slot = 2 - slots
    body = trees(slots - 1)
    plain = st.builds(
        Comprehension,
        st.sampled_from(["all", "exists", "existsOne", "filter", "find", "map", "sortBy", "groupBy"]),
        inner, st.just(VARIABLES[slot]), st.just(slot), st.none(), body,
    )  # fmt: skip
    return plain | st.builds(
        Comprehension, st.just("map"), inner, st.just(VARIABLES[slot]), st.just(slot), body, body
    )


def _text(value: str) -> str:
    escaped = (
        value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    )
    return f'"{escaped}"'


def _segment(segment: str | int) -> str:
    return f"[{segment}]" if isinstance(segment, int) else f"[{_text(segment)}]"


def _literal(node: Literal) -> str:
    if isinstance(node.value, str):
        return _text(node.value)
    named = {None: "null", True: "true", False: "false"}
    is_named = node.value is None or isinstance(node.value, bool)
    return named[node.value] if is_named else repr(node.value)


def _path(node: Path) -> str:
    root, *rest = node.segments
    return f".{root}{''.join(map(_segment, rest))}"


def _chain(node: Chain) -> str:
    return _inner(node.first) + "".join(
        f" {step.operator} {_inner(step.operand)}" for step in node.steps
    )


def _map(node: MapLiteral) -> str:
    return (
        "{ " + ", ".join(f"{written(key)}: {written(value)}" for key, value in node.entries) + " }"
    )


def _choice(node: Choice) -> str:
    cases = "".join(f"{_inner(test)} ? {_inner(value)} : " for test, value in node.cases)
    return cases + _inner(node.otherwise)


def _macro(node: Comprehension) -> str:
    condition = [] if node.condition is None else [written(node.condition)]
    parts = [node.variable, *condition, written(node.body)]
    return f"{_inner(node.source)}.{node.kind}({', '.join(parts)})"


_WRITERS: dict[type, Callable[[Any], str]] = {
    Literal: _literal,
    Path: _path,
    Variable: lambda node: node.name,
    Select: lambda node: _inner(node.base) + "".join(map(_segment, node.segments)),
    Index: lambda node: f"{_inner(node.base)}[{written(node.index)}]",
    Call: lambda node: f"{node.name}({', '.join(map(written, node.arguments))})",
    ListLiteral: lambda node: f"[{', '.join(map(written, node.items))}]",
    MapLiteral: _map,
    Unary: lambda node: f"{node.operator}{_inner(node.operand)}",
    Chain: _chain,
    Logic: lambda node: f" {node.operator} ".join(map(_inner, node.operands)),
    Coalesce: lambda node: " ?? ".join(map(_inner, node.operands)),
    Choice: _choice,
    Has: lambda node: f"has({written(node.operand)})",
    Comprehension: _macro,
}


def written(node: Node) -> str:
    """Return source that parses to exactly `node`; everything that may need brackets gets them."""
    return _WRITERS[type(node)](node)


def _inner(node: Node) -> str:
    return f"({written(node)})"
