"""Where an execution begins that does not begin at its trigger: what it keeps of an earlier one, and what was pinned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.core import clock, db, tenancy
from apps.core.errors import FieldProblem
from apps.engine import rewind, stored
from apps.engine.failure import Failure
from apps.engine.plan import Completed
from apps.engine.program import Program
from apps.engine.rewind import Past, Rewound
from apps.engine.state import StepStatus
from apps.engine.value import Json, NodeId
from apps.executions.errors import DataMissingError, NodeNotReachedError

# Outside of every region, found one by one by the primary key: an execution may have 250,000 steps inside.
SETTLED = """
SELECT node_id, node_type, status, port, error, output IS NOT NULL OR output_blob <> '', copied_from
FROM {s}.executions_step
WHERE execution_id = %(id)s AND node_id = ANY(%(nodes)s) AND scope = '' AND status IN ('completed', 'failed')
ORDER BY seq
"""

# The containers inside of which something failed, and the workflow went on.
TROUBLED = """
SELECT DISTINCT split_part(scope, '[', 1) FROM {s}.executions_step
WHERE execution_id = ANY(%(ids)s) AND scope <> '' AND status = 'failed'
"""

# What the start itself settles carries the execution's own id where workers leave the token of their ticket. Steps inside
# of containers stay where they are: nobody outside can read them.
KEEP = """
INSERT INTO {s}.executions_step
    (execution_id, node_id, node_type, status, attempt, attempts, input, output, output_blob, port, error, seq, token,
     copied_from, first_started_at, started_at, ended_at)
SELECT %(id)s, o.node_id, o.node_type, o.status, o.attempt, o.attempts, o.input, o.output, o.output_blob, o.port, o.error,
       kept.place + 1, %(id)s, coalesce(o.copied_from, o.execution_id), o.first_started_at, o.started_at, o.ended_at
FROM unnest(%(nodes)s::text[], %(places)s::int[]) AS kept(node_id, place)
JOIN {s}.executions_step o ON o.execution_id = %(of)s AND o.node_id = kept.node_id AND o.scope = ''
"""

SETTLE = """
INSERT INTO {s}.executions_step
    (execution_id, node_id, node_type, status, output, port, seq, token, started_at, ended_at)
SELECT %(id)s, given.node_id, given.node_type, 'completed', given.output, given.port, given.place + 1, %(id)s,
       clock_timestamp(), clock_timestamp()
FROM unnest(%(nodes)s::text[], %(types)s::text[], %(outputs)s::json[], %(ports)s::text[], %(places)s::int[])
    AS given(node_id, node_type, output, port, place)
"""


@dataclass(frozen=True, slots=True)
class Pin:
    """An output that stands for running a node, and the port by which it leaves."""

    output: Json
    port: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """How an execution begins in the middle, and how far it goes.

    `kept` are taken over from the execution `kept_of`, or from `pins`; files of `kept_of` stay readable. `stop_at` are the last nodes that run, None for
    all; `pins` stand for running their nodes.
    """

    start_at: str = ""
    stop_at: list[str] | None = None
    pins: Mapping[str, Pin] = field(default_factory=dict)
    frontier: dict[str, Json] | None = None
    kept: tuple[NodeId, ...] = ()
    kept_of: UUID | None = None
    response: Json = None
    trigger_type: str = ""
    types: Mapping[str, str] = field(default_factory=dict)

    @property
    def seq(self) -> int:
        """How many steps have settled before it starts: the trigger's, and the kept ones."""
        return 0 if self.frontier is None else 1 + len(self.kept)

    def pins_json(self) -> Json:
        """Return the pins as they are stored with the execution."""
        found: dict[str, Json] = {
            node_id: {"output": pin.output, "port": pin.port} for node_id, pin in self.pins.items()
        }
        return found or None


def pins_of(stored_pins: Json) -> dict[str, Pin]:
    """Return the pins that an execution was started with."""
    raw: Any = stored_pins or {}
    return {node_id: Pin(pin["output"], pin["port"]) for node_id, pin in raw.items()}


AT_THE_TRIGGER = Beginning()


@dataclass(frozen=True, slots=True)
class Settled:
    """A stored step outside of every region that has come to its end."""

    node_id: NodeId
    node_type: str
    status: StepStatus
    port: str
    error: Mapping[str, Any] | None
    has_output: bool
    copied_from: UUID | None


def cut_to(program: Program, stop_at: Iterable[str]) -> Program:
    """Return the part of a program that leads to some of its nodes."""
    return rewind.cut(program, list(stop_at))


def settled(execution_id: UUID, program: Program) -> list[Settled]:
    """Return what has settled of those nodes that the program has, with the type that it has, in its order."""
    nodes = program.graph.nodes
    params = {"id": execution_id, "nodes": list(nodes)}
    rows = db.fetch(db.in_schema(SETTLED, tenancy.current_schema()), params)
    found = [Settled(NodeId(row[0]), row[1], StepStatus(row[2]), *row[3:]) for row in rows]
    return [each for each in found if nodes[each.node_id].type == each.node_type]


