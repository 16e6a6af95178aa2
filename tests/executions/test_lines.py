"""The log lines of an execution: one at its start, one at its end, until nobody could read them."""

import logging

import pytest

from apps.core.pace import Pace
from apps.executions.services import lines
from tests.executions.makers import begin, chain, execution, make_version, work_until_ended

DOUBLE = ("double", "action:formula", {"config": {"expression": "trigger.value * 2"}})
REST = ("rest", "control:delay", {"config": {"duration": "100ms"}})


@pytest.mark.parametrize(
    ("trigger", "status"), [({"value": 21}, "completed"), ({"value": "x"}, "failed")]
)
def test_an_execution_is_said_to_start_once_and_to_end_once(
    demo, caplog, trigger: dict, status: str
) -> None:
    version = make_version(chain(REST, DOUBLE))

    with caplog.at_level(logging.INFO, logger="apps.executions.lines"):
        execution_id = begin(version, trigger)
        work_until_ended(execution_id)

    start, end = caplog.records
    assert (start.message, start.execution_id, start.schema) == (
        "execution.started",
        str(execution_id),
        "t_demo",
    )
    assert start.workflow_id == str(execution(execution_id).workflow_id)
    assert (end.message, end.execution_id, end.status) == (
        "execution.finished",
        str(execution_id),
        status,
    )


def test_lines_beyond_the_pace_are_counted_and_not_written(caplog, monkeypatch) -> None:
    monkeypatch.setattr(lines, "_starts", Pace(1))
    monkeypatch.setattr(lines, "_ends", Pace(1))

    with caplog.at_level(logging.INFO, logger="apps.executions.lines"):
        for name in ("e-1", "e-2"):
            lines.started(name, schema="t_demo", workflow_id="w-1", trace_id="t-1")
            lines.finished(
                name, schema="t_demo", status="failed", reason="node_failed", trace_id="t-1"
            )

    assert [(each.message, each.execution_id) for each in caplog.records] == [
        ("execution.started", "e-1"),
        ("execution.finished", "e-1"),
    ]
    assert caplog.records[1].reason == "node_failed"
    assert [each.trace_id for each in caplog.records] == ["t-1", "t-1"]
