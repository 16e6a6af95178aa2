"""A workflow that another one names for its failures starts with the commit that ends the failed execution."""

from uuid import UUID

import pytest

from apps.executions.models import Execution
from apps.executions.services import cancel
from apps.executions.services.worker import Worker
from apps.workflows.models import Workflow
from apps.workflows.services import drafts, publish
from tests.executions import crew, makers
from tests.executions.makers import begin, callee, chain, work_until_ended, work_until_idle

pytestmark = pytest.mark.usefixtures("demo")

BAD = ("bad", "control:stop_and_error", {"config": {"error_message": "No stock"}})
FINE = ("fine", "control:no_op", {})
TELLING = ("tell", "action:formula", {"config": {"expression": "trigger.execution.error.message"}})


def naming(error_workflow: UUID, *parts: tuple[str, str, dict], **settings) -> dict:
    """A document whose failures another workflow hears of."""
    return chain(*parts, settings={"error_workflow_id": str(error_workflow), **settings})


def heard(error_workflow: UUID) -> list[Execution]:
    return list(Execution.objects.filter(workflow_id=error_workflow).order_by("id"))


def test_an_execution_that_fails_is_told_with_what_failed_and_where() -> None:
    telling = callee(TELLING, kind="error")
    version = makers.make_version(naming(telling, BAD))
    Workflow.objects.filter(pk=version.workflow_id).update(name="Orders")

    failed = work_until_ended(begin(version))
    work_until_idle()

    (told,) = heard(telling)
    assert (told.status, told.output, told.trigger_kind) == ("completed", "No stock", "error")
    assert told.trigger == {
        "execution": {
            "id": str(failed.pk),
            "url": f"http://demo.localhost:8000/executions/{failed.pk}",
            "error": failed.error,
            "last_node_id": "bad",
            "mode": "manual",
        },
        "workflow": {"id": str(version.workflow_id), "name": "Orders"},
    }


def test_an_execution_that_times_out_is_told_with_the_node_that_was_last_at_work() -> None:
    telling = callee(TELLING, kind="error")
    slow = callee(("rest", "control:delay", {"config": {"duration": "1h"}}))
    waiting = ("call", "control:sub_workflow", {"config": {"workflow_id": str(slow)}})

    work_until_ended(begin(makers.make_version(naming(telling, waiting, timeout_s=1))))
    work_until_idle()

    (told,) = heard(telling)
    assert told.trigger["execution"]["error"]["code"] == "deadline"
    assert told.trigger["execution"]["last_node_id"] == "call"


def test_nothing_is_told_of_what_went_well_or_was_cancelled() -> None:
    telling = callee(TELLING, kind="error")
    resting = ("rest", "control:delay", {"config": {"duration": "1h"}})
    work_until_ended(begin(makers.make_version(naming(telling, FINE))))
    cancelled = begin(makers.make_version(naming(telling, resting)))
    work_until_idle()

    cancel.request_cancel(cancelled)
    work_until_idle()

    assert makers.execution(cancelled).status == "cancelled"
    assert heard(telling) == []


def test_an_error_workflow_that_fails_starts_no_other_nor_do_those_that_it_calls() -> None:
    telling = callee(TELLING, kind="error")
    failing = makers.published(naming(telling, BAD))
    calling = ("call", "control:sub_workflow", {"config": {"workflow_id": str(failing)}})
    definition = naming(telling, calling)
    definition["nodes"][0]["type"] = "trigger:error"
    drafts.save(telling, {"draft": definition}, revision=1)
    publish.publish(telling, actor_id=None)

    work_until_ended(begin(makers.make_version(naming(telling, BAD))))
    work_until_idle()

    assert [each.status for each in heard(telling)] == ["failed"]
    assert [each.status for each in heard(failing)] == ["failed"]


@pytest.mark.parametrize("how", ["inactive", "gone", "without its trigger", "not wanted"])
def test_what_cannot_be_started_leaves_the_failure_as_it_is(how) -> None:
    telling = callee(TELLING, kind="manual" if how == "without its trigger" else "error")
    if how == "inactive":
        publish.deactivate(telling)
    elif how == "gone":
        drafts.throw_away(telling)
    elif how == "not wanted":
        definition = chain(TELLING)
        definition["nodes"][0]["type"] = "trigger:error"
        definition["nodes"][0]["data"]["config"] = {"condition": "trigger.execution.mode == 'x'"}
        telling = makers.published(definition)

    failed = work_until_ended(begin(makers.make_version(naming(telling, BAD))))

    assert failed.error["message"] == "No stock"
    assert heard(telling) == []


def test_the_failure_and_the_start_of_the_other_are_one_commit() -> None:
    telling = callee(TELLING, kind="error")
    failed = begin(makers.make_version(naming(telling, BAD)))
    first, second = Worker(), Worker()

    with crew.dying_at("error.after_start"), pytest.raises(crew.Killed):
        crew.work(first)
    assert (makers.execution(failed).ended_at, heard(telling)) == (None, [])
    crew.bury(first)
    crew.work_to_the_end(second)

    assert makers.execution(failed).status == "failed"
    assert [each.status for each in heard(telling)] == ["completed"]
