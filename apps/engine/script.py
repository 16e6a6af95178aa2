"""What a script reads: found in its text, so that only that is put before it.

Nothing is parsed. A word in a comment counts as read, which costs a little; a name that is put together while the
script runs is not seen, so a script that does so has to name the root as a whole: then it gets all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

ROOTS = ("trigger", "input", "steps", "vars", "env", "error", "item", "index", "key", "loop")

_CONTEXT = re.compile(r"\b(?:ctx|context)\b(?!\s*(?:\?\.|\.)\s*[A-Za-z_]|\s*(?:\?\.)?\[\s*[\"'])")
_WORD = re.compile(rf"\b(?:{'|'.join(ROOTS)})\b")
_STEP = re.compile(
    r"""\bsteps\b["']?\s*\]?\s*(?:(?:\?\.|\.)\s*([A-Za-z_]\w*)|(?:\?\.)?\[\s*["']([^"']+)["']\s*\])?"""
)
# What Python and JavaScript ask of the whole, not of one name in it.
_OF_THE_WHOLE = frozenset({"get", "items", "keys", "values", "hasOwnProperty"})


@lru_cache(maxsize=1024)
def paths_of(source: str) -> tuple[tuple[str, ...], ...]:
    """Return the paths that a script may read, as those of expressions: `("steps", "http-1")`, `("trigger",)`.

    `("steps",)` alone means any of them.
    """
    if _CONTEXT.search(source):
        return tuple((root,) for root in ROOTS)
    words = set(_WORD.findall(source))
    roots = [(root,) for root in ROOTS if root in words and root != "steps"]
    return (*roots, *dict.fromkeys(_steps(source)))


def _steps(source: str) -> Iterator[tuple[str, ...]]:
    for found in _STEP.finditer(source):
        name = found[1] or found[2]
        yield ("steps",) if not name or found[1] in _OF_THE_WHOLE else ("steps", name)
