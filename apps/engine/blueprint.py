"""A node's config, compiled once: each field as a slot that knows what it reads and how it is filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

from apps.engine import script
from apps.engine.config import Config, Formula
from apps.engine.errors import NodeError
from apps.engine.expressions import Expression, ExpressionError, Scope, compile_expression
from apps.engine.fields import Field, FieldProblem, Kind, is_absent, value_problems
from apps.engine.node import NodeType
from apps.engine.problem import Severity, clipped
from apps.engine.secret import REDACTED, Sealed, Secret, without_secrets
from apps.engine.template import compile_template, problems_of
from apps.engine.value import DEFAULT_LIMITS, Json, Limits, written
from apps.engine.weight import Allowance

Slot: TypeAlias = Callable[[Scope, Allowance], object]
ReadPath: TypeAlias = tuple[str | int, ...]
Note: TypeAlias = Callable[[FieldProblem], None]

NOTHING = Scope({})
_LITERAL = frozenset({Kind.TEXT, Kind.CODE, Kind.CREDENTIAL, Kind.FORMULAS})


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How one node's config is filled: its slots by field name, and what each place in it may read."""

    slots: Mapping[str, Slot]
    reads: Mapping[str, tuple[ReadPath, ...]]

    @property
    def paths(self) -> frozenset[ReadPath]:
        """Every path that rendering or running the node may read."""
        return frozenset(path for paths in self.reads.values() for path in paths)

    def fill(self, scope: Scope, limits: Limits = DEFAULT_LIMITS) -> Config:
        """Return the config as the node gets it. Expressions are bound, not evaluated.

        Raises:
            ExpressionError: a template cannot be rendered.
            NodeError: `bad_config`, a rendered value is not of the kind its field needs;
                `input_too_large`, all that is put in takes too much.
        """
        allowance = Allowance(limits.input_bytes)
        return Config({name: slot(scope, allowance) for name, slot in self.slots.items()})


