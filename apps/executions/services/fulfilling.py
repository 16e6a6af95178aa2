"""Doing what was wished for all executions that fit: a batch is one transaction, and so is how far it has come.

Whoever is killed leaves nothing half done: the alarm of the wish stays due, and anybody goes on where the last commit was.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction

from apps.core import db, request_context, tenancy
from apps.core.errors import GoraxError
from apps.core.failpoints import failpoint
from apps.core.principals import Principal
from apps.core.request_context import Asker
from apps.dispatch import facade as dispatch
from apps.dispatch.facade import Due
from apps.executions.errors import ErrorSearchError, ExecutionNotFoundError
from apps.executions.models import Wish
from apps.executions.queries import fitting
from apps.executions.queries.fitting import Narrowing
from apps.executions.services import cancel, deleting, wishing
from apps.executions.services.retry import Retry, planned
from apps.executions.services.start import begun, gate_key_of
from apps.executions.services.start import start as begin
from apps.tenants import facade as tenants
from apps.workflows import facade as workflows
from apps.workflows.errors import ShareTooNarrowError

# As many executions are locked for as long as a batch takes, so it is a small one.
BATCH = 50
MOST_WISHES = 100
RESTS_S = 60.0
NEEDED = {
    Wish.Action.CANCEL: "execution.cancel",
    Wish.Action.RETRY: "workflow.execute",
    Wish.Action.DELETE: "workflow.delete",
}

logger = logging.getLogger(__name__)

_resting: dict[UUID, float] = {}


@dataclass(slots=True)
class Batch:
    """What one transaction has done: how many, which were refused, and what is to be told once it has committed."""

    done: int = 0
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)
    started: list[tuple[UUID, str | None]] = field(default_factory=list)

    def refuse(self, code: str, message: str) -> None:
        """Count one that was refused; of each code the first sentence is kept."""
        count, first = self.refused.get(code, (0, message))
        self.refused[code] = (count + 1, first)


def start_thread(stopping: threading.Event) -> threading.Thread:
    """Let a thread of this process do what is wished until told to stop: beside the pool, so that it takes no slot of it."""
    thread = threading.Thread(target=_run, args=(stopping,), name="wishes", daemon=True)
    thread.start()
    return thread


def _run(stopping: threading.Event) -> None:
    while not stopping.wait(settings.GORAX_SWEEP_S):
        try:
            while fulfil_due() and not stopping.is_set():
                pass
        except Exception:
            logger.exception("wishes.failed")
        finally:
            db.give_back()


def fulfil_due() -> int:
    """Do a batch of each wish that is under way in any tenant; return of how many. One statement if there is none.

    What one raises is logged, and it rests for a minute; only a database that is away ends the round.
    """
    count = 0
    for alarm in dispatch.due_alarms(MOST_WISHES, kind=wishing.KIND, besides=_at_rest()):
        try:
            count += tenancy.run_in(alarm.schema, _go_on, alarm)
        except Exception as failure:
            if db.is_away(failure):
                raise
            logger.exception("wish.failed", extra={"wish": str(alarm.id), "schema": alarm.schema})
            _resting[alarm.token] = time.monotonic() + RESTS_S
    return count


def _at_rest() -> list[UUID]:
    now = time.monotonic()
    for token in [token for token, until in _resting.items() if until < now]:
        del _resting[token]
    return list(_resting)


def _go_on(alarm: Due) -> bool:
    """Do a batch of a wish; say whether it was ours to do."""
    with transaction.atomic():
        now = dispatch.hold_alarm(alarm)
        if now is None:
            return False
        row = Wish.objects.select_for_update().filter(pk=alarm.id).first()
        if row is None or row.status != Wish.Status.RUNNING:
            dispatch.move_alarm(alarm, None)
            return False
        batch = _done(row, alarm, now)
        failpoint("wish.before_commit")
    failpoint("wish.after_commit")
    for workflow_id, gate_key in batch.started:
        begun(workflow_id, gate_key=gate_key)
    dispatch.ring()
    return True


def _done(row: Wish, alarm: Due, now: datetime) -> Batch:
    """Do the next batch, and write down how far that is; the alarm comes last."""
    batch = Batch()
    said = row.asked_by
    with request_context.asked_by(Asker()):
        by = _by(row)
        request_context.bind_principal(by or _nobody(row), str(said["email"]))
        if by is None or not by.may(NEEDED[Wish.Action(row.action)]):
            wishing.end(row, Wish.Status.FAILED, "left" if by is None else "forbidden")
            dispatch.move_alarm(alarm, None)
            return batch
        narrowing = Narrowing.of(row.narrowing)
        try:
            found = fitting.after(by, narrowing, row.action, below=row.below, most=BATCH)
        except ErrorSearchError:
            wishing.end(row, Wish.Status.FAILED, "search_unfit")
            dispatch.move_alarm(alarm, None)
            return batch
        _each(row, by, found, batch)
        _note(row, batch)
        if len(found) == BATCH:
            row.below = found[-1][0]
            row.save(update_fields=["below", "done", "refused"])
            dispatch.move_alarm(alarm, now)
        else:
            wishing.end(row, Wish.Status.COMPLETED)
            dispatch.move_alarm(alarm, None)
    return batch


def _each(row: Wish, by: Principal, found: list[tuple[UUID, UUID]], batch: Batch) -> None:
    """Do what is wished with each, and count what becomes of it; one that is refused stops nobody else."""
    may = workflows.permitted(by, {workflow_id for _, workflow_id in found})
    needed = NEEDED[Wish.Action(row.action)]
    do = _deed(row, by, batch)
    for execution_id, workflow_id in found:
        try:
            with transaction.atomic():
                held = may.get(workflow_id)
                if held is None:
                    raise ExecutionNotFoundError("There is no such execution here.")
                if needed not in held:
                    raise ShareTooNarrowError
                do(execution_id)
            batch.done += 1
        except GoraxError as refusal:
            batch.refuse(refusal.code, refusal.message)
        except OperationalError:
            raise
        except Exception:
            logger.exception("wish.one_failed", extra={"execution_id": str(execution_id)})
            batch.refuse("internal", "Something went wrong on our side.")


def _deed(row: Wish, by: Principal, batch: Batch) -> Callable[[UUID], object]:
    if row.action == Wish.Action.CANCEL:
        return cancel.ask
    if row.action == Wish.Action.DELETE:
        return deleting.remove
    options = row.options or {}

    def again(execution_id: UUID) -> None:
        what = planned(
            Retry(
                execution_id=execution_id,
                start_at=options["start_at"],
                is_newest=options["version"] == "newest",
                actor_id=by.user_id,
            )
        )
        begin(what)
        batch.started.append((what.workflow_id, gate_key_of(what)))

    return again


def _note(row: Wish, batch: Batch) -> None:
    row.done += batch.done
    for code, (count, message) in batch.refused.items():
        before, first = row.refused.get(code, (0, message))
        row.refused[code] = [before + count, first]


def _by(row: Wish) -> Principal | None:
    """Return who wished it, with what they may now and might then; None: they belong to the tenant no more."""
    member = tenants.acting(tenancy.current_schema(), row.user_id)
    if member is None:
        return None
    said = row.asked_by
    key_id = said["api_key_id"]
    return replace(
        member,
        kind=said["kind"],
        api_key_id=None if key_id is None else UUID(key_id),
        permissions=member.permissions & frozenset(said["permissions"]),
    )


def _nobody(row: Wish) -> Principal:
    return Principal(row.asked_by["kind"], row.user_id, None, None)
