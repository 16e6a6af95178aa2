"""Many executions that wait, made of one: as many rows as deliveries would have left, in a second."""

from tests.bench.product import Product
from tests.bench.workers import drained, workers_paused

# The execution and its ticket, but for their ids and times, which lie a millisecond apart as deliveries' would: entries
# of an index that are alike would be kept, and skipped, together. PostgreSQL 15 makes no UUIDv7, so it is written out.
QUEUE = """
WITH fresh AS MATERIALIZED (
    SELECT at, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
                || '7' || substr(chance, 1, 3) || '8' || substr(chance, 4, 15))::uuid AS id
    FROM generate_series(1, %(count)s) AS number,
         LATERAL (SELECT clock_timestamp() - (%(count)s - number) * interval '1 ms' AS at,
                         md5(random()::text || number) AS chance) AS drawn
), executions AS (
    INSERT INTO t_demo.executions_execution
    SELECT clone.*
    FROM fresh, t_demo.executions_execution AS original,
         LATERAL jsonb_populate_record(
             original, jsonb_build_object('id', fresh.id, 'created_at', fresh.at)) AS clone
    WHERE original.id = %(original)s
)
INSERT INTO public.dispatch_ticket
SELECT clone.*
FROM fresh, public.dispatch_ticket AS original,
     LATERAL jsonb_populate_record(
         original,
         jsonb_build_object('id', fresh.id, 'execution_id', fresh.id, 'due_at', fresh.at, 'created_at', fresh.at)
     ) AS clone
WHERE original.id = %(original)s
"""

# What nobody has begun. What is under way ends by itself.
WITHDRAW = """
WITH withdrawn AS (
    DELETE FROM public.dispatch_ticket WHERE workflow_id = %(workflow)s AND token IS NULL RETURNING execution_id
)
UPDATE t_demo.executions_execution
SET status = 'cancelled', reason = 'cancelled_by_user', ended_at = now()
WHERE id IN (SELECT execution_id FROM withdrawn)
"""


def queue(product: Product, workflow_id: str, count: int) -> None:
    """Start a workflow of the demo tenant `count` times while the workers stand still."""
    with workers_paused(product):
        original = product.execute(workflow_id, {"body": {"value": 7}})
        product.sql(QUEUE, {"original": original, "count": count - 1})


def withdraw(product: Product, workflow_id: str) -> None:
    """Take back what of a workflow still waits, and wait for what has begun."""
    product.sql(WITHDRAW, {"workflow": workflow_id})
    drained(product)
