"""A trail of a hundred thousand entries: read by few queries, exported without ever being held whole."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit import facade as audit
from apps.audit import queries
from apps.audit.services import export
from tests.callers import make_caller
from tests.entries import recorded

MANY = 100_000
FILL = f"""
INSERT INTO t_demo.audit_entry (chain, seq, at, prev_hash, hash, id, action, category, severity, outcome, actor_kind,
  actor_email, actor_role, target_kind, target_id, target_name, ip, user_agent, request_id, after)
SELECT 't_demo', n, now() - interval '1 hour', sha256('x'), sha256('y'), gen_random_uuid(), 'workflow.saved', 'workflow',
  'info', 'success', 'user', 'ada@demo.test', 'editor', 'workflow', n::text, 'Orders', '192.0.2.1', repeat('browser ', 30), '',
  json_build_object('text', repeat('x', 200))
FROM generate_series(1, {MANY}) n
"""  # noqa: S608 - a constant
HEAD = f"INSERT INTO t_demo.audit_head (one, seq, hash) VALUES (true, {MANY}, sha256('y'))"  # noqa: S608 - a constant
PAGE_BYTES = 4096


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES


def grown(pieces: Iterable[str | bytes]) -> tuple[int, int]:
    """Read everything and return how much that was, and by how much the process has grown meanwhile at most."""
    size, before, most = 0, resident_bytes(), 0
    for count, piece in enumerate(pieces):
        size += len(piece)
        if count % 1_000 == 0:
            most = max(most, resident_bytes())
    return size, max(0, most - before)


@pytest.fixture
def crowd(tenant) -> None:
    with connection.cursor() as cursor:
        for table in ("entry", "head"):
            cursor.execute(f"ALTER TABLE t_demo.audit_{table} DISABLE TRIGGER USER")
        cursor.execute(FILL)
        cursor.execute(HEAD)
        for table in ("entry", "head"):
            cursor.execute(f"ALTER TABLE t_demo.audit_{table} ENABLE TRIGGER USER")


def test_an_export_of_many_entries_takes_no_more_memory_than_one_of_few(crowd) -> None:
    few = queries.Wanted(target_id="7")
    assert grown(export.export(few, "ndjson"))[0] > 0

    size, growth = grown(export.export(queries.Wanted(), "ndjson"))

    assert size > 50 * 1024 * 1024
    # A tenth would be an eighth of the rows, as Python holds them.
    assert growth < size / 10
    assert [row.after["as"] for row in recorded("audit.exported")] == ["ndjson", "ndjson"]


def test_every_reading_takes_one_look_at_the_trail(tenant, redis_server) -> None:
    owner = make_caller(tenant, "owner")
    audit.record("workflow.saved")
    [entry] = recorded("workflow.saved")

    for path, most in (
        ("/audit", 1),
        ("/audit?category=workflow&text=x&limit=100", 1),
        (f"/audit/{entry.pk}", 1),
        ("/audit/stats?days=365", 1),
        ("/audit/archives", 1),
        ("/audit/retention", 1),
        ("/audit/export?as=csv", 3),  # where it ends, that it was asked for, and a piece
    ):
        with CaptureQueriesContext(connection) as asked:
            answer = owner.get(path)
            assert answer.status_code == 200
            assert answer.getvalue() if answer.streaming else answer.content
        looks = [each["sql"] for each in asked if "audit_" in each["sql"]]
        assert len(looks) <= most, (path, looks)
