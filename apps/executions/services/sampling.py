"""Samples of a workflow's data for whoever writes it: of each node of the draft the last known output, as much as one answer holds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from apps.engine.container import roots_of_pass
from apps.engine.errors import PortError
from apps.engine.program import Program
from apps.engine.value import Json, NodeId, size_bytes
from apps.engine.weight import omitted
from apps.executions.queries import samples
from apps.executions.queries.samples import Sample, Wanted
from apps.workflows import facade as workflows

# All samples of a workflow together, one of them, and what is read to make it.
MOST_BYTES = 2 << 20
MOST_SAMPLE_BYTES = 32 << 10
MOST_READ_BYTES = 1 << 20
# Each of these is a call to the store.
MOST_READ_APART = 10
# How many members of a list or an object are left, and how much of a text, the fewer the larger it was.
CUTS = ((100, 4_000), (20, 1_000), (5, 200), (2, 60))


@dataclass(frozen=True, slots=True)
class Shown:
    """A sample as it is told. `variables` are what a container shows inside of itself by bare names."""

    node_id: str
    source: str
    execution_id: UUID | None
    at: datetime | None
    output: Json
    is_truncated: bool
    variables: Mapping[str, Json] | None = None


def shown(workflow_id: UUID) -> list[Shown]:
    """Return of each node of the draft its pin, or else its last output in the newest executions; unknown ones are left out.

    Raises:
        WorkflowNotFoundError: there is no such workflow, or it lies in the bin.
    """
    draft = workflows.draft(workflow_id)
    wanted = Wanted(workflow_id, None, MOST_READ_BYTES)
    variables = {} if draft.program is None else _variables(wanted, draft.program)
    known = {
        **samples.outputs(wanted, draft.node_ids),
        # A trigger's step has no output of its own.
        **samples.triggers(wanted, draft.node_ids),
        **samples.pins(wanted, draft.node_ids),
    }
    most = min(MOST_SAMPLE_BYTES, MOST_BYTES // max(1, len(known)))
    return [
        _shown(each, most, variables.get(each.node_id))
        for each in _brought(sorted(known.values(), key=lambda each: each.node_id))
    ]


def shortened(value: Json, most_bytes: int) -> tuple[Json, bool]:
    """Return as much of a value as fits, and whether that is not all: its members are fewer, its texts shorter."""
    if size_bytes(value) <= most_bytes:
        return value, False
    for members, characters in CUTS:
        cut = _cut(value, members, characters)
        if size_bytes(cut) <= most_bytes:
            return cut, True
    return omitted(most_bytes), True


def _cut(value: Json, members: int, characters: int) -> Json:
    match value:
        case str():
            return value if len(value) <= characters else f"{value[:characters]}…"
        case list():
            return [_cut(each, members, characters) for each in value[:members]]
        case dict():
            kept = list(value.items())[: 5 * members]
            return {name: _cut(each, members, characters) for name, each in kept}
        case _:
            return value


def _shown(sample: Sample, most_bytes: int, variables: Mapping[str, Json] | None) -> Shown:
    output, is_truncated = (
        shortened(sample.output, most_bytes) if sample.has_output else (omitted(most_bytes), True)
    )
    names = None if variables is None else shortened(dict(variables), most_bytes)[0]
    return Shown(
        sample.node_id,
        sample.source,
        sample.execution_id,
        sample.at,
        output,
        is_truncated,
        names if isinstance(names, dict) else None,
    )


def _brought(found: Collection[Sample]) -> list[Sample]:
    """Return samples with those outputs that lie in the store, as far as they are few and not large."""
    sizes = samples.sizes(found)
    small = [node_id for node_id, size in sizes.items() if size <= MOST_READ_BYTES]
    few = set(small[:MOST_READ_APART])
    return [_read(each) if each.node_id in few else each for each in found]


def _read(sample: Sample) -> Sample:
    try:
        return samples.read(sample)
    except PortError:
        return replace(sample, has_output=False)


def _variables(wanted: Wanted, program: Program) -> dict[str, Mapping[str, Json]]:
    return {
        node_id: roots_of_pass(
            program.graph.nodes[NodeId(node_id)], program.containers[NodeId(node_id)], facts
        )
        for node_id, facts in samples.passes(wanted, program.graph).items()
    }
