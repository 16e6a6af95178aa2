"""The founding document's targets, rows A158 to A162, as p50, p95 and p99."""

from concurrent.futures import ThreadPoolExecutor

from tests.bench import documents
from tests.bench.documents import VALUE
from tests.bench.listener import Listener, listening
from tests.bench.product import Product
from tests.bench.rows import Plan, Row, percentiles
from tests.bench.statements import logged

# A statement's log is written for seconds only: the supervisor keeps 10 MB of it.
LOGGED_S = 2.0

# When an execution was accepted, when a worker began its first node (its own start is stamped with its first commit,
# which of a pure one is its last), when it ended.
MOMENTS = """
SELECT e.id, extract(epoch FROM e.created_at)::float8, extract(epoch FROM first.started_at)::float8,
       extract(epoch FROM e.ended_at)::float8, e.status
FROM t_demo.executions_execution e
JOIN t_demo.executions_step first ON first.execution_id = e.id AND first.node_id = 'double'
WHERE e.id = ANY(%(ids)s::uuid[])
"""

Times = tuple[float, float, float]


def a158_api(product: Product, plan: Plan) -> list[Row]:
    """A page of workflows, asked for by four clients at once."""
    rows = percentiles("A158 GET /workflows, 4 connections", "ms", [], ("≤ 100", "≤ 200", "≤ 500"))
    for _ in range(plan.runs):
        load = product.load(
            "/api/v1/workflows?limit=20", connections=4, seconds=plan.seconds, method="GET"
        )
        load.require("200")
        for row, value in zip(rows, (load.p50_ms, load.p95_ms, load.p99_ms), strict=True):
            row.values.append(value)
    return rows


def a159_single(product: Product, plan: Plan) -> list[Row]:
    """One delivery after the other, each when the last execution has ended and an open page has heard of it."""
    product.make_workflow("a159", documents.webhook_if_set_respond("a159", is_sync=False))
    runs: list[list[Times]] = []
    with listening(product) as listener:
        _one_by_one(product, listener, plan.singles // 5)
        for _ in range(plan.runs):
            heard = _one_by_one(product, listener, plan.singles)
            runs.append(_times(product, heard))
    targets = {
        "A159 one execution of W1, from accepted to ended": ("≤ 5,000", "≤ 30,000", "≤ 60,000"),
        "A160 its end on an open page, from ended to heard": ("≤ 50", "≤ 100", "≤ 200"),
        "A162 its wait for a worker": ("≤ 1,000", "≤ 5,000", "≤ 10,000"),
    }
    return [
        row
        for index, (name, wanted) in enumerate(targets.items())
        for row in percentiles(name, "ms", [[each[index] for each in run] for run in runs], wanted)
    ]


def a161_query(product: Product, plan: Plan) -> list[Row]:
    """Every query that the product makes while deliveries are answered and two lists are read, at four connections."""
    product.make_workflow("a161", documents.webhook_if_set_respond("a161", is_sync=True))
    runs = []
    for _ in range(plan.runs):
        with logged(product) as statements, ThreadPoolExecutor(3) as clients:
            loads = [
                clients.submit(_drive, product, "/webhooks/a161", "POST", connections=2),
                clients.submit(_drive, product, "/api/v1/workflows", "GET", connections=1),
                clients.submit(_drive, product, "/api/v1/executions", "GET", connections=1),
            ]
            for load in loads:
                load.result()
        runs.append([each.ms for each in statements if each.is_query])
    return percentiles("A161 a query under mixed load", "ms", runs, ("≤ 50", "≤ 100", "≤ 200"))


def _drive(product: Product, path: str, method: str, *, connections: int) -> None:
    body = VALUE if method == "POST" else b""
    load = product.load(path, connections=connections, seconds=LOGGED_S, body=body, method=method)
    load.require("200")


def _one_by_one(product: Product, listener: Listener, count: int) -> dict[str, float]:
    """Send deliveries one by one; return when the end of each was heard, by execution."""
    heard = {}
    for _ in range(count):
        status, answer = product.call("POST", "/webhooks/a159", {"value": 7})
        assert status == 202, answer
        heard[answer["execution_id"]] = listener.end_of(answer["execution_id"])
    return heard


def _times(product: Product, heard: dict[str, float]) -> list[Times]:
    """Return ms from accepted to ended, from ended to heard, and from accepted to started, by the database's clock.

    Database and listener share this machine's clock. An end is stamped before its commit, so the commit is in the
    way of the news.
    """
    rows = product.sql(MOMENTS, {"ids": list(heard)})
    assert [row[4] for row in rows] == ["completed"] * len(heard), rows
    return [
        ((ended - created) * 1000, (heard[str(id_)] - ended) * 1000, (started - created) * 1000)
        for id_, created, started, ended, _ in rows
    ]
