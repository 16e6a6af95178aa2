"""What a turn writes down, and that it is right."""

from apps.engine.value import Limits
from apps.executions.services import moves
from tests.executions.makers import (
    begin,
    chain,
    execution,
    make_version,
    steps,
    tickets,
    work_until_idle,
)


def test_an_execution_of_pure_nodes_ends_completed_with_every_step_recorded(demo) -> None:
    #  start ──► double ──► answer
    version = make_version(
        chain(
            ("double", "action:formula", {"config": {"expression": "trigger.value * 2"}}),
            (
                "answer",
                "action:respond",
                {"config": {"status": 200, "body": {"doubled": "{{ steps.double }}"}}},
            ),
        )
    )

    execution_id = begin(version, {"value": 21})
    work_until_idle()

    done = execution(execution_id)
    assert (done.status, done.reason, done.error) == ("completed", "", None)
    assert done.response["body"] == {"doubled": 42}
    assert done.output == {"doubled": 42}
    assert done.frontier is None
    recorded = steps(execution_id)
    assert list(recorded) == ["start", "double", "answer"]
    assert [step.status for step in recorded.values()] == ["completed"] * 3
    assert [step.seq for step in recorded.values()] == [1, 2, 3]
    # It started when its first turn began, and not when that was written down.
    assert done.created_at <= done.started_at < recorded["double"].started_at < done.ended_at
    assert recorded["double"].output == 42
    assert done.seq == 3
    assert tickets() == 0


def test_what_the_trigger_brought_is_stored_once_and_shown_as_its_steps_output(demo) -> None:
    from apps.executions.queries import showing

    execution_id = begin(make_version(chain(("n", "control:no_op", {}))), {"large": "x" * 1000})
    work_until_idle()

    assert steps(execution_id)["start"].output is None
    shown = {step.node_id: step.output for step in showing.steps(execution(execution_id)).rows}
    assert shown["start"] == {"large": "x" * 1000}


def test_what_steps_saw_is_not_kept_when_the_workflow_says_so_and_all_went_well(demo) -> None:
    #  start ──► double
    settings = {"save_successful_data": False}
    double = ("double", "action:formula", {"config": {"expression": "trigger.value * 2"}})
    version = make_version(chain(double, settings=settings))

    well = begin(version, {"value": 21})
    badly = begin(version, {"value": "no number"})
    work_until_idle()

    assert (execution(well).status, execution(well).output) == ("completed", 42)
    assert [(step.status, step.input, step.output) for step in steps(well).values()] == [
        ("completed", None, None),
        ("completed", None, None),
    ]
    assert execution(badly).status == "failed"
    assert steps(badly)["double"].input is not None


def test_an_execution_ends_at_one_step_more_than_the_limit_and_tells_why(demo, monkeypatch) -> None:
    #  start ──► a ──► b
    version = make_version(chain(("a", "control:no_op", {}), ("b", "control:no_op", {})))

    monkeypatch.setattr(moves, "LIMITS", Limits(steps=3))
    within = begin(version, {})
    work_until_idle()
    monkeypatch.setattr(moves, "LIMITS", Limits(steps=2))
    beyond = begin(version, {})
    work_until_idle()

    assert execution(within).status == "completed"
    done = execution(beyond)
    assert (done.status, done.reason, done.output) == ("failed", "node_failed", None)
    assert done.error == {
        "code": "step_limit",
        "message": "This execution came to more than 2 steps, so it was ended.",
    }
    assert {key: step.status for key, step in steps(beyond).items()} == {
        "start": "completed",
        "a": "completed",
        "b": "cancelled",
    }
    assert tickets() == 0


def test_the_wait_in_the_queue_is_not_the_triggers_time(demo) -> None:
    execution_id = begin(make_version(chain(("n", "control:no_op", {}))), {})
    work_until_idle()

    trigger = steps(execution_id)["start"]
    assert trigger.started_at == trigger.ended_at == execution(execution_id).created_at
