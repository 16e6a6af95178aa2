"""What one segment of a path is: where hyphens join, what a node id is, when digits count."""

from __future__ import annotations

import re

from apps.engine.expressions.ast import Path, Segment
from apps.engine.expressions.lexer import Lexer

_PLAIN = re.compile(r"\w++")
# A hyphen joins if a letter follows at once, unless that word is called: `a.total-size(b)`.
_HYPHENATED = re.compile(r"\w++(?>(?:-(?=[^\W\d_])\w++(?!\s*\())*)")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]++")
_INDEX = re.compile(r"0|[1-9][0-9]{0,17}")
# Below these roots stand names that may hold hyphens anywhere.
_NAMED = ("steps", "credentials")


def match_segment(
    lexer: Lexer, position: int, path: Path | None, node_ids: frozenset[str]
) -> tuple[Segment, int] | None:
    """Return the segment after the dot before `position` and its end, or None if there is none.

    `path` is the path from a root that the segment extends, None after a computed value: there
    a hyphen always subtracts.
    """
    if path is not None and path.segments == ("credentials",):
        # Nothing is ever subtracted from a secret, so every hyphen belongs to its name.
        found = lexer.match(_IDENTIFIER, position)
        return (as_segment(found[0]), found.end()) if found else None
    if path is not None and path.segments == ("steps",) and node_ids:
        found = lexer.match(_IDENTIFIER, position)
        node_id = found and longest_node_id(found[0], node_ids)
        if found and node_id:
            return node_id, found.start() + len(node_id)
    found = lexer.match(_PLAIN if path is None else _HYPHENATED, position)
    if not found:
        return None
    return as_segment(found[0]), found.end()


def as_segment(text: str) -> Segment:
    """Return a number for `0`, `17`, …, and the text itself for anything else."""
    return int(text) if _INDEX.fullmatch(text) else text


def longest_node_id(run: str, node_ids: frozenset[str]) -> str | None:
    """Return the longest node id that `run` starts with and that ends where a hyphen may subtract."""
    ends = [match.start() for match in re.finditer("-", run)]
    candidates = (run[:end] for end in (len(run), *reversed(ends)))
    return next((candidate for candidate in candidates if candidate in node_ids), None)


def written(segments: tuple[Segment, ...]) -> str:
    """Return the path as a person would write it; names that need brackets get them."""
    text = str(segments[0])
    for index, segment in enumerate(segments[1:]):
        if isinstance(segment, int):
            text += f"[{segment}]"
        elif (index == 0 and text in _NAMED and _IDENTIFIER.fullmatch(segment)) or (
            _HYPHENATED.fullmatch(segment) and not _INDEX.fullmatch(segment)
        ):
            text += f".{segment}"
        else:
            quoted = segment.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{quoted}"]'
    return text
