"""JSONPath (RFC 9535) over untrusted data: only paths whose cost is bounded by the size of the data.

The library hangs on hostile paths, so those are refused when they are compiled: at most one `..`, no union that can
yield a value twice, and inside a filter only paths that lead to one place; regular expressions run on RE2. Plain
paths, which nearly all are, never reach the library; they may hold hyphens, as in `$.headers.x-github-event`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError, JSONPathQuery
from jsonpath_rfc9535.filter_expressions import FilterQuery
from jsonpath_rfc9535.function_extensions import ExpressionType, FilterFunction
from jsonpath_rfc9535.segments import JSONPathRecursiveDescentSegment
from jsonpath_rfc9535.selectors import FilterSelector, NameSelector

from apps.engine.expressions import ExpressionError
from apps.engine.expressions.patterns import compiled
from apps.engine.value import Json

LONGEST = 256
_PART = r"""\.(?P<name>[A-Za-z_][A-Za-z0-9_-]*)|\[(?P<index>-?[0-9]{1,9})\]|\['(?P<quoted>[^'\\\[\]]*)'\]"""
_PLAIN = re.compile(rf"\$(?:{re.sub('[?]P<[a-z]+>', '?:', _PART)})*")
_PARTS = re.compile(_PART)


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A compiled path. `is_singular`: it leads to at most one place."""

    source: str
    is_singular: bool
    _parts: tuple[str | int, ...] | None
    _query: JSONPathQuery | None

    def find(self, value: Json) -> Sequence[Json]:
        """Return all values that the path leads to, in document order.

        Raises:
            ExpressionError: the data are nested deeper than the library goes.
        """
        if self._parts is not None:
            return list(_walk(value, self._parts))
        assert self._query is not None  # noqa: S101 - one of the two is always there
        try:
            found: list[Json] = [node.value for node in self._query.finditer(value)]  # type: ignore[misc]  # values of the JSON that went in
        except (JSONPathError, RecursionError) as reason:
            raise ExpressionError("bad_path", f"{self.source} could not be followed.") from reason
        return found


@lru_cache(maxsize=1024)
def compile_path(source: str) -> JsonPath:
    """Return the path.

    Raises:
        ExpressionError: `bad_path`, it is no JSONPath, or one whose cost is not bounded.
    """
    if len(source) > LONGEST:
        raise ExpressionError("bad_path", f"A path has at most {LONGEST} characters.")
    if _PLAIN.fullmatch(source):
        parts = tuple(_part(found) for found in _PARTS.finditer(source))
        return JsonPath(source, is_singular=True, _parts=parts, _query=None)
    try:
        query = _ENVIRONMENT.compile(source)
    except (JSONPathError, RecursionError) as reason:
        raise ExpressionError(
            "bad_path", f"{source!r} is no JSONPath, as in $.body.ref."
        ) from reason
    for sentence in _dangers(query):
        raise ExpressionError("bad_path", sentence)
    return JsonPath(source, is_singular=bool(query.singular_query()), _parts=None, _query=query)


def _part(found: re.Match[str]) -> str | int:
    if found["index"] is not None:
        return int(found["index"])
    return found["name"] if found["name"] is not None else found["quoted"]


def _walk(value: Any, parts: tuple[str | int, ...]) -> Iterator[Json]:
    for part in parts:
        if isinstance(part, str):
            is_there = isinstance(value, dict) and part in value
        else:
            is_there = isinstance(value, list) and -len(value) <= part < len(value)
        if not is_there:
            return
        value = value[part]
    yield value


def _dangers(query: JSONPathQuery) -> Iterator[str]:
    descents = sum(isinstance(each, JSONPathRecursiveDescentSegment) for each in query.segments)
    if descents > 1:
        yield "A path may use .. only once."
    for segment in query.segments:
        names = [each.name for each in segment.selectors if isinstance(each, NameSelector)]
        is_plain_union = len(names) == len(segment.selectors) == len(set(names))
        if len(segment.selectors) > 1 and not is_plain_union:
            yield "Brackets hold one selector, or different names."
        for selector in segment.selectors:
            if isinstance(selector, FilterSelector) and not _is_tame(selector.expression):
                yield "A path inside a filter leads to one place, without *, .. or another filter."


def _is_tame(expression: Any) -> bool:
    """Say whether every path inside a filter leads to one place, however the expression is built."""
    if isinstance(expression, FilterQuery):
        return bool(expression.query.singular_query())
    inner = [getattr(expression, name, None) for name in ("expression", "left", "right")]
    return all(
        _is_tame(each) for each in [*inner, *getattr(expression, "args", ())] if each is not None
    )


class _Re2(FilterFunction):
    """`match` and `search` without backtracking."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, is_whole: bool) -> None:
        self._is_whole = is_whole

    def __call__(self, text: object, pattern: object) -> bool:
        if not isinstance(text, str) or not isinstance(pattern, str):
            return False
        made = compiled(pattern)
        return (made.fullmatch(text) if self._is_whole else made.search(text)) is not None


class _Environment(JSONPathEnvironment):
    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions["match"] = _Re2(is_whole=True)
        self.function_extensions["search"] = _Re2(is_whole=False)


_ENVIRONMENT = _Environment()