@dataclass(slots=True)
class _Compiler:
    """Gathers the paths and the problems of one node while its fields are compiled."""

    node_ids: frozenset[str]
    note: Note
    reads: dict[str, list[ReadPath]]

    def fields(
        self, specs: tuple[Field, ...], config: Mapping[str, Json], prefix: str
    ) -> dict[str, Slot]:
        slots: dict[str, Slot] = {}
        for spec in specs:
            place = f"{prefix}{spec.name}"
            value = config.get(spec.name)
            if not is_absent(value):
                slots[spec.name] = self.field(spec, value, place)
                continue
            slots[spec.name] = _constant(spec.default)
            if spec.is_required and spec.default is None and spec.is_shown(config, specs):
                shown = spec.title or spec.name
                self.note(FieldProblem(place, "field_required", f"“{shown}” is empty."))
            if spec.default is not None and spec.kind is Kind.EXPRESSION:
                slots[spec.name] = self.field(spec, spec.default, place)
        known = {spec.name for spec in specs}
        for name in config:
            if name not in known:
                message = f"“{clipped(name)}” is not known here."
                parent = prefix.rstrip(".")
                self.note(FieldProblem(parent, "field_unknown", message, (name,), Severity.WARNING))
        return slots

    def field(self, spec: Field, value: Json, place: str) -> Slot:
        if spec.kind is Kind.LIST and spec.fields and isinstance(value, list):
            return self.objects(spec, value, place)
        if spec.kind is Kind.EXPRESSION:
            return self.expression(spec, value, place)
        if spec.kind is Kind.FORMULAS and isinstance(value, dict):
            return self.formulas(value, place)
        if spec.kind is Kind.JSON:
            value = self.parsed(value, place)
        if spec.kind not in _LITERAL:
            return self.template(spec, value, place)
        for problem in value_problems(spec, value, place):
            self.note(problem)
        if spec.kind is Kind.CODE and isinstance(value, str):
            self.reads.setdefault(place, []).extend(script.paths_of(value))
        return _constant(value)

    def objects(self, spec: Field, value: list[Json], place: str) -> Slot:
        items: list[dict[str, Slot]] = []
        for index, item in enumerate(value):
            if isinstance(item, dict):
                items.append(self.fields(spec.fields, item, f"{place}[{index}]."))
            else:
                self.note(
                    FieldProblem(f"{place}[{index}]", "field_type", "Each entry must be an object.")
                )

        def fill(scope: Scope, allowance: Allowance) -> object:
            return [
                {name: slot(scope, allowance) for name, slot in slots.items()} for slots in items
            ]

        return fill

    def parsed(self, value: Json, place: str) -> Json:
        """Return a text that looks like JSON as the JSON it is: values are never spliced into JSON text."""
        if not isinstance(value, str):
            return value
        start = value.lstrip()[:2]
        # No JSON starts with two braces, so this is a template that yields the whole value.
        if not start.startswith(("{", "[")) or start == "{{":
            return value
        try:
            return written(value)
        except ValueError:
            self.note(
                FieldProblem(
                    place,
                    "json_invalid",
                    "This is no valid JSON. Write templates inside quotes, as in"
                    ' {"id": "{{ trigger.body.id }}"}.',
                )
            )
            return None

    def expression(self, spec: Field, value: Json, place: str, *inside: str) -> Slot:
        for problem in value_problems(spec, value, place):
            self.note(replace(problem, inside=inside))
            return _constant(None)
        source = str(value)
        try:
            expression = compile_expression(source, node_ids=self.node_ids)
        except ExpressionError as error:
            self.note(FieldProblem(place, error.code, error.message, inside))
            return _constant(None)
        odd = [str(path[0]) for path in expression.paths if path[0] not in (spec.reads or path)]
        if odd:
            sentence = f"Only {', '.join(spec.reads)} can be read here, not {clipped(odd[0])}."
            self.note(FieldProblem(place, "root_unavailable", sentence, inside))
        self.reads.setdefault(place, []).extend(expression.paths)
        return lambda scope, _: _bound(source, expression, scope)

    def formulas(self, value: dict[str, Json], place: str) -> Slot:
        slots = {
            name: self.expression(
                Field(name=clipped(name), kind=Kind.EXPRESSION), text, place, name
            )
            for name, text in value.items()
        }
        return lambda scope, allowance: {
            name: slot(scope, allowance) for name, slot in slots.items()
        }

    def template(self, spec: Field, value: Json, place: str) -> Slot:
        found = problems_of(value, node_ids=self.node_ids, secret_ok=spec.is_secret_ok)
        for problem in found:
            error = problem.error
            self.note(FieldProblem(place, error.code, error.message, problem.place))
        if found:
            return _constant(None)
        template = compile_template(value, node_ids=self.node_ids, secret_ok=spec.is_secret_ok)
        if template.is_constant:
            constant = without_secrets(template.render(NOTHING))
            for wrong in value_problems(spec, constant, place):
                self.note(wrong)
            return _constant(constant)
        self.reads.setdefault(place, []).extend(template.paths)
        return lambda scope, allowance: _rendered(spec, template.render(scope, allowance))


def _constant(value: Json) -> Slot:
    return lambda _scope, _allowance: value


def _rendered(spec: Field, value: Sealed) -> object:
    # A secret is a text to whoever judges; inside of lists and objects nobody looks for one.
    seen = REDACTED if isinstance(value, Secret) else cast("Json", value)
    for problem in value_problems(spec, seen, spec.name):
        raise NodeError("bad_config", problem.message)
    return value


def _bound(source: str, expression: Expression, scope: Scope) -> Formula:
    def widened(roots: Mapping[str, Json]) -> Scope:
        if not roots:
            return scope
        return replace(scope, roots={**scope.roots, **roots})

    return Formula(
        source,
        evaluate=lambda roots: expression.evaluate(widened(roots)),
        test=lambda roots: expression.test(widened(roots)),
    )


def compile_config(
    kind: NodeType, config: Mapping[str, Json], node_ids: frozenset[str], note: Note
) -> Blueprint:
    """Return the compiled config; every problem found on the way is given to `note`."""
    compiler = _Compiler(node_ids, note, {})
    slots = compiler.fields(kind.fields, config, "")
    for problem in kind.check(config):
        note(problem)
    return Blueprint(slots, {place: tuple(paths) for place, paths in compiler.reads.items()})
