"""A finished execution once more: what is kept, what runs, in which version, and that it is started once."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.ids import uuid7
from apps.dispatch.models import Ticket
from apps.executions.models import Execution, Step
from apps.executions.services.doctor import examine
from apps.executions.services.retry import Retry, retry
from apps.workflows.models import Workflow, WorkflowVersion
from tests.callers import make_caller
from tests.executions.crew import Killed, dying_at
from tests.executions.makers import (
    begin,
    call,
    chain,
    edges,
    execution,
    make_version,
    nodes,
    paths,
    steps,
    work_until_ended,
    work_until_idle,
)

ADD = ("add", "action:formula", {"config": {"expression": "trigger.a + 1"}})
FAIL = ("fail", "control:stop_and_error", {"config": {"error_message": "no"}})
FIXED = ("fail", "action:formula", {"config": {"expression": "steps.add * 10"}})


@pytest.fixture
def owner(demo, redis_server):
    from apps.tenants import facade as tenants

    return make_caller(tenants.current(), "owner")


def failed(receiver) -> Execution:
    """A call, a sum, and a failure after them."""
    version = make_version(chain(("call", "action:http", call(f"{receiver.url}/ok")), ADD, FAIL))
    ended = work_until_ended(begin(version, {"a": 1}))
    assert (ended.status, ended.reason) == ("failed", "node_failed")
    return ended


def publish(old: Execution, document: dict) -> WorkflowVersion:
    """Make a document the live version of the workflow of an execution."""
    version = WorkflowVersion.objects.create(
        workflow_id=old.workflow_id, number=2, definition=document
    )
    Workflow.objects.filter(pk=old.workflow_id).update(live_version=version)
    return version


def retried(caller, old: Execution, **body) -> Execution:
    """The new execution, at its end."""
    answer = caller.post(f"/executions/{old.pk}/retry", body)
    assert answer.status_code == 202, answer.json()
    return work_until_ended(UUID(answer.json()["execution_id"]))


def statuses(of: Execution) -> dict[str, tuple[str, bool]]:
    """By node: how its step ended, and whether it was taken over."""
    return {
        node_id: (step.status, step.copied_from is not None)
        for node_id, step in steps(of.pk).items()
    }


def test_from_its_start_everything_runs_again_with_the_same_data(owner, receiver) -> None:
    old = failed(receiver)

    new = retried(owner, old)

    assert (new.retry_of, new.start_at, new.trigger, new.status) == (old.pk, "", {"a": 1}, "failed")
    assert new.version_id == old.version_id
    assert {name for name, (_, was_kept) in statuses(new).items() if was_kept} == set()
    assert paths(receiver) == ["/ok", "/ok"]


def test_from_where_it_failed_what_was_done_is_not_done_again(owner, receiver) -> None:
    old = failed(receiver)
    publish(old, chain(("call", "action:http", call(f"{receiver.url}/ok")), ADD, FIXED))

    new = retried(owner, old, start_at="failed", version="newest")

    assert (new.status, new.output, new.start_at) == ("completed", 20, "fail")
    assert statuses(new) == {
        "start": ("completed", False),
        "call": ("completed", True),
        "add": ("completed", True),
        "fail": ("completed", False),
    }
    assert steps(new.pk)["call"].output == steps(old.pk)["call"].output
    assert paths(receiver) == ["/ok"]
    assert examine() == []


def test_what_was_taken_over_twice_names_where_it_ran(owner, receiver) -> None:
    old = failed(receiver)

    again = retried(owner, retried(owner, old, start_at="failed"), start_at="failed")

    assert steps(again.pk)["call"].copied_from == old.pk
    assert again.status == "failed"


def test_from_a_node_it_and_all_that_follows_run_with_the_new_data(owner, receiver) -> None:
    old = failed(receiver)

    new = retried(owner, old, start_at="node", node_id="add", input={"a": 41})

    assert new.trigger == {"a": 41}
    assert statuses(new) == {
        "start": ("completed", False),
        "call": ("completed", True),
        "add": ("completed", False),
        "fail": ("failed", False),
    }
    assert steps(new.pk)["add"].output == 42
    assert execution(old.pk).trigger == {"a": 1}


def test_a_node_inside_of_a_loop_begins_with_the_whole_loop(owner) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ADD,
            ("loop", "control:loop", {"config": {"source": "[1, 2]"}}),
            ("inner", "action:formula", {"config": {"expression": "item * steps.add"}}),
            ("after", "action:formula", {"config": {"expression": "size(steps.loop.iterations)"}}),
        ),
        "edges": edges("start>add", "add>loop", "loop:body>inner", "loop:done>after"),
    }
    old = work_until_ended(begin(make_version(document), {"a": 1}))
    assert old.status == "completed"

    new = retried(owner, old, start_at="node", node_id="inner")

    assert (new.status, new.start_at, new.output) == ("completed", "loop", 2)
    kept = Step.objects.filter(execution_id=new.pk, copied_from=old.pk)
    assert list(kept.values_list("node_id", "scope")) == [("add", "")]
    assert Step.objects.filter(execution_id=new.pk, node_id="inner").count() == 2


def test_a_loop_before_the_start_is_kept_without_its_passes(owner) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("loop", "control:loop", {"config": {"source": "[1, 2]"}}),
            ("inner", "action:formula", {"config": {"expression": "item * 2"}}),
            ("after", "action:formula", {"config": {"expression": "size(steps.loop.iterations)"}}),
        ),
        "edges": edges("start>loop", "loop:body>inner", "loop:done>after"),
    }
    old = work_until_ended(begin(make_version(document), {}))

    new = retried(owner, old, start_at="node", node_id="after")

    assert (new.status, new.output) == ("completed", 2)
    assert statuses(new) == {
        "start": ("completed", False),
        "loop": ("completed", True),
        "after": ("completed", False),
    }


def test_a_node_that_stopped_everything_stops_it_again(owner) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ADD,
            ("if", "control:if", {"config": {"condition": "true", "stop_on_true": True}}),
            ("never", "action:formula", {"config": {"expression": "1"}}),
        ),
        "edges": edges("start>if", "if:true>never", "start>add"),
    }
    old = work_until_ended(begin(make_version(document), {"a": 1}))

    new = retried(owner, old, start_at="node", node_id="add")

    assert "never" not in statuses(new)
    assert statuses(new)["if"] == ("completed", False)


def test_an_answer_that_was_given_stays_the_answer(owner) -> None:
    document = chain(
        ("respond", "action:respond", {"config": {"body": {"said": 1}}}),
        FAIL,
    )
    old = work_until_ended(begin(make_version(document), {}))
    publish(old, chain(("respond", "action:respond", {"config": {"body": {"said": 1}}}), ADD))
    ended = retried(owner, old, start_at="failed")

    assert ended.response == old.response
    assert ended.response["body"] == {"said": 1}


def test_what_was_cancelled_goes_on_where_it_stood(owner) -> None:
    document = chain(ADD, ("rest", "control:delay", {"config": {"duration": "1h"}}))
    first = begin(make_version(document), {"a": 1})
    work_until_idle()
    owner.post(f"/executions/{first}/cancel")
    old = work_until_ended(first)
    assert old.status == "cancelled"

    answer = owner.post(f"/executions/{old.pk}/retry", {"start_at": "failed"})
    work_until_idle()

    new = execution(UUID(answer.json()["execution_id"]))
    assert (new.status, new.reason) == ("waiting", "delay")
    assert statuses(new)["add"] == ("completed", True)


def test_the_newest_version_must_have_the_node_and_one_that_lacks_it_is_named(
    owner, receiver
) -> None:
    old = failed(receiver)
    publish(old, chain(ADD))

    for body in (
        {"start_at": "node", "node_id": "call", "version": "newest"},
        {"start_at": "failed", "version": "newest"},
    ):
        refused = owner.post(f"/executions/{old.pk}/retry", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "node_missing")
        assert ("call" if "node_id" in body else "fail") in refused.json()["detail"]
    assert Execution.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"start_at": "node", "node_id": "nowhere"}, 422, "node_unknown"),
        ({"start_at": "node"}, 422, "invalid"),
        ({"node_id": "add"}, 422, "invalid"),
        ({"start_at": "end"}, 422, "invalid"),
        ({"version": "newest"}, 409, "not_published"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_starts_nothing(
    owner, receiver, body, status, code
) -> None:
    old = failed(receiver)

    refused = owner.post(f"/executions/{old.pk}/retry", body)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (Execution.objects.count(), Ticket.objects.count()) == (1, 0)


@pytest.mark.parametrize("body", [{}, {"start_at": "node", "node_id": "add"}])
def test_new_data_is_held_to_the_form_and_the_old_is_not_judged_again(owner, body) -> None:
    document = chain(ADD)
    form = {"properties": {"a": {"type": "integer"}}}
    document["nodes"][0]["data"]["config"] = {"input_schema": form}
    old = work_until_ended(begin(make_version(document), {"a": 1.5}))

    refused = owner.post(f"/executions/{old.pk}/retry", {**body, "input": {"a": "x"}})

    assert (refused.status_code, refused.json()["code"]) == (422, "input_invalid")
    assert [(each["path"], each["code"]) for each in refused.json()["errors"]] == [
        ("/input/a", "wrong_type")
    ]
    assert (Execution.objects.count(), Ticket.objects.count()) == (1, 0)
    assert retried(owner, old, **body, input={"a": 2}).output == 3
    assert retried(owner, old, **body).output == 2.5


def test_what_still_runs_is_not_retried(owner) -> None:
    first = begin(make_version(chain(ADD)), {"a": 1})

    refused = owner.post(f"/executions/{first}/retry", {})

    assert (refused.status_code, refused.json()["code"]) == (409, "execution_live")
    assert Execution.objects.count() == 1


def test_where_nothing_failed_there_is_no_failed_node_to_begin_at(owner) -> None:
    old = work_until_ended(begin(make_version(chain(ADD)), {"a": 1}))

    refused = owner.post(f"/executions/{old.pk}/retry", {"start_at": "failed"})

    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_failed")


def test_an_output_that_was_not_kept_is_named(owner) -> None:
    last = ("last", "action:formula", {"config": {"expression": "steps.add"}})
    document = chain(ADD, last, settings={"save_successful_data": False})
    old = work_until_ended(begin(make_version(document), {"a": 1}))

    refused = owner.post(f"/executions/{old.pk}/retry", {"start_at": "node", "node_id": "last"})

    assert (refused.status_code, refused.json()["code"]) == (422, "data_missing")
    assert "“add”" in refused.json()["detail"]
    assert Execution.objects.count() == 1


def test_a_node_to_which_nothing_led_is_refused(owner) -> None:
    document = {
        "nodes": nodes(
            ("start", "trigger:manual", {}),
            ("if", "control:if", {"config": {"condition": "false"}}),
            ADD,
        ),
        "edges": edges("start>if", "if:true>add"),
    }
    old = work_until_ended(begin(make_version(document), {"a": 1}))

    refused = owner.post(f"/executions/{old.pk}/retry", {"start_at": "node", "node_id": "add"})

    assert (refused.status_code, refused.json()["code"]) == (409, "node_not_reached")


@pytest.mark.parametrize(
    "failpoint",
    ["start.before_ticket", "start.after_ticket", "accept.after_commit"],
)
def test_whoever_is_killed_and_asks_again_has_started_exactly_one(receiver, failpoint) -> None:
    old = failed(receiver)
    order = Retry(execution_id=old.pk, start_at="failed", key="k")

    with pytest.raises(Killed), dying_at(failpoint):
        retry(order)
    again = retry(order)

    assert again.is_duplicate is (failpoint == "accept.after_commit")
    new = Execution.objects.get(retry_of=old.pk)
    assert (new.pk, Ticket.objects.get().id) == (again.execution_id, new.pk)
    assert Step.objects.filter(execution_id=new.pk).count() == 3
    assert work_until_ended(new.pk).status == "failed"


def test_a_key_stands_for_one_way_to_retry(owner, receiver) -> None:
    old = failed(receiver)
    path = f"/executions/{old.pk}/retry"

    first = owner.post(path, {"start_at": "failed"}, Idempotency_Key="k")
    again = owner.post(path, {"start_at": "failed"}, Idempotency_Key="k")
    other = owner.post(path, {"start_at": "start"}, Idempotency_Key="k")

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["execution_id"] == first.json()["execution_id"]
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert Execution.objects.filter(retry_of=old.pk).count() == 1


def test_who_may_only_look_retries_nothing(owner, receiver) -> None:
    from apps.tenants import facade as tenants

    old = failed(receiver)
    viewer = make_caller(tenants.current(), "viewer")

    assert viewer.post(f"/executions/{old.pk}/retry", {}).status_code == 403
    assert owner.post(f"/executions/{uuid7()}/retry", {}).status_code == 404
    assert (Execution.objects.count(), Ticket.objects.count()) == (1, 0)


def test_a_retry_asks_as_often_for_many_kept_steps_as_for_few(owner, receiver) -> None:
    def asked(count: int) -> int:
        parts = [(f"n{i}", "action:formula", {"config": {"expression": "1"}}) for i in range(count)]
        old = work_until_ended(begin(make_version(chain(*parts, FAIL)), {}))
        with CaptureQueriesContext(connection) as seen:
            assert (
                owner.post(f"/executions/{old.pk}/retry", {"start_at": "failed"}).status_code == 202
            )
        return len(seen)

    asked(1)  # whatever is read once per process

    assert asked(2) == asked(40) == 8
