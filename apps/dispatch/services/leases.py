"""Claiming tickets and keeping them: workers, heartbeats, and taking over from the dead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from apps.core import db
from apps.core.failpoints import failpoint
from apps.dispatch import queries

ENGINE_FORMATS = [1, 2]
BATCH = 16

REGISTER = """
INSERT INTO public.dispatch_worker (id, name, pid, alive_until, polled_at)
VALUES (%(id)s, %(name)s, %(pid)s, clock_timestamp() + %(lease_s)s * interval '1 s',
        CASE WHEN %(polls)s THEN clock_timestamp() ELSE 'epoch' END)
ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until
"""

BEAT = """
UPDATE public.dispatch_worker
SET alive_until = clock_timestamp() + %(lease_s)s * interval '1 s',
    polled_at = CASE WHEN %(has_polled)s THEN clock_timestamp() ELSE polled_at END
WHERE id = %(id)s
"""

# A row of its own kind: it holds no ticket, so nobody takes anything over when it ends.
SWEPT = """
INSERT INTO public.dispatch_worker (id, kind, name, pid, alive_until)
VALUES (%(id)s, 'dispatcher', %(name)s, %(pid)s, clock_timestamp() + %(lease_s)s * interval '1 s')
ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until, polled_at = clock_timestamp()
"""

UNREGISTER = "DELETE FROM public.dispatch_worker WHERE id = %(id)s"

# Nobody takes a lease over within one renewal period after the database started: the living must beat first.
# A crash counts against a ticket that was under suspicion already, or that was all the worker held: of fifty calls in
# one process forty-nine are innocent.
REAP = """
WITH dead AS MATERIALIZED (
    SELECT t.id, t.worker_id FROM public.dispatch_ticket t
    LEFT JOIN public.dispatch_worker w ON w.id = t.worker_id
    WHERE t.token IS NOT NULL AND t.due_at <= statement_timestamp()
      AND (w.id IS NULL OR w.alive_until < clock_timestamp())
      AND pg_postmaster_start_time() < clock_timestamp() - %(renew_s)s * interval '1 s'
    ORDER BY t.id
    FOR UPDATE OF t SKIP LOCKED
), counted AS (
    SELECT id, count(*) OVER (PARTITION BY worker_id) = 1 AS is_only FROM dead
)
UPDATE public.dispatch_ticket t
SET token = NULL, worker_id = NULL, due_at = least(t.due_at, clock_timestamp()),
    crash_count = t.crash_count + (t.is_lone OR counted.is_only)::int, is_suspect = true, is_lone = false,
    deadline_at = CASE WHEN t.deadline_at <= t.leased_at THEN t.deadline_at END
FROM counted WHERE counted.id = t.id
RETURNING t.id, t.schema, t.pool
"""

FORGET_DEAD = """
DELETE FROM public.dispatch_worker w
WHERE w.alive_until < clock_timestamp() - interval '1 hour'
  AND NOT EXISTS (SELECT FROM public.dispatch_ticket t WHERE t.worker_id = w.id)
