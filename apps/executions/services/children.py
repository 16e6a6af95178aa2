"""The table of children, as owners read and write it: who waits for his turn, who is under way, who has ended.

What an owner commits about them goes with the rest of what he records, under his ticket's token. Their tickets and rows
are new, so nobody is waited for; only the poke of a parent touches what somebody else may hold, and comes last.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.core import db
from apps.core.failpoints import failpoint
from apps.dispatch import facade as dispatch
from apps.engine.blob import ids_in
from apps.engine.calling import Ended
from apps.engine.state import ExecutionStatus
from apps.engine.value import Json
from apps.engine.weight import omitted
from apps.executions.services import blobs

KIND = "sub_workflow"

COUNT = """
SELECT count(*) FROM (SELECT FROM {s}.executions_child WHERE parent_id = %(parent_id)s LIMIT %(most)s) AS known
"""

OPEN = (
    "SELECT execution_id FROM {s}.executions_child WHERE call_id = %(call_id)s AND state = 'open'"
)

PENDING = """
SELECT place FROM {s}.executions_child WHERE call_id = %(call_id)s AND state = 'pending' ORDER BY place LIMIT %(most)s
"""

# At most as many as may be under way, found by their ids. Their outputs stay where they are until all have ended.
ENDED = f"""
SELECT c.place, e.id, e.status, e.error FROM {{s}}.executions_execution e
JOIN {{s}}.executions_child c ON c.execution_id = e.id AND c.call_id = %(call_id)s
WHERE e.id = ANY(ARRAY({OPEN})) AND e.ended_at IS NOT NULL
"""  # noqa: S608 - parts of our own, no values

# In the order of the items, with outputs as long as they fit together.
CHILDREN = """
SELECT place, execution_id, status, error, CASE WHEN total <= %(bytes)s THEN output END, total > %(bytes)s
FROM (
    SELECT c.place, c.execution_id, e.status, e.error, e.output,
           coalesce(sum(octet_length(e.output::text)) OVER (ORDER BY c.place), 0) AS total
    FROM {s}.executions_child c
    JOIN {s}.executions_execution e ON e.id = c.execution_id
    WHERE c.call_id = %(call_id)s
      AND e.id = ANY(ARRAY(SELECT execution_id FROM {s}.executions_child WHERE call_id = %(call_id)s))
) AS summed
ORDER BY place
"""

INSERT = """
INSERT INTO {s}.executions_child (call_id, place, parent_id, state, input)
SELECT %(call_id)s, item.place - 1, %(parent_id)s, 'pending', item.input
FROM unnest(%(inputs)s::json[]) WITH ORDINALITY AS item(input, place)
"""

# One that has begun before, or is not waited for any more, does not begin.
BEGIN = f"""
WITH picked AS (
    SELECT c.place, c.input, x.execution_id
    FROM unnest(%(places)s::int[], %(execution_ids)s::uuid[]) AS x(place, execution_id)
    JOIN {{s}}.executions_child c ON c.call_id = %(call_id)s AND c.place = x.place AND c.state = 'pending'
), moved AS (
    UPDATE {{s}}.executions_child c
    SET execution_id = p.execution_id, state = %(state)s, input = NULL
    FROM picked p WHERE c.call_id = %(call_id)s AND c.place = p.place
), started AS (
    INSERT INTO {{s}}.executions_execution
        (id, workflow_id, version_id, trigger_node, trigger_kind, status, trigger, priority, parent_id, caller, acts_as,
         trace_id)
    SELECT p.execution_id, %(workflow_id)s, %(version_id)s, %(trigger_node)s, %(kind)s,
           'queued', p.input, %(priority)s::smallint, %(parent_id)s, %(caller)s::json, %(acts_as)s::json,
           %(trace_id)s::uuid
    FROM picked p
    RETURNING id, workflow_id, priority
)
{dispatch.opening("started")}"""  # noqa: S608 - parts of our own, no values

END = """
UPDATE {s}.executions_child SET state = 'ended'
WHERE parent_id = %(parent_id)s AND execution_id = ANY(%(ids)s) AND state = 'open'
"""

LEAVE = """
UPDATE {s}.executions_child SET state = 'ended', input = NULL WHERE call_id = ANY(%(call_ids)s) AND state <> 'ended'
"""


@dataclass(frozen=True, slots=True)
class Callee:
    """What is started for each item of a call: a version, pinned when the call is made, and its trigger."""

    workflow_id: UUID
    version_id: UUID
    trigger_node: str
    next_kind: str


@dataclass(frozen=True, slots=True)
class Begin:
    """Executions to be started: ids by place of their call. `inputs` are the items of a call that is made right now."""

    call_id: UUID
    callee: Callee
    caller: Mapping[str, Json]
    executions: Mapping[int, UUID]
    inputs: tuple[Json, ...] = ()
    is_waited_for: bool = True
    acts_as: Mapping[str, Json] | None = None
    trace_id: UUID | None = None


@dataclass(slots=True)
class Changes:
    """What a commit has to say about children: calls that nobody waits for any more, ended ones, new ones."""

    left: list[UUID] = field(default_factory=list)
    ended: list[UUID] = field(default_factory=list)
    begun: list[Begin] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.left or self.ended or self.begun)


OF_PARENT = """
SELECT execution_id FROM {s}.executions_child WHERE parent_id = %(parent_id)s AND state = 'open' ORDER BY execution_id
"""

ABANDON = """
UPDATE {s}.executions_child SET state = 'ended', input = NULL WHERE parent_id = %(parent_id)s AND state <> 'ended'
"""


def count(schema: str, parent_id: UUID, *, most: int) -> int:
    """Return how many children an execution has called so far, counted no further than `most`."""
    return int(db.fetch(db.in_schema(COUNT, schema), {"parent_id": parent_id, "most": most})[0][0])


def under_way(schema: str, call_id: UUID) -> list[UUID]:
    """Return the executions of a call that are waited for."""
    return [row[0] for row in db.fetch(db.in_schema(OPEN, schema), {"call_id": call_id})]


def pending(schema: str, call_id: UUID, *, most: int) -> list[int]:
    """Return the first places of a call that have not begun."""
    params = {"call_id": call_id, "most": most}
    return [row[0] for row in db.fetch(db.in_schema(PENDING, schema), params)]


def ended(schema: str, call_id: UUID) -> list[Ended]:
    """Return those of a call that are waited for and have ended, without their outputs."""
    rows = db.fetch(db.in_schema(ENDED, schema), {"call_id": call_id})
    return [
        Ended(place, str(execution_id), ExecutionStatus(status), error=error)
        for place, execution_id, status, error in rows
    ]


def all_of(schema: str, call_id: UUID, *, most_bytes: int) -> list[Ended]:
    """Return all of a call in the order of its items; of outputs beyond `most_bytes` stands that they were left out."""
    rows = db.fetch(db.in_schema(CHILDREN, schema), {"call_id": call_id, "bytes": most_bytes})
    return [
        Ended(
            place,
            str(execution_id),
            ExecutionStatus(status),
            omitted(most_bytes) if is_too_much else output,
            error,
        )
        for place, execution_id, status, error, output, is_too_much in rows
    ]


def write(schema: str, parent_id: UUID, priority: int, changes: Changes) -> None:
    """Store what has become of an execution's calls, in the transaction that records the rest of it."""
    if changes.left:
        db.execute(db.in_schema(LEAVE, schema), {"call_ids": changes.left})
    if changes.ended:
        db.execute(db.in_schema(END, schema), {"parent_id": parent_id, "ids": changes.ended})
    for begin in changes.begun:
        _begin(schema, parent_id, priority, begin)


