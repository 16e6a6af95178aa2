"""Every read of the tickets, and the statements of the claim, each named. All tables are in `public`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core import db

# Whatever asks what is due compares with statement_timestamp(): still the database's clock, but one that an index can
# be asked for. clock_timestamp() is volatile, so 20,000 resting tickets cost a claim 100,000 pages (measured). What was
# leased was due, and its time is not moved while it is: whoever looks for leases looks among what is due, too.

# Tenants that have a claimable ticket. One index probe per tenant that has any ticket at all (loose index scan),
# so a backlog of 10,000 tickets of one tenant costs what one ticket costs.
TENANTS_DUE = """
WITH RECURSIVE tenant AS (
    (SELECT schema FROM public.dispatch_ticket ORDER BY schema LIMIT 1)
    UNION ALL
    SELECT (SELECT t.schema FROM public.dispatch_ticket t WHERE t.schema > tenant.schema ORDER BY t.schema LIMIT 1)
    FROM tenant WHERE tenant.schema IS NOT NULL
)
SELECT f.schema, f.virtual_time
FROM tenant JOIN public.dispatch_fair f USING (schema)
WHERE NOT f.is_suspended AND EXISTS (
    SELECT FROM public.dispatch_ticket d
    WHERE d.schema = f.schema AND d.due_at <= statement_timestamp() AND d.token IS NULL AND d.pool = %(pool)s
)
ORDER BY f.virtual_time, f.schema
"""

LOCK_FAIR = """
SELECT cap, set_config('synchronous_commit', 'off', true)
FROM public.dispatch_fair WHERE schema = %(schema)s AND NOT is_suspended FOR UPDATE SKIP LOCKED
"""

# A statement of its own, after LOCK_FAIR: counting in the statement that locks reads a snapshot from before the lock
# and overran a cap of 10 up to 80. The locking sub-select is materialized, or a nested loop may run it twice.
CLAIM = """
WITH room AS MATERIALIZED (
    SELECT least(%(most)s, greatest(0, %(cap)s - count(*))) AS n
    FROM public.dispatch_ticket
    WHERE schema = %(schema)s AND token IS NOT NULL AND due_at <= statement_timestamp()
), due AS MATERIALIZED (
    SELECT id, next_kind, is_suspect OR crash_count > 0 AS is_alone, priority, due_at
    FROM public.dispatch_ticket
    WHERE schema = %(schema)s AND due_at <= statement_timestamp() AND token IS NULL AND pool = %(pool)s
      AND next_kind = ANY(%(kinds)s) AND engine_format = ANY(%(formats)s)
      AND (%(takes_last_chances)s OR crash_count < %(last_chance)s)
    ORDER BY priority DESC, due_at
    LIMIT (SELECT n FROM room)
    FOR UPDATE SKIP LOCKED
), lead AS (
    SELECT id, next_kind, is_alone FROM due ORDER BY priority DESC, due_at LIMIT 1
), kin AS (
    SELECT d.id, row_number() OVER (ORDER BY d.priority DESC, d.due_at) AS place
    FROM due d, lead l
    WHERE (l.is_alone AND d.id = l.id)
       OR (NOT l.is_alone AND NOT d.is_alone AND d.next_kind = l.next_kind)
), chosen AS (
    SELECT kin.id, lead.is_alone FROM kin, lead
    WHERE kin.place <= CASE lead.next_kind WHEN 'external' THEN %(external)s ELSE %(pure)s END
), claimed AS (
    UPDATE public.dispatch_ticket t
    SET token = gen_random_uuid(), worker_id = %(worker)s, leased_at = clock_timestamp(),
        is_lone = chosen.is_alone, is_poked = false
    FROM chosen WHERE t.id = chosen.id
    RETURNING t.id, t.kind, t.execution_id, t.workflow_id, t.step_key, t.token, t.next_kind, t.request,
              t.crash_count, t.deadline_at, t.priority, t.leased_at, t.is_gated, t.gate_key
), charged AS (
    UPDATE public.dispatch_fair f
    SET virtual_time = greatest(f.virtual_time, %(floor)s::float8) + many.n / f.weight
    FROM (SELECT count(*) AS n FROM claimed) many
    WHERE f.schema = %(schema)s AND many.n > 0
)
SELECT claimed.*, found.n > many.n OR found.n >= %(most)s
FROM claimed, (SELECT count(*) AS n FROM due) found, (SELECT count(*) AS n FROM claimed) many
"""

MINE = """
SELECT t.id, t.token, t.request, coalesce(f.is_suspended, false)
FROM public.dispatch_ticket t LEFT JOIN public.dispatch_fair f USING (schema) WHERE t.worker_id = %(worker)s
"""

OLDEST_DUE_S = """
SELECT coalesce((
    SELECT extract(epoch FROM clock_timestamp() - t.due_at)
    FROM public.dispatch_ticket t JOIN public.dispatch_fair f USING (schema)
    WHERE t.due_at <= statement_timestamp() AND t.token IS NULL AND NOT f.is_suspended
      AND (%(pool)s::text IS NULL OR t.pool = %(pool)s)
    ORDER BY t.due_at LIMIT 1
), 0)::float8
"""

# A worker that is alive but has not looked for work (a deaf consumer) is no live worker for readiness.
POLLING_WORKERS = """
SELECT count(*) FROM public.dispatch_worker
WHERE kind = 'worker' AND alive_until > clock_timestamp() AND polled_at > clock_timestamp() - interval '30 s'
"""

SWEEPING_DISPATCHERS = """
SELECT count(*) FROM public.dispatch_worker WHERE kind = 'dispatcher' AND alive_until > clock_timestamp()
"""


OLDEST_SNAPSHOT = """
SELECT coalesce(max(age(backend_xmin)), 0) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class DueTenant:
    """A tenant with claimable tickets and how much it has been served."""

    schema: str
    virtual_time: float


