"""The only way JSON from outside becomes Python values.

Python's own parser recurses into depth, takes NaN and keeps the last of two equal keys; PostgreSQL's jsonb
refuses NUL and lone surrogates only when the row is written. Here each of them is a clear refusal at the door.
"""

import json
import math
import re
from itertools import accumulate
from typing import Any, NoReturn, TypeAlias

from apps.core.errors import InvalidError, TooLargeError, UnreadableError
from apps.engine.value import DEFAULT_LIMITS

Json: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None

MAX_BYTES = DEFAULT_LIMITS.body_json_bytes
MAX_DEPTH = DEFAULT_LIMITS.json_depth
MAX_KEYS = DEFAULT_LIMITS.json_keys

# The closing quote is optional, so that an unterminated string is consumed in one pass, not one per quote.
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NO_BRACKETS = bytes(code for code in range(256) if code not in b"[]{}")
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
# What jsonb cannot store, as it may stand in the source: \u0000 and \ud800-\udfff.
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def loads(
    raw: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, max_keys: int = MAX_KEYS
) -> Json:
    """Return the value of a JSON text, all of which PostgreSQL's jsonb can store.

    `max_depth` counts nested arrays and objects, `max_keys` the keys of all objects together.

    Raises:
        TooLargeError: more than `max_bytes` bytes.
        UnreadableError: no UTF-8, no JSON, too deep, too many keys, a duplicate key, NaN, an infinity,
            a number beyond a double, NUL, or a lone surrogate.
    """
    if len(raw) > max_bytes:
        raise TooLargeError(
            f"The JSON text has {len(raw)} bytes; at most {max_bytes} are accepted."
        )
    _refuse_depth(raw, max_depth)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as reason:
        raise UnreadableError(
            f"The body is not UTF-8 (byte {reason.start}).", code="not_utf8"
        ) from reason
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_Objects(max_keys),
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except json.JSONDecodeError as reason:
        raise UnreadableError(
            f"The body is not JSON: {reason.msg} at line {reason.lineno}, column {reason.colno}.",
            code="not_json",
        ) from reason
    except ValueError as reason:  # int() of more digits than Python converts
        raise UnreadableError(
            "A number in the body has too many digits.", code="number_range"
        ) from reason
    if _SUSPECT.search(text):
        _refuse_unstorable(value)
    return value


def dumps(value: Json) -> str:
    """Return compact JSON that PostgreSQL's jsonb can store.

    Raises:
        InvalidError: the value holds NaN, an infinity, NUL, a lone surrogate, or something that is no JSON.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode("utf-8")
    except UnicodeEncodeError as reason:
        raise InvalidError("The value holds a lone surrogate.", code="lone_surrogate") from reason
    except (ValueError, TypeError, RecursionError) as reason:
        raise InvalidError(f"The value is no JSON: {reason}.", code="not_json") from reason
    if "\\u0000" in text:
        _refuse_unstorable(value)
    return text


class _Objects:
    """Builds objects for the parser; one instance counts the keys of one text."""

    def __init__(self, max_keys: int) -> None:
        self._left = max_keys
        self._max = max_keys

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self._left -= len(pairs)
        if self._left < 0:
            raise UnreadableError(f"The body has more than {self._max} keys.", code="too_many_keys")
        made = dict(pairs)
        if len(made) != len(pairs):
            # By position: counting each name among all takes the square of their number.
            last = {name: place for place, (name, _) in enumerate(pairs)}
            twice = next(name for place, (name, _) in enumerate(pairs) if last[name] != place)
            raise UnreadableError(
                f"The key {twice[:64]!r} stands twice in one object.", code="duplicate_key"
            )
        return made


def _refuse_depth(raw: bytes, max_depth: int) -> None:
    """Refuse by counting brackets outside strings: a parser that recurses must never see such a text."""
    if raw.count(b"[") + raw.count(b"{") <= max_depth:
        return
    brackets = _STRINGS.sub(b"", raw).translate(None, _NO_BRACKETS)
    if any(depth > max_depth for depth in accumulate(map(_STEP.__getitem__, brackets))):
        raise UnreadableError(f"The body is nested more than {max_depth} deep.", code="too_deep")


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableError(f"{name} is no JSON number.", code="number_range")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise UnreadableError(f"The number {digits[:32]} is out of range.", code="number_range")
    return number


def _refuse_unstorable(value: Json) -> None:
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found = _UNSTORABLE.search(item)
            if found is not None:
                code = "nul_character" if found[0] == "\x00" else "lone_surrogate"
                raise UnreadableError(
                    f"The body holds U+{ord(found[0]):04X}, which no text may.", code=code
                )
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
