"""Remove known secrets from any nested value, in the forms in which they travel."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from apps.engine.secret import REDACTED, Secret
from apps.engine.value import Json

# Below this length an encoded form would strike innocent text; the exact form is always removed.
SHORTEST_ENCODED = 8
# Longer than any credential: a text of this length holds one, whose own forms are known, and all forms of the whole of
# it would take fifty times its room.
LONGEST_ENCODED = 20_000
# Of a secret in several lines, such as a private key, each of this length is one by itself: programs show line by line.
SHORTEST_LINE = 16
# What the client of calls leaves as it is in a path and in a query: so a secret stands there, and in what a server says of it.
SAFE_IN_PATH = "%/:@!$&'()*+,;=~|[]^"
SAFE_IN_QUERY = SAFE_IN_PATH + "?{}`"

# What follows where a sentence was cut.
_CUT = ".…"
_PERCENT = re.compile(r"%[0-9A-F]{2}")


@dataclass(frozen=True, slots=True)
class Mask:
    """Knows every form of some secrets, the longest first, so that no shorter one breaks a longer."""

    forms: tuple[str, ...]

    def text(self, text: str) -> str:
        """Return `text` with every known form replaced by `[REDACTED]`."""
        for form in self.forms:
            text = text.replace(form, REDACTED)
        return text

    def also(self, secrets: Iterable[Secret]) -> Mask:
        """Return a mask that knows these secrets too."""
        found = tuple(secrets)
        if not found:
            return self
        more = mask_of(found).forms
        return Mask(tuple(sorted({*self.forms, *more}, key=lambda form: (-len(form), form))))

    def cut(self, text: str) -> str:
        """Return a text of which only the beginning was kept, as `text` does, and without the first half of a form at its end."""
        shown = self.text(text)
        bare = shown.rstrip(_CUT)
        half = max((_overlap(bare, form) for form in self.forms), default=0)
        if half < SHORTEST_ENCODED:
            return shown
        return f"{bare[: len(bare) - half]}{REDACTED}{shown[len(bare) :]}"

    def growing(self, text: str) -> str:
        """Return a text that is not over yet, as `text` does, without an end that may be the first half of a form."""
        text = self.text(text)
        half = max((_overlap(text, form) for form in self.forms), default=0)
        return text[: len(text) - half]

    def scrub(self, value: Json) -> Json:
        """Return a copy of `value`, keys included, without any known form; untouched parts are shared."""
        if not self.forms:
            return value
        match value:
            case str():
                return self.text(value)
            case list():
                return [self.scrub(item) for item in value]
            case dict():
                return {self.text(name): self.scrub(item) for name, item in value.items()}
            case _:
                return value


def _overlap(text: str, form: str) -> int:
    """Return how many characters at the end of `text` are the beginning of `form`."""
    most = min(len(text), len(form) - 1, LONGEST_ENCODED)
    return next((size for size in range(most, 0, -1) if text.endswith(form[:size])), 0)


def mask_of(secrets: Iterable[Secret]) -> Mask:
    """Return the mask of `secrets`: each exactly, in either case, and as base64, hex, percent-encoded, JSON and HTML text."""
    forms: set[str] = set()
    for secret in secrets:
        forms |= _forms(secret.reveal())
    return Mask(tuple(sorted(forms, key=lambda form: (-len(form), form))))


def _forms(plain: str) -> set[str]:
    forms = {plain}
    if SHORTEST_ENCODED <= len(plain) <= LONGEST_ENCODED:
        raw = plain.encode("utf-8", "surrogatepass")
        percent = {quote(raw, safe=""), quote(raw), quote_plus(raw)}
        percent |= {quote(raw, safe=SAFE_IN_PATH), quote(raw, safe=SAFE_IN_QUERY)}
        forms |= percent | {_PERCENT.sub(lambda found: found[0].lower(), form) for form in percent}
        forms |= _json_forms(plain)
        escaped = html.escape(plain)
        forms |= {html.escape(plain, quote=False), escaped, escaped.replace("&#x27;", "&#39;")}
        # Names of hosts are written in lower case, whoever wrote them; names of variables and codes in upper case.
        forms |= {quote(form, safe="") for form in percent} | {plain.lower(), plain.upper()}
        forms |= _base64_forms(raw) | {raw.hex(), raw.hex().upper()} | _lines(plain)
    return {form for form in forms if form.strip()}


def _lines(plain: str) -> set[str]:
    """Return the lines of a secret that has several, but for those that only say what it is."""
    lines = {line.strip() for line in plain.splitlines()}
    return {line for line in lines if len(line) >= SHORTEST_LINE and not line.startswith("-----")}


def _json_forms(plain: str) -> set[str]:
    """Return what JSON makes of a text, and of a text in which such JSON stands; some programs escape slashes too."""
    once = {json.dumps(plain, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False)}
    twice = {json.dumps(form, ensure_ascii=False)[1:-1] for form in once}
    return once | twice | {form.replace("/", r"\/") for form in once}


def _base64_forms(raw: bytes) -> set[str]:
    """Return what base64 makes of `raw` at each of the three offsets at which it can stand in a longer text.

    The characters at either end also depend on the neighbours, so they are left out.
    """
    forms: set[str] = set()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        forms.add(encode(raw).decode())
        for before in (0, 1, 2):
            text = encode(b"\0" * before + raw).decode().rstrip("=")
            first = before and before + 1
            last = len(text) - (1 if (before + len(raw)) % 3 else 0)
            forms.add(text[first:last])
    return forms