"""

# An owner that renews its lease but has not obeyed for 20 s hangs in a call: the ticket gets away from it. A deadline
# that lies before the lease tells the next owner that the call is not to be repeated; it stays until something of the
# ticket is recorded.
SEIZE = """
WITH hung AS MATERIALIZED (
    SELECT id FROM public.dispatch_ticket
    WHERE token IS NOT NULL AND due_at <= statement_timestamp()
      AND ((request = 'cancel' AND requested_at < clock_timestamp() - %(patience_s)s * interval '1 s'
            AND leased_at < clock_timestamp() - %(patience_s)s * interval '1 s')
           OR (deadline_at < clock_timestamp() AND leased_at < deadline_at))
    ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE public.dispatch_ticket t
SET token = NULL, worker_id = NULL, is_lone = false, due_at = clock_timestamp(),
    deadline_at = CASE WHEN deadline_at < clock_timestamp() THEN deadline_at END
FROM hung WHERE hung.id = t.id
RETURNING t.id, t.schema, t.pool
"""

OBEY_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A ticket that this worker holds from now on; `token` proves it.

    `is_gated`: its workflow is limited, so that somebody may be let in when it ends, one with its `gate_key` if only keys
    are limited. `has_more` says that its tenant
    may have more which could be claimed now.
    """

    schema: str
    id: UUID
    kind: str
    execution_id: UUID
    workflow_id: UUID
    step_key: str
    token: UUID
    next_kind: str
    request: str
    crash_count: int
    deadline_at: datetime | None
    priority: int
    leased_at: datetime
    is_gated: bool
    gate_key: str
    has_more: bool

    @property
    def has_overrun(self) -> bool:
        """Whether the ticket was taken from an owner whose call did not come back in its time."""
        return self.deadline_at is not None and self.deadline_at <= self.leased_at


@dataclass(frozen=True, slots=True)
class Room:
    """How many pure and how many external tickets a worker can take right now.

    `takes_last_chances`: it holds no ticket whose next crash would make it poison, so it may take one.
    """

    pure: int = BATCH
    external: int = 1
    takes_last_chances: bool = True


def last_chance() -> int:
    """Return the crash count from which on the next crash makes a ticket poison."""
    return max(1, settings.GORAX_POISON_CRASHES - 1)


def register(worker_id: UUID, *, name: str, pid: int, polls: bool = True) -> None:
    """Announce a process that will claim tickets, or a process that was forgotten while it was away.

    `polls`: to see it is to know that somebody looks for every kind of work.
    """
    params = {"id": worker_id, "name": name, "pid": pid, "polls": polls}
    db.execute(REGISTER, {**params, "lease_s": settings.GORAX_LEASE_S})


def beat(worker_id: UUID, *, has_polled: bool) -> bool:
    """Renew every lease of a worker with one row. False: the worker was forgotten and must register anew."""
    params = {"id": worker_id, "lease_s": settings.GORAX_LEASE_S, "has_polled": has_polled}

    def work() -> bool:
        db.without_waiting_for_disk()
        return db.execute(BEAT, params) == 1

    return db.in_transaction(work)


def note_sweep(dispatcher_id: UUID, *, name: str, pid: int) -> None:
    """Write down that a dispatcher's process has just swept: good for one lease, or three sweeps if they are longer."""
    lease_s = max(settings.GORAX_LEASE_S, 3 * settings.GORAX_SWEEP_S)
    params = {"id": dispatcher_id, "name": name, "pid": pid, "lease_s": lease_s}

    def work() -> None:
        db.without_waiting_for_disk()
        db.execute(SWEPT, params)

    db.in_transaction(work)


def unregister(worker_id: UUID) -> None:
    """Remove a worker that holds nothing any more, or a dispatcher that ends."""
    db.execute(UNREGISTER, {"id": worker_id})


def claim(
    worker_id: UUID, schema: str, *, pool: str, room: Room, floor: float
) -> list[Claimed] | None:
    """Take the tickets of a tenant whose turn it is, at most what its cap leaves.

    Empty: capped, or nothing due. None: another worker is claiming for this tenant at this instant.

    A batch holds only tickets of one kind of next step: pure ones up to `room.pure`, external ones up to
    `room.external`; a ticket that was in hand when a worker died comes alone, and one on its last chance only to a
    worker without another such: so poison is told from its neighbours. `floor` is the smallest virtual time
    in service, so that a tenant that rested long gets no backlog of privilege.
    """
    kinds = [kind for kind, size in (("pure", room.pure), ("external", room.external)) if size > 0]
    if not kinds:
        return []

    def work() -> list[Claimed] | None:
        locked = db.fetch(queries.LOCK_FAIR, {"schema": schema})
        if not locked:
            return None
        rows = db.fetch(
            queries.CLAIM,
            {
                "schema": schema,
                "pool": pool,
                "cap": locked[0][0],
                "most": max(room.pure, room.external),
                "pure": room.pure,
                "external": room.external,
                "kinds": kinds,
                "formats": ENGINE_FORMATS,
                "takes_last_chances": room.takes_last_chances,
                "last_chance": last_chance(),
                "worker": worker_id,
                "floor": floor,
            },
        )
        failpoint("claim.before_commit")
        return [Claimed(schema, *row) for row in rows]

    claimed: list[Claimed] | None = db.in_transaction(work)
    failpoint("claim.after_commit")
    return claimed


def reap() -> list[tuple[UUID, str, str]]:
    """Free the tickets of workers that stopped renewing; return (ticket, schema, pool) of each.

    The crash counts towards poison only for a ticket that was suspect already or the only one in hand; the others are
    merely suspect, and will be claimed alone next time.
    """
    failpoint("reap.before")
    freed = db.fetch(REAP, {"renew_s": settings.GORAX_RENEW_S})
    failpoint("reap.after_commit")
    db.execute(FORGET_DEAD)
    return [(row[0], row[1], row[2]) for row in freed]


def seize(*, patience_s: float = OBEY_WITHIN_S) -> list[tuple[UUID, str, str]]:
    """Take tickets from owners that live but did not obey a request within `patience_s`, or passed a step's deadline."""
    failpoint("seize.before")
    seized = db.fetch(SEIZE, {"patience_s": patience_s})
    failpoint("seize.after_commit")
    return [(row[0], row[1], row[2]) for row in seized]


def charge_held(seconds_by_schema: Sequence[tuple[str, float]]) -> None:
    """Add what a worker's calls held: a 30 s call must not cost its tenant as little as a pure turn."""

    def work() -> None:
        db.without_waiting_for_disk()
        for schema, seconds in sorted(seconds_by_schema):
            db.execute(
                "UPDATE public.dispatch_fair SET virtual_time = virtual_time + %(cost)s / weight WHERE schema = %(schema)s",
                {"schema": schema, "cost": seconds * 10},
            )

    db.in_transaction(work)
