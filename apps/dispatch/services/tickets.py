"""Writing tickets: opened, poked, asked, settled. Every function belongs to its caller's transaction.

The one that touches several tickets of its own accord (`ask_steps`) is a transaction, tried again after a deadlock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from apps.core import db

# A ticket with a key, be it empty, waits before its workflow's gate until somebody lets it in.
GATED_DUE = """
        CASE WHEN %(gate_key)s::text IS NULL THEN coalesce(%(due_at)s::timestamptz, clock_timestamp()) ELSE 'infinity' END
""".strip()
GATED = """
        %(gate_key)s::text IS NOT NULL, coalesce(%(gate_key)s::text, ''),
        CASE WHEN %(gate_key)s::text IS NULL THEN '' ELSE 'workflow_limit' END
""".strip()

OPEN = f"""
INSERT INTO public.dispatch_ticket
    (id, kind, schema, execution_id, workflow_id, step_key, pool, priority, due_at, next_kind, deadline_at, engine_format,
     is_gated, gate_key, blocked_on)
VALUES (%(id)s, %(kind)s, %(schema)s, %(execution_id)s, %(workflow_id)s, %(step_key)s, %(pool)s, %(priority)s,
        {GATED_DUE}, %(next_kind)s, %(deadline_at)s::timestamptz, %(engine_format)s, {GATED})
ON CONFLICT (id) DO NOTHING
"""  # noqa: S608 - parts of our own, no values

OPENING = """
INSERT INTO public.dispatch_ticket
    (id, kind, schema, execution_id, workflow_id, step_key, pool, priority, due_at, next_kind, engine_format,
     is_gated, gate_key, blocked_on)
SELECT id, 'run', %(schema)s, id, workflow_id, '', 'threads', priority,
       {due}, %(next_kind)s, {format}, {gated}
FROM {source}
"""

OPEN_STEPS = """
INSERT INTO public.dispatch_ticket
    (id, kind, schema, execution_id, workflow_id, step_key, pool, priority, due_at, next_kind, engine_format)
SELECT s.id, 'step', %(schema)s, %(execution_id)s, %(workflow_id)s, s.key, 'threads', %(priority)s,
       clock_timestamp(), 'external', %(engine_format)s
FROM unnest(%(ids)s::uuid[], %(keys)s::text[]) AS s(id, key)
ON CONFLICT (id) DO NOTHING
"""

# A leased ticket keeps its due time: only its poke column changes, which no index holds.
POKE = """
UPDATE public.dispatch_ticket
SET is_poked = true, due_at = CASE WHEN token IS NULL THEN least(due_at, clock_timestamp()) ELSE due_at END
WHERE id = %(id)s
"""

# Here and below, whoever changes several tickets locks them by id first, as everybody does.
ASK = """
WITH chosen AS MATERIALIZED (
    SELECT id FROM public.dispatch_ticket
    WHERE schema = %(schema)s AND execution_id = %(execution_id)s AND id = ANY(%(ids)s) AND request <> 'cancel'
    ORDER BY id FOR UPDATE
)
UPDATE public.dispatch_ticket
SET request = %(request)s, requested_at = clock_timestamp(),
    is_poked = true, due_at = CASE WHEN token IS NULL THEN least(due_at, clock_timestamp()) ELSE due_at END
FROM chosen WHERE dispatch_ticket.id = chosen.id
"""

STILL_MINE = """
SELECT t.id, pg_current_xact_id()::text FROM public.dispatch_ticket t
JOIN unnest(%(ids)s::uuid[], %(tokens)s::uuid[]) AS mine(id, token) ON mine.id = t.id AND mine.token = t.token
ORDER BY t.id FOR UPDATE OF t
"""

DELETE = "DELETE FROM public.dispatch_ticket WHERE id = ANY(%(ids)s)"

RELEASE = """
UPDATE public.dispatch_ticket
SET token = NULL, worker_id = NULL, is_lone = false, deadline_at = NULL,
    crash_count = CASE WHEN %(has_progressed)s THEN 0 ELSE crash_count END,
    is_suspect = is_suspect AND NOT %(has_progressed)s,
    due_at = coalesce(%(due_at)s::timestamptz, 'infinity'), next_kind = %(next_kind)s, unreadable_since = NULL
