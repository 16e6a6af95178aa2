"""Ten times as much takes ten times as long: loops and documents at one size and at the next."""

import time
from typing import Any

from tests.bench import documents
from tests.bench.chains import lone_ms
from tests.bench.product import Product, took_ms
from tests.bench.rows import Plan, Row

TEN_TIMES = 10
LINEAR = "≤ 1.35"
NODES = 1_000
CHECKS = 7

# From its first node to its end: the wait for a worker would flatter the smaller one.
AT_WORK_MS = """
SELECT extract(epoch FROM execution.ended_at - first.started_at)::float8 * 1000
FROM t_demo.executions_execution execution
JOIN t_demo.executions_step first ON first.execution_id = execution.id AND first.node_id = 'n0'
WHERE execution.id = %(id)s
"""


def loops(product: Product, plan: Plan) -> list[Row]:
    """A loop of pure items, at one size and at ten times that, and one of calls, twenty at a time."""
    pure = documents.loop("action:set", {"values": {"x": "{{ item * 2 }}"}}, concurrency=1)
    url = f"{product.facts['receiver_url']}/ok"
    calls = documents.loop("action:http", {"url": url}, concurrency=20)
    rows = [
        looped(product, plan, "Loop of 1,000 pure items", pure, 1_000),
        looped(product, plan, "Loop of 10,000 pure items", pure, 10_000),
        looped(product, plan, "Loop of 1,000 calls, 20 at a time", calls, 1_000),
    ]
    rows[1].target, rows[2].target = "≤ 3", "≤ 5"
    return [*rows, growth("Loop growth, time per item, 10,000 beside 1,000", rows[0], rows[1])]


def looped(
    product: Product, plan: Plan, name: str, document: documents.Document, count: int
) -> Row:
    """Run a loop over `count` items as often as the plan says."""
    workflow_id = product.make_workflow(name, document)
    row = Row(name, "s")
    for _ in range(plan.runs):
        # The product notes when it ended: who looks fifty times a second takes a third of a core from what is measured.
        began = product.execute(workflow_id, {"items": list(range(count))})
        shown = product.ended(began, pause_s=0.25)
        assert (shown["status"], shown["output"]) == ("completed", {"n": count}), shown
        row.values.append(took_ms(shown) / 1000)
    return row


def large_document(product: Product, plan: Plan) -> list[Row]:
    """A document of 1,000 nodes: looked at, saved, run; and one of 100 beside it."""
    checked = Row(f"Document of {NODES:,} nodes, checked, in a process of its own", "ms")
    checked.target = "≤ 100"
    saved = Row(f"Document of {NODES:,} nodes, POST /workflows, checked and saved", "ms")
    ran = Row(f"Document of {NODES:,} nodes, run", "s", target="≤ 2")
    many, few = Row("many", "ms"), Row("few", "ms")
    small_id = product.make_workflow("small", documents.lanes(NODES // TEN_TIMES))
    for number in range(plan.runs):
        checked.values.append(lone_ms("checks", str(NODES), CHECKS))
        began_at = time.perf_counter()
        made = product.draft(f"large-{number}", documents.lanes(NODES))
        saved.values.append((time.perf_counter() - began_at) * 1000)
        product.switch_on(made)
        # Each is loaded once before: a worker keeps the documents that it has run.
        for workflow_id in (small_id, made):
            _ran(product, workflow_id)
        few.values.append(_at_work_ms(product, _ran(product, small_id)))
        shown = _ran(product, made)
        many.values.append(_at_work_ms(product, shown))
        ran.values.append(took_ms(shown) / 1000)
    name = f"Document growth, time per node, {NODES:,} beside {NODES // TEN_TIMES}"
    return [checked, saved, ran, growth(name, few, many)]


def growth(name: str, few: Row, many: Row) -> Row:
    """Return how much more each part costs where there are ten times as many, run by run."""
    pairs = zip(few.values, many.values, strict=True)
    return Row(name, "times", [large / small / TEN_TIMES for small, large in pairs], LINEAR)


def _ran(product: Product, workflow_id: str) -> dict[str, Any]:
    shown = product.ended(product.execute(workflow_id, {}), pause_s=0.25)
    assert shown["status"] == "completed", shown
    return shown


def _at_work_ms(product: Product, shown: dict[str, Any]) -> float:
    return float(product.sql(AT_WORK_MS, {"id": shown["id"]})[0][0])
