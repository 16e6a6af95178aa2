"""`make bench-rival`: gorax and n8n by turns on this machine, the same work, the same client, and how they compare.

python -m tests.bench.rival [--runs 3] [--backlog 2000]
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gorax.stack import places
from gorax.stack.servers import Running
from tests.bench import documents, n8n, product
from tests.bench.documents import VALUE
from tests.bench.limits import QUIET_REFERENCE_MS, reference_ms, verdict
from tests.bench.product import Product
from tests.bench.rows import Row
from tests.bench.workers import count_live, drained, workers_paused

CONNECTIONS = 16
LOAD_S = 8.0
LOOK_S = 0.05
DRAINED_WITHIN_S = 600.0
GORAX = "gorax"
DEFAULT, FASTEST = n8n.ENGINES
TARGETS = {DEFAULT: "≥ 10", FASTEST: "≥ 3"}


@dataclass(slots=True)
class Rates:
    """One kind of work: how many per second each product has done, run by run."""

    work: str
    unit: str
    by_name: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, rate: float) -> None:
        """Add what a product has done in one run."""
        self.by_name.setdefault(name, []).append(rate)

    def rows(self) -> list[Row]:
        """Return a row for each product, then what gorax does beside each rival, run by run."""
        own = self.by_name[GORAX]
        rivals = {name: rates for name, rates in self.by_name.items() if name != GORAX}
        figures = [
            Row(f"{self.work}: {name}", self.unit, rates) for name, rates in self.by_name.items()
        ]
        return figures + [
            Row(
                f"{self.work}: gorax ÷ {name}",
                "times",
                [mine / other for mine, other in zip(own, rates, strict=True)],
                TARGETS[name],
            )
            for name, rates in rivals.items()
        ]


def measure(own: Product, rivals: Sequence[n8n.N8n], runs: int, backlog: int) -> list[Rates]:
    """Let each do each work in turn, `runs` times over."""
    own.make_workflow("sync", documents.webhook_if_set_respond("sync", is_sync=True))
    own.make_workflow("async", documents.webhook_if_set_respond("async", is_sync=False))
    said = own.call("POST", "/webhooks/sync", json.loads(VALUE))
    assert said == (200, n8n.ANSWER), said
    sync = Rates(f"W1 sync at {CONNECTIONS}", "req/s")
    whole = Rates(f"W4 {backlog:,} sent at {CONNECTIONS} and stored", "per s")
    queued = Rates(f"W4 {backlog:,} drained", "per s")
    for number in range(1, runs + 1):
        told(f"run {number} of {runs}: W1")
        sync.note(GORAX, answered(own))
        for rival in rivals:
            load = rival.load("sync", connections=CONNECTIONS, seconds=LOAD_S)
            load.require("200")
            sync.note(rival.name, load.per_s)
        told(f"run {number} of {runs}: W4")
        whole.note(GORAX, sent_and_stored(own, backlog))
        queued.note(GORAX, queued_and_drained(own, backlog))
        for rival in rivals:
            rate = rival_stored(rival, backlog)
            whole.note(rival.name, rate)
            # It begins each when it comes: there is no moment at which all wait.
            queued.note(rival.name, rate)
    return [sync, whole, queued]


def answered(own: Product) -> float:
    """Return how many deliveries gorax answers per second with their result."""
    load = own.load("/webhooks/sync", connections=CONNECTIONS, seconds=LOAD_S, body=VALUE)
    load.require("200")
    return load.per_s


def sent_and_stored(own: Product, count: int) -> float:
    """Return executions per second, from the first delivery until the last execution is stored, the workers at work."""
    load = own.take("/webhooks/async", count, connections=CONNECTIONS, body=VALUE)
    load.require("202")
    drained(own, pause_s=LOOK_S)
    return load.count / (time.time() - load.began_at)


def queued_and_drained(own: Product, count: int) -> float:
    """Return executions per second, from the moment when all wait until the last is stored."""
    with workers_paused(own):
        load = own.take("/webhooks/async", count, connections=CONNECTIONS, body=VALUE)
        load.require("202")
        waiting, began_at = count_live(own), time.time()
    assert waiting == load.count, (waiting, load)
    drained(own, pause_s=LOOK_S)
    return waiting / (time.time() - began_at)


def rival_stored(rival: n8n.N8n, count: int) -> float:
    """Return executions per second, from the first delivery until the last execution is stored."""
    before = rival.stored()
    load = rival.take("async", count, connections=CONNECTIONS)
    load.require("200")
    while rival.stored() - before < load.count:
        assert time.time() - load.began_at < DRAINED_WITHIN_S, rival.stored() - before
        time.sleep(LOOK_S)
    return load.count / (time.time() - load.began_at)


@contextmanager
def rivals() -> Iterator[list[n8n.N8n]]:
    """Yield n8n in each of its configurations, all running, on servers of their own with gorax's settings."""
    folder = Path(tempfile.mkdtemp(prefix="gorax-rival-"))
    folder.chmod(0o755)
    chosen = places.choose(folder / "servers")
    try:
        with ExitStack() as stack:
            servers = stack.enter_context(Running(chosen, is_durable=True))
            yield [stack.enter_context(n8n.running(servers, folder, name)) for name in n8n.ENGINES]
    finally:
        places.remove(folder / "servers")
    shutil.rmtree(folder)  # and with it the logs, which only a failure needs


def told(what: str) -> None:
    """Say what goes on, with the time: a run takes minutes."""
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


def timed(what: str, do: Callable[[], None]) -> None:
    """Say what begins, and how long it took."""
    told(what)
    began_at = time.monotonic()
    do()
    told(f"{what}: {time.monotonic() - began_at:.0f} s")


def machine() -> str:
    """Return what this machine is worth right now."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, load {load:.1f}, reference loop {reference_ms():.0f} ms, fsync on"
    )


def main() -> int:
    """Install the rival, let both work by turns, print the table; red only if the rival cannot be had."""
    parser = argparse.ArgumentParser(prog="make bench-rival")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--backlog", type=int, default=2_000)
    chosen = parser.parse_args()
    try:
        timed(f"n8n {n8n.VERSION} below {n8n.FOLDER}", n8n.install)
        told("starting n8n twice, and gorax")
        with rivals() as others, product.running() as (own, _):
            told(machine())
            rates = measure(own, others, chosen.runs, chosen.backlog)
            told(machine())
    except n8n.RivalError as failure:
        print(f"make bench-rival: {failure}")
        return 1
    for each in rates:
        for row in each.rows():
            # A ratio of two on one machine: no loop says more about it.
            print(f"{row.shown()} {verdict(row, QUIET_REFERENCE_MS)}".rstrip(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
