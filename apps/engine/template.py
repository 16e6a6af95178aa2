"""`{{ … }}` in nested JSON → values. Each text is scanned once, at compile; values are never scanned."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from apps.engine.credential import LOOKUP, asked_of
from apps.engine.expressions.ast import Choice, Coalesce, Node, Path
from apps.engine.expressions.compiler import SECRETS_ROOT
from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.expression import KEPT_NODES, Expression, refuse_secrets
from apps.engine.expressions.kinds import fits, plain, text_bytes
from apps.engine.expressions.parser import parse_until_braces
from apps.engine.expressions.scope import Scope, Standing
from apps.engine.expressions.shelf import Shelf
from apps.engine.secret import Sealed, Secret, as_json_text
from apps.engine.value import DEFAULT_LIMITS, Json, Limits
from apps.engine.weight import Allowance

Place: TypeAlias = tuple[str | int, ...]
_Render: TypeAlias = "Callable[[_Rendering], Any]"

OPEN, CLOSE = "{{", "}}"
_LOOKUP_BEGINS = re.compile(r"\{\{\s*secrets\.[A-Za-z0-9_-]+\s*:")
_LOOKUP_WHOLE = re.compile(
    r"\{\{\s*secrets\.(?P<store>[A-Za-z0-9_-]{1,64}):(?P<asked>[^\s{}]+)\s*\}\}"
)
# A template may hold thousands of expressions; together they may do what this many may do alone.
EXPRESSIONS_AT_FULL_BUDGET = 4
# Compiling so many takes 0.3 s; a document that is checked while it is typed must not take longer.
MOST_EXPRESSIONS = 5_000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one text inside a template, and where: the names and indexes that lead to it."""

    place: Place
    error: ExpressionError


# What a text itself takes, beside the closures of its expressions.
_CHARACTERS_PER_NODE = 500
# To ask whether a value is a Mapping costs more than most formulas; of these the answer is known, or they are as they are.
_AS_IT_IS = frozenset({dict, list, str, int, float, bool, type(None)})


class Template:
    """Nested JSON whose texts may hold expressions; immutable and shared between threads."""

    __slots__ = ("_limits", "_render", "is_constant", "paths")

    def __init__(
        self, render: _Render | None, value: Json, paths: tuple[Place, ...], limits: Limits
    ) -> None:
        self.paths = paths
        self.is_constant = render is None
        self._limits = limits
        self._render: _Render = render or (lambda _: value)

    def render(self, scope: Scope, allowance: Allowance | None = None) -> Sealed:
        """Return the value with every expression replaced by what it gives.

        A text that is one expression gives the expression's own value. In other texts, texts
        stand as they are and everything else as compact JSON. With a Secret inside, the text is
        a Secret. Parts that hold no expression are shared with the template, not copied. What is
        put in is charged to `allowance`, which several templates may share.

        Raises:
            NodeError: `input_too_large`, the allowance is used up.
            ExpressionError: as `Expression.evaluate`; with `on_missing="keep"` a missing path is
                no failure: the source of its expression stays.
        """
        try:
            rendered: Sealed = self._render(_Rendering(scope, self._limits, allowance))
        except RecursionError:
            raise ExpressionError("too_deep", "The data lies too deep to be rendered.") from None
        return rendered