def _begin(schema: str, parent_id: UUID, priority: int, begin: Begin) -> None:
    failpoint("child.before_start")
    named: dict[str, Any] = {"call_id": begin.call_id, "parent_id": parent_id}
    if begin.inputs:
        # A JSON null is data, the column knows no other.
        inputs = db.array(db.json_text(each) or "null" for each in begin.inputs)
        db.execute(db.in_schema(INSERT, schema), {**named, "inputs": inputs})
    db.execute(
        db.in_schema(BEGIN, schema),
        {
            **named,
            "places": list(begin.executions),
            "execution_ids": list(begin.executions.values()),
            "state": "open" if begin.is_waited_for else "ended",
            "workflow_id": begin.callee.workflow_id,
            "version_id": begin.callee.version_id,
            "trigger_node": begin.callee.trigger_node,
            "kind": KIND,
            "priority": priority,
            "caller": db.json_text(dict(begin.caller)),
            "acts_as": None if begin.acts_as is None else db.json_text(dict(begin.acts_as)),
            "trace_id": begin.trace_id,
            "schema": schema,
            "next_kind": begin.callee.next_kind,
            "due_at": None,
            # Never held back: its parent, which holds a place, would wait for it.
            "gate_key": None,
        },
    )
    # The items of those that had to wait for their turn lie in the table alone.
    if not begin.inputs or ids_in(list(begin.inputs)):
        blobs.hand_on_to_begun(schema, parent_id, list(begin.executions.values()))
    failpoint("child.after_start")


def abandon(schema: str, parent_id: UUID) -> None:
    """Ask whatever an execution waited for to end, after its own end; its rows say then that nobody waits."""
    waited_for = db.fetch(db.in_schema(OF_PARENT, schema), {"parent_id": parent_id})
    for (execution_id,) in waited_for:
        dispatch.ask(schema, execution_id, "cancel")
    db.execute(db.in_schema(ABANDON, schema), {"parent_id": parent_id})


def poke_parents(parent_ids: Iterable[UUID | None]) -> None:
    """Tell the owners of parents that a child has ended: the last statements of the commit that ends it."""
    ids = sorted({each for each in parent_ids if each is not None})
    if ids:
        failpoint("child.before_poke")
    for parent_id in ids:
        dispatch.poke(parent_id)