WHERE id = %(id)s AND token = %(token)s AND NOT is_poked
"""

UNPOKE = """
UPDATE public.dispatch_ticket SET is_poked = false WHERE id = %(id)s AND token = %(token)s
RETURNING request
"""

KEEP = """
UPDATE public.dispatch_ticket
SET crash_count = CASE WHEN %(has_progressed)s::boolean THEN 0 ELSE crash_count END,
    is_suspect = is_suspect AND NOT %(has_progressed)s::boolean,
    deadline_at = clock_timestamp() + %(deadline_s)s::float8 * interval '1 s', unreadable_since = NULL
WHERE id = %(ticket_id)s::uuid AND token = %(token)s::uuid
RETURNING request
"""

# Who is done with a step wakes its run: its own ticket first, as its token demands, then that of the run.
HAND_OVER = """
gone AS (
    DELETE FROM public.dispatch_ticket WHERE id = %(ticket_id)s::uuid AND token = %(token)s::uuid RETURNING id
), poked AS (
    UPDATE public.dispatch_ticket t
    SET is_poked = true, due_at = CASE WHEN t.token IS NULL THEN least(t.due_at, clock_timestamp()) ELSE t.due_at END
    FROM gone WHERE t.id = %(run_id)s::uuid
    RETURNING t.id
)
""".strip()

# A step's ticket that somebody works with goes when he is done: whoever ends a run waits for no step.
CLOSE = """
DELETE FROM public.dispatch_ticket WHERE id IN (
    SELECT id FROM public.dispatch_ticket WHERE schema = %(schema)s AND execution_id = %(execution_id)s
    ORDER BY id FOR UPDATE SKIP LOCKED
)
"""

WITHDRAW = "DELETE FROM public.dispatch_ticket WHERE id = %(id)s AND token IS NULL"

EXISTS = "SELECT 1 FROM public.dispatch_ticket WHERE id = %(id)s"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a ticket was asked so far; `request` is empty if nothing."""

    request: str


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A run ticket to be opened in the transaction that stores its execution. `due_at` None: now.

    With a `gate_key` it waits before its workflow's gate, whenever it is due.
    """

    schema: str
    execution_id: UUID
    workflow_id: UUID
    next_kind: str = "pure"
    priority: int = 1
    pool: str = "threads"
    due_at: datetime | None = None
    engine_format: int = 2
    gate_key: str | None = None


def step_ticket_id(execution_id: UUID, step_key: str, attempt: int) -> UUID:
    """Return the id of the ticket of one attempt of a step: the same for whoever computes it."""
    return uuid5(execution_id, f"{step_key}#{attempt}")


def open_run(ticket: NewTicket) -> None:
    """Insert the ticket of a new execution; a second insert of the same execution does nothing."""
    db.execute(
        OPEN,
        {
            "id": ticket.execution_id,
            "kind": "run",
            "schema": ticket.schema,
            "execution_id": ticket.execution_id,
            "workflow_id": ticket.workflow_id,
            "step_key": "",
            "pool": ticket.pool,
            "priority": ticket.priority,
            "due_at": ticket.due_at,
            "next_kind": ticket.next_kind,
            "deadline_at": None,
            "engine_format": ticket.engine_format,
            "gate_key": ticket.gate_key,
        },
    )


def opening(source: str) -> str:
    """Return SQL that opens a run ticket for each row (id, workflow_id, priority) of `source`.

    For whoever stores an execution by one statement of his own; its parameters are `schema`, `next_kind`, `due_at`
    (None: now) and `gate_key` (None: no limit).
    """
    return OPENING.format(
        source=source,
        format=NewTicket.__dataclass_fields__["engine_format"].default,
        due=GATED_DUE,
        gated=GATED,
    )


def open_steps(
    run: NewTicket,
    steps: Sequence[tuple[str, int]],
) -> None:
    """Insert one ticket for each (step key, attempt) that is ready, beside its run ticket; twice is once."""
    db.execute(
        OPEN_STEPS,
        {
            "schema": run.schema,
            "execution_id": run.execution_id,
            "workflow_id": run.workflow_id,
            "priority": run.priority,
            "engine_format": run.engine_format,
            "ids": [step_ticket_id(run.execution_id, key, attempt) for key, attempt in steps],
            "keys": [key for key, _ in steps],
        },
    )


def poke(execution_id: UUID) -> bool:
    """Tell the owner of a run, or whoever claims it next, to look at its steps again. False: it has ended."""
    return db.execute(POKE, {"id": execution_id}) == 1


def ask(schema: str, execution_id: UUID, request: str) -> bool:
    """Write a request on the run ticket of a live execution. False: no such ticket, or it is being cancelled already."""
    touched = db.execute(
        ASK,
        {
            "schema": schema,
            "execution_id": execution_id,
            "ids": [execution_id],
            "request": request,
        },
    )
    return touched == 1


def lock_mine(held: Iterable[tuple[UUID, UUID]]) -> set[UUID]:
    """Lock the tickets of `held` (id, token) that are still this worker's, by id, and return their ids.

    The first statement of every commit that records results: what is not returned must not be written. It names the
    transaction, so that a commit that nobody answered is asked after and not taken for lost.
    """
    pairs = sorted(held)
    rows = db.fetch(
        STILL_MINE, {"ids": [pair[0] for pair in pairs], "tokens": [pair[1] for pair in pairs]}
    )
    if rows:
        db.name_transaction(rows[0][1])
    return {row[0] for row in rows}


def delete(ticket_ids: Iterable[UUID]) -> int:
    """Delete tickets that their caller has locked (or that belong to an execution it is ending)."""
    ids = sorted(ticket_ids)
    return db.execute(DELETE, {"ids": ids}) if ids else 0


def release(
    ticket_id: UUID,
    token: UUID,
    *,
    due_at: datetime | None,
    next_kind: str,
    has_progressed: bool = True,
) -> bool:
    """Give a run ticket back until `due_at` (None: until it is poked). False: poked meanwhile, so decide again.

    Progress recorded in the same transaction lets its crash count start anew.
    """
    params = {
        "id": ticket_id,
        "token": token,
        "due_at": due_at,
        "next_kind": next_kind,
        "has_progressed": has_progressed,
    }
    return db.execute(RELEASE, params) == 1


def unpoke(ticket_id: UUID, token: UUID) -> Asked | None:
    """Clear the poke of a held ticket before its steps are read. None: the lease is lost.

    A request pokes too, so it is answered here: once the poke is cleared, nothing else keeps the owner from resting.
    """
    rows = db.fetch(UNPOKE, {"id": ticket_id, "token": token})
    return Asked(*rows[0]) if rows else None


def keep(
    ticket_id: UUID, token: UUID, *, has_progressed: bool = False, deadline_s: float | None = None
) -> Asked:
    """Note what settled and how long the call may take; return what the ticket was asked meanwhile.

    Its caller has locked it. Progress lets its crash count start anew.
    """
    params = keeping_params(ticket_id, token, has_progressed=has_progressed, deadline_s=deadline_s)
    return Asked(*db.fetch(KEEP, params)[0])


def keeping() -> str:
    """Return the part of a WITH that does what `keep` does if the token is still the ticket's: the relation `kept`.

    Whatever reads from it is written by the holder of the ticket alone, behind its lock. Its column is `request`.
    """
    return f"kept AS ({KEEP})"


def keeping_params(
    ticket_id: UUID, token: UUID, *, has_progressed: bool, deadline_s: float | None
) -> dict[str, object]:
    """Return the parameters of `keeping`."""
    return {
        "ticket_id": ticket_id,
        "token": token,
        "has_progressed": has_progressed,
        "deadline_s": deadline_s,
    }


def handing_over() -> str:
    """Return the part of a WITH that deletes a step's ticket, if the token is still its own, and pokes its run.

    Its relations are `gone`, empty if the ticket is lost, and `poked`, from which everything else reads. Its parameters
    are `ticket_id`, `token` and `run_id`.
    """
    return HAND_OVER


def withdraw(ticket_id: UUID) -> bool:
    """Delete the ticket of a step unless somebody holds it. False: somebody does.

    True also if there is none any more: its worker has recorded a result with it, or an owner that died since has
    withdrawn it and did not come to record that.
    """
    return db.execute(WITHDRAW, {"id": ticket_id}) == 1 or not db.fetch(EXISTS, {"id": ticket_id})


def ask_steps(
    schema: str, execution_id: UUID, steps: Sequence[tuple[str, int]], request: str
) -> int:
    """Write a request on the tickets of steps in flight, given as (step key, attempt); return how many heard it new."""
    ids = sorted(step_ticket_id(execution_id, key, attempt) for key, attempt in steps)
    params = {
        "schema": schema,
        "execution_id": execution_id,
        "ids": ids,
        "request": request,
    }
    return db.in_transaction(lambda: db.execute(ASK, params))


def close(schema: str, execution_id: UUID) -> int:
    """Delete every ticket of an execution that its caller is ending, but for those that others hold locked."""
    return db.execute(CLOSE, {"schema": schema, "execution_id": execution_id})
