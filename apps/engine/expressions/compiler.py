"""Tree → closures. Each takes the evaluation under way and returns a JSON value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.engine.expressions.ast import (
    Call,
    Chain,
    Choice,
    Coalesce,
    Comprehension,
    Has,
    Index,
    ListLiteral,
    Literal,
    Logic,
    MapLiteral,
    Node,
    Path,
    Segment,
    Select,
    Step,
    Unary,
    Variable,
    weigh,
)
from apps.engine.expressions.comprehensions import Parts, boolean, comprehension
from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.evaluation import (
    STEPS_OF_A_FAILURE,
    BudgetExceededError,
    Evaluation,
    Run,
    located,
)
from apps.engine.expressions.functions.all import function_named
from apps.engine.expressions.functions.catalogue import Function, apply
from apps.engine.expressions.functions.chance import now
from apps.engine.expressions.kinds import HARMLESS_TYPES, called, plain
from apps.engine.expressions.lookup import MISSING, MissingError, clipped, find
from apps.engine.expressions.operators import BINARY, Operator, complement, negate
from apps.engine.expressions.patterns import compiled

# What lies below it is a Secret; only templates let a path there stand, as the value itself.
SECRETS_ROOT = "credentials"
# The one path that is a function of the seed: a later rendering must not see a later clock.
_CLOCK = ("env", "current_timestamp")


def compile_node(node: Node) -> Run:
    """Return the closure of a tree.

    Raises:
        ExpressionError: `unknown_function`, `wrong_arguments`, `bad_pattern`.
    """
    return _COMPILERS[type(node)](node)


# --- paths

_Look = Callable[[Evaluation], tuple[Any, tuple[Segment, ...]]]


def _value(node: Path | Select | Index) -> Run:
    run = _lookup(node)
    if isinstance(node, Path) and node.segments[0] == SECRETS_ROOT:
        return run

    def plainly(evaluation: Evaluation) -> Any:
        value = run(evaluation)
        return value if type(value) in HARMLESS_TYPES else plain(value)

    return plainly


def _lookup(node: Path | Select | Index) -> Run:
    position, shown, look = node.position, _shown(node), _look(node)
    # Nothing may be sent in the place of a secret, so one that is missing is never null.
    is_secret = isinstance(node, Path) and node.segments[0] == SECRETS_ROOT

    def lookup(evaluation: Evaluation) -> Any:
        base, segments = look(evaluation)
        value = find(base, segments)
        if value is not MISSING:
            return value
        if evaluation.nulls and not is_secret:
            return None
        raise MissingError(base, segments, shown, position)

    if isinstance(node, Path) and node.segments == _CLOCK:
        return lambda evaluation: now(evaluation) if evaluation.seed else lookup(evaluation)
    return lookup


def _look(node: Node) -> _Look:
    """Return a closure that gives a base and all segments below it, so that nothing on the way loads."""
    match node:
        case Path(segments=segments):
            return lambda evaluation: (evaluation.roots, segments)
        case Select(base=base, segments=segments):
            select = _look(base)

            def selected(evaluation: Evaluation) -> tuple[Any, tuple[Segment, ...]]:
                value, outer = select(evaluation)
                return value, (*outer, *segments)

            return selected
        case Index(base=base, index=index, position=position):
            return _indexed(_look(base), compile_node(index), position)
        case _:
            run = compile_node(node)
            return lambda evaluation: (run(evaluation), ())


def _indexed(look: _Look, index: Run, position: int) -> _Look:
    def indexed(evaluation: Evaluation) -> tuple[Any, tuple[Segment, ...]]:
        value, outer = look(evaluation)
        return value, (*outer, _segment(index(evaluation), position))

    return indexed


def _segment(value: Any, position: int) -> Segment:
    if type(value) is str or type(value) is int:
        return value
    raise ExpressionError(
        "wrong_type",
        f"In [ ] stands a whole number or a name, not {_called_exactly(value)}.",
        position=position,
    )


def _called_exactly(value: Any) -> str:
    return "a decimal; see int()" if type(value) is float else called(value)


def _shown(node: Node) -> str:
    """Return what comes before the missing segments in the sentence about them."""
    match node:
        case Select(base=base) | Index(base=base):
            return _shown(base)
        case Path():
            return ""
        case Variable(name=name):
            return name
        case _:
            return "the result"


def _has(node: Has) -> Run:
    operand = node.operand
    look = _look(operand)
    is_clock = isinstance(operand, Path) and operand.segments == _CLOCK

    def has(evaluation: Evaluation) -> bool:
        if is_clock and evaluation.seed:
            return True
        try:
            return find(*look(evaluation)) is not MISSING
        except MissingError:
            return False

    return has


# --- operators


def _steps(node: Chain) -> Run:
    first = compile_node(node.first)
    if len(node.steps) == 1:
        return _binary(first, node.steps[0])
    parts = [(_operator(step), compile_node(step.operand), step.position) for step in node.steps]
    return _chain(first, parts)


def _operator(step: Step) -> Operator:
    if step.operator in BINARY:
        return BINARY[step.operator]
    function = function_named(step.operator)
    if function.name == "matches":
        _check_pattern(step.operand)
    return lambda evaluation, left, right: apply(function, evaluation, [left, right])


def _binary(first: Run, step: Step) -> Run:
    operate, second, position = _operator(step), compile_node(step.operand), step.position

    def binary(evaluation: Evaluation) -> Any:
        left, right = first(evaluation), second(evaluation)
        try:
            return operate(evaluation, left, right)
        except ExpressionError as error:
            raise located(error, position) from None

    return binary


def _chain(first: Run, parts: list[tuple[Operator, Run, int]]) -> Run:
    def chain(evaluation: Evaluation) -> Any:
        value = first(evaluation)
        for operate, second, position in parts:
            right = second(evaluation)
            try:
                value = operate(evaluation, value, right)
            except ExpressionError as error:
                raise located(error, position) from None
        return value

    return chain


def _unary(node: Unary) -> Run:
    run, position = compile_node(node.operand), node.position
    apply_sign = negate if node.operator == "-" else complement

    def unary(evaluation: Evaluation) -> Any:
        value = run(evaluation)
        try:
            return apply_sign(value)
        except ExpressionError as error:
            raise located(error, position) from None

    return unary


def _logic(node: Logic) -> Run:
    """Return CEL's logic: an operand that decides outweighs one that fails, on either side."""
    operator, decisive = node.operator, node.operator == "||"
    runs = [(compile_node(operand), operand.position) for operand in node.operands]

    def logic(evaluation: Evaluation) -> bool:
        failure: Exception | None = None
        for run, position in runs:
            try:
                if boolean(run(evaluation), f"“{operator}”", position) is decisive:
                    return decisive
            except BudgetExceededError:
                raise
            except (ExpressionError, MissingError) as error:
                failure = failure or error
                evaluation.spend(STEPS_OF_A_FAILURE)
        if failure is not None:
            raise failure
        return not decisive

    return logic


