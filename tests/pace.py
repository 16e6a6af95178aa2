"""How long something may take, in loops of plain Python that are timed beside it: machines differ and are busy.

A neighbour can spoil a measurement but never flatter one, so whatever is within its bound once is within it.
"""

import time
from collections.abc import Callable

MEASUREMENTS = 6


def reference_loop() -> int:
    """About 1 ms on the machine for which our figures are meant (a 2024 server core)."""
    total = 0
    for number in range(20_000):
        total += number % 7
    return total


def least_s(run: Callable[[], object], times: int, clock: Callable[[], float]) -> float:
    """Return the shortest of `times` runs by `clock`, in seconds."""
    best = float("inf")
    for _ in range(times):
        began_s = clock()
        run()
        best = min(best, clock() - began_s)
    return best


def cpu_s(run: Callable[[], object], times: int) -> float:
    """Return the least processor time of one of `times` runs; other processes do not count."""
    return least_s(run, times, time.process_time)


def is_within_loops(run: Callable[[], object], loops: float, *, times: int = 3) -> bool:
    """Say whether `run` takes at most `loops` reference loops of this process's time."""
    return any(cpu_s(run, times) <= loops * cpu_s(reference_loop, 5) for _ in range(MEASUREMENTS))


def is_within_loops_with_servers(
    run: Callable[[], object], loops: float, *, waits_s: float = 0.0
) -> bool:
    """Say whether `run` takes at most `loops` reference loops by the clock on the wall, its servers' work included.

    Clocks that it waits for go no faster on a faster machine: it may take `waits_s` in any case.
    """
    wall = time.perf_counter
    return any(
        least_s(run, 1, wall) <= max(waits_s, loops * least_s(reference_loop, 5, wall))
        for _ in range(MEASUREMENTS)
    )


def grows_at_most(
    run_of: Callable[[int], Callable[[], object]], sizes: tuple[int, int], times_as_long: float
) -> bool:
    """Say whether a run of the larger of two sizes takes at most `times_as_long` as long as one of the smaller."""
    small, large = (run_of(size) for size in sizes)
    for _ in range(MEASUREMENTS):
        bound_s = times_as_long * cpu_s(small, 3)
        # The least of two, without the second where the first is within its bound.
        if any(cpu_s(large, 1) <= bound_s for _ in range(2)):
            return True
    return False
