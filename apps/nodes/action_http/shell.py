"""The words of a command line as a shell would take them apart, without running or expanding anything."""

from __future__ import annotations

import re

from apps.engine.value import Json, storable

# What browsers write into $'…'.
_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))", re.DOTALL
)
_LETTERS = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "v": "\v",
}
_LARGEST_CHARACTER = 0x10FFFF


class UnclosedError(ValueError):
    """A quotation mark is not closed."""


def words_of(text: str) -> tuple[list[str], bool]:
    """Return the words of the first command, and whether the text goes on after it.

    Characters that no database stores become U+FFFD.

    Raises:
        UnclosedError: a quotation mark is not closed.
    """
    words: list[str] = []
    word: list[str] | None = None  # None between two words: a quoted nothing is a word
    place = 0
    while place < len(text):
        char = text[place]
        if char.isspace():
            if word is not None:
                words.append("".join(word))
                word = None
            place += 1
            continue
        if char in "|<>" or (char == "#" and word is None):
            return _finished(words, word), True
        if char == "\\" and text[place + 1 : place + 3].startswith(("\n", "\r\n")):
            place = text.index("\n", place) + 1
            continue
        piece, place = _piece(text, place)
        word = [] if word is None else word
        word.append(piece)
    return _finished(words, word), False


def _finished(words: list[str], word: list[str] | None) -> list[str]:
    found: list[Json] = [*words, *(() if word is None else ("".join(word),))]
    return [str(storable(each)) for each in found]


def _piece(text: str, place: int) -> tuple[str, int]:
    """Return what stands at a place, a quoted text as a whole, and where it ends."""
    char = text[place]
    if char == "'":
        return _until(text, place + 1, "'", has_escapes=False)
    if text.startswith("$'", place):
        raw, end = _until(text, place + 2, "'", has_escapes=True)
        return _ESCAPE.sub(_unescaped, raw), end
    if char == '"':
        raw, end = _until(text, place + 1, '"', has_escapes=True)
        return re.sub(r'\\([\\"$`])|\\\r?\n', lambda found: found[1] or "", raw), end
    if char == "\\":
        return text[place + 1 : place + 2], place + 2
    end = place + 1
    while end < len(text) and not text[end].isspace() and text[end] not in "'\"\\$|<>":
        end += 1
    return text[place:end], end


def _until(text: str, start: int, mark: str, *, has_escapes: bool) -> tuple[str, int]:
    end = start
    while end < len(text) and text[end] != mark:
        end += 2 if has_escapes and text[end] == "\\" else 1
    if end >= len(text):
        raise UnclosedError
    return text[start:end], end + 1


def _unescaped(found: re.Match[str]) -> str:
    hexadecimal = found[1] or found[2] or found[3]
    if hexadecimal or found[4]:
        number = int(hexadecimal, 16) if hexadecimal else int(found[4], 8)
        return chr(number) if number <= _LARGEST_CHARACTER else "\ufffd"
    return _LETTERS.get(found[5], found[5])