@dataclass(frozen=True, slots=True)
class Held:
    """A ticket that this worker holds, as its heartbeat sees it; nothing of a suspended tenant is to go on."""

    ticket_id: UUID
    token: UUID
    request: str
    is_suspended: bool


def tenants_due(pool: str) -> list[DueTenant]:
    """Return the tenants with claimable tickets of `pool`, least served first; suspended ones are left out."""
    return [DueTenant(*row) for row in db.fetch(TENANTS_DUE, {"pool": pool})]


def held_by(worker_id: UUID) -> list[Held]:
    """Return every ticket that `worker_id` holds, with the requests made of it."""
    return [Held(*row) for row in db.fetch(MINE, {"worker": worker_id})]


def oldest_due_s(pool: str | None = None) -> float:
    """Return the age in seconds of the oldest ticket (of a pool, if one is given) that nobody has claimed, else 0."""
    return float(db.fetch(OLDEST_DUE_S, {"pool": pool})[0][0])


def polling_workers() -> int:
    """Return how many live workers have looked for work in the last 30 seconds."""
    return int(db.fetch(POLLING_WORKERS)[0][0])


def sweeping_dispatchers() -> int:
    """Return how many processes of the dispatcher have swept within the length of a lease."""
    return int(db.fetch(SWEEPING_DISPATCHERS)[0][0])


def oldest_snapshot() -> int:
    """Return the age of the oldest open snapshot in transactions: vacuum cleans no tickets that died since."""
    return int(db.fetch(OLDEST_SNAPSHOT)[0][0])


def is_asked(schema: str, execution_id: UUID) -> bool:
    """Say whether a live execution was asked to end or to pause already."""
    rows = db.fetch(
        "SELECT request <> '' FROM public.dispatch_ticket WHERE id = %(id)s AND schema = %(schema)s",
        {"id": execution_id, "schema": schema},
    )
    return bool(rows and rows[0][0])


