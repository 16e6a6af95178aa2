"""Executions as they are found: lists that are keyset-paged and touch the partitions newest first, and single ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.core import db, tenancy
from apps.core.errors import FieldProblem
from apps.core.principals import Principal
from apps.dispatch import facade as dispatch
from apps.engine.state import ExecutionStatus, Reason
from apps.engine.value import Json, StepKey, split_key
from apps.executions.errors import (
    ErrorSearchError,
    ExecutionFinishedError,
    ExecutionNotFoundError,
)
from apps.executions.models import ERROR_WORDS, FINAL_STATUSES, Child, Execution
from apps.workflows import facade as workflows

# Of what an error says.
SHOWN_CHARACTERS = 300
# What a list shows; payloads and the frontier stay where they are.
LISTED = (
    "id",
    "workflow_id",
    "version_id",
    "status",
    "reason",
    "trigger_kind",
    "had_errors",
    "seq",
    "acts_as",
    "trace_id",
    "parent_id",
    "retry_of",
    "replay_of",
    "created_at",
    "started_at",
    "ended_at",
)

PINNED = "ARRAY(SELECT json_object_keys(CASE WHEN json_typeof(pins) = 'object' THEN pins END))"

# The words of a text, of the last one also what it begins: whoever looks is still typing.
ASKED = "SELECT plainto_tsquery('simple', %(text)s)::text"
LONGEST_ASKED = 200
FAILED_BY = f"error IS NOT NULL AND {ERROR_WORDS} @@ %s::tsquery"


@dataclass(frozen=True, slots=True)
class Frame:
    """What of an execution its steps are shown by. `pinned`: nodes whose outputs stood for running them."""

    execution_id: UUID
    workflow_id: UUID
    trigger_node: str
    pinned: frozenset[str]


def with_error(text: str) -> RawSQL:
    """Return the condition that an execution failed by an error which has all words of a text.

    Raises:
        ErrorSearchError: it has none, or is too long.
    """
    found = db.fetch(ASKED, {"text": text})[0][0] if len(text) <= LONGEST_ASKED else ""
    if not found:
        message = f"Write a word or several to look for, of at most {LONGEST_ASKED} characters."
        problem = FieldProblem("/error", "search_unfit", message)
        raise ErrorSearchError(message, errors=[problem])
    return RawSQL(FAILED_BY, [f"{found}:*"], output_field=BooleanField())  # noqa: S611 - a constant


def version_of(execution_id: UUID) -> UUID | None:
    """Return the version that an execution runs; None: this tenant has no such execution."""
    found: UUID | None = (
        Execution.objects.filter(pk=execution_id).values_list("version_id", flat=True).first()
    )
    return found


def listed(
    *,
    by: Principal,
    status: Sequence[str] = (),
    workflow_id: UUID | None = None,
    parent_id: UUID | None = None,
    parent_step: StepKey | None = None,
    error: str | None = None,
) -> QuerySet[Execution]:
    """Return the executions that are there for who asks, without payloads; the caller pages them by id, shows `as_seen`.

    One that is being cancelled or paused is found by that word and by the one that its row still says. `parent_id` asks
    for those that an execution has called, with `parent_step` those that this step of it has; `error` for those whose error has all of its words.

    Raises:
        ErrorSearchError: `error` holds no word.
    """
    rows = Execution.objects.only(*LISTED).annotate(error_message=_message())
    if error is not None:
        rows = rows.filter(with_error(error))
    if not by.is_manager:
        hidden = RawSQL(workflows.HIDDEN, [by.names])  # noqa: S611 - a constant
        rows = rows.exclude(workflow_id__in=hidden)
    if parent_id is not None:
        called = Child.objects.filter(parent_id=parent_id, execution_id__isnull=False)
        rows = rows.filter(pk__in=called.values("execution_id"))
        if parent_step is not None:
            rows = rows.filter(_called_by(parent_step))
    meant = Q(status__in=status)
    for word, asked in (
        (ExecutionStatus.CANCELLING, dispatch.ASKED_TO_END),
        (ExecutionStatus.PAUSED, dispatch.ASKED_TO_PAUSE),
    ):
        if word in status:
            found = RawSQL(asked, [tenancy.current_schema()])  # noqa: S611 - a constant
            meant |= Q(pk__in=found, ended_at__isnull=True)
    if status:
        rows = rows.filter(meant)
    return rows if workflow_id is None else rows.filter(workflow_id=workflow_id)


def _called_by(step: StepKey) -> RawSQL:
    return RawSQL("caller ->> 'step' = %s", [step], output_field=BooleanField())


def _message() -> RawSQL:
    return RawSQL("left(coalesce(error ->> 'message', ''), %s)", [SHOWN_CHARACTERS])


def as_seen(rows: Sequence[Execution]) -> Sequence[Execution]:
    """Let live rows say what only their tickets know: `cancelling`, `paused`, and which limit keeps them queued.

    One query for all rows; nothing is stored, for a row's one writer is the owner of its ticket.
    """
    live = {row.pk: row for row in rows if row.ended_at is None}
    standings = dispatch.standings(tenancy.current_schema(), live)
    for execution_id, standing in standings.items():
        row = live[execution_id]
        if standing.request == "cancel":
            row.status, row.reason = ExecutionStatus.CANCELLING, Reason.CANCELLED_BY_USER
        elif standing.request == "pause":
            row.status, row.reason = ExecutionStatus.PAUSED, ""
        elif row.status == ExecutionStatus.PAUSED:
            row.status = ExecutionStatus.RUNNING
        elif standing.is_over_cap and row.status == ExecutionStatus.QUEUED:
            row.reason = Reason.TENANT_LIMIT
        elif standing.blocked_on and row.status == ExecutionStatus.QUEUED:
            row.reason = Reason(standing.blocked_on)
    return rows


def get(execution_id: UUID) -> Execution:
    """Return one execution with its payloads, as it is seen.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
    """
    rows = Execution.objects.defer("frontier").annotate(error_message=_message())
    row = rows.filter(pk=execution_id).first()
    if row is None:
        raise ExecutionNotFoundError("There is no such execution here.")
    as_seen([row])
    return row


def frame(execution_id: UUID) -> Frame:
    """Return what of an execution its steps are shown by, and none of its payloads.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
    """
    pinned = RawSQL(PINNED, [])  # noqa: S611 - a constant
    rows = Execution.objects.filter(pk=execution_id).annotate(pinned=pinned)
    found = rows.values_list("workflow_id", "trigger_node", "pinned").first()
    if found is None:
        raise ExecutionNotFoundError("There is no such execution here.")
    workflow_id, trigger_node, names = found
    return Frame(execution_id, workflow_id, trigger_node, frozenset(names))


def trigger_of(execution_id: UUID) -> Json:
    """Return the data that an execution began with."""
    found: Json = (
        Execution.objects.filter(pk=execution_id).values_list("trigger", flat=True).first()
    )
    return found


def parent_of(execution: Execution) -> dict[str, Json] | None:
    """Return who called an execution, None if nobody did."""
    caller = execution.caller
    if execution.parent_id is None or caller is None:
        return None
    scope, node_id = split_key(StepKey(caller["step"]))
    return {
        "execution_id": str(execution.parent_id),
        "workflow_id": caller["chain"][-1],
        "node_id": node_id,
        "scope": scope,
        "is_waiting": caller["is_waiting"],
    }


def stored(execution_id: UUID) -> Execution:
    """Return one execution with its payloads as it is stored, whatever its ticket was asked.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
    """
    row = Execution.objects.defer("frontier", "output").filter(pk=execution_id).first()
    if row is None:
        raise ExecutionNotFoundError("There is no such execution here.")
    return row


def require(execution_id: UUID) -> None:
    """Check that an execution is here, and read nothing of it.

    Raises:
        ExecutionNotFoundError: this tenant has no such execution.
    """
    if not Execution.objects.filter(pk=execution_id).exists():
        raise ExecutionNotFoundError("There is no such execution here.")


def why_not_live(execution_id: UUID) -> ExecutionNotFoundError | ExecutionFinishedError:
    """Return the refusal to give when an execution has no ticket."""
    found: Any = Execution.objects.filter(pk=execution_id).values_list("status", flat=True).first()
    if found is None:
        return ExecutionNotFoundError("There is no such execution here.")
    if found in FINAL_STATUSES:
        return ExecutionFinishedError(f"This execution is already {found}.")
    return ExecutionFinishedError("This execution is coming to its end.")


def has_live(workflow_id: UUID) -> bool:
    """Say whether an execution of the workflow has not ended."""
    return Execution.objects.filter(workflow_id=workflow_id, ended_at__isnull=True).exists()


def versions_in_use(workflow_id: UUID) -> set[UUID]:
    """Return the versions of a workflow that stored executions refer to."""
    rows = Execution.objects.filter(workflow_id=workflow_id)
    return set(rows.values_list("version_id", flat=True).distinct())
