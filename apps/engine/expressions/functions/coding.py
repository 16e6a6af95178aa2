"""Functions that write values for other programs, and read what those wrote."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
from collections.abc import Iterable
from typing import Any, NoReturn
from urllib.parse import quote, unquote_to_bytes

from apps.engine.expressions.functions.catalogue import (
    ANY,
    TEXT,
    Catalogue,
    Evaluation,
    Example,
    Parameter,
    needs,
    optional,
)
from apps.engine.expressions.functions.convert import as_json

CATALOGUE = Catalogue("Writing and reading")
_TEXT = Parameter("text", TEXT)
_ALGORITHMS = ("md5", "sha1", "sha256", "sha512")


def _bytes(name: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise needs(name, "needs a text of whole characters") from None


def _text(name: str, raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise needs(name, "gives bytes that are no text") from None
    if "\0" in text:
        raise needs(name, "gives a NUL character, which no text can hold")
    return text


@CATALOGUE.function(
    "toJson", (Parameter("value", ANY),), "text", Example('toJson({"a": [1]})', '{"a":[1]}')
)
def to_json(evaluation: Evaluation, value: Any) -> str:
    """Return the value as JSON text, without blanks."""
    return as_json(evaluation, value)


@CATALOGUE.function("fromJson", (_TEXT,), "any", Example('fromJson("[1, 2.5]")', [1, 2.5]))
def from_json(evaluation: Evaluation, text: str) -> Any:
    """Return the value that a JSON text holds."""
    evaluation.build(len(text))
    evaluation.spend(len(text) // 8)
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=lambda pairs: _object(pairs, evaluation.limits.json_keys),
        )
    except (ValueError, RecursionError):
        raise needs("fromJson", "needs a text that is JSON") from None
    if "\\u" in text:
        _refuse_unstorable(json.dumps(value, ensure_ascii=False))
    _refuse_deep(value, evaluation.limits.json_depth)
    return value


def _refuse_unstorable(text: str) -> None:
    _bytes("fromJson", text)
    # Written out again, NUL is the only character whose escape ends in four zeros.
    if re.search(r"(?<!\\)(?:\\\\)*\\u0000", text):
        raise needs("fromJson", "finds a NUL character, which no text can hold")


def _refuse_deep(value: Any, limit: int) -> None:
    level = [value]
    for _ in range(limit):
        level = [item for outer in level for item in _inside(outer) if type(item) in (list, dict)]
        if not level:
            return
    raise needs("fromJson", f"reads JSON up to {limit} levels deep")


def _inside(value: Any) -> Iterable[Any]:
    if type(value) is dict:
        return value.values()
    return value if type(value) is list else ()


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("no number")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("too large")
    return value


def _object(pairs: list[tuple[str, Any]], limit: int) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs) or len(pairs) > limit:
        raise ValueError("a name stands twice, or there are too many")
    return value


@CATALOGUE.function("base64Encode", (_TEXT,), "text", Example('base64Encode("hé")', "aMOp"))
def base64_encode(evaluation: Evaluation, text: str) -> str:
    """Return the UTF-8 bytes of the text as Base64."""
    raw = _bytes("base64Encode", text)
    evaluation.build(4 * (len(raw) // 3 + 1))
    return base64.b64encode(raw).decode("ascii")


@CATALOGUE.function("base64Decode", (_TEXT,), "text", Example('base64Decode("aMOp")', "hé"))
def base64_decode(evaluation: Evaluation, text: str) -> str:
    """Return the text that Base64 (also with - and _, also without =) holds."""
    evaluation.build(len(text))
    compact = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        raw = base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise needs("base64Decode", "needs a text that is Base64") from None
    return _text("base64Decode", raw)


@CATALOGUE.function(
    "urlEncode", (_TEXT,), "text", Example('urlEncode("a b&c/é")', "a%20b%26c%2F%C3%A9")
)
def url_encode(evaluation: Evaluation, text: str) -> str:
    """Return the text so that it can be a part of a URL."""
    raw = _bytes("urlEncode", text)
    evaluation.build(3 * len(raw))
    return quote(raw, safe="")


@CATALOGUE.function("urlDecode", (_TEXT,), "text", Example('urlDecode("a%20b%26c")', "a b&c"))
def url_decode(evaluation: Evaluation, text: str) -> str:
    """Return the text that a part of a URL stands for; a + stays a +."""
    evaluation.build(len(text))
    _bytes("urlDecode", text)
    return _text("urlDecode", unquote_to_bytes(text))


_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_HTML_TABLE = str.maketrans(dict(_HTML.items()))


@CATALOGUE.function(
    "escapeHtml", (_TEXT,), "text", Example('escapeHtml("<b>")', "&lt;b&gt;"), aliases=("escape",)
)
def escape_html(evaluation: Evaluation, text: str) -> str:
    """Return the text so that it can stand in HTML: & < > and quotation marks are spelled out."""
    evaluation.build(len(text) + 5 * sum(text.count(character) for character in _HTML))
    return text.translate(_HTML_TABLE)


@CATALOGUE.function(
    "unescapeHtml",
    (_TEXT,),
    "text",
    Example('unescapeHtml("&lt;b&gt;")', "<b>"),
    aliases=("unescape",),
)
def unescape_html(evaluation: Evaluation, text: str) -> str:
    """Return the text with &amp; &lt; &gt; &quot; and &#39; turned back; the opposite of escapeHtml()."""
    evaluation.build(len(text))
    for character, spelled in reversed(_HTML.items()):
        text = text.replace(spelled, character)
    return text


@CATALOGUE.function(
    "hash",
    (_TEXT, optional("algorithm", TEXT)),
    "text",
    Example('hash("abc", "md5")', "900150983cd24fb0d6963f7d28e17f72"),
)
def hash_(evaluation: Evaluation, text: str, algorithm: str = "sha256") -> str:
    """Return the hexadecimal digest of the text by md5, sha1, sha256 (if left out) or sha512."""
    if algorithm not in _ALGORITHMS:
        raise needs("hash", f"knows {', '.join(_ALGORITHMS)}")
    raw = _bytes("hash", text)
    evaluation.spend(len(raw) // 16)
    return hashlib.new(algorithm, raw, usedforsecurity=False).hexdigest()


@CATALOGUE.function(
    "md5", (_TEXT,), "text", Example('md5("abc")', "900150983cd24fb0d6963f7d28e17f72")
)
def md5(evaluation: Evaluation, text: str) -> str:
    """Return hash(text, "md5"); for old services only, it protects nothing."""
    return hash_(evaluation, text, "md5")


@CATALOGUE.function(
    "sha256",
    (_TEXT,),
    "text",
    Example('sha256("")', "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
)
def sha256(evaluation: Evaluation, text: str) -> str:
    """Return hash(text, "sha256")."""
    return hash_(evaluation, text, "sha256")
