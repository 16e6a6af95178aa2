"""What is measured: the work of docs/explanation/performance.md, in the order in which it is run."""

import signal
import time
from collections.abc import Callable

from tests.bench import documents
from tests.bench.chains import w2_chain, w2_scripts
from tests.bench.documents import VALUE
from tests.bench.fairness import fairness
from tests.bench.footprint import large_file, memory_after, memory_idle, worker_growth
from tests.bench.latencies import a158_api, a159_single, a161_query
from tests.bench.lists import w6_list
from tests.bench.product import Product, took_ms
from tests.bench.rows import Plan, Row
from tests.bench.sizes import large_document, loops
from tests.bench.workers import count_live, drained, send, worker_pids, workers_paused

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
                load.require("202")
                row.values.append(load.per_s)
                tail.values.append(load.p95_ms)
            rows += [row, tail]
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
            load.require("200")
            row.values.append(load.per_s)
            half.values.append(load.p50_ms)
        rows += [row, half]
    mark(rows, "W1 sync, 16 connections", "≥ 400")
    mark(rows, "W1 sync, 1 connections, p50", "≤ 6")
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
                load.require("202")
                queued = count_live(product)
            began_at = time.perf_counter()
        drained(product, pause_s=0.01)
        row.values.append(queued / (time.perf_counter() - began_at))
    return [row]


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


def mark(rows: list[Row], name: str, target: str) -> None:
    """Write a target beside its row."""
    for row in rows:
        if row.name == name:
            row.target = target


ALL: tuple[Measure, ...] = (
    memory_idle,
    w2_chain,
    w2_scripts,
    w3_fan_out,
    loops,
    large_document,
    a158_api,
    a159_single,
    a161_query,
    w1_accept,
    w1_sync,
    w4_backlog,
    worker_growth,
    large_file,
    fairness,
    w6_list,
    w7_kill,
    memory_after,
)
