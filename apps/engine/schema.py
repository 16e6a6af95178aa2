"""JSON Schema, as much of it as people write by hand: judged in bounded time, and nothing is fetched.

A schema with a keyword that is not known here is refused: what is silently not checked is believed to be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import re2

from apps.engine.value import Json

# A schema can ask for the same many times over, by references inside of choices.
MOST_STEPS = 200_000
MOST_DEPTH = 64
LONGEST_SHOWN = 5


class _TooMuchError(Exception):
    """Judging takes longer, or leads deeper, than anybody's schema needs."""


def schema_problem(schema: Json) -> str | None:
    """Say what is wrong with a schema itself; None: it can be used."""
    return next(_faults(schema, schema, "$", 0), None)


def misfit(schema: Json, value: Json) -> str | None:
    """Say how `value` first differs from a schema without problems, with the place; None: it fits."""
    try:
        return next(_Judge(schema).misfits(schema, value, "$", 0), None)
    except _TooMuchError:
        return "$: the schema asks for more than can be judged."


def _faults(root: Json, schema: Json, place: str, depth: int) -> Iterator[str]:
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        yield f"{place}: a schema is an object, true or false."
    elif depth > MOST_DEPTH:
        yield f"{place}: the schema is nested deeper than {MOST_DEPTH} levels."
    else:
        for name, wanted in schema.items():
            yield from _faults_of(root, name, wanted, f"{place}.{name}", depth)


def _faults_of(root: Json, name: str, wanted: Json, place: str, depth: int) -> Iterator[str]:
    """Yield what is wrong with one keyword."""
    keyword = _KEYWORDS.get(name)
    if keyword is None and name not in _NOTES:
        yield f"{place}: this keyword is not known."
    elif keyword is not None and not _FORMS[keyword.form](root, wanted):
        yield f"{place}: this must be {keyword.form}."
    elif name in _WITHIN:
        yield from _faults_within(root, wanted, place, depth)


def _faults_within(root: Json, inner: Json, place: str, depth: int) -> Iterator[str]:
    """Yield the faults of a schema, of each in a list, or of each under a name."""
    if isinstance(inner, list):
        for index, each in enumerate(inner):
            yield from _faults(root, each, f"{place}[{index}]", depth + 1)
    elif isinstance(inner, dict) and place.endswith(_NAMED):
        for name, each in inner.items():
            yield from _faults(root, each, f"{place}.{name}", depth + 1)
    else:
        yield from _faults(root, inner, place, depth + 1)


@dataclass(slots=True)
class _Judge:
    """Counts what judging takes."""

    root: Json
    left: int = MOST_STEPS

    def misfits(self, schema: Json, value: Json, place: str, depth: int) -> Iterator[str]:
        self.left -= 1
        if self.left < 0 or depth > MOST_DEPTH * 2:
            raise _TooMuchError
        if schema is False:
            yield f"{place}: nothing may stand here."
        if not isinstance(schema, dict):
            return
        for name, wanted in schema.items():
            if name in _KEYWORDS:
                at = _At(self, schema, value, place, depth)
                yield from _KEYWORDS[name].judge(at, wanted)

    def fits(self, schema: Json, value: Json, depth: int) -> bool:
        return next(self.misfits(schema, value, "$", depth), None) is None


@dataclass(frozen=True, slots=True)
class _At:
    """Where a keyword is judged."""

    judge: _Judge
    schema: Mapping[str, Json]
    value: Json
    place: str
    depth: int

    def inner(self, schema: Json, value: Json, place: str) -> Iterator[str]:
        return self.judge.misfits(schema, value, place, self.depth + 1)

    def fitting(self, schemas: Json) -> int:
        """Return how many of some schemas the value fits."""
        listed = schemas if isinstance(schemas, list) else [schemas]
        return sum(self.judge.fits(each, self.value, self.depth + 1) for each in listed)


def _type(at: _At, wanted: Json) -> Iterator[str]:
    names = wanted if isinstance(wanted, list) else [wanted]
    if not any(_TYPES[str(name)](at.value) for name in names):
        yield f"{at.place}: must be {' or '.join(map(str, names))}."


def _enum(at: _At, wanted: Json) -> Iterator[str]:
    choices = [_canonical(each) for each in wanted] if isinstance(wanted, list) else []
    if _canonical(at.value) not in choices:
        more = ", …" if len(choices) > LONGEST_SHOWN else ""
        yield f"{at.place}: must be one of {', '.join(choices[:LONGEST_SHOWN])}{more}."