def _coalesce(node: Coalesce) -> Run:
    *tried, last = map(compile_node, node.operands)

    def coalesce(evaluation: Evaluation) -> Any:
        for run in tried:
            try:
                value = run(evaluation)
            except MissingError:
                evaluation.spend(STEPS_OF_A_FAILURE)
                continue
            if value is not None:
                return value
        return last(evaluation)

    return coalesce


def _choice(node: Choice) -> Run:
    cases = [
        (compile_node(condition), compile_node(value), condition.position)
        for condition, value in node.cases
    ]
    otherwise = compile_node(node.otherwise)

    def choice(evaluation: Evaluation) -> Any:
        for condition, value, position in cases:
            if boolean(condition(evaluation), "A condition", position):
                return value(evaluation)
        return otherwise(evaluation)

    return choice


# --- what makes values


def _call(node: Call) -> Run:
    position = node.position
    try:
        function = function_named(node.name)
    except ExpressionError as error:
        raise located(error, position) from None
    _check_arguments(function, node)
    runs = [compile_node(argument) for argument in node.arguments]

    def call(evaluation: Evaluation) -> Any:
        values = [run(evaluation) for run in runs]
        try:
            return apply(function, evaluation, values)
        except ExpressionError as error:
            raise located(error, position) from None

    return call


def _check_arguments(function: Function, node: Call) -> None:
    count = len(node.arguments)
    if function.form or not function.least <= count <= function.most:
        raise ExpressionError(
            "wrong_arguments",
            f"{function.name}() is written {function.signature}; {count} values are given.",
            position=node.position,
        )
    if function.name == "matches":
        _check_pattern(node.arguments[1])


def _check_pattern(node: Node) -> None:
    if isinstance(node, Literal) and isinstance(node.value, str):
        try:
            compiled(node.value)
        except ExpressionError as error:
            raise located(error, node.position) from None


def _literal(node: Literal) -> Run:
    value = node.value
    return lambda _: value


def _variable(node: Variable) -> Run:
    slot = node.slot
    return lambda evaluation: evaluation.frame[slot]


def _list(node: ListLiteral) -> Run:
    runs = [compile_node(item) for item in node.items]
    return lambda evaluation: [run(evaluation) for run in runs]


def _map(node: MapLiteral) -> Run:
    pairs = [(compile_node(key), compile_node(value), key.position) for key, value in node.entries]

    def make(evaluation: Evaluation) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value, position in pairs:
            name = key(evaluation)
            if type(name) is not str:
                raise ExpressionError(
                    "wrong_type",
                    f"A name in {{ }} is a text, not {called(name)}.",
                    position=position,
                )
            if name in made:
                raise ExpressionError(
                    "bad_value",
                    f"The name “{clipped(name)}” stands twice in {{ }}.",
                    position=position,
                )
            made[name] = value(evaluation)
        return made

    return make


def _comprehension(node: Comprehension) -> Run:
    condition = None if node.condition is None else compile_node(node.condition)
    return comprehension(
        Parts(
            kind=node.kind,
            source=compile_node(node.source),
            slot=node.slot,
            condition=condition,
            body=compile_node(node.body),
            weight=weigh(node) - weigh(node.source),
            position=node.position,
        )
    )


_COMPILERS: dict[type, Callable[[Any], Run]] = {
    Literal: _literal,
    Variable: _variable,
    Path: _value,
    Select: _value,
    Index: _value,
    Has: _has,
    Unary: _unary,
    Chain: _steps,
    Logic: _logic,
    Coalesce: _coalesce,
    Choice: _choice,
    Call: _call,
    ListLiteral: _list,
    MapLiteral: _map,
    Comprehension: _comprehension,
}
