"""One workflow calls another: exactly once, waiting without a worker, and both know of each other."""

from dataclasses import replace
from uuid import UUID

import pytest

from apps.engine.value import DEFAULT_LIMITS
from apps.executions.models import Child, Execution
from apps.executions.services import calls as calls_module
from apps.executions.services import cancel
from apps.workflows.models import WorkflowVersion
from apps.workflows.services import drafts, publish
from tests.executions import crew, makers
from tests.executions.makers import (
    begin,
    callee,
    chain,
    execution,
    steps,
    work_until_ended,
    work_until_idle,
)

pytestmark = pytest.mark.usefixtures("demo")


def formula(expression: str) -> dict:
    return {"config": {"expression": expression}}


def calls(workflow_id: UUID, *, data: dict | None = None, **config) -> tuple[str, str, dict]:
    return (
        "call",
        "control:sub_workflow",
        {"config": {"workflow_id": str(workflow_id), **config}, **(data or {})},
    )


def children_of(execution_id: UUID) -> list[Execution]:
    return list(Execution.objects.filter(parent_id=execution_id).order_by("id"))


def test_the_output_of_the_workflow_that_is_called_is_that_of_the_node() -> None:
    doubling = callee(("twice", "action:formula", formula("trigger.n * 2")))
    parent = makers.make_version(
        chain(
            calls(doubling, input={"n": "{{ trigger }}"}),
            ("end", "action:formula", formula("steps.call + 1")),
        )
    )

    ended = work_until_ended(begin(parent, 20))

    assert (ended.status, ended.output) == ("completed", 41)
    (child,) = children_of(ended.pk)
    assert (child.status, child.trigger, child.output) == ("completed", {"n": 20}, 40)
    assert (child.trigger_kind, child.workflow_id) == ("sub_workflow", doubling)
    assert child.caller == {
        "chain": [str(parent.workflow_id)],
        "step": "call",
        "is_waiting": True,
        "is_about_errors": False,
    }
    assert makers.tickets() == 0


def test_a_waiting_parent_holds_nobody() -> None:
    slow = callee(("rest", "control:delay", {"config": {"duration": "1h"}}))
    parent = begin(makers.make_version(chain(calls(slow))))

    work_until_idle()

    waiting = execution(parent)
    assert (waiting.status, waiting.reason) == ("waiting", "sub_workflow")
    assert steps(parent)["call"].status == "waiting"
    token, is_near = crew.ticket(parent, "token", "due_at < clock_timestamp() + interval '61 s'")
    assert (token, is_near) == (None, True)


def test_a_workflow_without_a_trigger_for_calls_is_called_by_its_manual_one() -> None:
    manual = callee(("same", "action:formula", formula("trigger")), kind="manual")
    parent = makers.make_version(chain(calls(manual)))

    ended = work_until_ended(begin(parent, {"a": 1}))

    # Nothing was given, so what came in is passed on.
    assert ended.output == {"a": 1}


def test_a_child_that_fails_fails_the_node_and_is_named() -> None:
    failing = callee(("bad", "control:stop_and_error", {"config": {"error_message": "No stock"}}))
    parent = begin(makers.make_version(chain(calls(failing))))

    ended = work_until_ended(parent)

    (child,) = children_of(parent)
    assert (ended.status, ended.reason) == ("failed", "node_failed")
    assert ended.error == {
        "code": "child_failed",
        "message": "The workflow that was called did not complete: No stock",
        "node": "call",
        "details": {
            "execution_id": str(child.pk),
            "workflow_id": str(failing),
            "index": 0,
            "status": "failed",
            "error": child.error,
        },
    }


def test_a_child_that_fails_may_leave_by_the_error_port_and_be_tried_again() -> None:
    failing = callee(("bad", "control:stop_and_error", {"config": {"error_message": "No stock"}}))
    retry = {"attempts": 2, "first_wait_s": 0, "backoff": "fixed", "retry_on": ["child_failed"]}
    call = calls(failing, data={"on_error": "continue", "retry": retry})
    parent = begin(
        makers.make_version(
            chain(call, ("end", "action:formula", formula("steps.call.error.code")))
        )
    )

    ended = work_until_ended(parent)

    assert (ended.status, ended.output, ended.had_errors) == ("completed", "child_failed", True)
    assert len(children_of(parent)) == 2
    assert steps(parent)["call"].attempt == 2


