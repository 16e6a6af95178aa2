"""`make profile`: where the time of web process and worker goes, as flame graphs and as a list of costs.

python -m tests.bench.profiles [--only loop] [--seconds 10]

The sampler reads the processes from outside and needs to be root or allowed to trace them. Only the thread that holds the
interpreter counts: what a process waits for (the database, a flush, a lock, its turn) is not in the picture.
"""

import argparse
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gorax.stack.checkout import ROOT
from tests.bench import backlog, documents
from tests.bench.chains import STEPS
from tests.bench.documents import VALUE
from tests.bench.product import Product, running
from tests.bench.workers import count_live, worker_pids, workers_paused

FOLDER = ROOT / ".gorax" / "profiles"
SPY = Path(sys.executable).with_name("py-spy")
RATE_PER_S = 100
CONNECTIONS = 16
# More than any machine works off while it is looked at.
QUEUED = 30_000
ITEMS = 10_000
SHOWN = 40
LINE = re.compile(r"(?P<stack>.*) (?P<count>\d+)")
# `name (apps/engine/plan.py:120)`: a function of ours, with its first line.
OWN = re.compile(r"(?P<name>\S+) \((?:.*/)?(?P<file>(?:apps|gorax)/[^:]+)(?::\d+)?\)")

Work = Callable[[Product], AbstractContextManager[None]]


@contextmanager
def accept(product: Product) -> Iterator[None]:
    """Take deliveries while the workers stand still."""
    document = documents.webhook_if_set_respond("accept", is_sync=False)
    workflow_id = product.make_workflow("accept", document)
    with workers_paused(product), repeated(lambda: _drive(product, "/webhooks/accept")):
        yield
    backlog.withdraw(product, workflow_id)


@contextmanager
def sync(product: Product) -> Iterator[None]:
    """Answer deliveries in the same request."""
    product.make_workflow("sync", documents.webhook_if_set_respond("sync", is_sync=True))
    with repeated(lambda: _drive(product, "/webhooks/sync")):
        yield


@contextmanager
def drain(product: Product) -> Iterator[None]:
    """Work off what is queued."""
    document = documents.webhook_if_set_respond("drain", is_sync=False)
    workflow_id = product.make_workflow("drain", document)
    backlog.queue(product, workflow_id, QUEUED)
    yield
    assert count_live(product), "all was worked off before the last look: queue more"
    backlog.withdraw(product, workflow_id)


@contextmanager
def loop(product: Product) -> Iterator[None]:
    """Run a loop of pure items, again and again."""
    document = documents.loop("action:set", {"values": {"x": "{{ item * 2 }}"}}, concurrency=1)
    workflow_id = product.make_workflow("loop", document)
    with repeated(lambda: _run(product, workflow_id, {"items": list(range(ITEMS))})):
        yield


@contextmanager
def chain(product: Product) -> Iterator[None]:
    """Run a chain of calls, again and again."""
    url = f"{product.facts['receiver_url']}/ok"
    document = documents.chain(STEPS, "action:http", {"url": url})
    workflow_id = product.make_workflow("chain", document)
    with repeated(lambda: _run(product, workflow_id, {})):
        yield


# Each work, and whose time is looked at while it is done.
WORKS: dict[Work, tuple[str, ...]] = {
    accept: ("web",),
    sync: ("web",),
    drain: ("worker",),
    loop: ("worker",),
    chain: ("worker",),
}


@contextmanager
def repeated(do: Callable[[], None]) -> Iterator[None]:
    """Do something over and over meanwhile, in a thread; the last time to its end."""
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            do()

    with ThreadPoolExecutor(1) as doing:
        done = doing.submit(run)
        try:
            yield
        finally:
            over.set()
        done.result()


def _drive(product: Product, path: str) -> None:
    product.load(path, connections=CONNECTIONS, seconds=2.0, body=VALUE)


def _run(product: Product, workflow_id: str, value: Any) -> None:
    shown = product.ended(product.execute(workflow_id, value), pause_s=0.25)
    assert shown["status"] == "completed", shown


def profile(product: Product, work: Work, whose: tuple[str, ...], seconds: int) -> None:
    """Do a work and look at each process meanwhile: once for the picture, once for the list."""
    pids = {"web": product.copy.recorded("web"), "worker": worker_pids(product)[0]}
    with work(product):
        for name in whose:
            # Two at once cannot look at one process.
            for form, ending in (("flamegraph", "svg"), ("raw", "txt")):
                _look(pids[name], form, FOLDER / f"{work.__name__}-{name}.{ending}", seconds)
    for name in whose:
        stacks = (FOLDER / f"{work.__name__}-{name}.txt").read_text()
        print(f"\n{work.__name__}, {name}: who held the interpreter, with all it called and alone")
        for cost in costs(stacks)[:SHOWN]:
            print(f"{cost.whole:>8.1%} {cost.own:>6.1%}  {cost.function}", flush=True)


def _look(pid: int, form: str, file: Path, seconds: int) -> None:
    command = [str(SPY), "record", "--pid", str(pid), "--output", str(file), "--format", form]
    command += ["--duration", str(seconds), "--rate", str(RATE_PER_S)]
    command += ["--gil", "--function", "--subprocesses"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@dataclass(frozen=True, slots=True)
class Cost:
    """A function of ours: its share of the samples with everything it called, and without what ours it called."""

    function: str
    whole: float
    own: float


def costs(stacks: str) -> list[Cost]:
    """Return our functions by their share of the samples, largest first; what others did for them counts as theirs."""
    whole: Counter[str] = Counter()
    own: Counter[str] = Counter()
    count = 0
    for line in stacks.splitlines():
        sample = LINE.fullmatch(line)
        if sample is None:
            continue
        times = int(sample["count"])
        count += times
        functions = [found for found in map(_ours, sample["stack"].split(";")) if found]
        # A function that calls itself is in the picture once.
        whole.update(dict.fromkeys(functions, times))
        own.update({functions[-1]: times} if functions else {})
    return [Cost(name, times / count, own[name] / count) for name, times in whole.most_common()]


def _ours(frame: str) -> str:
    found = OWN.fullmatch(frame)
    return f"{found['file']} {found['name']}" if found else ""


def main() -> int:
    """Profile what was asked for."""
    parser = argparse.ArgumentParser(prog="make profile")
    parser.add_argument("--only", action="append", default=[], help="names of works")
    parser.add_argument("--seconds", type=int, default=10, help="of each look")
    chosen = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running() as (product, _):
        for work, whose in WORKS.items():
            if not chosen.only or work.__name__ in chosen.only:
                profile(product, work, whose, chosen.seconds)
    print(f"\nflame graphs: {FOLDER}/*.svg, to be opened in a browser")
    return 0


if __name__ == "__main__":
    sys.exit(main())
