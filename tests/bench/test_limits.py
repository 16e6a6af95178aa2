"""The gate of a short run: ratios to the reference loop, generous, and never silently gone."""

import pytest

from tests.bench.__main__ import Table
from tests.bench.limits import (
    QUIET_REFERENCE_MS,
    USUAL_AMOUNT,
    USUAL_MS,
    by_loop,
    times_off,
    unmeasured,
    verdict,
)
from tests.bench.rows import Row

NAME = "W1 sync, 16 connections"  # 2.5 ms each
GROWTH = "Loop growth, time per item, 10,000 beside 1,000"  # 1.35 times


def refusals(row: Row, loop_ms: float) -> list[str]:
    table = Table()
    table.show([row], loop_ms)
    return table.refusals(is_whole=False)


@pytest.mark.parametrize(("unit", "value"), [("req/s", 80.0), ("ms", 12.5), ("s", 0.0125)])
def test_what_costs_five_times_its_loops_is_refused_in_every_unit(unit: str, value: float) -> None:
    row = Row(NAME, unit, [value])

    assert refusals(row, QUIET_REFERENCE_MS) == [f"{NAME}: 5.0 times its usual cost"]


@pytest.mark.parametrize(("cost_ms", "loops"), [(12.4, 1), (37.0, 3)])
def test_less_passes_and_a_machine_with_slower_loops_may_take_longer(
    cost_ms: float, loops: int
) -> None:
    assert refusals(Row(NAME, "ms", [cost_ms]), QUIET_REFERENCE_MS * loops) == []


def test_a_rate_of_nothing_is_refused() -> None:
    assert refusals(Row(NAME, "req/s", [0.0]), QUIET_REFERENCE_MS) == [
        f"{NAME}: inf times its usual cost"
    ]


def test_counts_in_a_name_do_not_matter_and_a_row_without_a_limit_passes() -> None:
    assert times_off(Row("W4 200 queued executions drained", "per s", [1.0]), 105.0) > 100
    assert refusals(Row("PSS of all processes", "MiB", [9_999.0]), QUIET_REFERENCE_MS) == []


@pytest.mark.parametrize(
    ("value", "refusal"), [(6.7, []), (-3.0, []), (6.75, [f"{GROWTH}: 5.0 times its usual cost"])]
)
@pytest.mark.parametrize("loop_ms", [QUIET_REFERENCE_MS, QUIET_REFERENCE_MS * 3])
def test_an_amount_is_refused_whatever_the_machines_loops(
    value: float, refusal: list[str], loop_ms: float
) -> None:
    assert refusals(Row(GROWTH, "times", [value]), loop_ms) == refusal


def test_what_cannot_be_measured_is_told_and_stops_nobody_else() -> None:
    table = Table()

    def fails() -> list[Row]:
        raise AssertionError("the server answered 500")

    table.take("w1_sync", fails)
    table.take("w4_backlog", lambda: [Row(NAME, "req/s", [400.0])])

    assert table.failures == ["w1_sync: could not be measured: the server answered 500"]
    assert table.names == [NAME]


def test_a_limit_that_no_row_has_met_is_told() -> None:
    names = [each.replace("*", "200") for each in [*USUAL_MS, *USUAL_AMOUNT]]

    assert unmeasured(names) == []
    assert unmeasured(name for name in names if name != NAME) == [NAME]


@pytest.mark.parametrize(
    ("unit", "value", "figure"),
    [
        ("ms", 30.0, 15.0),
        ("s", 3.0, 1.5),
        ("req/s", 400.0, 800.0),
        ("times", 1.2, 1.2),
        ("%", 4.0, 4.0),
    ],
)
def test_a_machine_with_loops_twice_as_slow_is_taken_for_half_as_fast(
    unit: str, value: float, figure: float
) -> None:
    assert by_loop(Row(NAME, unit, [value]), 2 * QUIET_REFERENCE_MS) == figure


@pytest.mark.parametrize(
    ("unit", "value", "target", "said"),
    [
        ("req/s", 1_000.0, "≥ 1,000", "met"),
        ("req/s", 500.0, "≥ 1,000", "met by the loop"),
        ("req/s", 499.0, "≥ 1,000", "missed"),
        ("s", 15.0, "≤ 15 warm", "met"),
        ("ms", 0.6, "≤ 0.3", "met by the loop"),
        ("ms", 0.7, "≤ 0.3", "missed"),
        ("times", 1.36, "≤ 1.35", "missed"),
        ("%", -2.0, "< 5", "met"),
        ("ms", 7.0, "", ""),
    ],
)
def test_a_row_says_whether_its_target_is_met_as_it_is_or_by_the_loop(
    unit: str, value: float, target: str, said: str
) -> None:
    assert verdict(Row(NAME, unit, [value], target), 2 * QUIET_REFERENCE_MS) == said