def _const(at: _At, wanted: Json) -> Iterator[str]:
    return _enum(at, [wanted])


def _properties(at: _At, wanted: Json) -> Iterator[str]:
    for name, inner in _items(wanted):
        if isinstance(at.value, dict) and name in at.value:
            yield from at.inner(inner, at.value[name], f"{at.place}.{name}")


def _required(at: _At, wanted: Json) -> Iterator[str]:
    if isinstance(at.value, dict) and isinstance(wanted, list):
        for name in wanted:
            if name not in at.value:
                yield f"{at.place}.{name}: is missing."


def _additional(at: _At, wanted: Json) -> Iterator[str]:
    known = dict(_items(at.schema.get("properties")))
    for name, value in _items(at.value):
        if name not in known:
            yield from at.inner(wanted, value, f"{at.place}.{name}")


def _prefix(at: _At, wanted: Json) -> Iterator[str]:
    if isinstance(at.value, list) and isinstance(wanted, list):
        for index, (inner, value) in enumerate(zip(wanted, at.value, strict=False)):
            yield from at.inner(inner, value, f"{at.place}[{index}]")


def _every(at: _At, wanted: Json) -> Iterator[str]:
    if isinstance(at.value, list):
        before = at.schema.get("prefixItems")
        first = len(before) if isinstance(before, list) else 0
        for index, value in enumerate(at.value[first:], first):
            yield from at.inner(wanted, value, f"{at.place}[{index}]")


def _unique(at: _At, wanted: Json) -> Iterator[str]:
    if wanted is True and isinstance(at.value, list):
        texts = [_canonical(each) for each in at.value]
        if len(set(texts)) < len(texts):
            yield f"{at.place}: holds something twice."


def _pattern(at: _At, wanted: Json) -> Iterator[str]:
    if isinstance(at.value, str) and _compiled(str(wanted)).search(at.value) is None:
        yield f"{at.place}: does not have the form {wanted}."


def _ref(at: _At, wanted: Json) -> Iterator[str]:
    return at.inner(_target(at.judge.root, str(wanted)), at.value, at.place)


def _all_of(at: _At, wanted: Json) -> Iterator[str]:
    for inner in wanted if isinstance(wanted, list) else []:
        yield from at.inner(inner, at.value, at.place)


def _any_of(at: _At, wanted: Json) -> Iterator[str]:
    if not at.fitting(wanted):
        yield f"{at.place}: fits none of the choices."


def _one_of(at: _At, wanted: Json) -> Iterator[str]:
    if at.fitting(wanted) != 1:
        yield f"{at.place}: must fit exactly one of the choices."


def _not(at: _At, wanted: Json) -> Iterator[str]:
    if at.fitting(wanted):
        yield f"{at.place}: is what it must not be."


def _bound(
    kinds: type | tuple[type, ...], is_fine: Callable[[float, float], bool], sentence: str
) -> Callable[[_At, Json], Iterator[str]]:
    """Return the judge of a bound on a number, or on a length."""

    def judge(at: _At, wanted: Json) -> Iterator[str]:
        if not isinstance(at.value, kinds) or isinstance(at.value, bool):
            return
        size = len(at.value) if isinstance(at.value, str | list | dict) else at.value
        if not is_fine(cast("float", size), cast("float", wanted)):
            yield f"{at.place}: {sentence} {wanted}."

    return judge


def _least(size: float, wanted: float) -> bool:
    return size >= wanted


def _most(size: float, wanted: float) -> bool:
    return size <= wanted


def _items(value: Json) -> list[tuple[str, Json]]:
    return list(value.items()) if isinstance(value, dict) else []


def _canonical(value: Json) -> str:
    """Return the one text of a value: 1 and 1.0 are the same, 1 and true are not."""
    return json.dumps(_whole(value), ensure_ascii=False, sort_keys=True)


def _whole(value: Json) -> Json:
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_whole(each) for each in value]
        case dict():
            return {name: _whole(each) for name, each in value.items()}
        case _:
            return value


