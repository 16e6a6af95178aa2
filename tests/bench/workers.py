"""The processes that work: who they are, how they are made to stand still, when nothing is left for them."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.product import Product


def count_live(product: Product, schema: str = "%") -> int:
    """Return how many tickets are live, of one tenant or of all."""
    counted = "SELECT count(*) FROM dispatch_ticket WHERE schema LIKE %(schema)s"
    return int(product.sql(counted, {"schema": schema})[0][0])


def drained(product: Product, schema: str = "%", *, pause_s: float = 0.1) -> None:
    """Wait until no ticket is left, of one tenant or of all."""
    while count_live(product, schema):
        time.sleep(pause_s)


def worker_pids(product: Product) -> list[int]:
    """Return the workers' processes."""
    run = product.copy.folder / ".gorax" / "run"
    return [product.copy.recorded(path.stem) for path in run.glob("worker-*.pid")]


@contextmanager
def workers_paused(product: Product) -> Iterator[None]:
    """Stop the processes that claim tickets, so that only the door is measured."""
    pids = [*worker_pids(product), product.copy.recorded("dispatcher")]
    for pid in pids:
        send(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            send(pid, signal.SIGCONT)


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to one process."""
    os.kill(pid, number)
