"""Somebody comes back to a waiting step: a call to its address, or a person's decision. The first one ends the wait.

A row that is unique for each step says what ended it, and the end of its time is such a row as well: whoever writes it
first has won, in whatever order call, time and cancellation fall. The call wakes the execution by its ticket, in the
same commit, so a worker that dies has lost nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from psycopg.types.json import Json as AsJson

from apps.core import db, tenancy
from apps.core.failpoints import failpoint
from apps.dispatch import facade as dispatch
from apps.engine.node import Heard
from apps.engine.state import SETTLED_STATUSES
from apps.engine.value import Json, StepKey, split_key, step_key
from apps.executions.errors import WaitOverError
from apps.executions.queries import owning

INSERT = """
INSERT INTO {s}.executions_heard (execution_id, node_id, scope, kind, said, author, heard_at)
VALUES (%(id)s, %(node)s, %(scope)s, %(kind)s, %(said)s, %(author)s, clock_timestamp())
ON CONFLICT DO NOTHING
RETURNING pg_current_xact_id()::text
"""

READ = """
SELECT kind, said, author, heard_at FROM {s}.executions_heard
WHERE execution_id = %(id)s AND node_id = %(node)s AND scope = %(scope)s
"""

ENDED = """
SELECT node_id, scope FROM {s}.executions_heard
WHERE execution_id = %(id)s AND (node_id, scope) IN (SELECT * FROM unnest(%(nodes)s::text[], %(scopes)s::text[]))
"""


def hear(
    execution_id: UUID,
    key: StepKey,
    said: Mapping[str, Json],
    *,
    author: Json = None,
    beside: Callable[[], None] = lambda: None,
) -> None:
    """Keep what was said to a step, and wake its execution; it may be said before the step waits.

    `beside` writes what else belongs into the same transaction.

    Raises:
        WaitOverError: `already_answered`, somebody was faster; `wait_expired`, the time is up; `wait_over`, the step or
            its execution has ended, or is being ended. Nothing has changed.
    """
    schema = tenancy.current_schema()

    def work() -> None:
        # The ticket first, as everywhere: behind its lock nobody settles the step meanwhile.
        if not dispatch.poke(execution_id):
            raise WaitOverError("This execution has ended.")
        standing = dispatch.standings(schema, [execution_id]).get(execution_id)
        if standing is None or standing.request == "cancel":
            raise WaitOverError("This execution is being ended.")
        params = _place(execution_id, key) | {
            "kind": "call",
            "said": AsJson(dict(said)),
            "author": None if author is None else AsJson(author),
        }
        if owning.step_status(schema, execution_id, key) in SETTLED_STATUSES:
            raise _why_over(schema, params)
        written = db.fetch(db.in_schema(INSERT, schema), params)
        if not written:
            raise _why_over(schema, params)
        beside()
        # A commit that nobody answered is asked after: said again, it would be refused as the second one.
        db.name_transaction(written[0][0])
        failpoint("hear.before_commit")

    db.in_transaction(work)
    failpoint("hear.after_commit")
    dispatch.ring()


def _why_over(schema: str, place: Mapping[str, Any]) -> WaitOverError:
    rows = db.fetch(db.in_schema(READ, schema), dict(place))
    if not rows:
        return WaitOverError("This step does not wait any more.")
    if rows[0][0] == "timeout":
        return WaitOverError("The time of this wait is up.", code="wait_expired")
    return WaitOverError("Somebody has answered already.", code="already_answered")


def ended(schema: str, execution_id: UUID, keys: Iterable[StepKey]) -> list[StepKey]:
    """Return those of `keys` whose wait is over, because somebody has come back to them."""
    places = [split_key(key) for key in keys]
    if not places:
        return []
    params = {
        "id": execution_id,
        "nodes": [node_id for _, node_id in places],
        "scopes": [scope for scope, _ in places],
    }
    rows = db.fetch(db.in_schema(ENDED, schema), params)
    return [step_key(scope, node_id) for node_id, scope in rows]


def settle(schema: str, execution_id: UUID, key: StepKey) -> Heard | None:
    """Return what a step was told whose wait is over; None: nobody came, and from now on nobody can.

    It commits by itself, before the step goes on: whoever calls afterwards is too late, whatever becomes of this turn.
    """
    place = _place(execution_id, key)
    nothing = {"kind": "timeout", "said": None, "author": None}
    db.execute(db.in_schema(INSERT, schema), place | nothing)
    ((kind, said, author, heard_at),) = db.fetch(db.in_schema(READ, schema), place)
    failpoint("hear.after_settling")
    return Heard(said or {}, heard_at, author) if kind == "call" else None


def _place(execution_id: UUID, key: StepKey) -> dict[str, Any]:
    scope, node_id = split_key(key)
    return {"id": execution_id, "node": node_id, "scope": scope}
