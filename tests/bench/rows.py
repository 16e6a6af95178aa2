"""What a measure gives and how long it may take: rows of the table, their percentiles, the plan."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SHARES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}


@dataclass(slots=True)
class Row:
    """One line of the table: medians over runs, with their range."""

    name: str
    unit: str
    values: list[float] = field(default_factory=list)
    target: str = ""

    @property
    def median(self) -> float:
        """The median of the runs."""
        return statistics.median(self.values)

    def shown(self) -> str:
        """Return the line as text."""
        spread = (
            f"({min(self.values):,.2f}–{max(self.values):,.2f})" if len(self.values) > 1 else ""
        )
        return f"{self.name:<66}{self.median:>12,.2f} {self.unit:<10}{spread:<26}{self.target:<12}"


@dataclass(slots=True)
class Plan:
    """How long and how often. `smoke` is what CI runs.

    `starts` are those of one long execution, `singles` the short ones of a run that follow each other, `executions` those
    between two looks at a worker's memory; `queued` is what one tenant has waiting while another delivers; `stored` is
    how many executions a list is measured over, and `lists` how often it is asked for.
    """

    runs: int = 3
    starts: int = 3
    singles: int = 100
    seconds: float = 8.0
    executions: int = 1_000
    backlog: int = 2_000
    queued: int = 10_000
    stored: int = 100_000
    lists: int = 50
    connections: tuple[int, ...] = (1, 16, 64)
    leaves_out: tuple[str, ...] = ()

    @classmethod
    def smoke(cls) -> "Plan":
        """The shortest run in which every row still has a figure, but for the kill: it waits for a lease's end."""
        return cls(
            runs=1,
            starts=1,
            singles=20,
            seconds=1.0,
            executions=300,
            backlog=200,
            queued=5_000,
            stored=5_000,
            lists=10,
            connections=(1, 16),
            leaves_out=("w7_kill",),
        )


def at_share(values: Iterable[float], share: float) -> float:
    """Return the value below which `share` of `values` lie, one of them; 0 if there are none."""
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def percentiles(
    name: str, unit: str, runs: Iterable[Sequence[float]], targets: Sequence[str] = ("", "", "")
) -> list[Row]:
    """Return the rows p50, p95 and p99 of what several runs gave."""
    kept = [list(run) for run in runs]
    return [
        Row(f"{name}, {short}", unit, [at_share(run, share) for run in kept], target)
        for (short, share), target in zip(SHARES.items(), targets, strict=True)
    ]
