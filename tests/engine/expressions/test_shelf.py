"""What is compiled is kept within a bound, whatever a tenant writes."""

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.engine import template
from apps.engine.expressions import ExpressionError, compile_expression, expression
from apps.engine.expressions.shelf import Shelf
from apps.engine.template import compile_template
from tests.engine.expressions.asking import scope


def test_what_was_asked_for_last_is_kept_and_the_oldest_go_a_quarter_at_once() -> None:
    shelf: Shelf[str] = Shelf(4)
    made: list[str] = []

    def get(key: str, weight: int = 1) -> str:
        def make() -> tuple[str, int]:
            made.append(key)
            return key.upper(), weight

        return shelf.get(key, make)

    assert [get(key) for key in "abcd"] == ["A", "B", "C", "D"]
    assert get("a") == "A"
    assert get("e") == "E"
    assert [get(key) for key in "dae"] == ["D", "A", "E"]
    assert made == list("abcde")
    assert [get(key) for key in "bc"] == ["B", "C"]
    assert made == list("abcdebc")
    assert get("heavy", weight=9) == "HEAVY"
    assert len(shelf) == 0


def test_what_another_thread_has_just_taken_away_is_still_given() -> None:
    shelf: Shelf[int] = Shelf(4)

    class Vanishing(OrderedDict[object, tuple[int, int]]):
        def move_to_end(self, key: object, last: bool = True) -> None:
            self.clear()
            super().move_to_end(key, last)

    shelf._kept = Vanishing({"a": (1, 1)})

    assert shelf.get("a", lambda: (2, 1)) == 1
    assert len(shelf) == 0


def test_what_fails_is_not_kept() -> None:
    shelf: Shelf[int] = Shelf(3)

    def fail() -> tuple[int, int]:
        raise ExpressionError("syntax_error", "no")

    with pytest.raises(ExpressionError):
        shelf.get("a", fail)

    assert shelf.get("a", lambda: (1, 1)) == 1
    assert len(shelf) == 1


def test_a_weight_that_was_counted_wrongly_is_counted_anew() -> None:
    shelf: Shelf[int] = Shelf(4)

    assert shelf.get("a", lambda: (shelf.get("a", lambda: (1, 2)), 2)) == 1
    assert shelf._weight == 4
    assert shelf.get("b", lambda: (2, 1)) == 2
    assert shelf._weight == 3
    assert len(shelf) == 2


def test_many_threads_compile_and_evaluate_at_once() -> None:
    def work(number: int) -> bool:
        source = f"xs.filter(x, x > {number % 7}).map(y, y * 2) == ys"
        expected = [2 * x for x in range(10) if x > number % 7]
        return compile_expression(source).test(scope({"xs": list(range(10)), "ys": expected}))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(400)))


def test_a_tenant_that_writes_heavy_expressions_fills_no_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(expression, "_EXPRESSIONS", Shelf(2_000))
    monkeypatch.setattr(template, "_TEXTS", Shelf(2_000))

    for number in range(12):
        compile_expression("+".join(["a.b"] * 500) + f"+{number}")
        compile_template("{{ " + "+".join(["a.b"] * 490) + f"+{number}" + " }}" + "x" * 20_000)

    for shelf in (expression._EXPRESSIONS, template._TEXTS):
        assert 1 <= len(shelf) <= 3
        assert sum(weight for _, weight in shelf._kept.values()) == shelf._weight <= 2_000
