"""The part of JSON Schema by which people describe what they expect: judged without references and without the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sized
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

import re2

from apps.engine.problem import clipped
from apps.engine.value import DEFAULT_LIMITS, Json

Place: TypeAlias = tuple[str | int, ...]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


TYPES: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_whole,
    "number": _is_number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
# What is read and judges nothing.
WORDS = frozenset(
    {"$schema", "$id", "$comment", "title", "description", "default", "examples", "format", "readOnly", "writeOnly"}
)  # fmt: skip
DEEPEST = 32
MOST_PROBLEMS = 20
# With so little memory RE2 makes or refuses any pattern at once.
PATTERN_BYTES = 256 * 1024
# To look through so many characters takes as long as one comparison.
CHARACTERS_PER_STEP = 64
# More patterns than are kept made are made for each value anew, and each time that costs as much as so many steps.
PATTERNS_KEPT = 256
STEPS_PER_PATTERN = 200


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where a value is not what a schema says, and why."""

    place: Place
    code: str
    message: str


class _SpentError(Exception):
    """A judgement has taken as many steps as it may."""


@dataclass(slots=True)
class Budget:
    """How many steps a judgement may still take: to judge a value by a schema is one, and so is to compare two values.

    A schema of 5,000 choices and a list of 2,000 entries would be ten million. Whoever judges many values lets them
    share one budget. It also keeps what is found out of a schema once.
    """

    left: int = DEFAULT_LIMITS.form_steps
    _kept: dict[tuple[str, int], Any] = field(default_factory=dict)
    _patterns: set[str] = field(default_factory=set)

    def spend(self, steps: int) -> None:
        """Take so many steps, if they are left."""
        self.left -= steps
        if self.left < 0:
            raise _SpentError

    def once(self, make: Callable[[Any], Any], part: Any) -> Any:
        """Return what `make` makes of a part of a schema, made once."""
        key = (make.__name__, id(part))
        if key not in self._kept:
            # Together with the part: as long as it lives, no other has its id.
            self._kept[key] = (part, make(part))
        return self._kept[key][1]

    def search(self, pattern: str, text: str) -> bool:
        """Say whether a pattern is found in a text."""
        if pattern not in self._patterns:
            self.spend(STEPS_PER_PATTERN + len(pattern))
            if len(self._patterns) < PATTERNS_KEPT:
                self._patterns.add(pattern)
        self.spend(len(text) // CHARACTERS_PER_STEP)
        return _compiled(pattern).search(text) is not None


def mismatches(
    schema: Mapping[str, Json], value: Json, budget: Budget | None = None
) -> list[Mismatch]:
    """Return where `value` differs from `schema`, which `faults` has found to be one; at most twenty places.

    What takes more steps to judge than `budget` has is not judged to its end: the last mismatch is `input_too_costly`.
    """
    found = []
    try:
        for each in _judged(schema, value, (), budget or Budget()):
            found.append(each)
            if len(found) == MOST_PROBLEMS:
                break
    except _SpentError:
        message = "To hold this against the schema takes too long. Send less of it, or say less in the schema."
        found.append(Mismatch((), "input_too_costly", message))
    return found


def faults(schema: Json, place: Place = ()) -> Iterator[Mismatch]:
    """Yield what is wrong with a schema: words that are not known here, or that say what they cannot."""
    if isinstance(schema, bool) and place:
        return
    if not isinstance(schema, dict):
        yield Mismatch(place, "schema_invalid", "A schema is an object.")
        return
    if len(place) > DEEPEST:
        yield Mismatch(place, "schema_invalid", f"A schema is at most {DEEPEST} levels deep.")
        return
    for word, said in schema.items():
        if word not in WORDS:
            yield from _faults_of_word(word, said, (*place, word))


def _faults_of_word(word: str, said: Json, place: Place) -> Iterator[Mismatch]:
    fits = _FORMS.get(word)
    if fits is None:
        message = f"“{clipped(word)}” is a word of JSON Schema that is not read here."
        yield Mismatch(place, "schema_word_unknown", message)
    elif not fits(said):
        message = f"“{word}” does not have the form that JSON Schema gives it."
        yield Mismatch(place, "schema_invalid", message)
    else:
        for step, inner in _inner(word, said):
            yield from faults(inner, (*place, *step))


def _inner(word: str, said: Any) -> Iterator[tuple[Place, Json]]:
    """Yield the schemas that stand under a word."""
    if word == "properties":
        yield from (((name,), inner) for name, inner in said.items())
    elif word in {"allOf", "anyOf", "oneOf"}:
        yield from (((index,), inner) for index, inner in enumerate(said))
    elif word in {"items", "not", "additionalProperties"}:
        yield (), said


def _judged(schema: Any, value: Any, place: Place, budget: Budget) -> Iterator[Mismatch]:
    budget.spend(1)
    if schema is True:
        return
    if schema is False:
        yield Mismatch(place, "not_allowed", "Nothing may stand here.")
        return
    types = schema.get("type")
    if types is not None:
        names = [types] if isinstance(types, str) else budget.once(_distinct, types)
        if not any(TYPES[name](value) for name in names):
            yield Mismatch(place, "wrong_type", f"This must be of the type {' or '.join(names)}.")
            return
    for word, limit in schema.items():
        judge = _JUDGES.get(word)
        if judge is not None:
            yield from judge(limit, value, place, schema, budget)


Judge: TypeAlias = Callable[[Any, Any, Place, Mapping[str, Any], Budget], Iterator[Mismatch]]


def _weighed(code: str, sentence: str, is_fine: Callable[[Any, Any, Budget], bool]) -> Judge:
    """Return a judge that says one sentence of what is not fine, with the word's own value in it if it has a place there."""
    has_place = "{}" in sentence

    def judge(
        limit: Any, value: Any, place: Place, _: Mapping[str, Any], budget: Budget
    ) -> Iterator[Mismatch]:
        if not is_fine(limit, value, budget):
            yield Mismatch(
                place, code, sentence.format(budget.once(_shown, limit)) if has_place else sentence
            )

    return judge


def _plain(code: str, sentence: str, is_fine: Callable[[Any, Any], bool]) -> Judge:
    """Return such a judge for what takes no time."""
    return _weighed(code, sentence, lambda limit, value, _: is_fine(limit, value))


def _shown(limit: Any) -> str:
    return clipped(str(limit))


def _distinct(names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _same(one: Any, other: Any, budget: Budget) -> bool:
    """Say whether two values are the same JSON; true is not 1, but 1 is 1.0."""
    budget.spend(1)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            _same(each, its, budget) for each, its in zip(one, other, strict=True)
        )
    if isinstance(one, dict) and isinstance(other, dict):
        budget.spend(len(one))
        return one.keys() == other.keys() and all(
            _same(one[name], other[name], budget) for name in one
        )
    return bool(one == other)


def _is_choice(choices: Any, value: Any, budget: Budget) -> bool:
    plain, others = budget.once(_told_apart, choices)
    if not isinstance(value, list | dict):
        return _key(value) in plain
    return any(_same(each, value, budget) for each in others)


def _told_apart(choices: Any) -> tuple[frozenset[Any], list[Any]]:
    """Return the choices that are looked up, and those that have to be compared."""
    others = [each for each in choices if isinstance(each, list | dict)]
    return frozenset(_key(each) for each in choices if not isinstance(each, list | dict)), others


def _key(value: Any) -> Any:
    # In Python true is 1.
    return (value,) if isinstance(value, bool) else value


def _required(
    names: Any, value: Any, place: Place, _: Mapping[str, Any], budget: Budget
) -> Iterator[Mismatch]:
    if isinstance(value, dict):
        budget.spend(len(names))
        for name in names:
            if name not in value:
                yield Mismatch((*place, name), "required", f"“{clipped(name)}” is missing.")


def _properties(
    schemas: Any, value: Any, place: Place, _: Mapping[str, Any], budget: Budget
) -> Iterator[Mismatch]:
    if isinstance(value, dict):
        budget.spend(len(schemas))
        for name, schema in schemas.items():
            if name in value:
                yield from _judged(schema, value[name], (*place, name), budget)


def _others(
    schema: Any, value: Any, place: Place, whole: Mapping[str, Any], budget: Budget
) -> Iterator[Mismatch]:
    if isinstance(value, dict):
        budget.spend(len(value))
        known = whole.get("properties", {})
        for name, item in value.items():
            if name not in known and schema is False:
                message = f"“{clipped(name)}” is not expected."
                yield Mismatch((*place, name), "not_expected", message)
            elif name not in known:
                yield from _judged(schema, item, (*place, name), budget)


def _items(
    schema: Any, value: Any, place: Place, _: Mapping[str, Any], budget: Budget
) -> Iterator[Mismatch]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _judged(schema, item, (*place, index), budget)


def _all_of(
    schemas: Any, value: Any, place: Place, _: Mapping[str, Any], budget: Budget
) -> Iterator[Mismatch]:
    for schema in schemas:
        yield from _judged(schema, value, place, budget)


def _fits(schema: Any, value: Any, budget: Budget) -> bool:
    return next(_judged(schema, value, (), budget), None) is None


def _fits_none(schema: Any, value: Any, budget: Budget) -> bool:
    return not _fits(schema, value, budget)


def _fits_any(schemas: Any, value: Any, budget: Budget) -> bool:
    return any(_fits(each, value, budget) for each in schemas)


def _fits_one(schemas: Any, value: Any, budget: Budget) -> bool:
    return sum(_fits(each, value, budget) for each in schemas) == 1


def _of_number(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda limit, value: not _is_number(value) or compare(value, limit)


def _of_size(kind: type[Sized], compare: Callable[[int, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda limit, value: not isinstance(value, kind) or compare(len(value), limit)


def _has_pattern(pattern: str, value: Any, budget: Budget) -> bool:
    return not isinstance(value, str) or budget.search(pattern, value)


@lru_cache(maxsize=PATTERNS_KEPT)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = PATTERN_BYTES
    return re2.compile(pattern, options)


_JUDGES: Mapping[str, Judge] = {
    "enum": _weighed("not_a_choice", "This must be one of {}.", _is_choice),
    "const": _weighed("not_a_choice", "This must be {}.", _same),
    "minimum": _plain("too_small", "This must be at least {}.", _of_number(lambda value, limit: value >= limit)),
    "maximum": _plain("too_large", "This must be at most {}.", _of_number(lambda value, limit: value <= limit)),
    "exclusiveMinimum": _plain("too_small", "This must be more than {}.", _of_number(lambda value, limit: value > limit)),
    "exclusiveMaximum": _plain("too_large", "This must be less than {}.", _of_number(lambda value, limit: value < limit)),
    "minLength": _plain("too_short", "This must have at least {} characters.", _of_size(str, lambda size, limit: size >= limit)),
    "maxLength": _plain("too_long", "This must have at most {} characters.", _of_size(str, lambda size, limit: size <= limit)),
    "pattern": _weighed("wrong_form", "This does not have the form {}.", _has_pattern),
    "minItems": _plain("too_few", "This must have at least {} entries.", _of_size(list, lambda size, limit: size >= limit)),
    "maxItems": _plain("too_many", "This must have at most {} entries.", _of_size(list, lambda size, limit: size <= limit)),
    "minProperties": _plain("too_few", "This must have at least {} names.", _of_size(dict, lambda size, limit: size >= limit)),
    "maxProperties": _plain("too_many", "This must have at most {} names.", _of_size(dict, lambda size, limit: size <= limit)),
    "not": _weighed("not_allowed", "This is what may not stand here.", _fits_none),
    "anyOf": _weighed("no_choice_fits", "This fits none of what may stand here.", _fits_any),
    "oneOf": _weighed("no_choice_fits", "This must fit exactly one of what may stand here.", _fits_one),
    "allOf": _all_of,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _others,
    "items": _items,
}  # fmt: skip


def _is_type(said: Any) -> bool:
    names = said if isinstance(said, list) else [said]
    return bool(names) and all(isinstance(name, str) and name in TYPES for name in names)


def _is_list(said: Any) -> bool:
    return isinstance(said, list) and bool(said)


def _is_names(said: Any) -> bool:
    return isinstance(said, list) and all(isinstance(name, str) for name in said)


def _is_size(said: Any) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and said >= 0


def _is_pattern(said: Any) -> bool:
    try:
        return isinstance(said, str) and _compiled(said) is not None
    except (re2.error, UnicodeEncodeError):
        return False


def _anything(_said: Any) -> bool:
    return True


def _is_object(said: Any) -> bool:
    return isinstance(said, dict)


_FORMS: Mapping[str, Callable[[Any], bool]] = {
    "type": _is_type,
    "enum": _is_list,
    "const": _anything,
    "required": _is_names,
    "properties": _is_object,
    "pattern": _is_pattern,
    **dict.fromkeys(("items", "not", "additionalProperties"), _anything),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), _is_list),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
        _is_size,
    ),
}
