"""Speed, as ratios to a loop of plain Python that is measured beside it: the machine may be slow or busy."""

import gc
import json
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.engine.expressions import ExpressionError, Scope, compile_expression
from apps.engine.expressions.jsonpath import compile_jsonpath
from apps.engine.template import compile_template
from tests.engine.expressions.asking import SEED, scope
from tests.engine.expressions.hostile import BOMBS
from tests.pace import is_within_loops

CONDITION = (
    'trigger.ref == "refs/heads/main" && trigger.commits[0].id != null && size(trigger.commits) > 3'
)


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


def test_a_compiled_condition_takes_50_us_at_most_with_a_250_kb_trigger() -> None:
    condition = compile_expression(CONDITION)
    large = scope({"trigger": payload(250)})
    assert condition.test(large) is True

    assert is_within_loops(lambda: [condition.test(large) for _ in range(200)], 200 * 0.05)


def test_a_condition_does_the_same_whatever_the_size_of_what_it_does_not_read() -> None:
    condition = compile_expression(CONDITION)
    small, large = scope({"trigger": payload(1)}), scope({"trigger": payload(1000)})
    condition.test(small)

    assert lines_and_bytes(lambda: condition.test(large)) == lines_and_bytes(
        lambda: condition.test(small)
    )


def lines_and_bytes(run: Callable[[], object]) -> tuple[int, int]:
    """Count the lines that `run` executes and the bytes that it holds at its peak: a scan or a copy shows."""
    lines = 0

    def trace(frame: object, event: str, argument: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    sys.settrace(trace)
    run()
    sys.settrace(None)
    tracemalloc.start()
    try:
        run()
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        run()
        return lines, tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def test_a_template_of_ten_fields_takes_a_quarter_of_a_millisecond_at_most() -> None:
    template = compile_template(
        {f"field-{n}": "n = {{ trigger.commits[0].n + 1 }}" for n in range(10)}
    )
    large = scope({"trigger": payload(250)})

    assert is_within_loops(lambda: [template.render(large) for _ in range(50)], 50 * 0.25)


def test_compiling_takes_a_millisecond_at_most() -> None:
    sources = iter(f"{CONDITION} && trigger.n != {number}" for number in range(100_000))

    assert is_within_loops(lambda: [compile_expression(next(sources)) for _ in range(50)], 50)


def test_a_filter_is_searched_in_a_250_kb_event_within_15_ms() -> None:
    path = compile_jsonpath("$.commits[?@.n == 4 && @.author.name == 'Ann'].id")
    body = payload(250)
    assert path.first(body) == "a" * 40

    assert is_within_loops(lambda: path.find(body), 15)


@pytest.mark.parametrize(
    "source", BOMBS, ids=lambda source: source[:30].encode("ascii", "backslashreplace").decode()
)
def test_the_most_expensive_expressions_end_within_a_third_of_a_second(source: str) -> None:
    bomb = Scope({"n": list(range(1000)), "big": "ab" * 250_000}, SEED)

    def explode() -> None:
        try:
            compile_expression(source).evaluate(bomb)
        except ExpressionError:
            return

    assert is_within_loops(explode, 300, times=1)
