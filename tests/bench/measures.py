"""What is measured: W1-W7 of docs/explanation/performance.md, latencies per request, memory."""

import signal
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.bench import documents
from tests.bench.product import Load, Product

VALUE = b'{"value": 7, "note": "the same body for every product that is measured"}'


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
        return f"{self.name:<58}{self.median:>12,.2f} {self.unit:<10}{spread:<26}{self.target}"


@dataclass(slots=True)
class Plan:
    """How long and how often; `starts` are those of single executions. `smoke` is what CI runs."""

    runs: int = 3
    starts: int = 3
    seconds: float = 8.0
    backlog: int = 2_000
    connections: tuple[int, ...] = (1, 16, 64)
    leaves_out: tuple[str, ...] = ()

    @classmethod
    def smoke(cls) -> "Plan":
        """The shortest run in which every row still has a figure, but for the kill: it waits for a lease's end."""
        return cls(runs=1, seconds=1.0, backlog=200, connections=(1, 16), leaves_out=("w7_kill",))


Measure = Callable[[Product, Plan], list[Row]]


def w1_accept(product: Product, plan: Plan) -> list[Row]:
    """Accept deliveries (202, committed) while the workers stand still."""
    product.make_workflow("w1-async", documents.webhook_if_set_respond("w1-async", is_sync=False))
    rows = []
    with workers_paused(product):
        for connections in plan.connections:
            row = Row(f"W1 accept, {connections} connections", "req/s")
            tail = Row(f"W1 accept, {connections} connections, p95", "ms")
            for _ in range(plan.runs):
                load = product.load(
                    "/webhooks/w1-async", connections=connections, seconds=plan.seconds, body=VALUE
                )
                refuse_unless(load, "202")
                row.values.append(load.per_s)
                tail.values.append(load.p95_ms)
            rows += [row, tail]
    rows[0].target = ""
    mark(rows, "W1 accept, 16 connections", "≥ 1,000")
    mark(rows, "W1 accept, 1 connections, p95", "≤ 5")
    drained(product)
    return rows


def w1_sync(product: Product, plan: Plan) -> list[Row]:
    """Webhook → set → if → set → respond, answered in the same request."""
    product.make_workflow("w1-sync", documents.webhook_if_set_respond("w1-sync", is_sync=True))
    rows = []
    for connections in plan.connections:
        row = Row(f"W1 sync, {connections} connections", "req/s")
        half = Row(f"W1 sync, {connections} connections, p50", "ms")
        for _ in range(plan.runs):
            load = product.load(
                "/webhooks/w1-sync", connections=connections, seconds=plan.seconds, body=VALUE
            )
            refuse_unless(load, "200")
            row.values.append(load.per_s)
            half.values.append(load.p50_ms)
        rows += [row, half]
    mark(rows, "W1 sync, 16 connections", "≥ 400")
    mark(rows, "W1 sync, 1 connections, p50", "≤ 6")
    return rows


def w2_chain(product: Product, plan: Plan) -> list[Row]:
    """A chain of 40 pure nodes, and one of 40 calls to a server on this machine."""
    url = f"{product.facts['receiver_url']}/ok"
    pure = product.make_workflow("w2-pure", documents.chain(40, "action:set", {"values": {"a": 1}}))
    calls = product.make_workflow("w2-calls", documents.chain(40, "action:http", {"url": url}))
    rows = [
        Row("W2 chain of 40 set nodes, per step", "ms", target="≤ 0.3"),
        Row("W2 chain of 40 calls, per step, the call included", "ms"),
    ]
    for row, workflow_id in zip(rows, (pure, calls), strict=True):
        for _ in range(plan.starts + 1):
            shown = product.ended(product.execute(workflow_id, {}))
            assert shown["status"] == "completed", shown
            row.values.append(took_ms(shown) / 40)
        row.values.pop(0)
    return rows


def w3_fan_out(product: Product, plan: Plan) -> list[Row]:
    """100 calls side by side, then a join."""
    url = f"{product.facts['receiver_url']}/ok"
    workflow_id = product.make_workflow("w3", documents.fan_out(100, "action:http", {"url": url}))
    row = Row("W3 100 calls side by side and a join", "s", target="≤ 1")
    for _ in range(plan.starts + 1):
        shown = product.ended(product.execute(workflow_id, {}))
        assert shown["status"] == "completed", shown
        row.values.append(took_ms(shown) / 1000)
    row.values.pop(0)
    return [row]


