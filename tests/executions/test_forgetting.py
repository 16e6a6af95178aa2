"""What was kept for an execution goes when it needs it no more, and nothing of the others goes with it."""

from uuid import UUID

import pytest

from apps.executions import tasks
from apps.executions.models import Child, Execution, Step
from apps.executions.services import hearing
from apps.executions.services.worker import Worker
from tests.executions.crew import work, work_to_the_end
from tests.executions.makers import begin, callee, chain, execution, make_version, work_until_ended
from tests.executions.waiting import CALL, WAIT, heard, waiting_for_a_call

pytestmark = pytest.mark.usefixtures("demo")


def called_by(execution_id: UUID) -> int:
    return Child.objects.filter(parent_id=execution_id).count()


def test_whom_an_execution_has_called_is_known_as_long_as_it_is_there() -> None:
    other = callee(("same", "control:no_op", {}))
    each = {"workflow_id": str(other), "mode": "for_each", "items": [1, 2]}
    version = make_version(chain(("call", "control:sub_workflow", {"config": each})))
    gone, kept = (work_until_ended(begin(version)).pk for _ in range(2))
    Step.objects.filter(execution_id=gone).delete()
    Execution.objects.filter(pk=gone).delete()

    tasks.forget_old()

    assert (called_by(gone), called_by(kept)) == (0, 2)


def test_what_a_step_was_told_is_kept_until_its_execution_has_ended() -> None:
    version = make_version(waiting_for_a_call())
    ended, waits = begin(version, {}), begin(version, {})
    work(worker := Worker())
    hearing.hear(ended, WAIT, CALL)
    work_to_the_end(worker)
    hearing.hear(waits, WAIT, CALL)
    assert (execution(ended).status, execution(waits).status) == ("completed", "waiting")

    tasks.forget_old()

    assert (heard(ended), heard(waits)) == ([], [("call", CALL)])
    assert execution(ended).output == {"ok": True}
