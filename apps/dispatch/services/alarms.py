"""Alarms: what is to happen at a set moment in some tenant, found by one statement over all of them (docs/adr/0017)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.core import db

SET = """
INSERT INTO public.dispatch_alarm (schema, id, due_at, token, kind)
VALUES (%(schema)s, %(id)s, coalesce(%(due_at)s, statement_timestamp()), gen_random_uuid(), %(kind)s)
ON CONFLICT (schema, id) DO UPDATE SET due_at = excluded.due_at, token = excluded.token
"""

CLEAR = "DELETE FROM public.dispatch_alarm WHERE schema = %(schema)s AND id = ANY(%(ids)s)"

SET_OF = (
    "SELECT id, due_at FROM public.dispatch_alarm WHERE schema = %(schema)s AND id = ANY(%(ids)s)"
)

# A suspended tenant's alarms wait with everything else of it.
DUE = """
SELECT alarm.schema, alarm.id, alarm.due_at, alarm.token
FROM public.dispatch_alarm AS alarm JOIN public.dispatch_fair AS fair USING (schema)
WHERE alarm.due_at <= statement_timestamp() AND alarm.kind = %(kind)s AND NOT fair.is_suspended AND alarm.token <> ALL(%(besides)s)
ORDER BY alarm.due_at, alarm.schema, alarm.id
LIMIT %(most)s
"""

# An advisory lock and not the row's: who publishes locks triggers and then alarms, and an alarm that is due is answered
# by writes to the trigger. Whoever finds it taken has nothing to do.
HOLD = """
SELECT clock_timestamp() FROM public.dispatch_alarm
WHERE schema = %(schema)s AND id = %(id)s AND token = %(token)s
  AND pg_try_advisory_xact_lock(hashtextextended(token::text, 0))
"""

MOVE = """
UPDATE public.dispatch_alarm SET due_at = %(due_at)s, token = gen_random_uuid()
WHERE schema = %(schema)s AND id = %(id)s AND token = %(token)s
"""

END = "DELETE FROM public.dispatch_alarm WHERE schema = %(schema)s AND id = %(id)s AND token = %(token)s"


@dataclass(frozen=True, slots=True)
class Due:
    """An alarm whose time has come, as it was set."""

    schema: str
    id: UUID
    due_at: datetime
    token: UUID

    def row(self) -> dict[str, object]:
        """Return what its statements need."""
        return {"schema": self.schema, "id": self.id, "token": self.token}


def set_alarm(schema: str, alarm_id: UUID, due_at: datetime | None, *, kind: str) -> None:
    """Set an alarm for those who answer this kind, or set it anew; without a moment it is due at once."""
    db.execute(SET, {"schema": schema, "id": alarm_id, "due_at": due_at, "kind": kind})


def clear_alarms(schema: str, ids: Iterable[UUID]) -> None:
    """Let some alarms never come; those that are not set stay so."""
    db.execute(CLEAR, {"schema": schema, "ids": list(ids)})


def alarms_of(schema: str, ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return for when the alarms among `ids` are set."""
    found: dict[UUID, datetime] = dict(db.fetch(SET_OF, {"schema": schema, "ids": list(ids)}))
    return found


def due_alarms(most: int, *, kind: str, besides: Iterable[UUID] = ()) -> list[Due]:
    """Return alarms of one kind of all tenants whose time has come, the earliest first, at most so many; locks nothing.

    `besides` are the tokens of those that nobody wants to see.
    """
    asked = {"most": most, "kind": kind, "besides": list(besides)}
    return [Due(*row) for row in db.fetch(DUE, asked)]


def hold_alarm(due: Due) -> datetime | None:
    """Take an alarm for the open transaction; return the database's present, None if it is gone, set anew or taken."""
    rows = db.fetch(HOLD, due.row())
    return rows[0][0] if rows else None


def move_alarm(due: Due, due_at: datetime | None) -> bool:
    """Set an alarm that is still as it was for its next time, or end it; say whether it was.

    The last statement of its transaction, as of those that publish.
    """
    if due_at is None:
        return db.execute(END, due.row()) == 1
    return db.execute(MOVE, {**due.row(), "due_at": due_at}) == 1
