"""What rests costs nothing: looking for work, claiming, freeing and asking read what is due, however much waits."""

import json
from typing import Any

import pytest

from apps.core import db
from apps.core.ids import uuid7
from apps.dispatch import queries
from apps.dispatch.services import leases

SCHEMA = "t_demo"
RESTING = 20_000
# A table of 20,000 tickets has several hundred pages; a handful is what an index costs.
MOST_PAGES = 40

REST = """
INSERT INTO public.dispatch_ticket (id, kind, schema, execution_id, workflow_id, step_key, pool, priority, due_at, next_kind)
SELECT gen_random_uuid(), 'run', 't_demo', gen_random_uuid(), gen_random_uuid(), '', 'threads', 1,
       clock_timestamp() + n * interval '1 s' + interval '1 h', 'pure'
FROM generate_series(1, 20000) AS n
"""
CLAIM: dict[str, Any] = {
    "schema": SCHEMA,
    "pool": "threads",
    "cap": 40,
    "most": 16,
    "pure": 16,
    "external": 1,
    "kinds": ["pure", "external"],
    "formats": [1, 2],
    "takes_last_chances": True,
    "last_chance": 2,
    "worker": uuid7(),
    "floor": 0.0,
}
LOOKS = {
    "tenants due": (queries.TENANTS_DUE, {"pool": "threads"}),
    "claim": (queries.CLAIM, CLAIM),
    "queue": (queries.QUEUE, {"schema": SCHEMA, "workflow_id": uuid7()}),
    "oldest due": (queries.OLDEST_DUE_S, {"pool": None}),
    "oldest due of a pool": (queries.OLDEST_DUE_S, {"pool": "threads"}),
    "reap": (leases.REAP, {"renew_s": 0.0}),
    "seize": (leases.SEIZE, {"patience_s": 20.0}),
}


@pytest.fixture
def resting(tenant) -> None:
    db.execute(REST)
    db.execute("ANALYZE public.dispatch_ticket")


def pages(statement: str, params: dict[str, Any]) -> int:
    """Return how many pages a statement reads, after it has been planned once."""
    explained = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}"
    found = db.fetch(explained, params)[0][0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_does_not_read_what_is_not_due(resting, look: str) -> None:
    statement, params = LOOKS[look]

    assert pages(statement, params) <= MOST_PAGES
