"""`make bench`: measure gorax on this machine and print one table.

python -m tests.bench [--smoke] [--only w1_sync]
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial

from tests.bench import limits, measures
from tests.bench.limits import reference_ms
from tests.bench.product import running
from tests.bench.rows import Plan, Row


class Table:
    """The rows as they are known, and how far off each is beside its reference loops."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.offs: list[tuple[float, str]] = []
        self.failures: list[str] = []

    def show(self, rows: list[Row], loop_ms: float) -> None:
        """Print rows that were measured beside a loop of `loop_ms`."""
        for row in rows:
            figure, verdict = limits.by_loop(row, loop_ms), limits.verdict(row, loop_ms)
            print(f"{row.shown()} {figure:>12,.2f} {verdict}".rstrip(), flush=True)
            self.names.append(row.name)
            self.offs.append((limits.times_off(row, loop_ms), row.name))

    def take(self, name: str, measure: Callable[[], list[Row]]) -> None:
        """Measure and print; what fails is told at once, and the others are measured all the same."""
        before_ms = reference_ms()
        try:
            rows = measure()
        except (AssertionError, OSError, subprocess.CalledProcessError) as failure:
            self.failures.append(f"{name}: could not be measured: {failure}")
            print(f"FAILED  {self.failures[-1]}", flush=True)
        else:
            self.show(rows, (before_ms + reference_ms()) / 2)

    def refusals(self, *, is_whole: bool) -> list[str]:
        """Return what makes a short run red; of a whole one also limits that no row has met."""
        far = [
            f"{name}: {off:.1f} times its usual cost"
            for off, name in self.offs
            if off >= limits.OFF
        ]
        lost = limits.unmeasured(self.names) if is_whole else []
        return far + [f"{name}: has a limit, but was not measured" for name in lost]


def measured(table: Table, plan: Plan, only: list[str]) -> None:
    """Start a gorax and measure what was asked for; the reference loop runs before and after each measure."""
    before_ms = reference_ms()
    with running() as (product, took_s):
        after_ms = reference_ms()
        name = "W5 start of a prepared checkout, empty database"
        table.show([Row(name, "s", [took_s], "≤ 15 warm")], (before_ms + after_ms) / 2)
        for measure in measures.ALL:
            name = measure.__name__
            if name not in plan.leaves_out and (not only or name in only):
                table.take(name, partial(measure, product, plan))


def main() -> int:
    """Run what was asked for; a short run of everything is red if a row is far off its reference loops."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--smoke", action="store_true", help="one short run of everything, judged")
    parser.add_argument("--only", action="append", default=[], help="names of measures")
    chosen = parser.parse_args()
    plan = Plan.smoke() if chosen.smoke else Plan()
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, reference loop {reference_ms():.0f} ms, fsync on"
    )
    print(f"{'':<66}{'median':>12} {'':<10}{'(range)':<26}{'target':<12} {'by the loop':>12}")
    table = Table()
    measured(table, plan, chosen.only)
    print(f"load {os.getloadavg()[0]:.1f}, reference loop {reference_ms():.0f} ms")
    if not chosen.smoke:
        return 1 if table.failures else 0
    worst, name = max(table.offs)
    print(
        f"worst beside its loops: {name}, {worst:.1f} times its usual cost; {limits.OFF:g} are red"
    )
    refusals = table.failures + table.refusals(is_whole=not chosen.only)
    for each in refusals:
        print(f"RED  {each}")
    return 1 if refusals else 0


if __name__ == "__main__":
    sys.exit(main())