def past_of(
    execution_id: UUID, rows: Sequence[Settled], program: Program, *, had_errors: bool
) -> list[Past]:
    """Return what may be kept of stored steps, as the engine reads it."""
    troubled = _troubled(execution_id, rows) if had_errors else frozenset[str]()
    return [Past(each.node_id, _outcome(each, program, troubled)) for each in rows]


def _troubled(execution_id: UUID, rows: Sequence[Settled]) -> frozenset[str]:
    ids = {execution_id, *(each.copied_from for each in rows if each.copied_from is not None)}
    found = db.fetch(db.in_schema(TROUBLED, tenancy.current_schema()), {"ids": list(ids)})
    return frozenset(node_id for (node_id,) in found)


def _outcome(row: Settled, program: Program, troubled: frozenset[str]) -> rewind.Outcome:
    if row.status is StepStatus.FAILED:
        error = row.error or {}
        return Failure(
            code=str(error.get("code", "node_failed")),
            message=str(error.get("message", "")),
            status=error.get("status"),
            details=error.get("details") or {},
            is_final=True,
        )
    return Completed(
        port=row.port or None,
        is_response=program.types[row.node_id].is_response,
        # It has left by no port at all, for it has ended the whole.
        is_stop=not row.port,
        has_error=row.node_id in troubled,
    )


def pinned_past(pins: Mapping[str, Pin], program: Program) -> list[Past]:
    """Return pins as what has settled, in an order in which it could have."""
    return [
        Past(node_id, Completed(pins[node_id].port))
        for node_id in program.graph.order
        if node_id in pins
    ]


def rewound_to(
    program: Program, trigger: str, past: Sequence[Past], starts: Iterable[NodeId]
) -> Rewound:
    """Return where an execution begins in which `starts` and all that follows them run again.

    Raises:
        NodeNotReachedError: what is kept has gone another way than to one of the starts.
    """
    wanted = tuple(starts)
    found = rewind.rewound(program.graph, NodeId(trigger), past, wanted, clock.now())
    for node_id in wanted:
        if rewind.is_dead(found, node_id):
            raise NodeNotReachedError(
                f"What came before “{node_id}” has gone another way, so it would not run."
            )
    return found


def refuse_without_output(rows: Sequence[Settled], kept: Iterable[NodeId]) -> None:
    """Check that the outputs of the kept steps were kept as well.

    Raises:
        DataMissingError: names the nodes whose outputs are gone.
    """
    wanted = frozenset(kept)
    gone = [each.node_id for each in rows if each.node_id in wanted and not each.has_output]
    if gone:
        raise missing(gone)


def missing(nodes: Sequence[str]) -> DataMissingError:
    """Return the refusal that names nodes of which no output is at hand."""
    problems = [
        FieldProblem("/node_id", "data_missing", f"“{node_id}” has no output to go on from.")
        for node_id in nodes[:20]
    ]
    names = ", ".join(f"“{node_id}”" for node_id in nodes[:5])
    more = f" and {len(nodes) - 5} more" if len(nodes) > 5 else ""
    return DataMissingError(f"There is no output of {names}{more}.", errors=problems)


def beginning_at(program: Program, trigger: str, found: Rewound, **more: Any) -> Beginning:
    """Return the beginning that `found` means, ready to be stored with an execution."""
    nodes = program.graph.nodes
    return Beginning(
        frontier=stored.dump(found.frontier),
        kept=found.kept,
        trigger_type=nodes[NodeId(trigger)].type,
        types={node_id: nodes[node_id].type for node_id in found.kept},
        **more,
    )


def keep(execution_id: UUID, trigger: str, what: Beginning) -> None:
    """Store the steps with which an execution begins, in the transaction that stores the execution."""
    if what.frontier is None:
        return
    schema = tenancy.current_schema()
    given: dict[str, tuple[str, str | None, str, int]] = {trigger: (what.trigger_type, None, "", 0)}
    copied: dict[str, int] = {}
    for place, node_id in enumerate(what.kept, 1):
        pin = what.pins.get(node_id)
        if pin is None:
            copied[node_id] = place
        else:
            output = db.json_text(pin.output) or "null"
            given[node_id] = (what.types[node_id], output, pin.port, place)
    if copied:
        params = {
            "id": execution_id,
            "of": what.kept_of,
            "nodes": list(copied),
            "places": list(copied.values()),
        }
        db.execute(db.in_schema(KEEP, schema), params)
    types, outputs, ports, places = zip(*given.values(), strict=True)
    db.execute(
        db.in_schema(SETTLE, schema),
        {
            "id": execution_id,
            "nodes": list(given),
            "types": list(types),
            "outputs": db.array(outputs),
            "ports": list(ports),
            "places": list(places),
        },
    )
