"""What a trigger takes from whoever starts it by hand or calls it: said once for all triggers that have a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from apps.engine.fields import Field, FieldProblem, Kind
from apps.engine.json_schema import Budget, Mismatch, faults, mismatches
from apps.engine.node import Raw
from apps.engine.value import Json, written

INPUT_SCHEMA = Field(
    name="input_schema",
    kind=Kind.JSON,
    title="Form",
    help="A JSON Schema of the input, from which the Run form is drawn. An input that does not fit is refused.",
)


def form_problems(config: Raw) -> Iterator[FieldProblem]:
    """Yield what is wrong with the form itself: words that nobody would hold an input to."""
    schema = _form(config)
    if schema is None and _is_no_json(config.get(INPUT_SCHEMA.name)):
        message = (
            "This is no JSON: a form is an object as JSON, and stands here before anything runs."
        )
        yield FieldProblem(INPUT_SCHEMA.name, "schema_invalid", message)
    if schema is not None:
        for each in faults(schema):
            yield FieldProblem(INPUT_SCHEMA.name, each.code, each.message, each.place)


def unfit(config: Raw, given: Json) -> list[Mismatch]:
    """Return where an input is not what the form says; nothing if there is none, or one from before forms were judged."""
    (found,) = each_unfit(config, [given])
    return found


def each_unfit(
    config: Raw, inputs: Iterable[Json], budget: Budget | None = None
) -> Iterator[list[Mismatch]]:
    """Yield of each input where it is not what the form says; all of them share the steps that one may take."""
    schema = _form(config)
    if not isinstance(schema, Mapping) or next(faults(schema), None) is not None:
        yield from ([] for _ in inputs)
        return
    budget = budget or Budget()
    for given in inputs:
        yield mismatches(schema, given, budget)


def _form(config: Raw) -> Json:
    """Return the form as JSON, also if it is written as a text; None: there is none, or it cannot be read."""
    form = config.get(INPUT_SCHEMA.name)
    if not isinstance(form, str):
        return form
    try:
        return written(form)
    except ValueError:
        return None


def _is_no_json(form: Json) -> bool:
    """Say whether a form is a text that does not even look like JSON; of what does, every field says what is wrong."""
    if not isinstance(form, str) or form.strip() in {"", "null"}:
        return False
    start = form.lstrip()[:2]
    return not start.startswith(("{", "[")) or start == "{{"
