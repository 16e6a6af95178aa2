"""The same wish for many executions: named one by one, or by what they have in common. Each gets an answer of its own."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.core.errors import FieldProblem, GoraxError, InvalidError
from apps.core.principals import Principal
from apps.executions.models import FINAL_STATUSES
from apps.executions.queries import finding, seeing
from apps.executions.services import cancel, deleting, retry
from apps.executions.services.retry import From, Retry

MOST = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which executions are meant: those of `ids`, or the newest of a status and a workflow, at most 100."""

    ids: Sequence[UUID] = ()
    status: Sequence[str] = ()
    workflow_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one: the new execution of a retry, or the refusal."""

    id: UUID
    execution_id: UUID | None = None
    code: str = ""
    message: str = ""


def cancel_all(by: Principal, wanted: Wanted) -> list[Answered]:
    """Ask each to end; one that has ended already, or is not here, is told so and stops nobody else."""
    chosen = _chosen(by, wanted, is_live=True)

    def one(execution_id: UUID) -> UUID | None:
        seeing.require(by, "execution.cancel", execution_id)
        cancel.request_cancel(execution_id)
        return None

    return _each(chosen, one)


def retry_all(
    by: Principal, wanted: Wanted, *, start_at: From, is_newest: bool, key: str | None
) -> list[Answered]:
    """Retry each, in a transaction of its own. With a `key` each has the key of its own that follows from it."""
    chosen = _chosen(by, wanted, is_live=False)
    # As long as a key may be, it stays one.
    digest = hashlib.sha256((key or "").encode()).hexdigest()

    def one(execution_id: UUID) -> UUID | None:
        seeing.require(by, "workflow.execute", execution_id)
        order = Retry(
            execution_id=execution_id,
            start_at=start_at,
            is_newest=is_newest,
            key=None if key is None else f"{digest}:{execution_id}",
            actor_id=by.user_id,
        )
        return retry.retry(order).execution_id

    return _each(chosen, one)


def delete_all(by: Principal, wanted: Wanted) -> list[Answered]:
    """Delete each that has ended; one that has not, or is not here, is told so and stops nobody else."""
    chosen = _chosen(by, wanted, is_live=False)

    def one(execution_id: UUID) -> UUID | None:
        seeing.require(by, "workflow.delete", execution_id)
        deleting.delete(execution_id)
        return None

    return _each(chosen, one)


def _chosen(by: Principal, wanted: Wanted, *, is_live: bool) -> list[UUID]:
    if wanted.ids:
        return list(dict.fromkeys(wanted.ids))
    refused = [each for each in wanted.status if (each in FINAL_STATUSES) is is_live]
    if refused or not wanted.status:
        message = "Say which: those that have not ended." if is_live else "Say which: ended ones."
        problem = FieldProblem("/status", "status_unfit", message)
        raise InvalidError(message, code="status_unfit", errors=[problem])
    rows = finding.listed(by=by, status=wanted.status, workflow_id=wanted.workflow_id)
    return [row.pk for row in rows.order_by("-pk")[:MOST]]


def _each(chosen: Sequence[UUID], one: Callable[[UUID], UUID | None]) -> list[Answered]:
    answers = []
    for execution_id in chosen:
        try:
            answers.append(Answered(execution_id, one(execution_id)))
        except GoraxError as refusal:
            answers.append(Answered(execution_id, code=refusal.code, message=refusal.message))
    return answers
