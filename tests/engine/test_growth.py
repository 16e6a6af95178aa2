"""A workflow that is four times as large takes four times as long, not more."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest

from apps.engine.builder import Builder
from apps.engine.program import load
from apps.engine.runner import run
from apps.engine.state import ExecutionStatus
from apps.engine.testing import in_memory_ports
from apps.engine.value import NodeId
from apps.nodes import catalogue
from tests.pace import grows_at_most

FOUR_TIMES = 4
# What a busy machine may add to a straight line.
TOLERANCE = 1.35


def chain(count: int) -> Builder:
    #  t ──► n0 ──► n1 ──► …
    builder = Builder().node("t", "trigger:manual")
    for number in range(count):
        builder.then(f"n{number}", "action:set", values={"i": "{{ trigger.i }}"})
    return builder


def fan(count: int) -> Builder:
    #  t ──► n0 ──► join
    #  t ──► n1 ──►
    builder = Builder().node("t", "trigger:manual")
    for number in range(count):
        builder.after("t").then(f"n{number}", "action:set", values={"i": "{{ trigger.i }}"})
    builder.node("join", "control:no_op")
    for number in range(count):
        builder.edge(f"n{number}", "join")
    return builder


def sleepers(count: int) -> Builder:
    #  t ──► n0 (asleep)
    #  t ──► n1 (asleep)
    builder = Builder().node("t", "trigger:manual")
    for number in range(count):
        builder.after("t").then(f"n{number}", "control:delay", duration=f"{number % 7 + 1}m")
    return builder


def dead(count: int) -> Builder:
    #  t ──► if ──true──► n0 ──► n1 ──► … (all skipped)
    builder = Builder().node("t", "trigger:manual").then("if", "control:if", condition="false")
    builder.then("n", "control:no_op", port="true")
    for number in range(count):
        builder.then(f"n{number}", "control:no_op")
    return builder


def loop(concurrency: int) -> Callable[[int], Builder]:
    #  t ──► loop ──body──► in, once for each of `count` items
    def shape(count: int) -> Builder:
        config = {"max_iterations": 100_000, "concurrency": concurrency}
        builder = Builder().node("t", "trigger:manual")
        builder.then("loop", "control:loop", source=list(range(count)), **config)
        return builder.then("in", "action:set", port="body", values={"i": "{{ item }}"})

    return shape


@pytest.fixture(autouse=True)
def _no_garbage_collection() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def runs(shape: Callable[[int], Builder], count: int, times: int) -> Callable[[], None]:
    program = load(shape(count).build(), catalogue())

    def run_all() -> None:
        for _ in range(times):
            outcome = run(program, NodeId("t"), {"i": 1}, in_memory_ports())
            assert outcome.status is ExecutionStatus.COMPLETED

    return run_all


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        (chain, 250),
        (fan, 100),
        (sleepers, 100),
        (dead, 450),
        pytest.param(loop(1), 500, id="loop"),
        pytest.param(loop(20), 500, id="loop-20-at-a-time"),
    ],
)
def test_the_time_grows_with_the_number_of_steps(
    shape: Callable[[int], Builder], count: int
) -> None:
    def as_many_steps(size: int) -> Callable[[], None]:
        return runs(shape, size, count * FOUR_TIMES // size)

    assert grows_at_most(as_many_steps, (count, count * FOUR_TIMES), TOLERANCE)
