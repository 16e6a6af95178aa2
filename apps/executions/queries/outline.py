"""The steps of an execution without their data, in pages; of every value a digest says whether another is the same.

Two executions of a thousand steps are told apart by a few such pages, whatever their steps gave.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL

from apps.executions.models import Blob, Execution, Step
from apps.executions.queries import large
from apps.executions.queries.finding import Frame
from apps.executions.queries.showing import GIVEN, is_pinned

# Of a file the store has such a digest already: that of the same text.
DIGEST_CHARACTERS = 32
DIGEST = f"left(encode(sha256(convert_to(({{value}})::text, 'UTF8')), 'hex'), {DIGEST_CHARACTERS})"

# What tells steps apart, by its name, and what is digested of a row.
VALUES = {"input": "input", "item": GIVEN, "output": "output", "error": "error"}

LISTED = (
    "node_id",
    "scope",
    "node_type",
    "status",
    "attempt",
    "port",
    "output_blob",
    "seq",
    "copied_from",
    "started_at",
    "ended_at",
)


def outline(execution_id: UUID) -> QuerySet[Step]:
    """Return the steps of an execution by node and scope, each with its digests; the caller pages them, shows `as_told`."""
    digests = {f"{name}_digest": _digest(value) for name, value in VALUES.items()}
    return Step.objects.filter(execution_id=execution_id).only(*LISTED).annotate(**digests)


def as_told(frame: Frame, rows: Sequence[Step]) -> Sequence[Step]:
    """Let the rows of one page say what stands elsewhere: pins, the trigger's data, and outputs in the store of files."""
    kept = _digests_apart(frame.execution_id, rows)
    for row in rows:
        told: Any = row
        row.is_pinned = is_pinned(row, frame.pinned)
        if row.output_blob:
            told.output_digest = kept[row.output_blob]
        if row.node_id == frame.trigger_node and not row.scope:
            # Its output is the execution's trigger, which is stored once.
            told.output_digest = _of_trigger(frame.execution_id)
        told.digests = {name: getattr(row, f"{name}_digest") for name in VALUES}
    return rows


def _digest(value: str) -> RawSQL:
    return RawSQL(DIGEST.replace("{value}", value), [], output_field=TextField())  # noqa: S611 - constants


def _of_trigger(execution_id: UUID) -> str | None:
    rows = Execution.objects.filter(pk=execution_id)
    told: str | None = rows.annotate(told=_digest("trigger")).values_list("told", flat=True).first()
    return told


def _digests_apart(execution_id: UUID, rows: Sequence[Step]) -> dict[str, str]:
    """Return digests of outputs in the store by what their rows say of them; a file that is not here is known by its id."""
    ids = {row.output_blob: large.id_in(row.output_blob) for row in rows if row.output_blob}
    if not ids:
        return {}
    owned = Blob.objects.filter(execution_id=execution_id, id__in=set(ids.values()))
    digests = {each: text[:DIGEST_CHARACTERS] for each, text in owned.values_list("id", "sha256")}
    return {said: digests.get(each, each.hex) for said, each in ids.items()}
