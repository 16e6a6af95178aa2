"""Tickets that a worker gives back because it cannot, or may not, go on with them; those lost meanwhile are left alone.

`hand_back` and `stumble`, which touch several, are a transaction each, tried again after a deadlock.
"""

from collections.abc import Iterable
from uuid import UUID

from apps.core import db

HAND_BACK = """
WITH mine AS MATERIALIZED (
    SELECT t.id FROM public.dispatch_ticket t
    WHERE (t.id, t.token) IN (SELECT * FROM unnest(%(ids)s::uuid[], %(tokens)s::uuid[]))
    ORDER BY t.id FOR UPDATE
)
UPDATE public.dispatch_ticket
SET token = NULL, worker_id = NULL, is_lone = false, due_at = least(due_at, clock_timestamp()),
    deadline_at = CASE WHEN deadline_at <= leased_at THEN deadline_at END
WHERE id IN (SELECT id FROM mine)
"""

# The claim was whole but its turn raised: tried again after 1, 2, 4 … 60 s, counted as a crash if it was alone. What the
# claim took for heard was not, here and below: the poke stands again.
STUMBLE = """
WITH mine AS MATERIALIZED (
    SELECT t.id FROM public.dispatch_ticket t
    WHERE (t.id, t.token) IN (SELECT * FROM unnest(%(ids)s::uuid[], %(tokens)s::uuid[]))
    ORDER BY t.id FOR UPDATE
)
UPDATE public.dispatch_ticket
SET token = NULL, worker_id = NULL, is_lone = false, is_suspect = true, is_poked = true,
    crash_count = crash_count + %(crashes)s,
    deadline_at = CASE WHEN deadline_at <= leased_at THEN deadline_at END,
    due_at = clock_timestamp() + least(60, power(2, crash_count)) * interval '1 s'
WHERE id IN (SELECT id FROM mine)
"""

# What this process cannot read may be readable to another one: no crash, and looked at again in a while.
SET_ASIDE = """
UPDATE public.dispatch_ticket
SET token = NULL, worker_id = NULL, is_lone = false, is_poked = true, due_at = clock_timestamp() + interval '10 s',
    deadline_at = CASE WHEN deadline_at <= leased_at THEN deadline_at END,
    unreadable_since = coalesce(unreadable_since, clock_timestamp())
WHERE id = %(id)s AND token = %(token)s
RETURNING unreadable_since <= clock_timestamp() - %(patience_s)s * interval '1 s'
"""


def hand_back(held: Iterable[tuple[UUID, UUID]]) -> int:
    """Return unstarted tickets at once, without a crash count; those lost meanwhile are left alone."""
    pairs = sorted(held)
    if not pairs:
        return 0
    params = {"ids": [pair[0] for pair in pairs], "tokens": [pair[1] for pair in pairs]}
    return db.in_transaction(lambda: db.execute(HAND_BACK, params))


def set_aside(ticket_id: UUID, token: UUID, *, patience_s: float) -> bool:
    """Give back a ticket whose execution this process cannot read. True: nobody could for `patience_s` seconds.

    False as well if the ticket is lost.
    """
    rows = db.fetch(SET_ASIDE, {"id": ticket_id, "token": token, "patience_s": patience_s})
    return bool(rows and rows[0][0])


def stumble(held: Iterable[tuple[UUID, UUID]], *, is_lone: bool) -> int:
    """Give back tickets whose turn raised; a lone one counts as a crash, several are merely suspect."""
    pairs = sorted(held)
    params = {
        "ids": [pair[0] for pair in pairs],
        "tokens": [pair[1] for pair in pairs],
        "crashes": int(is_lone),
    }
    return db.in_transaction(lambda: db.execute(STUMBLE, params))
