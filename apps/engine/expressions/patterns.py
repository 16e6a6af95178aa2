"""Regular expressions of users: RE2 only, so that no pattern can hang; bounded, so that none is dear."""

from __future__ import annotations

from typing import Any

import re2

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.lexer import printable
from apps.engine.expressions.memo import Memo

LONGEST_PATTERN = 1_000
LARGEST_PROGRAM = 6_000
# With so much memory RE2 makes or refuses any pattern within 2.5 ms (measured); 8 MiB took 66 ms.
_MEMORY_BYTES = 256 * 1024
_STEPS_TO_MAKE = 5_000
# RE2's slowest search takes 1.3 ns per character and instruction (measured), a step about 0.3 µs.
_WORK_PER_STEP = 300


def _made(pattern: str) -> Any:
    if len(pattern) > LONGEST_PATTERN:
        raise ExpressionError(
            "bad_pattern", f"The pattern is longer than {LONGEST_PATTERN:,} characters."
        )
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY_BYTES
    try:
        made = re2.compile(pattern, options)
    except re2.error as refusal:
        reason = printable(refusal.args[0].decode("utf-8", "replace"))
        raise ExpressionError("bad_pattern", f"The pattern does not work: {reason}.") from None
    except UnicodeEncodeError:
        raise ExpressionError("bad_pattern", "The pattern holds half a character.") from None
    if made.programsize > LARGEST_PROGRAM:
        raise ExpressionError("bad_pattern", "The pattern repeats too much to be searched for.")
    return made


# pattern → compiled pattern; raises `bad_pattern`: too long, too large or not in RE2's language.
compiled: Memo[Any] = Memo(_made, _STEPS_TO_MAKE)


def search_cost(pattern: Any, text: str) -> int:
    """Return the steps that one search costs at worst."""
    return 1 + len(text) * int(pattern.programsize) // _WORK_PER_STEP


def found_in(pattern: Any, text: str, *, is_whole: bool = False) -> bool:
    """Say whether the compiled `pattern` matches anywhere in `text`, or the whole of it.

    Raises:
        ExpressionError: `bad_value`, the text holds half of a surrogate pair.
    """
    try:
        return (pattern.fullmatch(text) if is_whole else pattern.search(text)) is not None
    except UnicodeEncodeError:
        raise ExpressionError("bad_value", "The text holds half a character.") from None
