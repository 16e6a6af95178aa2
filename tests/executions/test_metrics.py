"""What Prometheus sees of executions."""

from prometheus_client import REGISTRY

from apps.executions.services import dispatcher, metrics
from tests.executions.makers import begin, chain, make_version, work_until_ended


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_an_execution_counts_by_how_it_ended_and_its_steps_by_type(demo) -> None:
    before = value("gorax_workflow_executions_total", status="completed")
    steps = value("gorax_step_executions_total", node_type="control:no_op", status="completed")

    work_until_ended(begin(make_version(chain(("n", "control:no_op", {}))), {}))

    assert value("gorax_workflow_executions_total", status="completed") == before + 1
    after = value("gorax_step_executions_total", node_type="control:no_op", status="completed")
    assert after == steps + 1


def test_the_queue_is_looked_at_by_one_query(demo) -> None:
    begin(make_version(chain(("n", "control:no_op", {}))), {})

    metrics.look(7.5)

    assert value("gorax_oldest_due_seconds") == 7.5
    assert value("gorax_tickets", state="due") == 1.0
    assert value("gorax_tickets", state="leased") == 0.0


def test_a_sweep_without_the_dead_takes_nothing_over(demo) -> None:
    before = value("gorax_tickets_taken_over_total", why="dead")

    dispatcher.sweep(works=False)

    assert value("gorax_tickets_taken_over_total", why="dead") == before
