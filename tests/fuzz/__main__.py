"""`make fuzz`: random expressions, templates and JSONPaths, each in bounded time and never more than a typed failure.

python -m tests.fuzz [--count 100000] [--seed 7]; a case that went wrong is shown again by --case SEED.
"""

import argparse
import os
import resource
import secrets
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from tests.fuzz.trial import MOST_MS, case, cost_ms, outcome
from tests.pace import cpu_s, reference_loop

WHOLE = 100_000
CHUNK = 1_000
TRIES = 4
# What a process may grow by after its first chunk: the shelves of compiled sources are bounded.
MOST_GROWTH_MB = 150.0
# A chunk that takes so many times its bound hangs: the process is given up.
PATIENCE_S = 600.0


@dataclass(slots=True)
class Found:
    """What came of a chunk."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest_ms: float = 0.0
    slowest_seed: str = ""
    rss_mb: float = 0.0
    pid: int = 0


def chunk(seed: str, first: int, count: int) -> Found:
    """Try `count` cases."""
    found = Found(pid=os.getpid())
    for number in range(first, first + count):
        tried = case(f"{seed}:{number}")
        began_s = time.thread_time()
        try:
            found.outcomes[f"{tried.kind} {outcome(tried)}"] += 1
        except Exception as fault:  # noqa: BLE001 - any fault is what is looked for
            found.faults.append(f"{tried.seed}: {type(fault).__name__}: {fault}")
        took_ms = (time.thread_time() - began_s) * 1000
        if took_ms > MOST_MS and not _is_in_time(tried.seed):
            found.faults.append(f"{tried.seed}: took {took_ms:.0f} ms")
        if took_ms > found.slowest_ms:
            found.slowest_ms, found.slowest_seed = took_ms, tried.seed
    found.rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def _is_in_time(seed: str) -> bool:
    """Say whether the case is in time beside a reference loop: a neighbour can slow it down, never speed it up."""
    again = case(seed)
    return any(cost_ms(again) <= MOST_MS * cpu_s(reference_loop, 5) * 1000 for _ in range(TRIES))


def main() -> int:
    """Try them all on every core and print what came of them; 1 if anything was a fault."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("--count", type=int, default=WHOLE)
    parser.add_argument("--seed", default=secrets.token_hex(4))
    parser.add_argument("--case", help="the seed of one case, to be shown and tried")
    args = parser.parse_args()
    if args.case:
        tried = case(args.case)
        print(f"{tried.kind}: {tried.source!r}\n{outcome(tried)}, {cost_ms(tried):.0f} ms")
        return 0
    began_s = time.monotonic()
    print(f"{args.count} sources, seed {args.seed}", flush=True)
    founds: list[Found] = []
    faults: list[str] = []
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        firsts = range(0, args.count, CHUNK)
        chunks = [
            pool.submit(chunk, args.seed, first, min(CHUNK, args.count - first)) for first in firsts
        ]
        for first, promise in zip(firsts, chunks, strict=True):
            try:
                founds.append(promise.result(timeout=PATIENCE_S))
            except (BrokenProcessPool, TimeoutError) as lost:
                faults.append(
                    f"{args.seed}:{first}–{first + CHUNK}: {type(lost).__name__}, the process did not live"
                )
                break
    return _told(founds, faults, time.monotonic() - began_s)


def _told(founds: list[Found], faults: list[str], took_s: float) -> int:
    outcomes: Counter[str] = Counter()
    begun: dict[int, float] = {}
    for found in founds:
        outcomes += found.outcomes
        faults += found.faults
        grown_mb = found.rss_mb - begun.setdefault(found.pid, found.rss_mb)
        if grown_mb > MOST_GROWTH_MB:
            faults.append(f"process {found.pid} grew by {grown_mb:.0f} MB")
            begun[found.pid] = found.rss_mb
    for name, times in outcomes.most_common():
        print(f"  {times:>7}  {name}")
    slowest = max(founds, key=lambda found: found.slowest_ms, default=Found())
    print(
        f"slowest {slowest.slowest_ms:.0f} ms: {slowest.slowest_seed}; largest process {max((f.rss_mb for f in founds), default=0):.0f} MB; {took_s:.0f} s"
    )
    for fault in faults[:50]:
        print(f"WRONG {fault}")
    print(f"{len(faults)} wrong")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