def w4_backlog(product: Product, plan: Plan) -> list[Row]:
    """Executions queued while the workers stand still, then drained and stored."""
    row = Row(f"W4 {plan.backlog} queued executions drained", "per s", target="≥ 600")
    for number in range(plan.runs):
        path = f"w4-{number}"
        product.make_workflow(path, documents.webhook_if_set_respond(path, is_sync=False))
        with workers_paused(product):
            queued = 0
            while queued < plan.backlog:
                load = product.load(f"/webhooks/{path}", connections=16, seconds=1.0, body=VALUE)
                refuse_unless(load, "202")
                queued = count_live(product)
            began_at = time.perf_counter()
        drained(product, pause_s=0.01)
        row.values.append(queued / (time.perf_counter() - began_at))
    return [row]


def w6_list(product: Product, plan: Plan) -> list[Row]:
    """The first page of executions, as the API gives it, with what is stored by now."""
    stored = product.sql("SELECT count(*) FROM t_demo.executions_execution")[0][0]
    rows = []
    for name, query in (("first page", ""), ("status=failed", "&status=failed")):
        row = Row(f"W6 executions, {name}, {stored} stored, p50", "ms")
        for _ in range(plan.runs):
            load = product.load(
                f"/api/v1/executions?limit=20{query}",
                connections=1,
                seconds=min(3.0, plan.seconds),
                method="GET",
            )
            refuse_unless(load, "200")
            row.values.append(load.p50_ms)
        rows.append(row)
    return rows


def w7_kill(product: Product, plan: Plan) -> list[Row]:
    """kill -9 of the worker two seconds into a call of five: how long until the execution has ended."""
    url = f"{product.facts['receiver_url']}/slow/5000"
    workflow_id = product.make_workflow("w7", documents.chain(1, "action:http", {"url": url}))
    row = Row("W7 kill -9 in a 5 s call, until completed", "s", target="≤ 25")
    for _ in range(min(2, plan.runs)):
        execution_id = product.execute(workflow_id, {})
        time.sleep(2.0)
        for pid in worker_pids(product):
            send(pid, signal.SIGKILL)
        began_at = time.perf_counter()
        shown = product.ended(execution_id)
        assert shown["status"] == "completed", shown
        row.values.append(time.perf_counter() - began_at)
    return [row]


def seed_rows(product: Product, plan: Plan) -> list[Row]:
    """The founding document's latency targets (rows A158 and A162) as p50, p95 and p99."""
    load = product.load(
        "/api/v1/workflows?limit=20", connections=4, seconds=plan.seconds, method="GET"
    )
    refuse_unless(load, "200")
    waits = product.sql(
        "SELECT percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY "
        "extract(epoch FROM started_at - created_at) * 1000) FROM (SELECT started_at, created_at FROM "
        "t_demo.executions_execution WHERE trigger_kind = 'manual' ORDER BY id DESC LIMIT 100) e"
    )[0][0]
    names = ("p50", "p95", "p99")
    api = (load.p50_ms, load.p95_ms, load.p99_ms)
    return [
        *(
            Row(f"A158 GET /workflows, 4 connections, {n}", "ms", [v])
            for n, v in zip(names, api, strict=True)
        ),
        *(
            Row(f"A162 queue wait of a manual start, {n}", "ms", [float(v)])
            for n, v in zip(names, waits, strict=True)
        ),
    ]


def memory(product: Product, plan: Plan) -> list[Row]:
    """All processes of the stack together, as proportional set size."""
    sizes = product.memory_mib()
    return [Row("PSS of all processes", "MiB", [sum(sizes.values())], target="≤ 700 idle")]


def took_ms(shown: dict[str, Any]) -> float:
    """Return the time from the acceptance to the end of an execution, by the database."""
    from datetime import datetime

    began, ended = (datetime.fromisoformat(shown[name]) for name in ("created_at", "ended_at"))
    return (ended - began).total_seconds() * 1000


def refuse_unless(load: Load, status: str) -> None:
    """Refuse a run that measured anything but the wanted answer."""
    assert load.errors == 0, load
    assert set(load.statuses) == {status}, load.statuses


def mark(rows: list[Row], name: str, target: str) -> None:
    """Write a target beside its row."""
    for row in rows:
        if row.name == name:
            row.target = target


def count_live(product: Product) -> int:
    """Return how many tickets are live."""
    return int(product.sql("SELECT count(*) FROM dispatch_ticket")[0][0])


def drained(product: Product, *, pause_s: float = 0.1) -> None:
    """Wait until no ticket is left."""
    while count_live(product):
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
    import os

    os.kill(pid, number)


ALL: tuple[Measure, ...] = (
    memory,
    w2_chain,
    w3_fan_out,
    seed_rows,
    w1_accept,
    w1_sync,
    w4_backlog,
    w6_list,
    w7_kill,
    memory,
)
