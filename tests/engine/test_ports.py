"""The doors of an execution, and those of one step of it."""

from dataclasses import fields

from apps.engine.testing import FakeLog, in_memory_ports


def test_the_doors_of_a_step_differ_from_its_executions_by_log_and_calls_alone() -> None:
    ports, log = in_memory_ports(), FakeLog()
    http = in_memory_ports().http

    of_step = ports.of_step(log, http)

    assert of_step.log is log
    assert ports.log is not log
    assert of_step.http is http
    for each in fields(ports):
        if each.name not in {"log", "http"}:
            assert getattr(of_step, each.name) is getattr(ports, each.name), each.name
