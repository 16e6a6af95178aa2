"""What a node asks of its author: typed fields that form, validation, docs and secret scan all read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

import re2

from apps.engine.problem import Severity, clipped
from apps.engine.value import Json

CREDENTIAL_NAME = "[A-Za-z0-9_-]{1,64}"


class Kind(StrEnum):
    """The kinds of fields. Only `text`, `code`, `expression` and `credential` are never templates.

    `text` is taken literally; `template` is a string with `{{ … }}` inside; `code` is a script, taken
    literally, that may read the roots of expressions; `expression` is a condition or formula; `json` is any JSON whose strings are templates; `select` is one of `options`;
    `list` is a list of values, or of objects if it has `fields`; `key_value` is an object of values,
    `formulas` one of expressions;
    `credential` is the name of a credential, of one of the types in `options` if there are any.
    """

    TEXT = "text"
    TEMPLATE = "template"
    CODE = "code"
    EXPRESSION = "expression"
    JSON = "json"
    SELECT = "select"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    KEY_VALUE = "key_value"
    FORMULAS = "formulas"
    CREDENTIAL = "credential"


@dataclass(frozen=True, slots=True)
class Source:
    """Where what a field may be is asked: a node type that lists it, run with the credential that the node names.

    `value` and `label` are what of each entry is written into the field, and shown. `needs` are fields of the node whose
    values go along.
    """

    type: str
    value: str
    label: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a node's config.

    `depends_on` names another field and the values of it under which this one counts; elsewhere it is
    hidden and not required. What stands inside of a list may name a field of the node itself; that hides it, and no more. `fields` are those of each item of a list of objects. `options` are those of a
    select, or of each item of a list, or the types of a credential. `reads` are the only roots that an expression may name; empty: all.
    `source` says where choices come from that only the other side knows; what is written by hand counts as well.
    """

    name: str
    kind: Kind
    title: str = ""
    help: str = ""
    placeholder: str = ""
    is_required: bool = False
    default: Json = None
    options: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    longest: int | None = None
    pattern: str | None = None
    is_whole: bool = False
    is_secret_ok: bool = False
    depends_on: tuple[str, tuple[Json, ...]] | None = None
    reads: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    source: Source | None = None

    def is_shown(self, config: Mapping[str, Json], siblings: tuple[Field, ...]) -> bool:
        """Say whether the field counts, given the values of its siblings."""
        if self.depends_on is None:
            return True
        name, values = self.depends_on
        other = next((sibling for sibling in siblings if sibling.name == name), None)
        return other is None or config.get(name, other.default) in values


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Something wrong with a value: the place in the config, a stable code, and a sentence.

    `place` names a field, as `cases[0].when`; `inside` leads on through names that the author gave.
    """

    place: str
    code: str
    message: str
    inside: tuple[str | int, ...] = ()
    severity: Severity = Severity.ERROR

    @property
    def parts(self) -> tuple[str | int, ...]:
        """The place as the parts of a pointer."""
        named = self.place.replace("]", "").replace("[", ".").split(".") if self.place else ()
        return (*named, *self.inside)

    @property
    def field(self) -> str:
        """The place as it is shown."""
        shown = [clipped(str(part)) for part in self.inside]
        if not self.place:
            return shown[0]
        return self.place + "".join(f"[{part}]" for part in shown)


def is_templated(value: Json) -> bool:
    """Say whether a value is a text with a `{{ … }}` or `${…}` inside, so that it is known only when it runs."""
    return isinstance(value, str) and ("{{" in value or "${" in value)


def is_absent(value: Json) -> bool:
    """Say whether a form would show the field as empty."""
    return value is None or value == ""


def value_problems(spec: Field, value: Json, place: str) -> Iterator[FieldProblem]:
    """Yield what is wrong with a literal or rendered value of a field that is not absent."""
    judge = _JUDGES.get(spec.kind)
    if judge is not None:
        yield from judge(spec, value, place)


def _number_problems(spec: Field, value: Json, place: str) -> Iterator[FieldProblem]:
    name = spec.title or spec.name
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield FieldProblem(place, "field_type", f"“{name}” must be a number.")
        return
    if spec.is_whole and isinstance(value, float) and not value.is_integer():
        yield FieldProblem(place, "field_type", f"“{name}” must be a whole number.")
    if spec.minimum is not None and value < spec.minimum:
        yield FieldProblem(place, "field_range", f"“{name}” must be at least {spec.minimum:g}.")
    if spec.maximum is not None and value > spec.maximum:
        yield FieldProblem(place, "field_range", f"“{name}” must be at most {spec.maximum:g}.")


def _text_problems(spec: Field, value: Json, place: str) -> Iterator[FieldProblem]:
    name = spec.title or spec.name
    if not isinstance(value, str):
        yield FieldProblem(place, "field_type", f"“{name}” must be text.")
        return
    if spec.longest is not None and len(value) > spec.longest:
        yield FieldProblem(
            place, "field_length", f"“{name}” must have at most {spec.longest} characters."
        )
    if spec.pattern is not None and not _has_form(value, spec.pattern):
        yield FieldProblem(place, "field_pattern", f"“{name}” does not have the form it needs.")


def _credential_problems(spec: Field, value: Json, place: str) -> Iterator[FieldProblem]:
    if not isinstance(value, str) or not _has_form(value, CREDENTIAL_NAME):
        message = f"“{spec.title or spec.name}” must be the name of a credential: letters, digits, _ and -, at most 64."
        yield FieldProblem(place, "field_type", message)


def _template_problems(spec: Field, value: Json, place: str) -> Iterator[FieldProblem]:
    # A template may yield any kind of value; only a text can be too long or of the wrong form.
    if isinstance(value, str):
        yield from _text_problems(spec, value, place)


def _choice_problems(spec: Field, value: Json, place: str) -> Iterator[FieldProblem]:
    if value not in spec.options:
        name, choices = spec.title or spec.name, ", ".join(spec.options)
        yield FieldProblem(place, "field_choice", f"“{name}” must be one of {choices}.")


def _list_problems(spec: Field, value: Json, place: str) -> Iterator[FieldProblem]:
    name = spec.title or spec.name
    if not isinstance(value, list):
        yield FieldProblem(place, "field_type", f"“{name}” must be a list.")
    elif spec.options and any(item not in spec.options for item in value):
        choices = ", ".join(spec.options)
        yield FieldProblem(place, "field_choice", f"“{name}” must be some of {choices}.")


def _shape_problems(wanted: type, sentence: str) -> Judge:
    def judge(spec: Field, value: Json, place: str) -> Iterator[FieldProblem]:
        if not isinstance(value, wanted):
            yield FieldProblem(place, "field_type", f"“{spec.title or spec.name}” {sentence}")

    return judge


Judge: TypeAlias = Callable[[Field, Json, str], Iterator[FieldProblem]]
_JUDGES: Mapping[Kind, Judge] = {
    Kind.TEXT: _text_problems,
    Kind.CODE: _text_problems,
    Kind.EXPRESSION: _text_problems,
    Kind.CREDENTIAL: _credential_problems,
    Kind.TEMPLATE: _template_problems,
    Kind.NUMBER: _number_problems,
    Kind.SELECT: _choice_problems,
    Kind.BOOLEAN: _shape_problems(bool, "must be yes or no."),
    Kind.LIST: _list_problems,
    Kind.KEY_VALUE: _shape_problems(dict, "must be names with values."),
    Kind.FORMULAS: _shape_problems(dict, "must be names with expressions."),
}


def _has_form(text: str, pattern: str) -> bool:
    try:
        return _pattern(pattern).fullmatch(text) is not None
    except UnicodeEncodeError:
        # Half a character has no form at all.
        return False


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re2._Regexp:
    return re2.compile(pattern)


def describe(spec: Field) -> dict[str, Json]:
    """Return the field as JSON for the catalogue; what is not set is left out."""
    facts: dict[str, Json] = {
        "name": spec.name,
        "kind": str(spec.kind),
        "title": spec.title or spec.name,
        "help": spec.help,
        "placeholder": spec.placeholder,
        "required": spec.is_required,
        "default": spec.default,
        "options": list(spec.options),
        "minimum": spec.minimum,
        "maximum": spec.maximum,
        "max_length": spec.longest,
        "pattern": spec.pattern,
        "whole": spec.is_whole,
        "secret_ok": spec.is_secret_ok,
        "fields": [describe(inner) for inner in spec.fields],
    }
    if spec.source is not None:
        facts["choices"] = {"needs": list(spec.source.needs)}
    if spec.depends_on is not None:
        facts["depends_on"] = {"field": spec.depends_on[0], "values": list(spec.depends_on[1])}
    always = {"name", "kind", "title", "required"}
    return {
        name: value
        for name, value in facts.items()
        if name in always or not (value is None or value is False or value == "" or value == [])
    }
