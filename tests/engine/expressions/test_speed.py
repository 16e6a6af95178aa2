"""Speed, as ratios to a loop of plain Python that is measured beside it: the machine may be slow or busy."""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.engine.expressions import ExpressionError, Scope, compile_expression
from apps.engine.expressions.jsonpath import compile_jsonpath
from apps.engine.template import compile_template
from tests.engine.expressions.asking import SEED, scope
from tests.engine.expressions.hostile import BOMBS

CONDITION = (
    'trigger.ref == "refs/heads/main" && trigger.commits[0].id != null && size(trigger.commits) > 3'
)


def cpu_s(run: Callable[[], object], times: int) -> float:
    """Return the least processor time of one of `times` runs; other processes do not count."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best


@pytest.fixture(scope="module", autouse=True)
def own_garbage() -> Iterator[None]:
    """Keep what other tests left behind out of the collections that these cause."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def unobserved() -> Iterator[None]:
    """Take away what a coverage run traces, for it slows our code down but not the reference."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


def reference_loop() -> int:
    """About 1 ms on the machine for which the figures of this file are meant (a 2024 server core)."""
    total = 0
    for number in range(20_000):
        total += number % 7
    return total


@pytest.fixture
def one_ms(unobserved: None) -> float:
    """The loop's time now: the median, because a busy neighbour slows long runs down too."""
    return statistics.median(cpu_s(reference_loop, 1) for _ in range(15))


def payload(kilobytes: int) -> dict[str, Any]:
    row = {
        "id": "a" * 40,
        "message": "m" * 60,
        "author": {"name": "Ann"},
        "added": ["a.py"],
        "distinct": True,
    }
    rows = max(5, kilobytes * 1024 // len(json.dumps({**row, "n": 1000})))
    return {"ref": "refs/heads/main", "commits": [{**row, "n": number} for number in range(rows)]}


def test_a_compiled_condition_takes_50_us_at_most_with_a_250_kb_trigger(one_ms: float) -> None:
    condition = compile_expression(CONDITION)
    large = scope({"trigger": payload(250)})
    assert condition.test(large) is True

    each = cpu_s(lambda: [condition.test(large) for _ in range(200)], 10) / 200

    assert each <= 0.05 * one_ms


def test_a_condition_costs_the_same_whatever_the_size_of_what_it_does_not_read() -> None:
    condition = compile_expression(CONDITION)
    small, large = scope({"trigger": payload(1)}), scope({"trigger": payload(1000)})

    of_small = cpu_s(lambda: [condition.test(small) for _ in range(500)], 15)
    of_large = cpu_s(lambda: [condition.test(large) for _ in range(500)], 15)

    assert of_large <= 1.5 * of_small


def test_a_template_of_ten_fields_takes_a_quarter_of_a_millisecond_at_most(one_ms: float) -> None:
    template = compile_template(
        {f"field-{n}": "n = {{ trigger.commits[0].n + 1 }}" for n in range(10)}
    )
    large = scope({"trigger": payload(250)})

    each = cpu_s(lambda: [template.render(large) for _ in range(50)], 10) / 50

    assert each <= 0.25 * one_ms


def test_compiling_takes_a_millisecond_at_most(one_ms: float) -> None:
    sources = iter(f"{CONDITION} && trigger.n != {number}" for number in range(100_000))

    each = cpu_s(lambda: [compile_expression(next(sources)) for _ in range(50)], 10) / 50

    assert each <= one_ms


def test_a_filter_is_searched_in_a_250_kb_event_within_15_ms(one_ms: float) -> None:
    path = compile_jsonpath("$.commits[?@.n == 4 && @.author.name == 'Ann'].id")
    body = payload(250)
    assert path.first(body) == "a" * 40

    assert cpu_s(lambda: path.find(body), 5) <= 15 * one_ms


@pytest.mark.parametrize(
    "source", BOMBS, ids=lambda source: source[:30].encode("ascii", "backslashreplace").decode()
)
def test_the_most_expensive_expressions_end_within_a_third_of_a_second(
    source: str, one_ms: float
) -> None:
    bomb = Scope({"n": list(range(1000)), "big": "ab" * 250_000}, SEED)

    def explode() -> None:
        try:
            compile_expression(source).evaluate(bomb)
        except ExpressionError:
            return

    start = time.process_time()
    explode()
    taken = time.process_time() - start
    if taken > 300 * one_ms:
        taken = cpu_s(explode, 3)

    assert taken <= 300 * one_ms
