"""JSONPath (RFC 9535): the library parses, we search, because its search has no bound.

The only importer of the library. `match()` and `search()` use RE2, with its ^ and $.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, TypeAlias

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError
from jsonpath_rfc9535 import filter_expressions as filters
from jsonpath_rfc9535 import segments as steps
from jsonpath_rfc9535 import selectors as choices

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.evaluation import Evaluation
from apps.engine.expressions.kinds import NUMBERS
from apps.engine.expressions.lookup import clipped
from apps.engine.expressions.operators import equal
from apps.engine.expressions.patterns import compiled, found_in, search_cost
from apps.engine.expressions.scope import Scope
from apps.engine.value import DEFAULT_LIMITS, Json, Limits

LONGEST_SOURCE = 256
MOST_DESCENTS = 1
CACHED = 512

_NOTHING: Final = object()
_NO_SCOPE: Final = Scope({})
# (evaluation, root, value) → the values found below value; or one value; or a truth.
_Search: TypeAlias = Callable[[Evaluation, Any, Any], Iterator[Any]]
_Ask: TypeAlias = Callable[[Evaluation, Any, Any], Any]


class JsonPath:
    """A compiled JSONPath; immutable and shared between threads."""

    __slots__ = ("_limits", "_search", "source")

    def __init__(self, source: str, search: _Search, limits: Limits) -> None:
        self.source = source
        self._search = search
        self._limits = limits

    def __repr__(self) -> str:
        return f"JsonPath({self.source!r})"

    def find(self, value: Json, evaluation: Evaluation | None = None) -> list[Json]:
        """Return everything that the path selects in `value`, in its order; shared, not copied.

        With an `evaluation` it may do what is left of that, and no more.

        Raises:
            ExpressionError: `too_many_steps`, the search does too much; `bad_pattern`, a pattern
                that was read from `value` does not work; `too_deep`.
        """
        try:
            return list(self._begin(value, evaluation))
        except RecursionError:
            raise ExpressionError("too_deep", "The data lies too deep to be searched.") from None

    def first(self, value: Json, default: Json = None) -> Json:
        """Return the first of what `find` would return, or `default` if there is nothing.

        Raises:
            ExpressionError: as `find`.
        """
        try:
            return next(self._begin(value), default)
        except RecursionError:
            raise ExpressionError("too_deep", "The data lies too deep to be searched.") from None

    def _begin(self, value: Json, evaluation: Evaluation | None = None) -> Iterator[Json]:
        return self._search(evaluation or Evaluation(_NO_SCOPE, self._limits, ""), value, value)


def shared(times: int) -> Evaluation:
    """Return what several searches may do together: as much as so many of them alone."""
    evaluation = Evaluation(_NO_SCOPE, DEFAULT_LIMITS, "")
    evaluation.steps_left *= times
    return evaluation


@lru_cache(maxsize=CACHED)
def compile_jsonpath(source: str, *, limits: Limits = DEFAULT_LIMITS) -> JsonPath:
    """Return the compiled path.

    Raises:
        ExpressionError: `source_too_long` above 256 characters; `bad_jsonpath`, it is no
            JSONPath, or it descends (`..`) more than once or inside a filter, or a filter holds
            another; `bad_pattern`.
    """
    if len(source) > LONGEST_SOURCE:
        raise ExpressionError(
            "source_too_long", f"A JSONPath has at most {LONGEST_SOURCE} characters."
        )
    try:
        query = _ENVIRONMENT.compile(source)
    except JSONPathError as refusal:
        raise ExpressionError(
            "bad_jsonpath",
            f"This is no JSONPath: {clipped(str(refusal.args[0]))}.",
            position=refusal.token.index if refusal.token else None,
        ) from None
    except (RecursionError, ValueError, ArithmeticError):
        raise ExpressionError("bad_jsonpath", "This is no JSONPath.") from None
    _refuse_descents(query.segments, MOST_DESCENTS, "A JSONPath descends (..) once at most.")
    return JsonPath(source, _query(query.segments), limits)


_ENVIRONMENT: Final = JSONPathEnvironment()


def _refuse_descents(segments: Iterable[Any], most: int, message: str) -> None:
    descents = sum(
        isinstance(segment, steps.JSONPathRecursiveDescentSegment) for segment in segments
    )
    if descents > most:
        raise ExpressionError("bad_jsonpath", message)


# --- segments and selectors


def _query(segments: Iterable[Any]) -> _Search:
    run: _Search = _itself
    for segment in segments:
        run = _segment(run, segment)
    return run


def _itself(_: Evaluation, __: Any, value: Any) -> Iterator[Any]:
    yield value


def _segment(before: _Search, segment: Any) -> _Search:
    selectors = [_selector(selector) for selector in segment.selectors]
    is_descent = isinstance(segment, steps.JSONPathRecursiveDescentSegment)

    def search(evaluation: Evaluation, root: Any, value: Any) -> Iterator[Any]:
        for found in before(evaluation, root, value):
            for item in _descended(evaluation, found) if is_descent else (found,):
                for select in selectors:
                    evaluation.spend(2)
                    yield from select(evaluation, root, item)

    return search


def _descended(evaluation: Evaluation, value: Any) -> Iterator[Any]:
    """Yield `value` and every list and object inside it, parents first, in their order."""
    todo = [value]
    while todo:
        item = todo.pop()
        yield item
        todo.extend(
            child for child in reversed(_children(evaluation, item)) if type(child) in (list, dict)
        )


def _children(evaluation: Evaluation, value: Any) -> list[Any]:
    if type(value) is list:
        found = value
    elif type(value) is dict:
        found = list(value.values())
    else:
        return []
    evaluation.spend(len(found))
    return found


def _selector(selector: Any) -> _Search:
    match selector:
        case choices.NameSelector(name=name):
            return lambda _, __, value: iter(
                (value[name],) if type(value) is dict and name in value else ()
            )
        case choices.IndexSelector(index=index):
            return lambda _, __, value: iter(_element(value, index))
        case choices.SliceSelector(slice=part):
            return lambda evaluation, __, value: _sliced(evaluation, value, part)
        case choices.WildcardSelector():
            return lambda evaluation, _, value: iter(_children(evaluation, value))
        case _:
            return _filtered(_truth(selector.expression.expression))


def _element(value: Any, index: int) -> tuple[Any, ...]:
    return (value[index],) if type(value) is list and -len(value) <= index < len(value) else ()


def _sliced(evaluation: Evaluation, value: Any, part: slice) -> Iterator[Any]:
    if type(value) is list and part.step != 0:
        found = value[part]
        evaluation.spend(len(found))
        yield from found


def _filtered(judge: _Ask) -> _Search:
    def search(evaluation: Evaluation, root: Any, value: Any) -> Iterator[Any]:
        for child in _children(evaluation, value):
            if judge(evaluation, root, child):
                yield child

    return search


# --- filters


def _truth(expression: Any) -> _Ask:
    """Return what a filter asks of each child: does it hold."""
    match expression:
        case filters.PrefixExpression(right=right):
            inner = _truth(right)
            return lambda evaluation, root, value: not inner(evaluation, root, value)
        case filters.LogicalExpression(left=left, operator=operator, right=right):
            return _logical(_truth(left), operator, _truth(right))
        case filters.ComparisonExpression(left=left, operator=operator, right=right):
            return _comparison(_operand(left), operator, _operand(right))
        case filters.FilterQuery():
            search = _inner_query(expression)
            return lambda evaluation, root, value: (
                next(search(evaluation, root, value), _NOTHING) is not _NOTHING
            )
        case _:
            return _function(expression)


def _logical(left: _Ask, operator: str, right: _Ask) -> _Ask:
    if operator == "&&":
        return lambda *asked: left(*asked) and right(*asked)
    return lambda *asked: left(*asked) or right(*asked)


def _inner_query(expression: Any) -> _Search:
    segments = expression.query.segments
    _refuse_descents(segments, 0, "Inside a filter a JSONPath cannot descend (..).")
    if any(
        isinstance(s, choices.FilterSelector) for segment in segments for s in segment.selectors
    ):
        raise ExpressionError("bad_jsonpath", "A filter cannot hold another filter.")
    search = _query(segments)
    if isinstance(expression, filters.RootFilterQuery):
        return lambda evaluation, root, _: search(evaluation, root, root)
    return search


def _operand(expression: Any) -> _Ask:
    """Return what stands on one side of a comparison, or is an argument: a value or nothing."""
    match expression:
        case filters.FilterExpressionLiteral():
            value = _literal(expression)
            return lambda *_: value
        case filters.FunctionExtension():
            return _function(expression)
        case filters.FilterQuery():
            search = _inner_query(expression)
            return lambda *asked: next(search(*asked), _NOTHING)
        case _:
            raise ExpressionError("bad_jsonpath", "A comparison has two sides, no more.")


def _literal(expression: Any) -> Any:
    # The library reads whole numbers through decimals and loses ids beyond 2**53.
    written = expression.token.value
    is_whole = isinstance(expression, filters.IntegerLiteral) and written.lstrip("-").isdecimal()
    return int(written) if is_whole else expression.value


def _comparison(left: _Ask, operator: str, right: _Ask) -> _Ask:
    compare = _COMPARISONS[operator]

    def ask(evaluation: Evaluation, root: Any, value: Any) -> bool:
        evaluation.spend(1)
        return compare(evaluation, left(evaluation, root, value), right(evaluation, root, value))

    return ask


def _same(evaluation: Evaluation, left: Any, right: Any) -> bool:
    if left is _NOTHING or right is _NOTHING:
        return left is right
    return equal(evaluation, left, right)


def _less(evaluation: Evaluation, left: Any, right: Any) -> bool:
    if type(left) is str and type(right) is str:
        evaluation.spend(min(len(left), len(right)) // 256)
        return left < right
    return type(left) in NUMBERS and type(right) in NUMBERS and bool(left < right)


_COMPARISONS: Final[dict[str, Callable[[Evaluation, Any, Any], bool]]] = {
    "==": _same,
    "!=": lambda evaluation, left, right: not _same(evaluation, left, right),
    "<": _less,
    ">": lambda evaluation, left, right: _less(evaluation, right, left),
    "<=": lambda evaluation, left, right: (
        _less(evaluation, left, right) or _same(evaluation, left, right)
    ),
    ">=": lambda evaluation, left, right: (
        _less(evaluation, right, left) or _same(evaluation, left, right)
    ),
}


# --- functions


def _function(expression: Any) -> _Ask:
    name, arguments = expression.name, expression.args
    if name in ("count", "value"):
        search = _inner_query(arguments[0])
        gather = _counted if name == "count" else _only
        return lambda *asked: gather(search(*asked))
    if name == "length":
        measured = _operand(arguments[0])
        return lambda *asked: _length(measured(*asked))
    return _matching(expression, is_whole=name == "match")


def _counted(found: Iterator[Any]) -> int:
    return sum(1 for _ in found)


def _only(found: Iterator[Any]) -> Any:
    value = next(found, _NOTHING)
    return value if next(found, _NOTHING) is _NOTHING else _NOTHING


def _length(value: Any) -> Any:
    return len(value) if type(value) in (str, list, dict) else _NOTHING


def _matching(expression: Any, *, is_whole: bool) -> _Ask:
    text_of, pattern_of = map(_operand, expression.args)
    written = expression.args[1]
    if isinstance(written, filters.StringLiteral):
        compiled(written.value)

    def ask(evaluation: Evaluation, root: Any, value: Any) -> bool:
        text, pattern = text_of(evaluation, root, value), pattern_of(evaluation, root, value)
        if type(text) is not str or type(pattern) is not str:
            return False
        made = compiled(pattern, evaluation)
        evaluation.spend(search_cost(made, text))
        return found_in(made, text, is_whole=is_whole)

    return ask