QUEUE = """
SELECT clock_timestamp(),
       NOT f.is_suspended
       AND f.cap > (SELECT count(*) FROM public.dispatch_ticket t
                    WHERE t.schema = f.schema AND t.token IS NOT NULL AND t.due_at <= statement_timestamp())
       AND NOT EXISTS (SELECT FROM public.dispatch_ticket t
                       WHERE t.schema = f.schema AND t.workflow_id = %(workflow_id)s
                         AND t.due_at <= statement_timestamp())
FROM public.dispatch_fair f WHERE f.schema = %(schema)s
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """A tenant's queue as a newcomer sees it: `is_free` says that it may run at once without overtaking anybody."""

    now: datetime
    is_free: bool


RUNNING = """
SELECT count(*) FROM public.dispatch_ticket WHERE schema = %(schema)s AND kind = 'run' AND token IS NOT NULL
"""


def running_of(schema: str) -> int:
    """Return how many executions of a tenant workers hold now."""
    return int(db.fetch(RUNNING, {"schema": schema})[0][0])


def queue_of(schema: str, workflow_id: UUID) -> Queue | None:
    """Return how the queue of a tenant stands for one workflow; None: this tenant has no place in the queue."""
    rows = db.fetch(QUEUE, {"schema": schema, "workflow_id": workflow_id})
    return Queue(*rows[0]) if rows else None


# How many are leased is counted only if somebody waits: it costs a look at all that is due of the tenant.
STANDINGS = """
WITH ticket AS MATERIALIZED (
    SELECT id, request, workflow_id, blocked_on, token IS NULL AND due_at <= statement_timestamp() AS waits
    FROM public.dispatch_ticket WHERE schema = %(schema)s AND id = ANY(%(ids)s)
), place AS MATERIALIZED (
    SELECT cap <= (SELECT count(*) FROM public.dispatch_ticket t
                   WHERE t.schema = f.schema AND t.token IS NOT NULL AND t.due_at <= statement_timestamp()) AS is_full
    FROM public.dispatch_fair f WHERE f.schema = %(schema)s AND EXISTS (SELECT FROM ticket WHERE waits)
)
SELECT id, request, waits AND coalesce((SELECT is_full FROM place), false),
       CASE WHEN blocked_on = '' THEN '' ELSE coalesce((
           SELECT nullif(g.holds, '') FROM public.dispatch_gate g
           WHERE g.schema = %(schema)s AND g.workflow_id = ticket.workflow_id), blocked_on) END
FROM ticket
"""

# As a part of a statement of the caller's own, which says how many it wants; its parameter is the schema.
ASKED_TO_END = """
SELECT execution_id FROM public.dispatch_ticket WHERE schema = %s AND kind = 'run' AND request = 'cancel'
"""
ASKED_TO_PAUSE = """
SELECT execution_id FROM public.dispatch_ticket WHERE schema = %s AND kind = 'run' AND request = 'pause'
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What only its ticket knows of a live execution: what was asked of it, and what keeps it back.

    That is its tenant's cap, or a limit of its workflow, named by the reason; empty if none does.
    """

    request: str
    is_over_cap: bool
    blocked_on: str


