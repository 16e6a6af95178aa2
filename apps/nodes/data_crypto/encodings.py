"""Bytes as text and back: UTF-8, Base64, hexadecimal, percent-encoded."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, unquote_to_bytes

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*")
_PERCENT = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*+")


class CodingError(Exception):
    """A text does not stand for bytes in the way that was said, or bytes for no text; the words say which."""


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise CodingError("holds half a character") from None


def _from_base64(text: str) -> bytes:
    # Both alphabets, with blanks and without the signs at the end, as senders write it.
    compact = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise CodingError("is no Base64") from None


def _from_hex(text: str) -> bytes:
    compact = "".join(text.split())
    if not _HEX.fullmatch(compact):
        raise CodingError("is no hexadecimal text")
    return bytes.fromhex(compact)


def _from_percent(text: str) -> bytes:
    if not _PERCENT.fullmatch(text):
        raise CodingError("is no percent-encoded text")
    _utf8(text)
    return unquote_to_bytes(text)


def _to_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


READERS: Mapping[str, Callable[[str], bytes]] = {
    "utf-8": _utf8,
    "base64": _from_base64,
    "base64url": _from_base64,
    "hex": _from_hex,
    "url": _from_percent,
}
WRITERS: Mapping[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "base64": lambda raw: base64.b64encode(raw).decode("ascii"),
    "base64url": _to_base64url,
    "url": lambda raw: quote(raw, safe=""),
}


def text_of(raw: bytes) -> str:
    """Return the text that bytes are in UTF-8.

    Raises:
        CodingError: they are none, or hold a NUL character.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise CodingError("gives bytes that are no text") from None
    if "\0" in text:
        raise CodingError("gives a NUL character, which no text can hold")
    return text