def _target(root: Json, ref: str) -> Json:
    """Return the schema that a local reference leads to; None: none."""
    found = root
    for part in filter(None, ref.removeprefix("#").split("/")):
        found = dict(_items(found)).get(part.replace("~1", "/").replace("~0", "~"))
    return found


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _is_pattern(_root: Json, wanted: Json) -> bool:
    if not isinstance(wanted, str):
        return False
    try:
        _compiled(wanted)
    except re2.error:
        return False
    return True


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: Json) -> bool:
    return _is_number(value) and isinstance(_whole(value), int)


def _are_types(_root: Json, wanted: Json) -> bool:
    names = wanted if isinstance(wanted, list) else [wanted]
    return names != [] and all(isinstance(name, str) and name in _TYPES for name in names)


def _is_local(root: Json, wanted: Json) -> bool:
    if not isinstance(wanted, str) or not wanted.startswith("#"):
        return False
    return isinstance(_target(root, wanted), dict | bool)


_TYPES: Mapping[str, Callable[[Json], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": _is_integer,
}
_FORMS: Mapping[str, Callable[[Json, Json], bool]] = {
    f"one or some of {', '.join(_TYPES)}": _are_types,
    "a list": lambda _root, wanted: isinstance(wanted, list) and wanted != [],
    "a list of names": lambda _root, wanted: (
        isinstance(wanted, list) and all(isinstance(each, str) for each in wanted)
    ),
    "an object": lambda _root, wanted: isinstance(wanted, dict),
    "anything": lambda _root, _wanted: True,
    "a number": lambda _root, wanted: _is_number(wanted),
    "a whole number from 0": lambda _root, wanted: (
        isinstance(wanted, int) and not isinstance(wanted, bool) and wanted >= 0
    ),
    "true or false": lambda _root, wanted: isinstance(wanted, bool),
    "a regular expression": _is_pattern,
    "a reference into this schema, such as #/$defs/name": _is_local,
}


@dataclass(frozen=True, slots=True)
class _Keyword:
    form: str
    judge: Callable[[_At, Json], Iterator[str]]


_NUMBER = (int, float)
_SIZE = "a whole number from 0"
_KEYWORDS: Mapping[str, _Keyword] = {
    "type": _Keyword(next(iter(_FORMS)), _type),
    "enum": _Keyword("a list", _enum),
    "const": _Keyword("anything", _const),
    "properties": _Keyword("an object", _properties),
    "required": _Keyword("a list of names", _required),
    "additionalProperties": _Keyword("anything", _additional),
    "minProperties": _Keyword(_SIZE, _bound(dict, _least, "must have at least this many names:")),
    "maxProperties": _Keyword(_SIZE, _bound(dict, _most, "must have at most this many names:")),
    "prefixItems": _Keyword("a list", _prefix),
    "items": _Keyword("anything", _every),
    "minItems": _Keyword(_SIZE, _bound(list, _least, "must have at least this many items:")),
    "maxItems": _Keyword(_SIZE, _bound(list, _most, "must have at most this many items:")),
    "uniqueItems": _Keyword("true or false", _unique),
    "minLength": _Keyword(_SIZE, _bound(str, _least, "must have at least this many characters:")),
    "maxLength": _Keyword(_SIZE, _bound(str, _most, "must have at most this many characters:")),
    "pattern": _Keyword("a regular expression", _pattern),
    "minimum": _Keyword("a number", _bound(_NUMBER, _least, "must be at least")),
    "maximum": _Keyword("a number", _bound(_NUMBER, _most, "must be at most")),
    "exclusiveMinimum": _Keyword(
        "a number", _bound(_NUMBER, lambda size, wanted: size > wanted, "must be more than")
    ),
    "exclusiveMaximum": _Keyword(
        "a number", _bound(_NUMBER, lambda size, wanted: size < wanted, "must be less than")
    ),
    "allOf": _Keyword("a list", _all_of),
    "anyOf": _Keyword("a list", _any_of),
    "oneOf": _Keyword("a list", _one_of),
    "not": _Keyword("anything", _not),
    "$ref": _Keyword("a reference into this schema, such as #/$defs/name", _ref),
}
# Keywords that hold schemas, those of them that hold them by name, and what says something to people only.
_NAMED = (".properties", ".$defs", ".definitions")
_WITHIN = {
    "properties", "additionalProperties", "prefixItems", "items", "allOf", "anyOf", "oneOf", "not", "$defs",
    "definitions",
}  # fmt: skip
_NOTES = {
    "$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples",
    "format", "deprecated", "readOnly", "writeOnly",
}  # fmt: skip
