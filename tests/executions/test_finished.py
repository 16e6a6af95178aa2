"""The log line of finished executions: one each, until nobody could read them."""

import logging

from apps.executions.services import finished
from apps.executions.services.finished import Pace


def test_so_many_pass_in_each_second_and_the_next_one_says_how_many_did_not() -> None:
    pace = Pace(2)

    assert [pace.passes(10.1) for _ in range(5)] == [
        (True, 0),
        (True, 0),
        (False, 0),
        (False, 0),
        (False, 0),
    ]
    assert pace.passes(11.0) == (True, 3)
    assert pace.passes(11.5) == (True, 0)


def test_a_line_names_the_execution_its_tenant_and_how_it_ended(caplog, monkeypatch) -> None:
    monkeypatch.setattr(finished, "_pace", Pace(1))

    with caplog.at_level(logging.INFO, logger="apps.executions.finished"):
        finished.note("e-1", schema="t_demo", status="failed", reason="node_failed")
        finished.note("e-2", schema="t_demo", status="completed", reason="")

    (line,) = caplog.records
    assert (line.message, line.execution_id, line.status, line.reason) == (
        "execution.finished",
        "e-1",
        "failed",
        "node_failed",
    )
