"""What operators do to a live execution at their desk: what its own people may, and waking it; told to both trails."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db import transaction

from apps.audit import facade as audit
from apps.core import tenancy
from apps.core.errors import InvalidError
from apps.dispatch import facade as dispatch
from apps.executions.queries import finding
from apps.executions.services import trail
from apps.executions.services.cancel import request_cancel
from apps.executions.services.pause import request_pause, request_resume


def wake(execution_id: UUID) -> None:
    """Let a live execution look again now at what it waits for.

    Raises:
        ExecutionNotFoundError, ExecutionFinishedError: it is not live.
    """
    finding.require(execution_id)
    if not dispatch.poke(execution_id):
        raise finding.why_not_live(execution_id)
    trail.record("woken", execution_id)


ACTS: Mapping[str, Callable[[UUID], None]] = {
    "cancel": request_cancel,
    "pause": request_pause,
    "resume": request_resume,
    "wake": wake,
}


def act(name: str, execution_id: UUID) -> None:
    """Do one of ACTS to an execution of the current tenant.

    Raises:
        InvalidError: there is no such act.
        Whatever the act raises: it is not here, has ended, or was not paused.
    """
    doing = ACTS.get(name)
    if doing is None:
        raise InvalidError("There is no such act.")
    with transaction.atomic():
        doing(execution_id)
        audit.record(
            f"execution.{name}_asked",
            target=audit.Target("execution", execution_id),
            after={"tenant": tenancy.current_schema()},
            severity="warning",
            schema=tenancy.PUBLIC,
        )
    dispatch.ring()


def free_leases() -> int:
    """Free the tickets of workers that died, now and not with the next sweep; return how many."""
    freed = dispatch.reap()
    with transaction.atomic():
        audit.record(
            "lease.freed",
            target=audit.Target("tickets"),
            after={"count": len(freed)},
            severity="warning",
            schema=tenancy.PUBLIC,
        )
    dispatch.ring()
    return len(freed)
