"""What kinds of value there are, and what they are called in a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, cast

from apps.engine.expressions.errors import ExpressionError
from apps.engine.value import Json

NoneType = type(None)
NUMBERS: Final = frozenset({int, float})
JSON_TYPES: Final = frozenset({NoneType, bool, int, float, str, list, dict})

# Decimals are looked at twice, because NaN and infinity are among them.
HARMLESS_TYPES: Final = JSON_TYPES - {float}

_NAMES: Final[dict[type, str]] = {
    NoneType: "null",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}


def called(value: object) -> str:
    """Return what a person calls this kind of value: a text, a list, and so on."""
    if value is True or value is False:
        return "true" if value else "false"
    return _NAMES.get(type(value), "an object")


def plain(value: Any) -> Json:
    """Return `value` as plain JSON; a mapping that loads is loaded whole.

    Raises:
        ExpressionError: `not_json`, a value is of a kind that JSON does not have.
    """
    kind = type(value)
    if kind is float and not math.isfinite(value):
        raise ExpressionError("not_json", "A value is no number that JSON can hold.")
    if kind in JSON_TYPES:
        return cast(Json, value)
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    raise ExpressionError("not_json", "A value is of a kind that JSON does not have.")


def fits(value: Any, limit: int) -> bool:
    """Say whether `value` takes at most `limit` bytes: a text in UTF-8, anything else about as JSON.

    Parts that are shared count each time they stand; counting ends as soon as the answer is known.
    """
    if type(value) is str:
        return len(value) * 4 <= limit or text_bytes(value) <= limit
    todo = [value]
    while todo and limit >= 0:
        item = todo.pop()
        match item:
            case str():
                limit -= text_bytes(item) + 2
            case list():
                limit -= len(item) + 2
                todo.extend(item)
            case dict():
                limit -= 2 + sum(text_bytes(name) + 4 for name in item)
                todo.extend(item.values())
            case _:
                limit -= 1
    return limit >= 0


def text_bytes(text: str) -> int:
    """Return how many bytes `text` takes in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