def test_who_does_not_wait_goes_on_at_once() -> None:
    slow = callee(("rest", "control:delay", {"config": {"duration": "1h"}}))
    parent = begin(makers.make_version(chain(calls(slow, mode="async"))))

    ended = work_until_ended(parent)

    (child,) = children_of(parent)
    assert ended.output == {
        "execution_id": str(child.pk),
        "workflow_id": str(slow),
        "status": "started",
    }
    assert (child.status, child.caller["is_waiting"]) == ("waiting", False)


def test_a_call_before_a_call_to_the_world_is_stored_before_that_is_made(receiver) -> None:
    other = callee(("same", "action:formula", formula("trigger")))
    parent = begin(
        makers.make_version(
            chain(
                calls(other, mode="async"),
                ("ask", "action:http", makers.call(f"{receiver.url}/ok")),
            )
        )
    )

    ended = work_until_ended(parent)
    work_until_idle()

    assert ended.status == "completed"
    assert [child.status for child in children_of(parent)] == ["completed"]
    assert makers.paths(receiver) == ["/ok"]


@pytest.mark.parametrize("how", ["unpublished", "inactive", "gone", "without a door"])
def test_what_cannot_be_called_fails_the_node(how) -> None:
    codes = {
        "unpublished": "not_published",
        "inactive": "workflow_inactive",
        "gone": "workflow_not_found",
        "without a door": "trigger_not_found",
    }
    other = callee(
        ("same", "action:formula", formula("trigger")),
        kind="error" if how == "without a door" else "manual",
    )
    if how == "unpublished":
        other = drafts.create(name="new", description="", draft={}, actor_id=None).pk
    elif how == "inactive":
        publish.deactivate(other)
    elif how == "gone":
        drafts.throw_away(other)
    parent = begin(makers.make_version(chain(calls(other))))

    ended = work_until_ended(parent)

    assert ended.error["code"] == codes[how]
    assert children_of(parent) == []


def test_a_condition_of_the_trigger_that_does_not_hold_refuses_the_call() -> None:
    definition = chain(("same", "action:formula", formula("trigger")))
    definition["nodes"][0] |= {"type": "trigger:sub_workflow"}
    definition["nodes"][0]["data"]["config"] = {"condition": "trigger.n > 1"}
    picky = makers.published(definition)
    version = makers.make_version(chain(calls(picky)))

    assert work_until_ended(begin(version, {"n": 1})).error["code"] == "child_refused"
    assert work_until_ended(begin(version, {"n": 2})).output == {"n": 2}


def test_an_input_that_does_not_fit_the_form_of_the_trigger_fails_the_call_and_starts_nothing() -> (
    None
):
    definition = chain(("same", "action:formula", formula("trigger")))
    definition["nodes"][0] |= {"type": "trigger:sub_workflow"}
    form = {"properties": {"n": {"type": "integer"}}}
    definition["nodes"][0]["data"]["config"] = {"input_schema": form}
    version = makers.make_version(chain(calls(makers.published(definition))))

    refused = work_until_ended(begin(version, {"n": "two"}))

    assert (refused.error["code"], refused.error["details"]) == (
        "child_input_invalid",
        {"index": 0, "path": "/n", "reason": "wrong_type"},
    )
    assert children_of(refused.pk) == []
    assert work_until_ended(begin(version, {"n": 2})).output == {"n": 2}


def test_a_circle_of_calls_is_refused_by_whoever_would_close_it() -> None:
    first = callee(("same", "control:no_op", {}))
    second = callee(("back", "control:no_op", {}), calls(first))
    definition = chain(calls(second))
    definition["nodes"][0]["type"] = "trigger:sub_workflow"
    # By the back door, as a version from before the other one was published.
    version = WorkflowVersion.objects.create(workflow_id=first, number=2, definition=definition)

    ended = work_until_ended(begin(version))

    assert ended.error["code"] == "child_failed"
    (child,) = children_of(ended.pk)
    assert child.error["code"] == "call_circle"
    assert Execution.objects.count() == 2


