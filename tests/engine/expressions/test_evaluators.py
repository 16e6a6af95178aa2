"""Our compiler against both CEL libraries, behind one port: where we agree, and where we differ on purpose."""

import os
import subprocess
import sys
from typing import Any

import pytest

from apps.engine.expressions import Expression, ExpressionError, Scope
from apps.engine.expressions.evaluators import Evaluator, evaluator
from apps.engine.expressions.references import CelExprPython
from tests.engine.expressions.asking import exactly
from tests.engine.expressions.cel_cases import AGREED, DIFFERENT, NO, REFUSED_BY_ALL, STEPS, TRIGGER

NAMES = ("closures", "cel-python", "cel-expr-python")
SCOPE = Scope({"trigger": TRIGGER, "steps": STEPS})


@pytest.fixture(scope="module", params=NAMES)
def any_evaluator(request: pytest.FixtureRequest) -> Evaluator:
    return evaluator(request.param)


def outcome(name: str, source: str) -> Any:
    """Return the value, NO for a refusal; anything else that is raised is a fault."""
    try:
        return evaluator(name).compile(source).evaluate(SCOPE)
    except ExpressionError:
        return NO


def same(one: Any, other: Any) -> bool:
    return one is other or (NO not in (one, other) and exactly(one) == exactly(other))


def test_there_are_enough_cases_to_believe_in() -> None:
    assert len(set(AGREED)) >= 150
    assert len(set(REFUSED_BY_ALL)) >= 30
    assert len(AGREED + REFUSED_BY_ALL) == len(set(AGREED + REFUSED_BY_ALL))


@pytest.mark.parametrize("source", AGREED)
def test_all_three_give_the_same_value(source: str) -> None:
    ours, *theirs = (outcome(name, source) for name in NAMES)

    assert ours is not NO
    assert all(same(ours, other) for other in theirs), theirs


@pytest.mark.parametrize("source", REFUSED_BY_ALL)
def test_all_three_refuse(source: str) -> None:
    assert [outcome(name, source) for name in NAMES] == [NO, NO, NO]


@pytest.mark.parametrize(("source", "here", "python", "native", "why"), DIFFERENT)
def test_a_difference_is_exactly_the_one_that_is_written_down(
    source: str, here: Any, python: Any, native: Any, why: str
) -> None:
    outcomes = [outcome(name, source) for name in NAMES]

    assert all(map(same, outcomes, (here, python, native))), outcomes
    assert not (same(here, python) and same(here, native))
    assert why


def test_every_evaluator_is_reached_through_the_same_port(any_evaluator: Evaluator) -> None:
    compiled = any_evaluator.compile(
        "trigger.b == 1 && trigger.s == 'Ann'", node_ids=frozenset({"a-1"})
    )

    assert compiled.source == "trigger.b == 1 && trigger.s == 'Ann'"
    assert compiled.test(SCOPE) is True
    assert compiled.evaluate(SCOPE) is True


@pytest.mark.parametrize(
    ("source", "code"),
    [("1 +", "syntax_error"), ("'a", "syntax_error"), ("trigger.s", "not_boolean")],
)
def test_every_evaluator_refuses_with_our_failures(
    any_evaluator: Evaluator, source: str, code: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        any_evaluator.compile(source).test(SCOPE)

    assert caught.value.code == code


@pytest.mark.parametrize("name", ["cel-python", "cel-expr-python"])
def test_a_reference_reports_a_missing_path_in_its_own_words(name: str) -> None:
    with pytest.raises(ExpressionError, match="zz") as caught:
        evaluator(name).compile("trigger.zz").evaluate(SCOPE)

    assert caught.value.code == "reference_failed"


@pytest.mark.parametrize("name", ["cel-python", "cel-expr-python"])
def test_a_reference_gives_json_or_refuses(name: str) -> None:
    for source in ("timestamp('2024-01-01T00:00:00Z')", "duration('1h')", "type(1)"):
        with pytest.raises(ExpressionError) as caught:
            evaluator(name).compile(source).evaluate(SCOPE)

        assert caught.value.code in ("not_json", "reference_failed")


def test_cel_expr_python_is_told_the_names_of_other_roots() -> None:
    compiled = CelExprPython(roots=("row",)).compile("row.a + 1")

    assert compiled.evaluate(Scope({"row": {"a": 1}})) == 2


def test_closures_are_what_compile_expression_gives() -> None:
    assert isinstance(evaluator("closures").compile("1"), Expression)


def test_an_evaluator_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(ExpressionError, match="There is no evaluator “jexl”") as caught:
        evaluator("jexl")

    assert caught.value.code == "unknown_evaluator"


def test_nobody_loads_the_libraries_unless_they_are_asked_for() -> None:
    program = (
        "import sys; from apps.engine.expressions.evaluators import evaluator; import apps.engine.template;"
        "evaluator('closures').compile('1 + 1');"
        "sys.exit(str([name for name in sys.modules if name in ('celpy', 'cel_expr_python', 'lark', 'django')]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )

    assert done.stderr.strip() == "[]"