def compile_template(
    value: Json,
    *,
    node_ids: frozenset[str] = frozenset(),
    secret_ok: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Template:
    """Return the compiled template of a nested value; names of objects are no templates.

    With `secret_ok` a `credentials` path may be what an expression gives; never an argument, an
    operand or a condition.

    Raises:
        ExpressionError: the first problem, in the order of the value; `problems_of` has them all.
    """
    settings = _Settings(node_ids, secret_ok, limits)
    paths: dict[Place, None] = {}
    try:
        _refuse_too_many(value)
        render = _compiled(value, settings, paths, ())
    except RecursionError:
        raise _too_deep() from None
    return Template(render, value, tuple(paths), limits)


def problems_of(
    value: Json,
    *,
    node_ids: frozenset[str] = frozenset(),
    secret_ok: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[Problem, ...]:
    """Return every problem of a template, at most one for each text, in the order of the value.

    What concerns the template as a whole stands alone, at the place `()`.
    """
    settings = _Settings(node_ids, secret_ok, limits)
    found: list[Problem] = []
    try:
        _refuse_too_many(value)
        for place, text in _texts(value, ()):
            try:
                _text(text, settings)
            except ExpressionError as error:
                found.append(Problem(place, error))
    except ExpressionError as error:
        return (Problem((), error),)
    except RecursionError:
        return (Problem((), _too_deep()),)
    return tuple(found)


def _refuse_too_many(value: Json) -> None:
    if sum(text.count(OPEN) for _, text in _texts(value, ())) > MOST_EXPRESSIONS:
        raise ExpressionError(
            "too_many_expressions",
            f"More than {MOST_EXPRESSIONS:,} expressions stand in one field.",
        )


def _too_deep() -> ExpressionError:
    return ExpressionError("too_deep", "The template lies too deep.")


@dataclass(frozen=True, slots=True)
class _Settings:
    node_ids: frozenset[str]
    secret_ok: bool
    limits: Limits


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with expressions: literal, expression, literal, …; `wholes` if it is one expression."""

    pieces: tuple[str | _Hole, ...]
    whole: _Hole | None


@dataclass(frozen=True, slots=True)
class _Hole:
    source: str
    expression: Expression


_TEXTS: Shelf[_Text] = Shelf(KEPT_NODES)


def _texts(value: Json, place: Place) -> Iterator[tuple[Place, str]]:
    match value:
        case str():
            yield place, value
        case list():
            for index, item in enumerate(value):
                yield from _texts(item, (*place, index))
        case dict():
            for name, item in value.items():
                yield from _texts(item, (*place, name))
        case _:
            pass


def _compiled(
    value: Json, settings: _Settings, paths: dict[Place, None], place: Place
) -> _Render | None:
    """Return the renderer of `value`, or None if there is nothing to render in it."""
    match value:
        case str():
            return _text_renderer(value, settings, paths, place)
        case list():
            return _list_renderer(value, settings, paths, place)
        case dict():
            return _object_renderer(value, settings, paths, place)
        case _:
            return None


def _list_renderer(
    values: list[Json], settings: _Settings, paths: dict[Place, None], place: Place
) -> _Render | None:
    renders = [
        _compiled(item, settings, paths, (*place, index)) for index, item in enumerate(values)
    ]
    if not any(renders):
        return None
    parts = list(zip(values, renders, strict=True))
    return lambda rendering: [
        item if render is None else render(rendering) for item, render in parts
    ]


def _object_renderer(
    values: dict[str, Json], settings: _Settings, paths: dict[Place, None], place: Place
) -> _Render | None:
    parts = [
        (name, item, _compiled(item, settings, paths, (*place, name)))
        for name, item in values.items()
    ]
    if not any(render for _, _, render in parts):
        return None
    return lambda rendering: {
        name: item if render is None else render(rendering) for name, item, render in parts
    }


def _text_renderer(
    text: str, settings: _Settings, paths: dict[Place, None], place: Place
) -> _Render | None:
    made = _text(text, settings)
    if made is None:
        return None
    salt = "\0".join(map(str, place))
    for piece in made.pieces:
        if isinstance(piece, _Hole):
            paths.update(dict.fromkeys(piece.expression.paths))
    whole = made.whole
    if whole is not None:
        return lambda rendering: rendering.whole_of(whole, text, salt)
    return lambda rendering: _spliced(made.pieces, rendering, salt)


def _text(text: str, settings: _Settings) -> _Text | None:
    if OPEN not in text:
        return None
    return _TEXTS.get((text, settings), lambda: _scanned(text, settings))


def _scanned(text: str, settings: _Settings) -> tuple[_Text, int]:
    pieces: list[str | _Hole] = []
    end = 0
    while (start := text.find(OPEN, end)) >= 0:
        if start > end:
            pieces.append(text[end:start])
        hole, end = _hole(text, start, settings)
        pieces.append(hole)
    if end < len(text):
        pieces.append(text[end:])
    holes = [piece for piece in pieces if isinstance(piece, _Hole)]
    is_whole = len(holes) == 1 and not any(
        piece.strip() for piece in pieces if isinstance(piece, str)
    )
    weight = len(text) // _CHARACTERS_PER_NODE + sum(hole.expression.weight for hole in holes)
    return _Text(tuple(pieces), holes[0] if is_whole else None), weight


def _hole(text: str, start: int, settings: _Settings) -> tuple[_Hole, int]:
    looked_up = _lookup(text, start)
    if looked_up is None:
        node, end = parse_until_braces(text, start + len(OPEN), settings.node_ids, settings.limits)
    else:
        node, end = looked_up
    _check_secrets(node, is_allowed=settings.secret_ok)
    source = text[start:end]
    inner = source[len(OPEN) : -len(CLOSE)].strip()
    return _Hole(source, Expression(inner, node, settings.limits)), end


def _lookup(text: str, start: int) -> tuple[Path, int] | None:
    """Return the path that `{{ secrets.store:path#field }}` stands for, and its end; None: something else begins here.

    Raises:
        ExpressionError: `bad_lookup`, it begins like one and is none.
    """
    begun = _LOOKUP_BEGINS.match(text, start)
    if begun is None:
        return None
    found = _LOOKUP_WHOLE.match(text, start)
    asked = "" if found is None else f"{LOOKUP}{found['asked']}"
    if found is None or not asked_of(asked)[0]:
        raise ExpressionError(
            "bad_lookup",
            "A lookup is written {{ secrets.store:path }} or {{ secrets.store:path#field }}; a path has letters, "
            "digits and _ + = . @ : - with single slashes between.",
            position=begun.end(),
        )
    return Path((SECRETS_ROOT, found["store"], asked), start), found.end()


def _check_secrets(node: Node, *, is_allowed: bool) -> None:
    """Refuse `credentials` unless it is allowed and can only be what the expression gives."""
    if not is_allowed:
        refuse_secrets(node)
        return
    match node:
        case Path(segments=(root, _, *_)) if root == SECRETS_ROOT:
            return
        case Coalesce(operands=operands):
            _check_each(results=operands, others=())
        case Choice(cases=cases, otherwise=otherwise):
            _check_each(
                results=(*(value for _, value in cases), otherwise),
                others=tuple(condition for condition, _ in cases),
            )
        case _:
            refuse_secrets(node)


def _check_each(results: tuple[Node, ...], others: tuple[Node, ...]) -> None:
    for result in results:
        _check_secrets(result, is_allowed=True)
    for other in others:
        refuse_secrets(other)


class _Rendering:
    """One rendering under way: all expressions of a template share what it may spend."""

    __slots__ = ("allowance", "scope", "steps_left")

    def __init__(self, scope: Scope, limits: Limits, allowance: Allowance | None) -> None:
        self.scope = scope
        self.steps_left = EXPRESSIONS_AT_FULL_BUDGET * limits.expression_steps
        self.allowance = allowance or Allowance(limits.input_bytes)

    def value_of(self, hole: _Hole, kept: str, salt: str) -> Any:
        """Return what the expression gives, or `kept` if a path is missing and the scope says so."""
        evaluation = hole.expression.begin(self.scope, salt)
        granted = evaluation.steps_left = min(evaluation.steps_left, self.steps_left)
        try:
            value = hole.expression.run(evaluation)
        except ExpressionError as error:
            if _is_kept(error, self.scope):
                return kept
            raise
        finally:
            self.steps_left -= granted - evaluation.steps_left
        if type(value) not in _AS_IT_IS and isinstance(value, Mapping):
            return _sealed(value.whole() if isinstance(value, Standing) else value)
        return value

    def whole_of(self, hole: _Hole, kept: str, salt: str) -> Any:
        """Return the value as it is, charged: it may hold itself many times, and lie in many places."""
        value = self.value_of(hole, kept, salt)
        self.allowance.charge(value, _secret_bytes)
        return value

    def text_of(self, value: Any) -> str | Secret:
        """Return a value as it stands inside a text."""
        if not isinstance(value, Secret) and not fits(value, self.allowance.left):
            raise self.allowance.excess()
        text = value if isinstance(value, str | Secret) else as_json_text(value)
        self.allowance.take(text_bytes(text if isinstance(text, str) else text.reveal()))
        return text


def _is_kept(error: ExpressionError, scope: Scope) -> bool:
    """Say whether the source stays because its path is missing; nothing may be sent in the place of a secret."""
    is_secret = (error.path or "").startswith(f"{SECRETS_ROOT}.")
    return error.code == "missing_path" and scope.on_missing == "keep" and not is_secret


def _secret_bytes(value: object) -> int:
    return text_bytes(value.reveal()) if isinstance(value, Secret) else 1


def _sealed(value: Any) -> Sealed:
    """Return what lies under `credentials` as plain objects with secrets in them."""
    if isinstance(value, Mapping):
        return {str(name): _sealed(item) for name, item in value.items()}
    return value if isinstance(value, Secret) else cast(Sealed, plain(value))


def _spliced(pieces: tuple[str | _Hole, ...], rendering: _Rendering, salt: str) -> str | Secret:
    texts = [
        piece
        if isinstance(piece, str)
        else rendering.text_of(rendering.value_of(piece, piece.source, f"{salt}\0{index}"))
        for index, piece in enumerate(pieces)
    ]
    joined = "".join(text if isinstance(text, str) else text.reveal() for text in texts)
    return joined if all(isinstance(text, str) for text in texts) else Secret(joined)
