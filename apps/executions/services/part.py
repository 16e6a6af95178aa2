"""A test run of a part of a draft: one node, all up to a node, or all from a node, with pins and an earlier execution's data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from apps.core import request_context
from apps.core.errors import FieldProblem, InvalidError
from apps.engine import rewind
from apps.engine.program import Program
from apps.engine.rewind import Past
from apps.engine.value import Json, NodeId
from apps.executions.errors import NodeNotReachedError
from apps.executions.models import Execution
from apps.executions.queries import finding, seeing
from apps.executions.services import beginning
from apps.executions.services.beginning import AT_THE_TRIGGER, Beginning, Pin, Settled

Extent = Literal["only", "until", "from"]


@dataclass(frozen=True, slots=True)
class Part:
    """What of a draft is to run: `only` the node, all `until` it, or all `from` it."""

    extent: Extent
    node_id: str


def earlier(execution_id: UUID | None, workflow_id: UUID) -> Execution | None:
    """Return the execution whose data a test run takes.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
        InvalidError: it is one of another workflow that is there for who asks.
    """
    if execution_id is None:
        return None
    old = finding.stored(execution_id)
    if old.workflow_id != workflow_id:
        asker = request_context.principal()
        if asker is not None:
            seeing.require(asker, "execution.read", old.pk)
        message = "This execution is one of another workflow."
        problem = FieldProblem("/execution_id", "other_workflow", message)
        raise InvalidError(message, code="other_workflow", errors=[problem])
    return old


def pins_for(program: Program, stored: Mapping[str, tuple[Json, str]]) -> dict[str, Pin]:
    """Return the pins of those nodes that the draft still has, each with the port by which it leaves."""
    found = {}
    for node_id, (output, port) in stored.items():
        node = program.graph.nodes.get(NodeId(node_id))
        if node is not None and not node.is_trigger:
            found[node_id] = Pin(output, port if port in node.ports else node.default_port)
    return found


def beginning_of(
    program: Program,
    trigger: str,
    pins: Mapping[str, Pin],
    part: Part | None,
    old: Execution | None,
) -> Beginning:
    """Return how a test run begins. The node that a part names runs, pinned or not.

    Raises:
        InvalidError: `node_unknown`, the draft has no such node.
        NodeNotReachedError: the trigger, or what is known, does not lead to it.
        DataMissingError: names the nodes before it of which no output is known.
    """
    kept_of = None if old is None else old.pk
    if part is None:
        return Beginning(pins=pins, kept_of=kept_of) if pins or kept_of else AT_THE_TRIGGER
    target = _target(program, trigger, part)
    pins = {node_id: pin for node_id, pin in pins.items() if node_id != target}
    if part.extent == "until":
        return Beginning(stop_at=[target], pins=pins, kept_of=kept_of)
    anew = rewind.following(program.graph, [target])
    ends = [target] if part.extent == "only" else _ends(program, anew)
    smaller = rewind.cut(program, ends)
    rows = [] if old is None else beginning.settled(old.pk, smaller)
    found = beginning.rewound_to(smaller, trigger, _past(old, rows, smaller, pins), [target])
    unknown = [key for key in found.frontier.ready if NodeId(key) not in anew]
    if unknown:
        raise beginning.missing(unknown)
    beginning.refuse_without_output(rows, (each for each in found.kept if each not in pins))
    return beginning.beginning_at(
        smaller,
        trigger,
        found,
        start_at=target,
        stop_at=ends,
        pins=pins,
        kept_of=kept_of,
        response=old.response if old is not None and found.frontier.responded else None,
    )


def _target(program: Program, trigger: str, part: Part) -> NodeId:
    graph, node_id = program.graph, NodeId(part.node_id)
    node = graph.nodes.get(node_id)
    if node is None or node.is_trigger:
        message = (
            f"The draft has no node “{part.node_id}”."
            if node is None
            else f"“{part.node_id}” is a trigger, which does not run. Name a node after it."
        )
        problem = FieldProblem("/node_id", "node_unknown", message)
        raise InvalidError(message, code="node_unknown", errors=[problem])
    target = rewind.outermost(graph, node_id)
    if trigger not in rewind.leading(graph, [target]):
        raise NodeNotReachedError(f"Nothing leads from the trigger “{trigger}” to “{target}”.")
    return target


def _ends(program: Program, anew: frozenset[NodeId]) -> list[str]:
    graph = program.graph
    return [
        node_id
        for node_id in graph.order
        if node_id in anew and not graph.place(node_id) and not graph.exits[node_id]
    ]


def _past(
    old: Execution | None, rows: list[Settled], program: Program, pins: Mapping[str, Pin]
) -> list[Past]:
    """Return pins and stored steps as one past; a pin goes before what was stored of its node."""
    pinned = {each.node_id: each for each in beginning.pinned_past(pins, program)}
    past = []
    if old is not None:
        stored = beginning.past_of(old.pk, rows, program, had_errors=old.had_errors)
        past = [pinned.pop(each.node_id, each) for each in stored]
    return [*past, *pinned.values()]
