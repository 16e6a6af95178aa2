"""A tenant's place in the queue: made when it is provisioned, closed when it is suspended."""

from apps.core import db

# Three quarters of one process's waiting slots and turns: a tenant alone is not held back, one of many cannot take all.
DEFAULT_CAP = 40

ADMIT = """
INSERT INTO public.dispatch_fair (schema, cap) VALUES (%(schema)s, %(cap)s) ON CONFLICT (schema) DO NOTHING
"""

# By id, as everybody locks them: a cancel and this one would wait for each other.
DISMISS = """
WITH held AS MATERIALIZED (
    SELECT id FROM public.dispatch_ticket WHERE schema = %(schema)s ORDER BY id FOR UPDATE
)
DELETE FROM public.dispatch_ticket AS ticket USING held WHERE ticket.id = held.id
"""


def admit(schema: str, *, cap: int) -> None:
    """Give a tenant its row of virtual time and its cap of tickets held at once."""
    db.execute(ADMIT, {"schema": schema, "cap": cap})


def suspend(schema: str, *, is_suspended: bool) -> None:
    """Stop (or resume) claiming this tenant's tickets; nothing of them is lost."""
    db.execute(
        "UPDATE public.dispatch_fair SET is_suspended = %(flag)s WHERE schema = %(schema)s",
        {"schema": schema, "flag": is_suspended},
    )


def share(schema: str, *, cap: int, weight: float) -> None:
    """Let a tenant hold so many tickets at once, and have its share of the workers by this weight."""
    db.execute(
        "UPDATE public.dispatch_fair SET cap = %(cap)s, weight = %(weight)s WHERE schema = %(schema)s",
        {"schema": schema, "cap": cap, "weight": weight},
    )


def dismiss(schema: str) -> int:
    """Delete the place, every alarm, gate and ticket of a tenant that is gone; return how many tickets there were.

    The place first: whoever claims holds it before he locks a ticket.
    """
    db.execute("DELETE FROM public.dispatch_fair WHERE schema = %(schema)s", {"schema": schema})
    db.execute("DELETE FROM public.dispatch_alarm WHERE schema = %(schema)s", {"schema": schema})
    db.execute("DELETE FROM public.dispatch_gate WHERE schema = %(schema)s", {"schema": schema})
    return db.execute(DISMISS, {"schema": schema})


def is_missing(schema: str) -> bool:
    """Say whether a tenant's schema is not there (any more): its tickets can lead nowhere."""
    return not db.fetch("SELECT 1 FROM pg_namespace WHERE nspname = %(schema)s", {"schema": schema})
