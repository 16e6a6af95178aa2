"""Secrets that are easy to find again, in whatever form a program writes them."""

import base64
import binascii
import gzip
import html
import json
import re
import secrets as chance
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

# Every canary begins and ends alike, so that half of one is found, too; what lies between tells them apart.
HEAD, TAIL = "cAnaryThatSings", "wHenItIsFreeAgain"
# What each encoding writes in a way of its own.
SIGNS = '/+"&ö<'
PACKED = 3
# What only takes room is not searched.
PADDING = re.compile(r"\.{100,}")
_GZIP_HEX = re.compile(r"1f8b08[0-9a-f]{30,}")
_GZIP_BASE64 = re.compile(r"H4sI[A-Za-z0-9+/_-]{30,}")
_STARTS = ("\x1f\x8b\x08", "x\x9c", "x\x01", "x\xda")


def forms_of(raw: bytes) -> dict[str, str]:
    """Return how a secret looks in each form by the name of the form; those that are not base64 in small letters."""
    plain = raw.decode("latin-1")
    text = raw.decode("utf-8", "replace")
    forms = {
        "plain": plain,
        "reversed": plain[::-1],
        "url": quote(raw, safe=""),
        "json": json.dumps(text)[1:-1],
        "json twice": json.dumps(json.dumps(text)[1:-1])[1:-1],
        "json with slashes": json.dumps(text)[1:-1].replace("/", r"\/"),
        "html": html.escape(plain),
        "hex": raw.hex(),
        "percent": "".join(f"%{byte:02x}" for byte in raw),
        "unicode": "".join(f"\\u{byte:04x}" for byte in raw),
        "bytes": repr(raw)[2:-1],
    }
    return {name: form.lower() for name, form in forms.items()} | _base64_forms(raw)


def _base64_forms(raw: bytes) -> dict[str, str]:
    """Return what base64 makes of `raw` at each offset, without the signs that depend on the neighbours."""
    forms = {}
    for name, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
        for before in range(3):
            text = encode(b"\0" * before + raw).decode().rstrip("=")
            last = len(text) - (1 if (before + len(raw)) % 3 else 0)
            forms[f"{name} {before}"] = text[before and before + 1 : last]
    return forms


def layers_of(text: str, depth: int = PACKED) -> Iterator[str]:
    """Yield a text (bytes as latin-1), and whatever is packed in it as gzip or zlib, also as hex or base64."""
    yield text
    if depth:
        for packed in _packed_in(text):
            yield from layers_of(packed.decode("latin-1"), depth - 1)


def _packed_in(text: str) -> Iterator[bytes]:
    found = [bytes.fromhex(hit[: len(hit) // 2 * 2]) for hit in _GZIP_HEX.findall(text)]
    for hit in _GZIP_BASE64.findall(text):
        with suppress(binascii.Error):
            found.append(
                base64.b64decode(
                    hit[: len(hit) // 4 * 4], altchars=b"-_" if {"-", "_"} & set(hit) else None
                )
            )
    for start in _STARTS:
        at = text.find(start)
        while at >= 0:
            with suppress(UnicodeEncodeError):
                found.append(text[at:].encode("latin-1"))
            at = text.find(start, at + 1)
    for raw in found:
        unpacked = _unpacked(raw)
        if unpacked:
            yield unpacked


def _unpacked(raw: bytes) -> bytes:
    """Return as much of a packed text as can be read: what follows it does not count."""
    with suppress(zlib.error):
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(raw)
    return b""


@dataclass(frozen=True)
class Needle:
    """A secret, or a piece of one, in all its forms."""

    name: str
    forms: tuple[tuple[bool, str], ...]

    def is_in(self, text: str, small: str) -> bool:
        return any(form in (text if is_exact else small) for is_exact, form in self.forms)


def needle_of(name: str, raw: bytes) -> Needle:
    named = forms_of(raw).items()
    return Needle(name, tuple({(form.startswith("base64"), text) for form, text in named}))


class Hoard:
    """All secrets of a sweep: those that are made to be found, and those that the product drew itself."""

    def __init__(self) -> None:
        self.canaries: dict[str, str] = {}
        self._ends = [needle_of("an end", end.encode()) for end in (HEAD, TAIL)]
        self._middles: list[Needle] = []
        self._learned: list[Needle] = []

    def canary(self, name: str, *, signs: str = SIGNS) -> str:
        """Return a new secret."""
        middle = chance.token_hex(8)
        self.canaries[name] = f"{HEAD}{middle}{signs}{TAIL}"
        self._middles.append(needle_of(name, middle.encode()))
        return self.canaries[name]

    def learn(self, name: str, *secrets: str | bytes) -> None:
        """Look for secrets that somebody else has made, too."""
        for secret in secrets:
            raw = secret.encode() if isinstance(secret, str) else secret
            assert len(raw) >= 10, name
            self._learned.append(needle_of(name, raw))

    def found_in(self, text: str) -> set[str]:
        """Return the names of the secrets that stand in a text, in whatever form."""
        found = set()
        for layer in layers_of(PADDING.sub("...", text)):
            small = layer.lower()
            found |= {each.name for each in self._learned if each.is_in(layer, small)}
            if any(end.is_in(layer, small) for end in self._ends):
                mine = {each.name for each in self._middles if each.is_in(layer, small)}
                found |= mine or {"a piece of a canary"}
        return found


def packed(text: str) -> bytes:
    return gzip.compress(text.encode())
