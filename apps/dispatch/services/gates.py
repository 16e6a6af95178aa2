"""Workflows with limits: their executions wait before a gate, and are let in when there is room.

An execution of a limited workflow is stored and parked at once, by the commit of its cause. Letting in is a transaction
of its own, which holds the gate's row: after an accept, after an end, and once a second by the dispatcher, so that
whoever dies between a commit and the letting in delays others by a second at most. Nothing is counted in a column: who
is inside is what the tickets say, so no count can drift.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from apps.core import db
from apps.core.failpoints import failpoint

# So many are let in by one transaction; what is left is let in by the next one, a moment later.
MOST = 500

SET = """
INSERT INTO public.dispatch_gate AS old (schema, workflow_id, max_running, max_per_key, rate_count, rate_per_s, tokens)
VALUES (%(schema)s, %(workflow_id)s, %(max_running)s, %(max_per_key)s, %(rate_count)s::int, %(rate_per_s)s, coalesce(%(rate_count)s::int, 0))
ON CONFLICT (schema, workflow_id) DO UPDATE
SET max_running = excluded.max_running, max_per_key = excluded.max_per_key,
    rate_count = excluded.rate_count, rate_per_s = excluded.rate_per_s,
    tokens = CASE WHEN old.rate_count IS NULL THEN excluded.tokens ELSE least(old.tokens, excluded.tokens) END,
    filled_at = CASE WHEN old.rate_count IS NULL THEN clock_timestamp() ELSE old.filled_at END
WHERE (old.max_running, old.max_per_key, old.rate_count, old.rate_per_s)
      IS DISTINCT FROM (excluded.max_running, excluded.max_per_key, excluded.rate_count, excluded.rate_per_s)
"""

KNOWN = (
    "SELECT 1 FROM public.dispatch_gate WHERE schema = %(schema)s AND workflow_id = %(workflow_id)s"
)

# Tokens fill evenly, up to what one period gives (a token bucket), and up to a moment from which they go on to fill.
HOLD = """
SELECT max_running, max_per_key,
       CASE WHEN rate_count IS NULL THEN NULL
            ELSE least(rate_count, tokens + rate_count * greatest(0, extract(epoch FROM statement_timestamp() - filled_at)) / rate_per_s)
       END::float8,
       greatest(filled_at, statement_timestamp())
