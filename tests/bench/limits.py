"""When a short run is red: not by what a row says, for machines differ, but by how many reference loops it costs."""

import re
import time
from collections.abc import Iterable
from fnmatch import fnmatchcase

from tests.bench.rows import Row

# CI runs on whatever is free, for seconds: only what is this many times off is a fact about the product.
OFF = 5.0
# What the reference loop takes on a quiet machine of the kind that the targets speak of.
QUIET_REFERENCE_MS = 105.0
# What a row costs there, in ms; of a rate, the ms for each. `*` stands for counts that differ from run to run.
USUAL_MS = {
    "W5 start of a prepared checkout, empty database": 10_000.0,
    "W2 chain of 40 set nodes, per step": 0.5,  # the wait for a worker is part of it
    "W2 chain of 40 calls, per step, the call included": 5.0,
    "W3 100 calls side by side and a join": 1_000.0,
    "W2 chain of 40 calls, overhead per step": 5.0,
    "W2 chain of 40 scripts, per step, the script included": 15.0,
    "W2 chain of 40 scripts, the engine's share per step": 2.8,
    "Loop of 1,000 pure items": 400.0,
    "Loop of 10,000 pure items": 3_000.0,
    "Loop of 1,000 calls, 20 at a time": 5_000.0,
    "Document of 1,000 nodes, checked, in a process of its own": 100.0,
    "Document of 1,000 nodes, POST /workflows, checked and saved": 200.0,
    "Document of 1,000 nodes, run": 2_000.0,
    "Tenant B's wait for a worker, idle, p95": 20.0,
    "Tenant B's wait beside A's * pure executions, p95": 100.0,
    "Tenant B's wait beside A's * calls of a second, p95": 270.0,
    "A158 GET /workflows, 4 connections, p50": 15.0,
    "A159 one execution of W1, from accepted to ended, p50": 15.0,
    "A160 its end on an open page, from ended to heard, p50": 5.0,
    "A161 a query under mixed load, p50": 0.4,
    "A162 its wait for a worker, p50": 10.0,
    "W1 accept, 1 connections, p95": 5.0,
    "W1 accept, 16 connections": 1.0,
    "W1 sync, 1 connections, p50": 6.0,
    "W1 sync, 16 connections": 2.5,
    "W4 * queued executions drained": 1.7,
    "W6 executions, first page, * stored, p50": 15.0,
    "W6 executions, first page, * stored, in the database": 1.0,
    "W6 executions, status=failed, * stored, p50": 15.0,
    "W6 executions, status=failed, * stored, in the database": 1.0,
}
# What no machine's speed changes; negative is as good as nothing.
USUAL_AMOUNT = {
    "Loop growth, time per item, 10,000 beside 1,000": 1.35,
    "Document growth, time per node, 1,000 beside 100": 1.35,
    "Worker's RSS, grown by * executions": 5.0,
    "Worker's largest RSS while a file of 50 MB passes": 150.0,
}
TARGET = re.compile(r"(?P<sign>[<≤≥]) (?P<bound>[\d.,]+)")
# Units that count something else than time.
TIMELESS = {"times", "%", "MB", "MiB", ""}
MS_PER_UNIT = {"s": 1_000.0, "ms": 1.0}


def reference_ms() -> float:
    """Return the milliseconds of a fixed loop: what this machine is worth right now."""
    began_at = time.perf_counter()
    total = 0
    for number in range(3_000_000):
        total += number & 7
    return (time.perf_counter() - began_at) * 1000


def cost_ms(row: Row) -> float:
    """Return what one of what a row counts took; its unit says whether it is a time or a rate."""
    if row.unit in MS_PER_UNIT:
        return row.median * MS_PER_UNIT[row.unit]
    return 1_000.0 / row.median if row.median else float("inf")


def times_off(row: Row, loop_ms: float) -> float:
    """Return how many times its usual reference loops, or amount, a row costs; 0 if it has no limit.

    `loop_ms`: what the reference loop took beside it.
    """
    for pattern, usual in USUAL_AMOUNT.items():
        if fnmatchcase(row.name, pattern):
            return row.median / usual
    for pattern, usual_ms in USUAL_MS.items():
        if fnmatchcase(row.name, pattern):
            return (cost_ms(row) / loop_ms) / (usual_ms / QUIET_REFERENCE_MS)
    return 0.0


def by_loop(row: Row, loop_ms: float) -> float:
    """Return what a row would be on the machine that the targets speak of, if only its loops differed."""
    if row.unit in TIMELESS:
        return row.median
    slower = loop_ms / QUIET_REFERENCE_MS
    return row.median / slower if row.unit in MS_PER_UNIT else row.median * slower


def verdict(row: Row, loop_ms: float) -> str:
    """Say whether a row has met its target, or would have by the loop; nothing if it has none."""
    target = TARGET.match(row.target)
    if target is None:
        return ""
    bound = float(target["bound"].replace(",", ""))

    def holds(figure: float) -> bool:
        return figure >= bound if target["sign"] == "≥" else figure <= bound

    if holds(row.median):
        return "met"
    return "met by the loop" if holds(by_loop(row, loop_ms)) else "missed"


def unmeasured(names: Iterable[str]) -> list[str]:
    """Return the limits that none of the measured rows has met: a renamed row must not lose its limit."""
    seen = list(names)
    limits = [*USUAL_MS, *USUAL_AMOUNT]
    return [each for each in limits if not any(fnmatchcase(name, each) for name in seen)]
