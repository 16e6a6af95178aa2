"""Who looks at everything that is said: each tenant's word may be seen where that tenant is, and nowhere else."""

import re
import threading
from collections import Counter
from collections.abc import Collection

WORD = re.compile(r"canary-of-([a-z0-9-]+?)-only")
SCHEMA = re.compile(r"(?<![a-z0-9_])t_([a-z0-9_]+)")
MOST_KEPT = 50


class Witness:
    """Counts what it has looked at, by place, and keeps what stood where it must not."""

    def __init__(self) -> None:
        self.leaks: list[str] = []
        self.looked: Counter[str] = Counter()
        self.own: Counter[str] = Counter()
        self._lock = threading.Lock()

    def look(self, owner: str, place: str, text: str) -> None:
        """Look at something that belongs to `owner`; nobody's if that is empty."""
        found = set(WORD.findall(text))
        with self._lock:
            self.looked[place] += 1
            self.own[place] += owner in found
        for slug in found - {owner}:
            self.tell(f"{place}: the word of {slug!r} where {owner!r} is: {around(text, slug)}")

    def look_at_shared(self, place: str, text: str, *, everybodys: Collection[str] = ()) -> None:
        """Look at something that says itself whose it is, by the name of a schema.

        What names a row that every tenant has (`everybodys` are such ids) must say whose it means.
        """
        owners = set(SCHEMA.findall(text))
        found = {slug.replace("-", "_") for slug in WORD.findall(text)}
        with self._lock:
            self.looked[place] += 1
            self.own[place] += bool(found)
        if len(found) > 1 or (found and owners and not found <= owners):
            self.tell(f"{place}: the words of {sorted(found)} where {sorted(owners)} are")
        if found and not owners:
            self.tell(f"{place}: the word of {sorted(found)} where no tenant is named")
        if not owners and any(each in text for each in everybodys):
            self.tell(f"{place}: an id that all tenants have, and not whose: {text[:200]}")

    def look_at_one(self, place: str, text: str) -> None:
        """Look at something that is one tenant's, whoever that is."""
        found = set(WORD.findall(text))
        with self._lock:
            self.looked[place] += 1
            self.own[place] += bool(found)
        if len(found) > 1:
            self.tell(f"{place}: the words of {sorted(found)}: {text[:200]}")

    def tell(self, leak: str) -> None:
        """Keep what went wrong."""
        with self._lock:
            if len(self.leaks) < MOST_KEPT:
                self.leaks.append(leak)


def around(text: str, slug: str) -> str:
    """Return what stands before and after a tenant's word."""
    at = text.index(f"canary-of-{slug}-only")
    return text[max(0, at - 80) : at + 80]
