"""Drafts as they can be taken elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.core.principals import Principal
from apps.engine.value import Json, size_bytes
from apps.workflows.errors import WorkflowNotFoundError
from apps.workflows.queries import stored

# A hundred drafts may have half a gigabyte.
MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Exported:
    """One workflow as it can be taken elsewhere."""

    id: UUID
    name: str
    description: str
    tags: list[str]
    definition: Json


@dataclass(frozen=True, slots=True)
class Missing:
    """Why one is left out."""

    id: UUID
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Exports:
    """Those that fit into one answer, in the order in which they were named, and why the others are left out."""

    workflows: Sequence[Exported]
    results: Sequence[Missing]


def exported(by: Principal, ids: Sequence[UUID]) -> Exports:
    """Return the drafts of workflows that are there for who asks, as many as fit into one answer."""
    rows = stored.visible(by).filter(pk__in=ids)
    columns = ("pk", "name", "description", "tags", "draft")
    found: dict[UUID, Exported] = {}
    room = MOST_BYTES
    for row in rows.values_list(*columns).iterator(chunk_size=10):
        one = Exported(*row)
        room -= size_bytes(one.definition)
        if room < 0:
            break
        found[one.id] = one
    here = set(rows.values_list("pk", flat=True)) if len(found) < len(set(ids)) else set(found)
    large = "All of them are too large for one answer. Export fewer at once."
    gone = WorkflowNotFoundError()
    return Exports(
        [found[each] for each in dict.fromkeys(ids) if each in found],
        [
            Missing(each, "too_large", large)
            if each in here
            else Missing(each, gone.code, gone.message)
            for each in dict.fromkeys(ids)
            if each not in found
        ],
    )
