"""What whoever writes a workflow needs to know: the functions of expressions, what they read, and a draft as a program."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from apps import nodes
from apps.core import tenancy
from apps.engine.document import read
from apps.engine.expressions import FUNCTIONS
from apps.engine.problem import Report
from apps.engine.program import Program, compile_document
from apps.engine.value import Json
from apps.workflows.errors import WorkflowNotFoundError
from apps.workflows.models import Workflow

# What an expression may read, in the order in which people look for it.
ROOTS: Mapping[str, str] = {
    "trigger": "What started the execution, as trigger.body or trigger.headers.",
    "input": "The output of the node before; with several, an object by node id.",
    "steps": "The outputs of earlier nodes, by node id.",
    "item": "In a loop: what this pass is given.",
    "index": "In a loop: the number of the pass, from 0.",
    "key": "In a loop over an object: the name of what this pass is given.",
    "loop": "In a loop: item, index, key, total_items, is_first, is_last.",
    "error": "In a catch: what failed.",
    "vars": "The workflow's variables.",
    "env": "tenant_id, workflow_id, execution_id, current_timestamp.",
    "credentials": "Values of credentials, only in fields that send them.",
}
# A draft that is being written is asked about at every pause of a hand.
KEPT = 32


def functions() -> list[dict[str, Json]]:
    """Return every function that an expression may call, in the order of the reference."""
    return [
        {
            "name": each.name,
            "aliases": list(each.aliases),
            "group": each.group,
            "signature": each.signature,
            "parameters": [
                {
                    "name": one.name,
                    "kind": one.kind.name,
                    "is_optional": one.is_optional,
                    "is_repeated": one.is_repeated,
                }
                for one in each.parameters
            ],
            "gives": each.gives,
            "doc": each.doc,
            "example": each.example.source,
        }
        for each in FUNCTIONS
    ]


def roots() -> list[dict[str, str]]:
    """Return what an expression may read."""
    return [{"name": name, "doc": doc} for name, doc in ROOTS.items()]


@dataclass(frozen=True, slots=True)
class DraftInfo:
    """A draft as it would run. Without a program it leads back to itself; what is wrong with it otherwise is left out."""

    workflow_id: UUID
    node_ids: frozenset[str]
    variables: Mapping[str, Json]
    program: Program | None


def draft(workflow_id: UUID) -> DraftInfo:
    """Return the draft of a workflow, compiled once for each of its revisions.

    Raises:
        WorkflowNotFoundError: there is no such workflow, or it lies in the bin.
    """
    rows = Workflow.objects.live().filter(pk=workflow_id)
    revision = rows.values_list("draft_revision", flat=True).first()
    if revision is None:
        raise WorkflowNotFoundError
    return _draft(tenancy.current_schema(), workflow_id, revision)


@lru_cache(maxsize=KEPT)
def _draft(schema: str, workflow_id: UUID, revision: int) -> DraftInfo:
    rows = Workflow.objects.filter(pk=workflow_id).values_list("draft", flat=True)
    raw = rows.first()
    document = read(raw if isinstance(raw, dict) else {}, Report())
    return DraftInfo(
        workflow_id,
        frozenset(node.id for node in document.nodes),
        document.variables,
        compile_document(document, nodes.catalogue(), Report()),
    )
