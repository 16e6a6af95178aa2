"""Functions of texts."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from apps.engine.expressions.functions.catalogue import (
    ANY,
    INTEGER,
    LIST,
    SIZED,
    TEXT,
    TEXT_OR_LIST,
    Catalogue,
    Evaluation,
    Example,
    Parameter,
    needs,
    optional,
    repeated,
)
from apps.engine.expressions.functions.convert import as_text
from apps.engine.expressions.operators import equal
from apps.engine.expressions.patterns import compiled, found_in, search_cost

CATALOGUE = Catalogue("Text")
_TEXT = Parameter("text", TEXT)
_PART = Parameter("part", TEXT)
_SEARCHED = Parameter("value", SIZED)


@CATALOGUE.function(
    "upper", (_TEXT,), "text", Example('upper("abc")', "ABC"), aliases=("uppercase",)
)
def upper(evaluation: Evaluation, text: str) -> str:
    """Return the text in capital letters."""
    # ß becomes SS, ŉ three characters: no letter grows more.
    evaluation.build(len(text) if text.isascii() else 3 * len(text))
    return text.upper()


@CATALOGUE.function(
    "lower", (_TEXT,), "text", Example('lower("ABC")', "abc"), aliases=("lowercase",)
)
def lower(evaluation: Evaluation, text: str) -> str:
    """Return the text in small letters."""
    evaluation.build(len(text) if text.isascii() else 2 * len(text))
    return text.lower()


@CATALOGUE.function("capitalize", (_TEXT,), "text", Example('capitalize("ada LOVE")', "Ada LOVE"))
def capitalize(evaluation: Evaluation, text: str) -> str:
    """Return the text with its first letter in capital; the rest stays."""
    evaluation.build(len(text) + 2)
    return text[:1].upper() + text[1:]


@CATALOGUE.function("trim", (_TEXT,), "text", Example('trim("  a b ")', "a b"))
def trim(evaluation: Evaluation, text: str) -> str:
    """Return the text without blanks at its start and end."""
    evaluation.build(len(text))
    return text.strip()


@CATALOGUE.function(
    "concat", (repeated("values", ANY),), "text", Example('concat("n", 1, true)', "n1true")
)
def concat(evaluation: Evaluation, *values: Any) -> str:
    """Return all values written one after the other."""
    texts = [as_text(evaluation, value) for value in values]
    evaluation.build(sum(map(len, texts)))
    return "".join(texts)


@CATALOGUE.function(
    "substr",
    (_TEXT, Parameter("start", INTEGER), optional("length", INTEGER)),
    "text",
    Example('substr("workflow", 4, 2)', "fl"),
)
def substr(evaluation: Evaluation, text: str, start: int, length: int | None = None) -> str:
    """Return `length` characters from position `start` on, counted from 0; less if the text ends."""
    if start < 0 or (length is not None and length < 0):
        raise needs("substr", "needs a start and a length of 0 or more")
    end = len(text) if length is None else start + length
    return _cut(evaluation, text, start, end)


@CATALOGUE.function(
    "substring",
    (_TEXT, Parameter("start", INTEGER), optional("end", INTEGER)),
    "text",
    Example('substring("workflow", 4, 6)', "fl"),
)
def substring(evaluation: Evaluation, text: str, start: int, end: int | None = None) -> str:
    """Return the text from position `start` up to, not including, `end`, both counted from 0."""
    if start < 0 or (end is not None and end < 0):
        raise needs("substring", "needs positions of 0 or more")
    return _cut(evaluation, text, start, len(text) if end is None else end)


def _cut(evaluation: Evaluation, text: str, start: int, end: int) -> str:
    evaluation.build(max(0, min(end, len(text)) - start))
    return text[start:end]


@CATALOGUE.function(
    "replace",
    (_TEXT, Parameter("old", TEXT), Parameter("new", TEXT)),
    "text",
    Example('replace("a-b-c", "-", "+")', "a+b+c"),
)
def replace(evaluation: Evaluation, text: str, old: str, new: str) -> str:
    """Return the text with every `old` replaced by `new`."""
    if not old:
        raise needs("replace", "needs something to look for; “old” is empty")
    evaluation.build(len(text) + text.count(old) * max(0, len(new) - len(old)))
    return text.replace(old, new)


@CATALOGUE.function(
    "split",
    (_TEXT, Parameter("separator", TEXT)),
    "list",
    Example('split("a,b,c", ",")', ["a", "b", "c"]),
)
def split(evaluation: Evaluation, text: str, separator: str) -> list[str]:
    """Return the parts of the text between the separators; an empty separator gives every character."""
    evaluation.build(len(text))
    if not separator:
        evaluation.spend(len(text))
        return list(text)
    evaluation.spend(text.count(separator))
    return text.split(separator)


@CATALOGUE.function(
    "join",
    (Parameter("list", LIST), optional("separator", TEXT)),
    "text",
    Example('join(["a", "b", 3], ", ")', "a, b, 3"),
)
def join(evaluation: Evaluation, values: list[Any], separator: str = "") -> str:
    """Return the elements written one after the other, with the separator between them."""
    texts = [as_text(evaluation, value) for value in values]
    evaluation.build(sum(map(len, texts)) + len(separator) * max(0, len(texts) - 1))
    return separator.join(texts)


@CATALOGUE.function(
    "contains",
    (_SEARCHED, Parameter("part", ANY)),
    "true or false",
    Example('contains("workflow", "flow")', gives=True),
)
def contains(evaluation: Evaluation, value: Any, part: Any) -> bool:
    """Say whether a text has the part in it, a list the element, an object the name."""
    if type(value) is list:
        for item in value:
            evaluation.spend(1)
            if equal(evaluation, item, part):
                return True
        return False
    if type(part) is not str:
        raise needs("contains", "looks for a text in a text, and for a name in an object")
    return part in value


@CATALOGUE.function(
    "startsWith",
    (_TEXT, _PART),
    "true or false",
    Example('startsWith("workflow", "work")', gives=True),
)
def starts_with(_: Evaluation, text: str, part: str) -> bool:
    """Say whether the text starts with the part."""
    return text.startswith(part)


@CATALOGUE.function(
    "endsWith", (_TEXT, _PART), "true or false", Example('endsWith("workflow", "flow")', gives=True)
)
def ends_with(_: Evaluation, text: str, part: str) -> bool:
    """Say whether the text ends with the part."""
    return text.endswith(part)


@CATALOGUE.function("indexOf", (_TEXT, _PART), "number", Example('indexOf("workflow", "flow")', 4))
def index_of(_: Evaluation, text: str, part: str) -> int:
    """Return where the part first stands in the text, counted from 0; -1 if it does not."""
    return text.find(part)


@CATALOGUE.function(
    "matches",
    (_TEXT, Parameter("pattern", TEXT)),
    "true or false",
    Example(r'matches("v1.20", "^v[0-9]+\\.[0-9]+$")', gives=True),
)
def matches(evaluation: Evaluation, text: str, pattern: str) -> bool:
    """Say whether the regular expression (RE2) matches anywhere in the text; ^ and $ pin it to the ends."""
    made = compiled(pattern, evaluation)
    evaluation.spend(search_cost(made, text))
    return found_in(made, text)


def _pad(evaluation: Evaluation, name: str, text: str, width: int, filler: str) -> str:
    if not filler:
        raise needs(name, "needs something to fill with; “filler” is empty")
    missing = max(0, width - len(text))
    evaluation.build(len(text) + missing)
    return (filler * (missing // len(filler) + 1))[:missing]


@CATALOGUE.function(
    "padStart",
    (_TEXT, Parameter("width", INTEGER), optional("filler", TEXT)),
    "text",
    Example('padStart("7", 3, "0")', "007"),
)
def pad_start(evaluation: Evaluation, text: str, width: int, filler: str = " ") -> str:
    """Return the text, filled up at its start to `width` characters."""
    return _pad(evaluation, "padStart", text, width, filler) + text


@CATALOGUE.function(
    "padEnd",
    (_TEXT, Parameter("width", INTEGER), optional("filler", TEXT)),
    "text",
    Example('padEnd("7", 3, ".")', "7.."),
)
def pad_end(evaluation: Evaluation, text: str, width: int, filler: str = " ") -> str:
    """Return the text, filled up at its end to `width` characters."""
    return text + _pad(evaluation, "padEnd", text, width, filler)


@CATALOGUE.function(
    "slug", (_TEXT,), "text", Example('slug("Crème Brûlée, 2 x")', "creme-brulee-2-x")
)
def slug(evaluation: Evaluation, text: str) -> str:
    """Return the text as a name for addresses: small letters, digits and hyphens."""
    # Compatibility forms unfold to at most 18 characters.
    evaluation.build(len(text) if text.isascii() else 18 * len(text))
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))


@CATALOGUE.function(
    "reverse", (Parameter("value", TEXT_OR_LIST),), "text|list", Example('reverse("abc")', "cba")
)
def reverse(evaluation: Evaluation, value: Any) -> Any:
    """Return a text or a list from its end to its start."""
    if type(value) is str:
        evaluation.build(len(value))
    return value[::-1]
