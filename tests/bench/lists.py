"""W6: the pages of executions that people open, with as many stored as a busy tenant has."""

import statistics

from tests.bench import documents
from tests.bench.product import Product
from tests.bench.rows import Plan, Row
from tests.bench.statements import logged

QUERIES = {"first page": "", "status=failed": "&status=failed"}
LIST_S = 3.0

# Clones of one real execution, their ids spread over the 27 days after it, which lie in months that exist. As many
# as `share` have failed, as many were cancelled. PostgreSQL 15 makes no UUIDv7, so it is written out.
CLONE = """
INSERT INTO t_demo.executions_execution
SELECT clone.*
FROM t_demo.executions_execution AS original,
     generate_series(1, {count}) AS number,
     LATERAL (SELECT original.created_at + interval '27 days' * random() AS at,
                     md5(random()::text || number) AS chance,
                     CASE (number - 1) / {share} WHEN 0 THEN 'failed' WHEN 1 THEN 'cancelled' ELSE 'completed' END AS status
             ) AS own,
     LATERAL jsonb_populate_record(original, jsonb_build_object(
         'id', lpad(to_hex((extract(epoch FROM own.at) * 1000)::bigint), 12, '0')
               || '7' || substr(own.chance, 1, 3) || '8' || substr(own.chance, 4, 15),
         'created_at', own.at, 'started_at', own.at, 'ended_at', own.at, 'status', own.status,
         'reason', CASE own.status WHEN 'failed' THEN 'node_failed' WHEN 'cancelled' THEN 'cancelled_by_user' ELSE '' END,
         'error', CASE own.status WHEN 'failed' THEN
             '{{"code": "http_status", "message": "The server answered 500.", "node": "yes"}}'::jsonb END
     )) AS clone
WHERE original.id = '{original}'
"""


def w6_list(product: Product, plan: Plan) -> list[Row]:
    """The first page of all executions and of those that failed: by the API, and what the database takes of it."""
    stored = _store(product, plan.stored)
    rows = []
    for name, query in QUERIES.items():
        path = f"/api/v1/executions?limit=20{query}"
        whole = Row(f"W6 executions, {name}, {stored} stored, p50", "ms")
        inside = Row(
            f"W6 executions, {name}, {stored} stored, in the database", "ms", target="≤ 20"
        )
        for _ in range(plan.runs):
            load = product.load(
                path, connections=1, seconds=min(LIST_S, plan.seconds), method="GET"
            )
            load.require("200")
            whole.values.append(load.p50_ms)
            inside.values.append(_in_database_ms(product, path, plan.lists))
        rows += [whole, inside]
    return rows


def _in_database_ms(product: Product, path: str, times: int) -> float:
    """Return the median of what the database takes for the query of a page, planning included."""
    with logged(product) as statements:
        for _ in range(times):
            status, answer = product.call("GET", path)
            assert (status, len(answer["results"])) == (200, 20), answer
    took_ms = [each.ms for each in statements if 'FROM "executions_execution"' in each.text]
    assert len(took_ms) == times, len(took_ms)
    return statistics.median(took_ms)


def _store(product: Product, wanted: int) -> int:
    """Clone a real execution until `wanted` are stored or more; return how many are."""
    path = "w6"
    product.make_workflow(path, documents.webhook_if_set_respond(path, is_sync=False))
    status, answer = product.call("POST", f"/webhooks/{path}", {"value": 7})
    assert status == 202, answer
    product.ended(answer["execution_id"])
    share = wanted // 100
    # What other measures have left behind has all gone well.
    count = max(2 * share, wanted - _stored(product))
    product.sql(CLONE.format(original=answer["execution_id"], count=count, share=share))
    # What autovacuum would have done on the way to so many.
    product.sql("VACUUM (ANALYZE) t_demo.executions_execution")
    return _stored(product)


def _stored(product: Product) -> int:
    return int(product.sql("SELECT count(*) FROM t_demo.executions_execution")[0][0])
