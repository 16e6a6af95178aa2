"""One source is compiled and evaluated: it gives JSON or a typed failure, in bounded time, and nothing else."""

import random
import time
from dataclasses import dataclass
from typing import Any

from apps.engine.errors import EngineError
from apps.engine.expressions import ExpressionError, Scope, compile_expression
from apps.engine.expressions.jsonpath import compile_jsonpath
from apps.engine.template import compile_template, problems_of
from apps.engine.value import Json, is_json
from tests.engine.expressions.asking import SEED
from tests.fuzz.sources import KINDS, ROOTS, SEARCHED, SHARES

# What one source may cost, in ms on the machine for which our figures are meant.
MOST_MS = 300.0


@dataclass(frozen=True, slots=True)
class Case:
    """A source, reproducible from its seed."""

    seed: str
    kind: str
    source: Any


def case(seed: str) -> Case:
    """Return the case of that seed, the same one on every machine."""
    draw = random.Random(seed)  # noqa: S311 - it chooses what to try, nothing that must not be guessed
    kind = draw.choice(SHARES)
    return Case(seed, kind, KINDS[kind](draw))


def outcome(tried: Case) -> str:
    """Return `ok` or the code of the typed failure.

    Raises:
        AssertionError: the value is no JSON, the failure says nothing, or the checker and the engine disagree.
        Exception: whatever escaped; each is a fault.
    """
    try:
        value = _value(tried)
    except ExpressionError as error:
        return _explained(error)
    except EngineError as error:
        assert tried.kind == "template", "only a template has an allowance"
        return error.code
    assert is_json(value), "what came of it is no JSON"
    return "ok"


def _explained(error: ExpressionError) -> str:
    assert str(error), "a failure says nothing"
    assert str(error).isprintable(), "a failure shows what cannot be printed"
    return error.code


def _value(tried: Case) -> Json:
    if tried.kind == "expression":
        return compile_expression(tried.source).evaluate(Scope(ROOTS, SEED))
    if tried.kind == "jsonpath":
        return compile_jsonpath(tried.source).find(SEARCHED)
    found = problems_of(tried.source)
    try:
        compiled = compile_template(tried.source)
    except ExpressionError:
        assert found, "the checker lets pass what the engine refuses"
        raise
    assert not found, "the checker refuses what the engine takes"
    rendered: Json = compiled.render(Scope(ROOTS, SEED))
    return rendered


def cost_ms(tried: Case) -> float:
    """Return the milliseconds of this thread's processor time that the case takes."""
    began_s = time.thread_time()
    outcome(tried)
    return (time.thread_time() - began_s) * 1000
