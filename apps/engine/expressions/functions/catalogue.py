"""How a function describes itself: names, parameters, an example. Completion, docs and calls read this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeVar

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.evaluation import TEXT_BLOCK, Evaluation
from apps.engine.expressions.kinds import JSON_TYPES, NoneType, called


@dataclass(frozen=True, slots=True)
class Kind:
    """What a parameter accepts; `name` is what the signature shows."""

    name: str
    phrase: str
    types: frozenset[type]


TEXT: Final = Kind("text", "a text", frozenset({str}))
NUMBER: Final = Kind("number", "a number", frozenset({int, float}))
INTEGER: Final = Kind("whole", "a whole number", frozenset({int}))
LIST: Final = Kind("list", "a list", frozenset({list}))
OBJECT: Final = Kind("object", "an object", frozenset({dict}))
ANY: Final = Kind("any", "a value", JSON_TYPES)
DATE: Final = Kind("date", "a date", frozenset({str, int, float}))
TEXT_OR_LIST: Final = Kind("text|list", "a text or a list", frozenset({str, list}))
LIST_OR_OBJECT: Final = Kind("list|object", "a list or an object", frozenset({list, dict}))
SIZED: Final = Kind("text|list|object", "a text, a list or an object", frozenset({str, list, dict}))
TEXT_OR_NULL: Final = Kind("text|null", "a text or null", frozenset({str, NoneType}))


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: Kind
    is_optional: bool = False
    is_repeated: bool = False


def optional(name: str, kind: Kind) -> Parameter:
    """Return a parameter that may be left out; only optional ones follow it."""
    return Parameter(name, kind, is_optional=True)


def repeated(name: str, kind: Kind) -> Parameter:
    """Return a last parameter that may stand once or more."""
    return Parameter(name, kind, is_repeated=True)


Implementation = Callable[..., Any]
_F = TypeVar("_F", bound=Implementation)


def _no_function(*_: Any) -> NoReturn:
    raise TypeError("a form is compiled by the parser's rules and never called")


@dataclass(frozen=True, slots=True)
class Example:
    """An expression over nothing, and what it gives; None where chance or time decide."""

    source: str
    gives: Any = None


@dataclass(frozen=True, slots=True)
class Function:
    """A catalogue entry. `group` orders the docs; `doc` is one sentence for a non-programmer."""

    name: str
    group: str
    parameters: tuple[Parameter, ...]
    gives: str
    doc: str
    example: Example
    aliases: tuple[str, ...] = ()
    is_constant_cost: bool = False
    form: str | None = None
    run: Implementation = _no_function

    @property
    def signature(self) -> str:
        """Return how it is written: `replace(text, old, new) → text`."""
        return f"{self.form or self._written()} → {self.gives}"

    def _written(self) -> str:
        shown = [
            f"{p.name}, …" if p.is_repeated else f"{p.name}?" if p.is_optional else p.name
            for p in self.parameters
        ]
        return f"{self.name}({', '.join(shown)})"

    @property
    def least(self) -> int:
        """Return how many values it needs."""
        return sum(not p.is_optional for p in self.parameters)

    @property
    def most(self) -> float:
        """Return how many values it takes."""
        is_open = bool(self.parameters) and self.parameters[-1].is_repeated
        return float("inf") if is_open else len(self.parameters)

    def parameter(self, index: int) -> Parameter:
        """Return the parameter that value `index` (from 0) is for."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    def accept(self, index: int, value: Any) -> Any:
        """Return `value` ready for parameter `index`.

        Raises:
            ExpressionError: `wrong_type`, the function cannot work with it.
        """
        parameter = self.parameter(index)
        if type(value) in parameter.kind.types:
            return value
        raise ExpressionError(
            "wrong_type",
            f"{self.name}() needs {parameter.kind.phrase} as “{parameter.name}”, "
            f"not {called(value)}.",
        )

    def cost(self, values: list[Any]) -> int:
        """Return the steps that one call takes, because it reads its values through."""
        if self.is_constant_cost:
            return 1
        steps = 1
        for value in values:
            if type(value) is str:
                steps += len(value) // TEXT_BLOCK
            elif type(value) is list or type(value) is dict:
                steps += len(value)
        return steps


class Catalogue:
    """The functions of one group, collected where they are written."""

    def __init__(self, group: str) -> None:
        self.group = group
        self.functions: list[Function] = []

    def function(
        self,
        name: str,
        parameters: tuple[Parameter, ...],
        gives: str,
        example: Example,
        *,
        aliases: tuple[str, ...] = (),
        is_constant_cost: bool = False,
    ) -> Callable[[_F], _F]:
        """Register what it decorates; the docstring's first line becomes the entry's sentence."""

        def register(run: _F) -> _F:
            doc = (run.__doc__ or "").strip().split("\n", maxsplit=1)[0]
            self.functions.append(
                Function(
                    name,
                    self.group,
                    parameters,
                    gives,
                    doc,
                    example,
                    aliases,
                    is_constant_cost=is_constant_cost,
                    run=run,
                )
            )
            return run

        return register

    def form(
        self,
        name: str,
        form: str,
        gives: str,
        doc: str,
        example: Example,
        *,
        aliases: tuple[str, ...] = (),
    ) -> None:
        """Register a form that the parser knows: it binds a name or leaves parts unevaluated."""
        self.functions.append(
            Function(name, self.group, (), gives, doc, example, aliases, form=form)
        )


def apply(function: Function, evaluation: Evaluation, values: list[Any]) -> Any:
    """Return what `function` gives for `values`, paid for.

    Raises:
        ExpressionError: `wrong_type`, `bad_value` or what else the function says.
    """
    accepted = [function.accept(index, value) for index, value in enumerate(values)]
    evaluation.spend(function.cost(accepted))
    return function.run(evaluation, *accepted)


def needs(name: str, what: str) -> ExpressionError:
    """Return the failure of a function whose values are of the right kind but make no sense."""
    return ExpressionError("bad_value", f"{name}() {what}.")


__all__ = [
    "ANY",
    "DATE",
    "INTEGER",
    "LIST",
    "LIST_OR_OBJECT",
    "NUMBER",
    "OBJECT",
    "SIZED",
    "TEXT",
    "TEXT_OR_LIST",
    "TEXT_OR_NULL",
    "Catalogue",
    "Evaluation",
    "Example",
    "Function",
    "Kind",
    "Parameter",
    "needs",
    "optional",
    "repeated",
]
