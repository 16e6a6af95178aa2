"""Rows and their percentiles: each value one that was measured, each run a figure of its own."""

import pytest

from tests.bench.rows import Plan, at_share, percentiles

HUNDRED = [float(number) for number in range(100, 0, -1)]


@pytest.mark.parametrize(
    ("values", "share", "value"),
    [(HUNDRED, 0.50, 51.0), (HUNDRED, 0.99, 100.0), ([3.0], 0.99, 3.0), ([], 0.50, 0.0)],
)
def test_a_share_is_one_of_the_values_whatever_their_order(
    values: list[float], share: float, value: float
) -> None:
    assert at_share(values, share) == value


def test_each_run_gives_one_value_to_each_percentile_and_the_row_shows_their_median() -> None:
    rows = percentiles("queue", "ms", [HUNDRED, [7.0], [9.0]], ("≤ 1", "≤ 2", "≤ 3"))

    assert [(row.name, row.values, row.median, row.target) for row in rows] == [
        ("queue, p50", [51.0, 7.0, 9.0], 9.0, "≤ 1"),
        ("queue, p95", [96.0, 7.0, 9.0], 9.0, "≤ 2"),
        ("queue, p99", [100.0, 7.0, 9.0], 9.0, "≤ 3"),
    ]


def test_a_short_run_is_shorter_in_everything() -> None:
    short, whole = Plan.smoke(), Plan()

    assert short.runs * short.seconds < whole.runs * whole.seconds
    for name in ("executions", "backlog", "queued", "stored", "singles"):
        assert getattr(short, name) < getattr(whole, name)
