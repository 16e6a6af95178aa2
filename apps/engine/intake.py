"""What a trigger takes from whoever starts it by hand or calls it: said once for all triggers that have a form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.json_schema import Budget, Mismatch, faults, mismatches
from apps.engine.node import Raw
from apps.engine.value import Json

INPUT_SCHEMA = Field(
    name="input_schema",
    kind=Kind.JSON,
    title="Form",
    help="A JSON Schema of the input, from which the Run form is drawn. An input that does not fit is refused.",
)


def form_problems(config: Raw) -> Iterator[FieldProblem]:
    """Yield what is wrong with the form itself: words that nobody would hold an input to."""
    schema = _form(config)
    if schema is not None:
        for each in faults(schema):
            yield FieldProblem(INPUT_SCHEMA.name, each.code, each.message, each.place)


def unfit(config: Raw, given: Json) -> list[Mismatch]:
    """Return where an input is not what the form says; nothing if there is none, or one from before forms were judged."""
    (found,) = each_unfit(config, [given])
    return found


def each_unfit(config: Raw, inputs: Iterable[Json]) -> Iterator[list[Mismatch]]:
    """Yield of each input where it is not what the form says; all of them share the steps that one may take."""
    schema = _form(config)
    if not isinstance(schema, Mapping) or next(faults(schema), None) is not None:
        yield from ([] for _ in inputs)
        return
    budget = Budget()
    for given in inputs:
        yield mismatches(schema, given, budget)


def _form(config: Raw) -> Json:
    """Return the form as JSON, also if it is written as a text; None: there is none, or it cannot be read."""
    form = config.get(INPUT_SCHEMA.name)
    if not isinstance(form, str):
        return form
    try:
        read: Json = json.loads(form)
    except ValueError:
        return None
    return read
