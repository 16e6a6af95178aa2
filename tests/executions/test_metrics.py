"""What Prometheus sees of executions."""

import pytest
from prometheus_client import REGISTRY

from apps.core.failpoints import hooked
from apps.executions.services import dispatcher, loop, metrics
from apps.executions.services.worker import Worker
from tests.executions.crew import ONE_CALL, bury, claim, let_finish, work
from tests.executions.makers import begin, chain, make_version, work_until_ended
from tests.executions.test_doctor import abreast


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


def test_every_run_of_a_batch_that_was_taken_away_counts_as_parked(demo) -> None:
    before = value("gorax_tickets_parked_total")
    version = make_version(chain(("n", "control:no_op", {})))
    for _ in range(3):
        begin(version, {})
    batch = claim(worker := Worker())
    assert len(bury(worker)) == 3

    loop.advance(worker, batch)
    let_finish(worker)

    assert value("gorax_tickets_parked_total") == before + 3


@pytest.mark.parametrize("place", ["step.before_running", "step.after_running"])
def test_a_call_beside_others_that_was_taken_away_counts_as_parked(receiver, place) -> None:
    before = value("gorax_tickets_parked_total")
    begin(abreast(receiver), {})
    work(Worker())
    worker = Worker()

    with hooked(place, lambda: bury(worker)):
        assert len(work(worker, ONE_CALL)) == 1
        let_finish(worker)

    assert value("gorax_tickets_parked_total") == before + 1
