"""The executions that fit a filter: how many they are, as far as that is worth counting, and the next of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import QuerySet

from apps.core.errors import FieldProblem, InvalidError
from apps.core.principals import Principal
from apps.engine.state import ExecutionStatus
from apps.executions.models import FINAL_STATUSES, Execution, Wish
from apps.executions.queries import finding, searching

# Beyond that nobody reads the number, and a count would read the table.
MOST_COUNTED = 10_000
LIVE_STATUSES = [each.value for each in ExecutionStatus if not each.is_final]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the executions have in common, as the list is narrowed."""

    status: tuple[str, ...] = ()
    workflow_id: UUID | None = None
    error: str | None = None

    def facts(self) -> dict[str, Any]:
        """Return it as it is stored, and as the trail says it."""
        workflow_id = None if self.workflow_id is None else str(self.workflow_id)
        return {"status": list(self.status), "workflow_id": workflow_id, "error": self.error}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """Return what `facts` has stored."""
        workflow_id = facts["workflow_id"]
        return cls(
            tuple(facts["status"]),
            None if workflow_id is None else UUID(workflow_id),
            facts["error"],
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """How many fit; `has_more`: more than `count`."""

    count: int
    has_more: bool


def fitting(by: Principal, narrowing: Narrowing, action: str | None) -> QuerySet[Execution]:
    """Return those that are there for who asks and that `action` is for: live ones to cancel, ended ones else.

    Raises:
        InvalidError: `status_unfit`, the statuses are none that the action is for.
        ErrorSearchError: there is no word to look for.
    """
    rows = finding.listed(
        by=by,
        status=narrowing.status,
        workflow_id=narrowing.workflow_id,
        error=narrowing.error,
    )
    if action is None:
        return rows
    fit = LIVE_STATUSES if action == Wish.Action.CANCEL else FINAL_STATUSES
    if narrowing.status and not set(narrowing.status) & set(fit):
        message = f"None of these can be {'cancelled' if fit is LIVE_STATUSES else 'meant'}: "
        message += "they have ended." if fit is LIVE_STATUSES else "they have not ended."
        problem = FieldProblem("/status", "status_unfit", message)
        raise InvalidError(message, code="status_unfit", errors=[problem])
    return rows.filter(status__in=fit)


def counted(by: Principal, narrowing: Narrowing, action: str | None = None) -> Counted:
    """Count those that fit, up to 10,000.

    Raises:
        InvalidError, ErrorSearchError: as `fitting` says; the search may take too long, too.
    """
    rows = fitting(by, narrowing, action).order_by()

    def read() -> int:
        return rows[: MOST_COUNTED + 1].count()

    count = searching.patiently(read) if narrowing.error else read()
    return Counted(min(count, MOST_COUNTED), count > MOST_COUNTED)


def after(
    by: Principal, narrowing: Narrowing, action: str, *, below: UUID, most: int
) -> list[tuple[UUID, UUID]]:
    """Return the next (execution, its workflow) of those that fit, newest first.

    Raises:
        ErrorSearchError: the search takes too long.
    """
    rows = fitting(by, narrowing, action).filter(pk__lt=below).order_by("-pk")

    def read() -> list[tuple[UUID, UUID]]:
        return list(rows.values_list("pk", "workflow_id")[:most])

    return searching.patiently(read) if narrowing.error else read()