def test_ten_workflows_may_call_each_other_and_no_more() -> None:
    last = callee(("same", "action:formula", formula("trigger")))
    for _ in range(8):
        last = callee(calls(last))
    tenth = makers.make_version(chain(calls(last)))
    too_many = makers.make_version(chain(calls(callee(calls(last)))))

    assert work_until_ended(begin(tenth, 7)).output == 7
    assert "10 deep" in work_until_ended(begin(too_many, 7)).error["message"]


def test_cancelling_a_parent_cancels_whatever_it_waits_for() -> None:
    slow = callee(("rest", "control:delay", {"config": {"duration": "1h"}}))
    middle = callee(calls(slow))
    parent = begin(makers.make_version(chain(calls(middle))))
    work_until_idle()

    cancel.request_cancel(parent)
    work_until_idle()

    assert {each.status for each in Execution.objects.all()} == {"cancelled"}
    assert Execution.objects.count() == 3
    assert makers.tickets() == 0
    assert {row.state for row in Child.objects.all()} == {"ended"}


def test_the_time_in_a_child_counts_and_its_end_cancels_the_child() -> None:
    slow = callee(("rest", "control:delay", {"config": {"duration": "1h"}}))
    parent = begin(makers.make_version(chain(calls(slow), settings={"timeout_s": 1})))

    ended = work_until_ended(parent)
    work_until_idle()

    assert (ended.status, ended.reason) == ("timed_out", "deadline")
    assert [child.status for child in children_of(parent)] == ["cancelled"]


def test_a_node_waits_no_longer_than_it_says() -> None:
    slow = callee(("rest", "control:delay", {"config": {"duration": "1h"}}))
    parent = begin(makers.make_version(chain(calls(slow, timeout_s=1))))

    ended = work_until_ended(parent)
    work_until_idle()

    assert (ended.status, ended.error["code"]) == ("failed", "child_timeout")
    assert [child.status for child in children_of(parent)] == ["cancelled"]


def test_a_child_that_somebody_cancels_fails_the_node() -> None:
    slow = callee(("rest", "control:delay", {"config": {"duration": "1h"}}))
    parent = begin(makers.make_version(chain(calls(slow))))
    work_until_idle()

    cancel.request_cancel(children_of(parent)[0].pk)
    ended = work_until_ended(parent)

    assert (ended.error["code"], ended.error["details"]["status"]) == ("child_failed", "cancelled")


def test_a_loop_calls_once_for_each_of_its_passes() -> None:
    doubling = callee(("twice", "action:formula", formula("trigger * 2")))
    made = makers.nodes(
        ("start", "trigger:manual", {}),
        ("loop", "control:loop", {"config": {"source": [1, 2, 3], "concurrency": 2}}),
        calls(doubling, input="{{ item }}"),
        ("end", "action:formula", formula("steps.loop.iterations.map(i, i.output)")),
    )
    edges = makers.edges("start>loop", "loop:body>call", "loop:done>end")
    parent = begin(makers.make_version({"nodes": made, "edges": edges, "settings": {}}))

    ended = work_until_ended(parent)

    assert ended.output == [2, 4, 6]
    assert [child.caller["step"] for child in children_of(parent)] == [
        "loop[0]/call",
        "loop[1]/call",
        "loop[2]/call",
    ]


def test_one_execution_calls_at_most_so_many_others(monkeypatch) -> None:
    monkeypatch.setattr(calls_module, "DEFAULT_LIMITS", replace(DEFAULT_LIMITS, children=2))
    other = callee(("same", "action:formula", formula("trigger")))
    definition = chain(calls(other), ("again", "control:no_op", {}))
    definition["nodes"].append(
        makers.nodes(
            (
                "more",
                "control:sub_workflow",
                {"config": {"workflow_id": str(other), "mode": "for_each", "items": [1, 2]}},
            )
        )[0]
    )
    definition["edges"].append({"id": "x", "source": "again", "target": "more"})

    ended = work_until_ended(begin(makers.make_version(definition)))

    assert ended.error["code"] == "too_many_children"
    assert len(children_of(ended.pk)) == 1