def standings(schema: str, execution_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """Return how those of `execution_ids` stand that have a ticket: one query for all of them."""
    ids = list(execution_ids)
    if not ids:
        return {}
    rows = db.fetch(STANDINGS, {"schema": schema, "ids": ids})
    return {row[0]: Standing(*row[1:]) for row in rows}


# How every tenant with a ticket stands. Nothing is counted beyond a bound, so that the page costs the same on a bad day.
LINES = """
WITH RECURSIVE tenant AS (
    (SELECT schema FROM public.dispatch_ticket ORDER BY schema LIMIT 1)
    UNION ALL
    SELECT (SELECT t.schema FROM public.dispatch_ticket t WHERE t.schema > tenant.schema ORDER BY t.schema LIMIT 1)
    FROM tenant WHERE tenant.schema IS NOT NULL
)
SELECT tenant.schema, coalesce(f.is_suspended, false), coalesce(f.cap, 0), seen.waits, seen.held, seen.rests, seen.gated,
       seen.oldest_s
FROM (SELECT schema FROM tenant WHERE schema IS NOT NULL LIMIT %(tenants)s) tenant
LEFT JOIN public.dispatch_fair f USING (schema)
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE t.is_due AND t.token IS NULL) AS waits,
           count(*) FILTER (WHERE t.token IS NOT NULL) AS held,
           count(*) FILTER (WHERE NOT t.is_due AND t.blocked_on = '') AS rests,
           count(*) FILTER (WHERE t.blocked_on <> '') AS gated,
           coalesce(max(extract(epoch FROM clock_timestamp() - t.due_at)) FILTER (WHERE t.is_due AND t.token IS NULL), 0)::float8 AS oldest_s
    FROM (SELECT due_at, token, blocked_on, due_at <= statement_timestamp() AS is_due
          FROM public.dispatch_ticket WHERE schema = tenant.schema
          ORDER BY priority DESC, due_at LIMIT %(tickets)s) t
) seen
ORDER BY seen.oldest_s DESC, tenant.schema
"""

LIVE = """
SELECT t.id, t.kind, t.execution_id, t.step_key, t.next_kind, t.request, t.blocked_on, t.crash_count,
       t.due_at = 'infinity' OR t.due_at > statement_timestamp(),
       CASE WHEN t.due_at = 'infinity' THEN NULL ELSE extract(epoch FROM clock_timestamp() - t.due_at)::float8 END,
       extract(epoch FROM clock_timestamp() - t.leased_at)::float8, w.name,
       t.token IS NOT NULL AND (w.id IS NULL OR w.alive_until < clock_timestamp())
FROM public.dispatch_ticket t LEFT JOIN public.dispatch_worker w ON t.token IS NOT NULL AND w.id = t.worker_id
WHERE t.schema = %(schema)s ORDER BY t.due_at, t.id LIMIT %(most)s
"""

WORKERS = """
SELECT w.name, w.kind, w.pid, extract(epoch FROM clock_timestamp() - w.started_at)::float8,
       w.alive_until > clock_timestamp(),
       (SELECT count(*) FROM public.dispatch_ticket t
        WHERE t.worker_id = w.id AND t.token IS NOT NULL AND t.due_at <= statement_timestamp())
FROM public.dispatch_worker w ORDER BY w.kind, w.started_at LIMIT %(most)s
"""
MOST_LINES, MOST_SEEN, MOST_LIVE, MOST_WORKERS = 200, 1_000, 100, 100


@dataclass(frozen=True, slots=True)
class Line:
    """How a tenant stands in the queue, of its first thousand tickets: `oldest_s` is how long the oldest has waited."""

    schema: str
    is_suspended: bool
    cap: int
    waits: int
    held: int
    rests: int
    gated: int
    oldest_s: float


@dataclass(frozen=True, slots=True)
class Live:
    """One ticket: since when it is due (None: it waits to be woken), and who holds it since when."""

    id: UUID
    kind: str
    execution_id: UUID
    step_key: str
    next_kind: str
    request: str
    blocked_on: str
    crash_count: int
    is_resting: bool
    due_for_s: float | None
    held_for_s: float | None
    worker: str | None
    is_orphan: bool


@dataclass(frozen=True, slots=True)
class Process:
    """One process that claims, or that sweeps."""

    name: str
    kind: str
    pid: int
    age_s: float
    is_alive: bool
    held: int


def lines() -> list[Line]:
    """Return how the tenants with tickets stand, the one that waits longest first; at most 200."""
    rows = db.fetch(LINES, {"tenants": MOST_LINES, "tickets": MOST_SEEN})
    return [Line(*row) for row in rows]


def live(schema: str) -> list[Live]:
    """Return a tenant's tickets, those due longest first; at most 100."""
    rows = db.fetch(LIVE, {"schema": schema, "most": MOST_LIVE})
    return [Live(*row) for row in rows]


def processes() -> list[Process]:
    """Return the workers and dispatchers that are known, also those that have just died."""
    return [Process(*row) for row in db.fetch(WORKERS, {"most": MOST_WORKERS})]
