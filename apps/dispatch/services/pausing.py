"""What a pause does to tickets: a run that was asked to pause rests, its steps beside it are put off, and both come back."""

from uuid import UUID

from apps.core import db

# The steps beside a run are asked, too: their tickets may be due before the run's. They are locked before it, as by
# whoever finishes one of them and pokes the run. What waits before a gate stays there, and hears of it when it is let in.
PAUSE = """
WITH asked AS MATERIALIZED (
    SELECT id FROM public.dispatch_ticket
    WHERE schema = %(schema)s AND execution_id = %(execution_id)s AND request <> 'cancel'
      AND EXISTS (SELECT FROM public.dispatch_ticket run
                  WHERE run.id = %(execution_id)s AND run.schema = %(schema)s AND run.request <> 'cancel')
    ORDER BY kind = 'run', id FOR UPDATE
)
UPDATE public.dispatch_ticket t
SET request = 'pause', requested_at = clock_timestamp(), is_poked = t.is_poked OR t.kind = 'run',
    due_at = CASE WHEN t.token IS NULL AND t.kind = 'run' AND t.blocked_on = '' THEN least(t.due_at, clock_timestamp()) ELSE t.due_at END
FROM asked WHERE t.id = asked.id AND t.request <> 'cancel'
"""

# The run goes on, and with it the steps that rested beside it.
RESUME = """
WITH asked AS MATERIALIZED (
    SELECT id FROM public.dispatch_ticket
    WHERE schema = %(schema)s AND execution_id = %(execution_id)s
      AND EXISTS (SELECT FROM public.dispatch_ticket run
                  WHERE run.id = %(execution_id)s AND run.schema = %(schema)s AND run.request = 'pause')
    ORDER BY kind = 'run', id FOR UPDATE
)
UPDATE public.dispatch_ticket t
SET request = CASE t.request WHEN 'pause' THEN '' ELSE t.request END,
    requested_at = CASE t.request WHEN 'pause' THEN NULL ELSE t.requested_at END,
    is_poked = true,
    due_at = CASE WHEN t.token IS NULL AND t.blocked_on = '' THEN least(t.due_at, clock_timestamp()) ELSE t.due_at END
FROM asked WHERE t.id = asked.id
"""

# Not if the run goes on again: that pokes.
REST = """
UPDATE public.dispatch_ticket t
SET token = NULL, worker_id = NULL, is_lone = false, due_at = clock_timestamp() + %(seconds)s * interval '1 s'
WHERE t.id = %(id)s AND t.token = %(token)s AND NOT t.is_poked
  AND EXISTS (SELECT FROM public.dispatch_ticket run WHERE run.id = t.execution_id AND run.request = 'pause')
"""


def pause(schema: str, execution_id: UUID) -> bool:
    """Ask a live run, and the steps beside it, to start nothing more. False: no such run, or it is being cancelled."""
    params = {"schema": schema, "execution_id": execution_id}
    return db.in_transaction(lambda: db.execute(PAUSE, params)) > 0


def resume(schema: str, execution_id: UUID) -> bool:
    """Take back that a live run was asked to pause; whatever rests of it is due. False: it was not."""
    params = {"schema": schema, "execution_id": execution_id}
    return db.in_transaction(lambda: db.execute(RESUME, params)) > 0


def rest(ticket_id: UUID, token: UUID, *, seconds: float) -> bool:
    """Give back a step's ticket while its run is paused, without a crash count; it is looked at again after a while.

    False: the run goes on already, or the ticket is lost.
    """
    return db.execute(REST, {"id": ticket_id, "token": token, "seconds": seconds}) == 1
