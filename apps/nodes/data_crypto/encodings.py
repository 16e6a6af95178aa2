"""Bytes as text and back: UTF-8, Base64, hexadecimal, percent-encoded."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

# Taken out without making a piece of every part between them.
_BLANKS = dict.fromkeys(map(ord, " \t\r\n\f\v"))
_HEX = re.compile(r"[0-9A-Fa-f]*")
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PIECE = 64 * 1024
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
# Bytes of one character are there once in a process, so millions of them take no room.
_BYTES = {f"%{n:02x}".encode(): bytes([n]) for n in range(256)}


class CodingError(Exception):
    """A text does not stand for bytes in the way that was said, or bytes for no text; the words say which."""


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise CodingError("holds half a character") from None


def _from_base64(text: str) -> bytes:
    # Both alphabets, with blanks and without the signs at the end, as senders write it.
    compact = text.translate(_BLANKS).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise CodingError("is no Base64") from None


def _from_hex(text: str) -> bytes:
    compact = text.translate(_BLANKS)
    if len(compact) % 2 or not _HEX.fullmatch(compact):
        raise CodingError("is no hexadecimal text")
    return bytes.fromhex(compact)


def _from_percent(text: str) -> bytes:
    if _BROKEN_PERCENT.search(text):
        raise CodingError("is no percent-encoded text")
    raw, made, at = _utf8(text), bytearray(), 0
    while at < len(raw):
        # In pieces: to join bytes, Python needs 80 for each part. None ends inside of an escape.
        end = at + _PIECE
        cut = raw.rfind(b"%", end - 2, end)
        end = end if cut < 0 else cut
        made += _PERCENT.sub(lambda found: _BYTES[found[0].lower()], raw[at:end])
        at = end
    return bytes(made)


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
