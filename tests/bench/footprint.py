"""What the processes keep in memory: all of them, a worker after many executions, a worker that moves a large file."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.adapters.servers import Seen, Server, ok
from tests.bench import backlog, documents
from tests.bench.product import Product
from tests.bench.rows import Plan, Row
from tests.bench.workers import drained, worker_pids
from tests.eventually import eventually

PIECE_BYTES = 1_000_000
PIECES = 50
MB = 1_000_000
# A new allowance may be unknown to a worker for five seconds.
KNOWN_WITHIN_S = 15.0

ALLOW = """
INSERT INTO public.tenants_egressallowance (id, created_at, updated_at, tenant_id, address, port)
SELECT gen_random_uuid(), now(), now(), id, '127.0.0.1', %(port)s FROM public.tenants_tenant WHERE schema_name = 't_demo'
"""


def memory_idle(product: Product, plan: Plan) -> list[Row]:
    """All processes of the stack together, as proportional set size, before anything was asked of them."""
    sizes = product.memory_mib()
    return [Row("PSS of all processes, idle", "MiB", [sum(sizes.values())], target="≤ 700")]


def memory_after(product: Product, plan: Plan) -> list[Row]:
    """The same after everything else: what they keep of it."""
    sizes = product.memory_mib()
    return [Row("PSS of all processes, afterwards", "MiB", [sum(sizes.values())])]


def worker_growth(product: Product, plan: Plan) -> list[Row]:
    """How much more a worker holds after many executions than after the first as many."""
    document = documents.webhook_if_set_respond("growth", is_sync=False)
    workflow_id = product.make_workflow("growth", document)
    row = Row(f"Worker's RSS, grown by {plan.executions:,} executions", "%", target="< 5")
    (pid,) = worker_pids(product)
    work(product, workflow_id, plan.executions)
    for _ in range(plan.runs):
        before = psutil.Process(pid).memory_info().rss
        work(product, workflow_id, plan.executions)
        row.values.append((psutil.Process(pid).memory_info().rss / before - 1) * 100)
    return [row]


def work(product: Product, workflow_id: str, count: int) -> None:
    """Have a workflow run so many times."""
    backlog.queue(product, workflow_id, count)
    drained(product)


def large_file(product: Product, plan: Plan) -> list[Row]:
    """A file of 50 MB comes down, is packed, unpacked and sent on: the most that the worker held meanwhile."""
    name = f"Worker's largest RSS while a file of {PIECES * PIECE_BYTES // MB} MB passes"
    row = Row(name, "MB", target="≤ 300")
    (pid,) = worker_pids(product)
    with Server(answer=_answer) as server:
        product.sql(ALLOW, {"port": server.port})
        workflow_id = product.make_workflow("file", documents.down_packed_and_up(server.url))
        for number in range(plan.runs):
            forget_peak(pid)
            within_s = 0.0 if number else KNOWN_WITHIN_S
            assert eventually(lambda: _passes(product, workflow_id), within_s=within_s)
            assert len(server.seen.pop().body) == PIECES * PIECE_BYTES
            row.values.append(peak_bytes(pid) / MB)
    return [row]


def _passes(product: Product, workflow_id: str) -> bool:
    return str(product.ended(product.execute(workflow_id, {}))["status"]) == "completed"


def _answer(seen: Seen) -> Iterator[bytes]:
    if seen.method == "PUT":
        return iter([ok()])
    piece = os.urandom(PIECE_BYTES)  # what cannot be packed
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {PIECES * PIECE_BYTES}\r\n\r\n".encode()
    return iter([head, *[piece] * PIECES])


def peak_bytes(pid: int) -> int:
    """The most memory that a process has held since `forget_peak`, or ever."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def forget_peak(pid: int) -> None:
    """Begin anew with the most memory that a process has held."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
