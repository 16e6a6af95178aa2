"""`make bench-tenants`: what a thousand tenants cost, beside the same installation with one.

python -m tests.bench.tenants [--tenants 1000]
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from tests.bench import documents, founding
from tests.bench.client import Hosts
from tests.bench.documents import VALUE, Document
from tests.bench.limits import reference_ms
from tests.bench.product import Product, running
from tests.bench.rows import Row, at_share
from tests.bench.workers import count_live, drained, workers_paused

RUNS = 3
LOAD_S = 5.0
# How long one connection needs for a first delivery to each of a thousand.
FIRST_S = 20.0
CONNECTIONS = (1, 16)
HOST = f"{founding.SLUG.format(0)[:-8]}@@@@@@@@.localhost"
# What a pooled session may well meet in the five minutes of its life.
TOUCHED = 200
ROUNDS = 4
SEED = 7
FOUNDED_WITHIN_S = 3_600
MIB = 2**20
PRIVATE = re.compile(r"^Private_(?:Clean|Dirty): +(\d+) kB$", re.MULTILINE)
SESSIONS = (
    "SELECT pid FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


def private_mib(smaps: str) -> float:
    """Return what a process keeps for itself, of the text of its smaps_rollup; what it shares is not counted."""
    return sum(int(size) for size in PRIVATE.findall(smaps)) / 1024


def measure(product: Product, count: int) -> Iterator[Row]:
    """Measure with one tenant, found `count`, measure again; yield each row as it is known."""
    product.make_workflow("bench", definition())
    start, migrate = restarts(product, "1 tenant")
    yield from (start, migrate)
    bytes_before = database_bytes(product)
    took_ms = [each * 1000 for each in founded(product, count)]
    tenth = max(1, count // 10)
    for name, some in (("first", took_ms[:tenth]), ("last", took_ms[-tenth:])):
        yield Row(f"provisioning one, of the {name} {tenth}, p50", "ms", [at_share(some, 0.5)])
    each_mib = (database_bytes(product) - bytes_before) / count / MIB
    yield Row("database, per tenant", "MiB", [each_mib])
    yield Row("relations, per tenant", "", [relations(product)])
    later_start, later_migrate = restarts(product, f"{count} tenants")
    yield from (later_start, later_migrate)
    longer_s = later_start.median - start.median
    yield Row("no-op start, longer than with one", "s", [longer_s], "≤ 30")
    for connections in CONNECTIONS:
        yield from accepts(product, count, connections)
    yield from memory(product, count)


def definition() -> Document:
    """Return W1, the workflow of every tenant."""
    return documents.webhook_if_set_respond(founding.PATH, is_sync=False)


def restarts(product: Product, name: str) -> tuple[Row, Row]:
    """Stop, start and migrate several times; the product runs afterwards."""
    start, migrate = Row(f"no-op start, {name}", "s"), Row(f"no-op migrate, {name}", "s")
    for _ in range(RUNS):
        start.values.append(restarted_s(product))
        began_at = time.monotonic()
        code, said = product.copy.run("manage", "migrate")
        assert code == 0, said
        migrate.values.append(time.monotonic() - began_at)
    return start, migrate


def restarted_s(product: Product) -> float:
    """Stop and start; return the seconds from the start until it is ready."""
    product.copy.stop()
    product.copy.forget_output()
    began_at = time.monotonic()
    product.copy.start()
    product.copy.wait_until_ready()
    return time.monotonic() - began_at


def founded(product: Product, count: int) -> list[float]:
    """Provision tenants in a process of the product's own; return the seconds that each took."""
    text = Path(founding.__file__).read_text(encoding="utf-8")
    call = f"found({count}, json.loads({json.dumps(definition())!r}))"
    process = product.copy._run(
        ["manage", "shell", "-c", f"{text}\n{call}\n"],
        port=product.copy.port,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said, complaint = process.communicate(timeout=FOUNDED_WITHIN_S)
    assert process.returncode == 0, complaint.decode()
    took_s: list[float] = json.loads(said.decode().splitlines()[-1])
    return took_s


def accepts(product: Product, count: int, connections: int) -> Iterator[Row]:
    """Accept on all hosts in turn, then on one and on all by turns; drain after each, and compare."""
    one, all_ = Hosts(HOST, 1), Hosts(HOST, count)
    first = Taken("all for the first time", connections)
    first.run(product, all_, seconds=max(LOAD_S, FIRST_S / connections))
    own, spread = Taken("one tenant", connections), Taken(f"all {count} in turn", connections)
    for _ in range(RUNS):
        own.run(product, one, seconds=LOAD_S)
        spread.run(product, all_, seconds=LOAD_S)
    yield from (first.tail, own.tail, spread.tail)
    pairs = zip(own.tail.values, spread.tail.values, strict=True)
    ratios = [many / few for few, many in pairs]
    yield Row(f"accept p95, all beside one, {connections} connections", "times", ratios, "≤ 2")
    yield from (first.drain, own.drain, spread.drain)


class Taken:
    """Deliveries that were taken while the workers stood still, and drained afterwards."""

    def __init__(self, name: str, connections: int) -> None:
        self.connections = connections
        self.tail = Row(f"accept p95, {name}, {connections} connections", "ms")
        self.drain = Row(f"drained, {name}, accepted at {connections}", "per s")

    def run(self, product: Product, hosts: Hosts, *, seconds: float) -> None:
        """Add one run to both rows."""
        with workers_paused(product):
            load = product.load(
                f"/webhooks/{founding.PATH}",
                connections=self.connections,
                seconds=seconds,
                body=VALUE,
                hosts=hosts,
            )
            load.require("202")
            queued, began_at = count_live(product), time.monotonic()
        drained(product, pause_s=0.01)
        self.tail.values.append(load.p95_ms)
        self.drain.values.append(queued / (time.monotonic() - began_at))


def memory(product: Product, count: int) -> Iterator[Row]:
    """Yield what the database's sessions keep for themselves after deliveries to ever more tenants, one by one.

    With two sessions per process, which take turns, each meets nearly all of these tenants.
    """
    product.copy.variables |= {"GORAX_POOL_IDLE": "2", "GORAX_POOL_MAX": "2"}
    restarted_s(product)
    chance = random.Random(SEED)  # noqa: S311 - an order, not a secret
    for touched in dict.fromkeys((0, min(TOUCHED, count), count)):
        for _ in range(ROUNDS):
            for number in chance.sample(range(touched), touched):
                deliver(product, number)
        drained(product)
        sizes = sessions_mib(product)
        target = "≤ 100" if touched == TOUCHED else ""
        yield Row(f"largest session, {touched} schemas touched", "MiB", [max(sizes)], target)
        yield Row(f"all {len(sizes)} sessions, {touched} schemas touched", "MiB", [sum(sizes)])


def deliver(product: Product, number: int) -> str:
    """Send one delivery to a tenant; return its execution's id."""
    host = HOST.replace("@@@@@@@@", f"{number:08d}")
    with closing(HTTPConnection("127.0.0.1", product.copy.port, timeout=60)) as connection:
        headers = {"Host": host, "Content-Type": "application/json"}
        connection.request("POST", f"/webhooks/{founding.PATH}", body=VALUE, headers=headers)
        answer = connection.getresponse()
        said = answer.read()
    assert answer.status == 202, said
    return str(json.loads(said)["execution_id"])


def sessions_mib(product: Product) -> list[float]:
    """Return what each session of the product keeps for itself; shared buffers are everybody's."""
    pids = [pid for (pid,) in product.sql(SESSIONS)]
    return [private_mib(Path(f"/proc/{pid}/smaps_rollup").read_text()) for pid in pids]


def database_bytes(product: Product) -> int:
    """Return the size of the whole database."""
    return int(product.sql("SELECT pg_database_size(current_database())")[0][0])


def relations(product: Product) -> int:
    """Return how many tables, indexes and the like a tenant has."""
    counted = "SELECT count(*) FROM pg_class WHERE relnamespace = 't_demo'::regnamespace"
    return int(product.sql(counted)[0][0])


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="make bench-tenants")
    parser.add_argument("--tenants", type=int, default=1_000)
    chosen = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, reference loop {reference_ms():.0f} ms, fsync on"
    )
    with running() as (product, _):
        for row in measure(product, chosen.tenants):
            print(row.shown(), flush=True)
            if row.target:
                print(f"{'':<66}reference loop {reference_ms():.0f} ms", flush=True)
    print(f"load {os.getloadavg()[0]:.1f}, reference loop {reference_ms():.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
