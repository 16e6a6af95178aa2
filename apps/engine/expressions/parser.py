"""Tokens → tree: the CEL grammar with the sugar of paths, `??`, `**`, infix words and braces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from apps.engine.expressions.ast import (
    Call,
    Chain,
    Choice,
    Coalesce,
    Comprehension,
    Index,
    ListLiteral,
    Literal,
    Logic,
    MapLiteral,
    Node,
    Path,
    Segment,
    Select,
    Step,
    Unary,
    Variable,
)
from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.forms import COMPREHENSIONS, LAZY_FORMS, lazy_form
from apps.engine.expressions.lexer import Token, printable, too_long
from apps.engine.expressions.segments import match_segment
from apps.engine.expressions.tokens import CONSTANTS, TokenStream
from apps.engine.value import Limits

INT_MIN = -(2**63)
INT_MAX = 2**63 - 1

_RELATIONS = ("==", "!=", "<", "<=", ">", ">=", "in")
INFIX_WORDS = ("contains", "startsWith", "endsWith", "matches")


def parse(source: str, node_ids: frozenset[str], limits: Limits) -> Node:
    """Return the tree of a whole source.

    Raises:
        ExpressionError: the source breaks the grammar or a limit; `position` says where.
    """
    _refuse_unstorable(source)
    if len(source.encode()) > limits.expression_source_bytes:
        raise too_long(limits.expression_source_bytes)
    parser = _Parser(source, 0, node_ids, limits)
    node = parser.expression()
    if parser.token.kind != "end":
        parser.unexpected()
    return node


def parse_until_braces(
    text: str, start: int, node_ids: frozenset[str], limits: Limits
) -> tuple[Node, int]:
    """Return the tree of the expression at `start` and the offset behind the `}}` that ends it.

    Raises:
        ExpressionError: as `parse`; also when the braces are never closed.
    """
    parser = _Parser(text, start, node_ids, limits)
    node = parser.expression()
    end = parser.token.start
    if not text.startswith("}}", end):
        parser.unexpected(closing="}}")
    source = text[start:end]
    _refuse_unstorable(source, start)
    if len(source.encode()) > limits.expression_source_bytes:
        raise too_long(limits.expression_source_bytes)
    return node, end + 2


def _refuse_unstorable(source: str, start: int = 0) -> None:
    for position, character in enumerate(source, start):
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise ExpressionError(
                "syntax_error",
                f"{printable(character)} is no character that a text can hold.",
                position=position,
            )


class _Parser(TokenStream):
    def __init__(self, text: str, start: int, node_ids: frozenset[str], limits: Limits) -> None:
        super().__init__(text, start, limits)
        self._node_ids = node_ids
        self._slots: dict[str, int] = {}
        self._nesting = 0

    # --- from loose to tight

    def expression(self) -> Node:
        """Read `a ? b : c` and everything that binds tighter."""
        with self.deeper():
            start = self.token.start
            node = self._coalesce()
            cases: list[tuple[Node, Node]] = []
            while self.accept("?"):
                value = self.expression()
                self.expect(":")
                cases.append((node, value))
                node = self._coalesce()
        return Choice(tuple(cases), node, start) if cases else node

    def _coalesce(self) -> Node:
        return self._flat("??", self._or, Coalesce)

    def _or(self) -> Node:
        return self._flat("||", self._and, lambda nodes, start: Logic("||", nodes, start))

    def _and(self) -> Node:
        return self._flat("&&", self._relation, lambda nodes, start: Logic("&&", nodes, start))

    def _flat(
        self,
        operator: str,
        tighter: Callable[[], Node],
        build: Callable[[tuple[Node, ...], int], Node],
    ) -> Node:
        start = self.token.start
        nodes = [tighter()]
        while self.accept(operator):
            nodes.append(tighter())
        return build(tuple(nodes), start) if len(nodes) > 1 else nodes[0]

    def _relation(self) -> Node:
        return self._chain(_RELATIONS, self._sum, words=INFIX_WORDS)

    def _sum(self) -> Node:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._chain(("*", "/", "%"), self._unary)

    def _chain(
        self, operators: tuple[str, ...], tighter: Callable[[], Node], words: tuple[str, ...] = ()
    ) -> Node:
        start = self.token.start
        first = tighter()
        steps: list[Step] = []
        while self.token.is_op(*operators) or (
            self.token.kind == "name" and self.token.value in words
        ):
            token = self.advance()
            steps.append(Step(str(token.value), tighter(), token.start))
        return Chain(first, tuple(steps), start) if steps else first

    def _unary(self) -> Node:
        signs: list[Token] = []
        while token := self.accept("!", "-"):
            signs.append(token)
        with self.deeper(len(signs)):
            node = self._power()
        for sign in reversed(signs):
            node = _negative(node, sign) or Unary(str(sign.value), node, sign.start)
        # Only now is it known whether 9223372036854775808 is the end of the smallest number.
        if (
            isinstance(node, Literal)
            and isinstance(node.value, int)
            and not INT_MIN <= node.value <= INT_MAX
        ):
            raise ExpressionError(
                "number_out_of_range",
                "Whole numbers reach from -9223372036854775808 to 9223372036854775807.",
                position=node.position,
            )
        return node

    def _power(self) -> Node:
        base = self._postfix()
        token = self.accept("**")
        if not token:
            return base
        with self.deeper():
            return Chain(base, (Step("**", self._unary(), token.start),), token.start)

    # --- paths, calls and what follows them

    def _postfix(self) -> Node:
        node = self._primary()
        calls = 0
        while True:
            if self.token.is_op("."):
                node = self._member(node)
            elif self.token.is_op("["):
                node = self._index(node)
            else:
                return node
            if isinstance(node, Call | Comprehension | Index):
                calls += 1
                # A chain of calls is as deep as its calls written inside each other.
                with self.deeper(calls):
                    pass

    def _member(self, base: Node) -> Node:
        dot = self.token
        found = match_segment(
            self.lexer, dot.end, base if isinstance(base, Path) else None, self._node_ids
        )
        if found is None:
            self.advance()
            self.unexpected(closing="a name")
        segment, end = found
        self.token = self.lexer.next(end, after_value=True)
        if self.token.is_op("("):
            return self._call(str(segment), end - len(str(segment)), base)
        return _extended(base, segment, dot.start)

    def _index(self, base: Node) -> Node:
        start = self.advance().start
        index = self.expression()
        self.expect("]")
        if isinstance(index, Literal) and isinstance(index.value, str):
            return _extended(base, index.value, start)
        if isinstance(index, Literal) and type(index.value) is int and index.value >= 0:
            return _extended(base, index.value, start)
        return Index(base, index, start)

    def _primary(self) -> Node:
        token = self.token
        if token.kind == "name":
            return self._named(self.advance())
        if token.kind in ("int", "float", "text"):
            self.advance()
            return Literal(token.value, token.start)
        if token.is_op(*CONSTANTS):
            self.advance()
            return Literal(CONSTANTS[str(token.value)], token.start)
        if self.accept("."):
            if self.token.kind != "name":
                self.unexpected(closing="a name")
            name = self.advance()
            return Path((str(name.value),), name.start)
        return self._bracketed(token)

    def _bracketed(self, token: Token) -> Node:
        if self.text.startswith("{{", token.start):
            self.advance()
            return self._inside("}", "}")
        if self.accept("("):
            return self._inside(")")
        if self.accept("${"):
            return self._inside("}")
        if self.accept("["):
            return ListLiteral(self._items("]"), token.start)
        if self.accept("{"):
            return self._map(token.start)
        return self.unexpected()

    def _inside(self, *closing: str) -> Node:
        if len(closing) > 1:
            self.advance()
        node = self.expression()
        for operator in closing:
            self.expect(operator)
        return node

    def _named(self, token: Token) -> Node:
        name = str(token.value)
        if self.token.is_op("("):
            return self._call(name, token.start, None)
        if name in self._slots:
            return Variable(name, self._slots[name], token.start)
        return Path((name,), token.start)

    # --- literals and calls

    def _items(self, closing: str) -> tuple[Node, ...]:
        nodes: list[Node] = []
        while not self.token.is_op(closing):
            nodes.append(self.expression())
            self._refuse_too_many(len(nodes))
            if not self.accept(","):
                break
        self.expect(closing)
        return tuple(nodes)

    def _map(self, start: int) -> Node:
        entries: list[tuple[Node, Node]] = []
        while not self.token.is_op("}"):
            key = self.expression()
            self.expect(":")
            entries.append((key, self.expression()))
            self._refuse_too_many(len(entries))
            if not self.accept(","):
                break
        self.expect("}")
        return MapLiteral(tuple(entries), start)

    def _refuse_too_many(self, count: int) -> None:
        limit = self.limits.expression_literal_elements
        if count > limit:
            raise ExpressionError(
                "literal_too_large",
                f"More than {limit:,} elements are written out here.",
                position=self.token.start,
            )

    def _call(self, name: str, start: int, receiver: Node | None) -> Node:
        self.expect("(")
        if name in COMPREHENSIONS:
            return self._comprehension(name, start, receiver)
        arguments = self._items(")")
        if receiver is not None:
            arguments = (receiver, *arguments)
        if name in LAZY_FORMS:
            return lazy_form(name, arguments, start)
        return Call(name, arguments, start)

    def _comprehension(self, name: str, start: int, receiver: Node | None) -> Node:
        kind, most = COMPREHENSIONS[name]
        if receiver is None:
            receiver = self.expression()
            self.expect(",")
        if self.token.kind != "name":
            raise ExpressionError(
                "wrong_arguments",
                f"{name}() wants a name for the element first: list.{name}(x, …).",
                position=self.token.start,
            )
        variable = str(self.advance().value)
        self.expect(",")
        with self._bound(variable) as slot:
            bodies = [self.expression()]
            while len(bodies) < most and self.accept(","):
                bodies.append(self.expression())
        self.expect(")")
        condition = bodies[0] if len(bodies) > 1 else None
        return Comprehension(kind, receiver, variable, slot, condition, bodies[-1], start)

    @contextmanager
    def _bound(self, variable: str) -> Iterator[int]:
        limit = self.limits.expression_nesting
        slot = self._nesting
        if slot >= limit:
            raise ExpressionError(
                "too_nested",
                f"More than {limit} of map, filter, exists, … lie inside each other. "
                "Split the expression over several steps.",
                position=self.token.start,
            )
        outer = dict(self._slots)
        self._slots[variable] = slot
        self._nesting += 1
        yield slot
        self._nesting -= 1
        self._slots = outer


def _negative(node: Node, sign: Token) -> Node | None:
    """Return the number below a `-` with its sign in it, so that the smallest one can be written."""
    if sign.value != "-" or not isinstance(node, Literal):
        return None
    match node.value:
        case bool():
            return None
        case int() | float() as value:
            return Literal(-value, sign.start)
        case _:
            return None


def _extended(base: Node, segment: Segment, position: int) -> Node:
    match base:
        case Path(segments=segments, position=start):
            return Path((*segments, segment), start)
        case Select(base=inner, segments=segments, position=start):
            return Select(inner, (*segments, segment), start)
        case _:
            return Select(base, (segment,), position)
