"""What a turn writes down, and that it is right."""

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
    assert recorded["double"].output == 42
    assert done.seq == 3
    assert tickets() == 0
