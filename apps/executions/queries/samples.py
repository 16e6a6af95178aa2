"""What is known of a workflow's data: of each node the last output, and what started it, out of its newest executions."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from apps.core import db, tenancy
from apps.engine.container import PassFacts
from apps.engine.graph import Container, Graph
from apps.engine.value import Json
from apps.executions.models import Blob
from apps.executions.queries import large
from apps.workflows import facade as workflows

# Among so many executions each is looked for.
NEWEST = 10

RECENT = """
WITH recent AS (
    SELECT id FROM {s}.executions_execution
    WHERE workflow_id = %(workflow)s AND (%(execution)s::uuid IS NULL OR id = %(execution)s)
    ORDER BY id DESC LIMIT %(newest)s
)
"""
# For each node and execution one look into the primary key: of a loop the first pass. A container's passes have its name,
# too, so of its own records the one is wanted that is no pass. `stored` is what the output takes in its row.
OUTPUTS = """
{recent}
SELECT w.node_id, f.id, f.at, f.output_blob, f.output, f.stored
FROM unnest(%(nodes)s::text[]) AS w(node_id)
CROSS JOIN LATERAL (
    SELECT r.id, s.* FROM recent r CROSS JOIN LATERAL (
        SELECT t.ended_at AS at, t.output_blob, pg_column_size(t.output) AS stored,
               CASE WHEN pg_column_size(t.output) <= %(bytes)s THEN t.output END AS output
        FROM {s}.executions_step t
        WHERE t.execution_id = r.id AND t.node_id = w.node_id AND t.status = 'completed'
          AND t.scope !~ ('(^|/)' || t.node_id || '\\[[0-9]+\\]$')
        ORDER BY t.scope LIMIT 1
    ) AS s
    ORDER BY r.id DESC LIMIT 1
) AS f
""".replace("{recent}", RECENT)
PASSES = """
{recent}
SELECT w.node_id, f.item
FROM unnest(%(nodes)s::text[], %(ends)s::text[]) AS w(node_id, ending)
CROSS JOIN LATERAL (
    SELECT r.id, s.item FROM recent r CROSS JOIN LATERAL (
        SELECT t.item FROM {s}.executions_step t
        WHERE t.execution_id = r.id AND t.node_id = w.node_id AND t.item IS NOT NULL
          AND right('/' || t.scope, length(w.ending)) = w.ending
        ORDER BY t.scope LIMIT 1
    ) AS s
    ORDER BY r.id DESC LIMIT 1
) AS f
""".replace("{recent}", RECENT)
TRIGGERS = """
{recent}
SELECT DISTINCT ON (e.trigger_node) e.trigger_node, e.id, e.created_at, '',
       CASE WHEN pg_column_size(e.trigger) <= %(bytes)s THEN e.trigger END, pg_column_size(e.trigger)
FROM {s}.executions_execution e JOIN recent r ON r.id = e.id
ORDER BY e.trigger_node, e.id DESC
""".replace("{recent}", RECENT)


@dataclass(frozen=True, slots=True)
class Sample:
    """What is known of a node. Without `has_output` it is larger than was asked for, or lies in the store."""

    node_id: str
    source: str
    execution_id: UUID | None
    at: datetime | None
    output: Json
    has_output: bool = True
    # Where an output lies that is too large for its row.
    blob: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which workflow, of which execution (None: the newest), and how large an output may be."""

    workflow_id: UUID
    execution_id: UUID | None
    most_bytes: int

    def params(self, nodes: Collection[str] = ()) -> dict[str, object]:
        """Return the parameters of a statement."""
        return {
            "workflow": self.workflow_id,
            "execution": self.execution_id,
            "newest": NEWEST,
            "nodes": sorted(nodes),
            "bytes": self.most_bytes,
        }


def pins(wanted: Wanted, nodes: Collection[str]) -> dict[str, Sample]:
    """Return what is pinned of some nodes: at most 4 MiB together."""
    stored = workflows.pinned(wanted.workflow_id)
    return {
        node_id: Sample(node_id, "pin", None, None, output)
        for node_id, (output, _) in stored.items()
        if node_id in nodes
    }


def outputs(wanted: Wanted, nodes: Collection[str]) -> dict[str, Sample]:
    """Return the last output of each of some nodes."""
    return _samples(OUTPUTS, wanted, nodes, "step") if nodes else {}


def triggers(wanted: Wanted, nodes: Collection[str]) -> dict[str, Sample]:
    """Return of each of some triggers what it last started an execution with."""
    found = _samples(TRIGGERS, wanted, nodes, "trigger")
    return {node_id: sample for node_id, sample in found.items() if node_id in nodes}


def passes(wanted: Wanted, graph: Graph) -> dict[str, PassFacts]:
    """Return what a pass of each container was given: of a loop the first one, of a try the one that catches."""
    ends = {
        node.id: f"/{node.id}[{1 if node.container is Container.TRY else 0}]"
        for node in graph.nodes.values()
        if node.container is not None
    }
    if not ends:
        return {}
    params = {**wanted.params(), "nodes": list(ends), "ends": list(ends.values())}
    return dict(db.fetch(db.in_schema(PASSES, tenancy.current_schema()), params))


def sizes(samples: Collection[Sample]) -> dict[str, int]:
    """Return how large those are that lie in the store, by node; one that is not its execution's own is left out."""
    ids = {each.node_id: large.id_in(each.blob) for each in samples if each.blob}
    if not ids:
        return {}
    owners = {each.execution_id for each in samples if each.execution_id is not None}
    rows = Blob.objects.filter(execution_id__in=owners, id__in=set(ids.values()))
    known = dict(rows.values_list("id", "size_bytes"))
    return {node_id: known[each] for node_id, each in ids.items() if each in known}


def read(sample: Sample) -> Sample:
    """Return a sample that lies in the store with its output.

    Raises:
        BlobGoneError, StoreFailedError: it cannot be read.
    """
    output = large.output(tenancy.current_schema(), sample.blob)
    return replace(sample, output=output, has_output=True)


def _samples(
    statement: str, wanted: Wanted, nodes: Collection[str], source: str
) -> dict[str, Sample]:
    schema = tenancy.current_schema()
    rows = db.fetch(db.in_schema(statement, schema), wanted.params(nodes))
    return {
        node_id: Sample(
            node_id,
            source,
            execution_id,
            at,
            output,
            not output_blob and (stored is None or output is not None),
            output_blob,
        )
        for node_id, execution_id, at, output_blob, output, stored in rows
    }
