"""The tokens of one source under the parser's finger, and how deep it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.lexer import Lexer, Token, printable
from apps.engine.value import Limits

CONSTANTS = {"true": True, "false": False, "null": None}
_WORDS_FOR = {"and": "&&", "or": "||", "not": "!", "is": "=="}


class TokenStream:
    """Reads `text` from `start` on; `token` is the one that is next."""

    def __init__(self, text: str, start: int, limits: Limits) -> None:
        self.lexer = Lexer(text, start, limits.expression_source_bytes)
        self.text = text
        self.limits = limits
        self.depth = 0
        self.token = self.lexer.next(start, after_value=False)

    def advance(self) -> Token:
        token = self.token
        after_value = token.kind != "op" or token.value in (")", "]", "}", *CONSTANTS)
        self.token = self.lexer.next(token.end, after_value=after_value)
        return token

    def accept(self, *operators: str) -> Token | None:
        return self.advance() if self.token.is_op(*operators) else None

    def expect(self, operator: str) -> Token:
        if not self.token.is_op(operator):
            self.unexpected(closing=operator)
        return self.advance()

    def unexpected(self, closing: str = "") -> NoReturn:
        """Refuse the current token; `closing` is what could have stood there."""
        wanted = f" “{closing}” is missing." if closing else ""
        if self.token.kind == "end":
            message = "The expression ends too early." + (
                wanted or " Something is missing at its end."
            )
        else:
            text = printable(self.text[self.token.start : self.token.end])[:40]
            message = f"“{text}” cannot stand here.{wanted}"
            if not closing and text in _WORDS_FOR:
                message += f" Write {_WORDS_FOR[text]} instead."
        raise ExpressionError("syntax_error", message, position=self.token.start)

    @contextmanager
    def deeper(self, levels: int = 1) -> Iterator[None]:
        self.depth += levels
        if self.depth > self.limits.expression_depth:
            raise ExpressionError(
                "too_deep",
                f"More than {self.limits.expression_depth} brackets, signs or calls lie inside "
                "each other. Split the expression over several steps.",
                position=self.token.start,
            )
        yield
        self.depth -= levels
