"""Where in a trigger's data a filter or a delivery id looks: a plain path, or any JSONPath."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from apps.engine.expressions.evaluation import Evaluation
from apps.engine.expressions.jsonpath import JsonPath, compile_jsonpath
from apps.engine.value import Json

# What nearly all are. Names may hold hyphens, which JSONPath's own short form has not: `$.headers.x-github-event`.
_PART = re.compile(
    r"""\.(?P<name>[A-Za-z_][A-Za-z0-9_-]*)|\[(?P<index>-?[0-9]{1,9})\]|\['(?P<quoted>[^'\\\[\]]*)'\]"""
)
_PLAIN = re.compile(r"""\$(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[-?[0-9]{1,9}\]|\['[^'\\\[\]]*'\]){0,64}""")


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A compiled path. A plain one leads to at most one place."""

    source: str
    parts: tuple[str | int, ...]
    search: JsonPath | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it leads to at most one place."""
        return self.search is None

    def find(self, value: Json, evaluation: Evaluation | None = None) -> Sequence[Json]:
        """Return all values that the path leads to, in document order; a search does what is left of `evaluation`.

        Raises:
            ExpressionError: the search does too much.
        """
        if self.search is None:
            return _walk(value, self.parts)
        return self.search.find(value, evaluation)


@lru_cache(maxsize=1024)
def compile_path(source: str) -> FieldPath:
    """Return the path.

    Raises:
        ExpressionError: it is no JSONPath, or one whose cost has no bound.
    """
    if _PLAIN.fullmatch(source):
        return FieldPath(source, tuple(map(_part, _PART.finditer(source))))
    return FieldPath(source, (), compile_jsonpath(source))


def _part(found: re.Match[str]) -> str | int:
    if found["index"] is not None:
        return int(found["index"])
    return found["name"] if found["name"] is not None else found["quoted"]


def _walk(value: Any, parts: tuple[str | int, ...]) -> Sequence[Json]:
    for part in parts:
        if isinstance(part, str):
            is_there = isinstance(value, dict) and part in value
        else:
            is_there = isinstance(value, list) and -len(value) <= part < len(value)
        if not is_there:
            return ()
        value = value[part]
    return (value,)
