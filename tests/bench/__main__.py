"""`make bench`: measure gorax on this machine and print one table.

python -m tests.bench [--smoke] [--only w1_sync]
"""

import argparse
import os
import sys
import time

from tests.bench import measures
from tests.bench.product import running


def reference_ms() -> float:
    """Return the milliseconds of a fixed loop: what this machine is worth right now."""
    began_at = time.perf_counter()
    total = 0
    for number in range(3_000_000):
        total += number & 7
    return (time.perf_counter() - began_at) * 1000


def main() -> int:
    """Run what was asked for; print each row as it is known."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--smoke", action="store_true", help="one short run of everything")
    parser.add_argument("--only", action="append", default=[], help="names of measures")
    chosen = parser.parse_args()
    plan = measures.Plan.smoke() if chosen.smoke else measures.Plan()
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, reference loop {reference_ms():.0f} ms, fsync on"
    )
    with running() as (product, took_s):
        print(
            measures.Row(
                "W5 start of a prepared checkout, empty database", "s", [took_s], "≤ 15 warm"
            ).shown()
        )
        for measure in measures.ALL:
            if chosen.only and measure.__name__ not in chosen.only:
                continue
            for row in measure(product, plan):
                print(row.shown(), flush=True)
    print(f"load {os.getloadavg()[0]:.1f}, reference loop {reference_ms():.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
