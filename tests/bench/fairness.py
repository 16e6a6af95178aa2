"""How long one tenant waits for a worker beside another that has queued ten thousand executions."""

import time

from tests.bench import backlog, documents, founding
from tests.bench.product import Product
from tests.bench.rows import Plan, Row, at_share
from tests.bench.tenants import deliver, founded
from tests.bench.workers import count_live, drained

SCHEMA = f"t_{founding.SLUG.format(0)}"
# Slower than it is served when idle, so that it never waits for itself.
PACE_S = 0.05
# A tenant's first deliveries find nothing prepared.
WARM_UP = 10

WAITED_MS = """
SELECT extract(epoch FROM first.started_at - execution.created_at)::float8 * 1000
FROM {schema}.executions_execution execution
JOIN {schema}.executions_step first ON first.execution_id = execution.id AND first.node_id = 'double'
WHERE execution.id = ANY(%(ids)s::uuid[])
"""


def fairness(product: Product, plan: Plan) -> list[Row]:
    """The wait of tenant B, alone and beside tenant A's backlog: pure executions, then calls of a second."""
    founded(product, 1)
    p95_ms(product, WARM_UP)
    url = f"{product.facts['receiver_url']}/slow/1000"
    works = {
        "pure executions": documents.chain(3, "action:set", {"values": {"a": 1}}),
        "calls of a second": documents.chain(1, "action:http", {"url": url}),
    }
    idle = Row("Tenant B's wait for a worker, idle, p95", "ms")
    rows = []
    for name, document in works.items():
        workflow_id = product.make_workflow(name, document)
        row = Row(f"Tenant B's wait beside A's {plan.queued:,} {name}, p95", "ms")
        for _ in range(plan.runs):
            idle.values.append(p95_ms(product, plan.singles))
            backlog.queue(product, workflow_id, plan.queued)
            row.values.append(p95_ms(product, plan.singles))
            assert count_live(product), (
                "A's backlog was worked off before B had finished: queue more"
            )
            backlog.withdraw(product, workflow_id)
        rows.append(row)
    pure, calls = rows
    pure.target = f"≤ {max(2 * idle.median, idle.median + 60):.0f}"
    calls.target = f"≤ {idle.median + 250:.0f}"
    return [idle, pure, calls]


def p95_ms(product: Product, count: int) -> float:
    """Deliver to tenant B at a steady pace; return what one in twenty waited, or longer."""
    begins_at = time.monotonic()
    ids = []
    for number in range(count):
        time.sleep(max(0.0, begins_at + number * PACE_S - time.monotonic()))
        ids.append(deliver(product, 0))
    drained(product, SCHEMA)
    waited = [row[0] for row in product.sql(WAITED_MS.format(schema=SCHEMA), {"ids": ids})]
    assert len(waited) == count, waited
    return at_share(waited, 0.95)
