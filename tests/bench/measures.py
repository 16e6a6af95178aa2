"""What is measured: W1-W7 of docs/explanation/performance.md, the founding document's latencies, memory."""

import json
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.bench import documents
from tests.bench.documents import VALUE
from tests.bench.latencies import a158_api, a159_single, a161_query
from tests.bench.lists import w6_list
from tests.bench.product import Product
from tests.bench.rows import Plan, Row
from tests.bench.workers import count_live, drained, send, worker_pids, workers_paused

STEPS = 40
LONE_CALLS = 200

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


def w2_chain(product: Product, plan: Plan) -> list[Row]:
    """A chain of 40 pure nodes, and one of 40 calls to a server on this machine, beside such a call alone."""
    url = f"{product.facts['receiver_url']}/ok"
    pure = documents.chain(STEPS, "action:set", {"values": {"a": 1}})
    calls = documents.chain(STEPS, "action:http", {"url": url})
    alone = Row("W2 one such call alone, without the engine", "ms")
    overhead = Row(f"W2 chain of {STEPS} calls, overhead per step", "ms", target="≤ 2")
    whole = Row(f"W2 chain of {STEPS} calls, per step, the call included", "ms")
    whole.values = per_step_ms(product, plan, product.make_workflow("w2-calls", calls))
    # No record of a step says what its call took: between its start and its end lies the commit of the start, too.
    for wall_ms in whole.values:
        call_ms = lone_call_ms(url)
        alone.values.append(call_ms)
        overhead.values.append(wall_ms - call_ms)
    own = Row(f"W2 chain of {STEPS} set nodes, per step", "ms", target="≤ 0.3")
    own.values = per_step_ms(product, plan, product.make_workflow("w2-pure", pure))
    return [own, whole, alone, overhead]


def loops(product: Product, plan: Plan) -> list[Row]:
    """A loop of pure items, at one size and at ten times that, and one of calls, twenty at a time."""
    pure = documents.loop("action:set", {"values": {"x": "{{ item * 2 }}"}}, concurrency=1)
    url = f"{product.facts['receiver_url']}/ok"
    calls = documents.loop("action:http", {"url": url}, concurrency=20)
    rows = []
    for name, document, count, target in (
        ("Loop of 1,000 pure items", pure, 1_000, ""),
        ("Loop of 10,000 pure items", pure, 10_000, "≤ 3"),
        ("Loop of 1,000 calls, 20 at a time", calls, 1_000, "≤ 5"),
    ):
        workflow_id = product.make_workflow(name, document)
        row = Row(name, "s", target=target)
        for _ in range(plan.runs):
            shown = product.ended(product.execute(workflow_id, {"items": list(range(count))}))
            assert (shown["status"], shown["output"]) == ("completed", {"n": count}), shown
            row.values.append(took_ms(shown) / 1000)
        rows.append(row)
    return rows


def per_step_ms(product: Product, plan: Plan, workflow_id: str) -> list[float]:
    """Return what each step took on average, for each start but the first."""
    took = []
    for _ in range(plan.starts + 1):
        # The database says when it ended; whoever asks every 20 ms takes a third of a core from what is measured.
        shown = product.ended(product.execute(workflow_id, {}), pause_s=0.25)
        assert shown["status"] == "completed", shown
        took.append(took_ms(shown) / STEPS)
    return took[1:]


def lone_call_ms(url: str) -> float:
    """Return the median of calls that the nodes' own client makes in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench.calls", url, str(LONE_CALLS)],
        capture_output=True,
        check=True,
        text=True,
    )
    return statistics.median(json.loads(ran.stdout))


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


def memory(product: Product, plan: Plan) -> list[Row]:
    """All processes of the stack together, as proportional set size."""
    sizes = product.memory_mib()
    return [Row("PSS of all processes", "MiB", [sum(sizes.values())], target="≤ 700 idle")]


def took_ms(shown: dict[str, Any]) -> float:
    """Return the time from the acceptance to the end of an execution, by the database."""
    began, ended = (datetime.fromisoformat(shown[name]) for name in ("created_at", "ended_at"))
    return (ended - began).total_seconds() * 1000


def mark(rows: list[Row], name: str, target: str) -> None:
    """Write a target beside its row."""
    for row in rows:
        if row.name == name:
            row.target = target


ALL: tuple[Measure, ...] = (
    memory,
    w2_chain,
    w3_fan_out,
    loops,
    a158_api,
    a159_single,
    a161_query,
    w1_accept,
    w1_sync,
    w4_backlog,
    w6_list,
    w7_kill,
    memory,
)
