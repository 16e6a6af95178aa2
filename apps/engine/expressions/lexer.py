"""Source text → tokens, one at a time, because what a `-` means depends on what is being read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal as Only

from apps.engine.expressions.errors import ExpressionError

Kind = Only["name", "int", "float", "text", "op", "end"]

# Every pattern here is linear: alternatives start differently, and what is repeated is never given back. A group that
# holds a choice is atomic for that, not possessive: Python before 3.11.5 keeps what its failed last round had read (gh-106052).
_BLANK = re.compile(r"(?>(?:\s|//[^\n]*)*)")
_NAME = re.compile(r"[^\W\d]\w*+")
_NUMBER = re.compile(
    r"(?P<hex>0[xX][0-9a-fA-F]++)"
    r"|(?P<float>(?:[0-9]++\.[0-9]++|\.[0-9]++)(?:[eE][+-]?[0-9]++)?|[0-9]++[eE][+-]?[0-9]++)"
    r"|(?P<int>[0-9]++)"
)
_TEXT = re.compile(
    r"(?P<prefix>[rRbB]{0,2})(?:"
    r'"""(?P<long2>(?>(?:\\[\s\S]|(?!""")[\s\S])*))"""'
    r"|'''(?P<long1>(?>(?:\\[\s\S]|(?!''')[\s\S])*))'''"
    r'|"(?!"")(?P<short2>(?>(?:\\.|[^"\\\r\n])*))"'
    r"|'(?!'')(?P<short1>(?>(?:\\.|[^'\\\r\n])*))'"
    r")"
)
_RAW_TEXT = re.compile(
    r"[rR](?:"
    r'"""(?P<long2>(?>(?:(?!""")[\s\S])*))"""'
    r"|'''(?P<long1>(?>(?:(?!''')[\s\S])*))'''"
    r'|"(?!"")(?P<short2>[^"\r\n]*+)"'
    r"|'(?!'')(?P<short1>[^'\r\n]*+)'"
    r")"
)
_TEXT_STARTS = re.compile(r"[rRbB]{0,2}[\"']")
_OPERATOR = re.compile(r"\?\?|&&|\|\||==|!=|<=|>=|\*\*|\$\{|[-+*/%<>!?:.,()\[\]{}]")
_KEYWORDS = frozenset({"in", "true", "false", "null"})
_SIMPLE_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    **{itself: itself for itself in "\\?\"'`"},
}
_ESCAPE = re.compile(
    r"\\(?:(?P<simple>[abfnrtv\\?\"'`])"
    r"|[xX](?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})|(?P<octal>[0-3][0-7]{2})"
    r"|(?P<wrong>[\s\S]?))"
)
# What people write by habit, and what it is called here.
_HABITS = {
    "=": "to compare, write ==",
    "&": "for “and”, write &&",
    "|": "for “or”, write ||",
    "$": "names stand without a $ here, for example trigger.id",
    ";": "one expression is enough, without a ;",
    "“": 'quotation marks must be straight: "',
    "”": 'quotation marks must be straight: "',
    "’": "quotation marks must be straight: '",
}


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    value: str | int | float
    start: int
    end: int

    def is_op(self, *operators: str) -> bool:
        return self.kind == "op" and self.value in operators


class Lexer:
    """Reads tokens of `text` from `start` on; nothing beyond `limit` bytes of source is read."""

    def __init__(self, text: str, start: int, limit: int) -> None:
        self.text = text
        self.start = start
        self.limit = limit

    def next(self, position: int, *, after_value: bool) -> Token:
        """Return the token at or after `position`.

        After a value a `.` always opens a segment: `items.0` is no number.
        """
        start = self._skip_blanks(position)
        if start >= len(self.text):
            return Token("end", "", start, start)
        token = (
            self._text(start) or self._name(start) or self._number(start, after_value=after_value)
        )
        token = token or self._operator(start)
        # A character has at least one byte; the exact count is taken once the end is known.
        if token.start - self.start > self.limit:
            raise too_long(self.limit)
        return token

    def match(self, pattern: re.Pattern[str], position: int) -> re.Match[str] | None:
        """Return the match of `pattern` at the first place after `position` that is no blank."""
        return pattern.match(self.text, self._skip_blanks(position))

    def _skip_blanks(self, position: int) -> int:
        found = _BLANK.match(self.text, position)
        return found.end() if found else position

    def _text(self, start: int) -> Token | None:
        if not _TEXT_STARTS.match(self.text, start):
            return None
        raw = _RAW_TEXT.match(self.text, start)
        found = raw or _TEXT.match(self.text, start)
        if not found:
            raise ExpressionError(
                "syntax_error",
                "This text is never closed: its quotation mark is missing.",
                position=start,
            )
        content = next(
            part for part in found.group("long2", "long1", "short2", "short1") if part is not None
        )
        if raw:
            return Token("text", content, start, found.end())
        if found["prefix"]:
            raise ExpressionError(
                "syntax_error",
                "Bytes have no place in JSON; write a text, or use base64Encode().",
                position=start,
            )
        return Token("text", unescape(content, start), start, found.end())

    def _name(self, start: int) -> Token | None:
        found = _NAME.match(self.text, start)
        if not found:
            return None
        kind: Kind = "op" if found[0] in _KEYWORDS else "name"
        return Token(kind, found[0], start, found.end())

    def _number(self, start: int, *, after_value: bool) -> Token | None:
        if after_value and self.text[start] == ".":
            return None
        found = _NUMBER.match(self.text, start)
        if not found:
            return None
        if _NAME.match(self.text, found.end()):
            raise ExpressionError(
                "syntax_error",
                f"“{found[0]}” is followed by a letter. A name cannot start with a digit.",
                position=start,
            )
        if found["float"]:
            return Token("float", _float(found["float"], start), start, found.end())
        digits = found["hex"] or found["int"]
        # Python refuses thousands of digits with an error of its own; nothing that long is in range.
        number = int(digits, 16 if found["hex"] else 10) if len(digits) <= 20 else 1 << 64
        return Token("int", number, start, found.end())

    def _operator(self, start: int) -> Token:
        found = _OPERATOR.match(self.text, start)
        if found:
            return Token("op", found[0], start, found.end())
        character = self.text[start]
        hint = _HABITS.get(character, "it means nothing in an expression")
        raise ExpressionError(
            "syntax_error", f"“{printable(character)}” cannot stand here: {hint}.", position=start
        )


def too_long(limit: int) -> ExpressionError:
    """Return the refusal of a source above `limit` bytes."""
    return ExpressionError(
        "source_too_long",
        f"The expression is longer than {limit:,} bytes. Split it over several steps.",
    )


def printable(text: str) -> str:
    """Return `text` so that it can stand in a sentence: no control characters, no surrogates."""
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text)


def unescape(content: str, start: int) -> str:
    """Return the text that a quoted literal stands for.

    Raises:
        ExpressionError: `syntax_error`, an escape is unknown or means no character of JSON text.
    """
    return (
        _ESCAPE.sub(lambda found: _character(found, start), content) if "\\" in content else content
    )


def _character(found: re.Match[str], start: int) -> str:
    if found["simple"]:
        return _SIMPLE_ESCAPES[found["simple"]]
    digits = found["x"] or found["u"] or found["U"]
    if digits is None and found["octal"] is None:
        raise ExpressionError(
            "syntax_error",
            f"“\\{printable(found['wrong'])}” is no known escape; for a backslash, write \\\\.",
            position=start,
        )
    code = int(digits, 16) if digits else int(found["octal"], 8)
    # PostgreSQL stores neither NUL nor half a surrogate pair in JSON.
    if code == 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise ExpressionError(
            "syntax_error", f"{found[0]} is no character that a text can hold.", position=start
        )
    return chr(code)


def _float(digits: str, start: int) -> float:
    number = float(digits)
    if number == float("inf"):
        raise ExpressionError(
            "number_out_of_range", f"{digits[:40]} is too large for a number.", position=start
        )
    return number
