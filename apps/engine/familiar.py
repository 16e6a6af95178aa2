"""Configs that were compiled before: a document is checked at every pause of a hand, and of its thousand nodes one has changed.

Only for checks. What runs is compiled for itself, so that no two versions, and no two tenants, share a value.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from apps.engine.blueprint import Blueprint, Note, compile_config
from apps.engine.expressions.shelf import Shelf
from apps.engine.fields import FieldProblem
from apps.engine.node import NodeType
from apps.engine.value import Json

# Twenty documents of a thousand usual nodes.
MOST_BYTES = 64 * 1024 * 1024
# What a blueprint takes (measured), beside four times what its config does.
OWN_BYTES = 2_000
# A name among those that the config may mean: where escapes could spell any, all thousand of a document are held.
NAME_BYTES = 100
LONGEST_NODE_ID = 64
# Without references among its parts, so that equal configs are equal bytes; `true`, `1` and `1.0` are not.
FORMAT = 2
_RUN = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class _Known:
    """A compiled config. It holds its kind, so that no other kind has that one's identity meanwhile."""

    kind: NodeType
    blueprint: Blueprint
    problems: tuple[FieldProblem, ...]


_KNOWN: Shelf[_Known] = Shelf(MOST_BYTES)


def compiled(
    kind: NodeType, config: Mapping[str, Json], node_ids: frozenset[str], note: Note
) -> Blueprint:
    """Return what `compile_config` returns, and note what it notes."""
    try:
        raw = marshal.dumps(cast("dict[str, Any]", config), FORMAT)
    except ValueError:  # no plain JSON
        return compile_config(kind, config, node_ids, note)
    named = _named(config, raw, node_ids)

    def make() -> tuple[_Known, int]:
        problems: list[FieldProblem] = []
        blueprint = compile_config(kind, config, named, problems.append)
        weight = OWN_BYTES + 4 * len(raw) + NAME_BYTES * len(named)
        return _Known(kind, blueprint, tuple(problems)), weight

    known = _KNOWN.get((id(kind), raw, named), make)
    for problem in known.problems:
        note(problem)
    return known.blueprint


def _named(config: Mapping[str, Json], raw: bytes, node_ids: frozenset[str]) -> frozenset[str]:
    """Return the nodes that expressions in a config can mean; all others make no difference to what they say."""
    if b"\\" in raw:  # a text that is JSON itself may spell a name in its own way
        return node_ids
    if b"steps" not in raw:
        return frozenset()
    runs = (run for text in _texts(config) for run in _RUN.findall(text))
    return node_ids.intersection(name for run in runs for name in _beginnings(run))


def _beginnings(run: str) -> Iterator[str]:
    """Yield what `longest_node_id` looks for in a run of characters."""
    yield run
    end = run.find("-")
    while 0 <= end <= LONGEST_NODE_ID:
        yield run[:end]
        end = run.find("-", end + 1)


def _texts(value: Json | Mapping[str, Json]) -> Iterator[str]:
    waiting: list[object] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