FROM public.dispatch_gate WHERE schema = %(schema)s AND workflow_id = %(workflow_id)s FOR UPDATE
"""

# A statement of its own, after HOLD: it must see what whoever held the gate before has committed.
INSIDE = """
SELECT count(*) FROM public.dispatch_ticket
WHERE schema = %(schema)s AND workflow_id = %(workflow_id)s AND is_gated AND blocked_on = ''
"""

# The keys of those that wait are found by one probe each (a loose index scan): ten thousand that wait with one key cost
# what one costs. Of each key as many as there is room for, the oldest of the highest priority first. `keys`: only of these.
LET_IN = """
WITH RECURSIVE keys AS (
    (SELECT gate_key FROM public.dispatch_ticket
     WHERE schema = %(schema)s AND workflow_id = %(workflow_id)s AND blocked_on <> '' AND %(keys)s::text[] IS NULL
     ORDER BY gate_key LIMIT 1)
    UNION ALL
    SELECT (SELECT t.gate_key FROM public.dispatch_ticket t
            WHERE t.schema = %(schema)s AND t.workflow_id = %(workflow_id)s AND t.blocked_on <> ''
              AND t.gate_key > keys.gate_key ORDER BY t.gate_key LIMIT 1)
    FROM keys WHERE keys.gate_key IS NOT NULL
), wanted AS (
    SELECT gate_key FROM keys WHERE gate_key IS NOT NULL
    UNION ALL SELECT DISTINCT unnest(%(keys)s::text[])
), room AS (
    SELECT wanted.gate_key, greatest(0, least(%(most)s, coalesce(%(max_per_key)s::int - (
        SELECT count(*) FROM public.dispatch_ticket i
        WHERE i.schema = %(schema)s AND i.workflow_id = %(workflow_id)s AND i.gate_key = wanted.gate_key
          AND i.is_gated AND i.blocked_on = ''), %(most)s))) AS n
    FROM wanted
), first AS (
    SELECT waiting.id FROM room CROSS JOIN LATERAL (
        SELECT w.id, w.priority FROM public.dispatch_ticket w
        WHERE w.schema = %(schema)s AND w.workflow_id = %(workflow_id)s AND w.gate_key = room.gate_key AND w.blocked_on <> ''
        ORDER BY w.priority DESC, w.id LIMIT room.n
    ) waiting
    ORDER BY waiting.priority DESC, waiting.id LIMIT %(most)s
), chosen AS MATERIALIZED (
    SELECT id FROM public.dispatch_ticket WHERE id IN (SELECT id FROM first) AND blocked_on <> ''
    ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE public.dispatch_ticket t SET blocked_on = '', due_at = least(t.due_at, clock_timestamp())
FROM chosen WHERE t.id = chosen.id
"""

NOTE = """
UPDATE public.dispatch_gate
SET holds = %(holds)s, tokens = coalesce(%(tokens)s, 0), filled_at = %(filled_at)s
WHERE schema = %(schema)s AND workflow_id = %(workflow_id)s
"""

# One probe per workflow that has or had a limit.
WAITING = """
SELECT g.schema, g.workflow_id FROM public.dispatch_gate g JOIN public.dispatch_fair f USING (schema)
WHERE NOT f.is_suspended AND EXISTS (
    SELECT FROM public.dispatch_ticket t
    WHERE t.schema = g.schema AND t.workflow_id = g.workflow_id AND t.blocked_on <> '')
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workflow may at most: None is no limit. `rate_count` executions may begin within `rate_per_s` seconds."""

    max_running: int | None = None
    max_per_key: int | None = None
    rate_count: int | None = None
    rate_per_s: float | None = None

    @property
    def is_unlimited(self) -> bool:
        """Whether nothing is limited."""
        return self == UNLIMITED


UNLIMITED = Limits()


def set_limits(schema: str, workflow_id: UUID, limits: Limits) -> None:
    """Make these the limits of a workflow, in the caller's transaction; those inside already stay there.

    A workflow that never had any leaves no row.
    """
    if limits.is_unlimited and not db.fetch(KNOWN, {"schema": schema, "workflow_id": workflow_id}):
        return
    db.execute(
        SET,
        {
            "schema": schema,
            "workflow_id": workflow_id,
            "max_running": limits.max_running,
            "max_per_key": limits.max_per_key,
            "rate_count": limits.rate_count,
            "rate_per_s": limits.rate_per_s,
        },
    )


def let_in(schema: str, workflow_id: UUID, *, keys: Collection[str] | None = None) -> int:
    """Let in as many of those that wait before a workflow's gate as there is room for; return how many.

    A transaction of its own. The caller rings if anybody was let in. `keys` are those with which somebody has come or
    gone, None for all: where nothing but keys is limited, nothing has changed for the others.
    """
    place = {"schema": schema, "workflow_id": workflow_id}
    return db.in_transaction(lambda: _let_in(place, None if keys is None else sorted(keys)))


def _let_in(place: dict[str, object], keys: list[str] | None) -> int:
    rows = db.fetch(HOLD, place)
    if not rows:
        return 0
    max_running, max_per_key, tokens, filled_at = rows[0]
    inside = db.fetch(INSIDE, place)[0][0] if max_running is not None else 0
    most = min(
        MOST,
        MOST if max_running is None else max(0, max_running - inside),
        MOST if tokens is None else int(tokens),
    )
    is_by_key = max_running is None and tokens is None and max_per_key is not None
    params = {
        **place,
        "most": most,
        "max_per_key": max_per_key,
        "keys": keys if is_by_key else None,
    }
    failpoint("let_in.before")
    count = db.execute(LET_IN, params) if most else 0
    left = None if tokens is None else tokens - count
    if max_running is not None and inside + count >= max_running:
        holds = "workflow_limit"
    elif left is not None and left < 1:
        holds = "rate_limit"
    else:
        holds = "key_limit"
    db.execute(NOTE, {**place, "holds": holds, "tokens": left, "filled_at": filled_at})
    return count


def waiting() -> list[tuple[str, UUID]]:
    """Return the workflows before whose gate somebody waits; those of suspended tenants are left out."""
    return [(row[0], row[1]) for row in db.fetch(WAITING)]
