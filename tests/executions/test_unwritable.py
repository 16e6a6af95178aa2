"""An execution whose data the database refuses: it ends alone, and nobody is said to have died of it."""

from apps.core import db
from apps.core.failpoints import hooked
from apps.engine.expressions.shelf import Shelf
from apps.executions.models import Execution
from apps.executions.services.worker import Worker
from apps.workflows.queries import registry
from tests.executions.crew import due, hasten, ticket, work, work_to_the_end
from tests.executions.makers import (
    SCHEMA,
    begin,
    callee,
    chain,
    execution,
    make_version,
    steps,
    tickets,
)

PURE = ("pure", "action:formula", {"config": {"expression": "1"}})
HELD = "SELECT 1 FROM public.dispatch_ticket WHERE id = %(id)s AND token IS NOT NULL"
REFUSED = "SELECT '9999-12-31T23:59:59-23:59'::timestamptz"


def refusing(execution_id):
    """Let the database refuse a value in every turn that has this execution in hand."""

    def write() -> None:
        if db.fetch(HELD, {"id": execution_id}):
            db.fetch(REFUSED, {})

    return hooked("turn.after_load", write, nth=None)


def test_data_that_the_database_refuses_ends_its_execution_and_no_other_of_the_batch(demo) -> None:
    version = make_version(chain(("n", "control:no_op", {})))
    bad, good = begin(version, {}), begin(version, {})

    with refusing(bad):
        work(Worker())
        assert [ticket(each, "crash_count") for each in (bad, good)] == [(0,), (0,)]
        for each in (bad, good):
            hasten(each)
        work_to_the_end(Worker())

    ended = execution(bad)
    assert (ended.status, ended.reason) == ("failed", "node_failed")
    assert ended.error["code"] == "data_refused"
    assert ended.frontier is None
    assert execution(good).status == "completed"
    assert (tickets(), due()) == (0, [])


def test_who_waits_for_what_the_database_refuses_hears_of_it_and_so_does_its_error_workflow(
    demo,
) -> None:
    told = callee(("n", "control:no_op", {}), kind="error")
    refused = callee(("n", "control:no_op", {}), settings={"error_workflow_id": str(told)})
    calling = ("call", "control:sub_workflow", {"config": {"workflow_id": str(refused)}})
    parent, worker = begin(make_version(chain(calling)), {}), Worker()
    work(worker)
    (child,) = Execution.objects.filter(parent_id=parent)

    with refusing(child.pk):
        work_to_the_end(worker)

    assert execution(parent).error["details"]["error"]["code"] == "data_refused"
    (about,) = Execution.objects.filter(workflow_id=told)
    assert about.trigger["execution"]["id"] == str(child.pk)
    assert (about.status, tickets()) == ("completed", 0)


def test_who_ends_by_what_the_database_refuses_cancels_what_it_waits_for(demo) -> None:
    resting = callee(("rest", "control:delay", {"config": {"duration": "1h"}}))
    calling = ("call", "control:sub_workflow", {"config": {"workflow_id": str(resting)}})
    parent, worker = begin(make_version(chain(calling)), {}), Worker()
    work_to_the_end(worker)
    hasten(parent)

    with refusing(parent):
        work_to_the_end(worker)
    work_to_the_end(worker)

    assert execution(parent).error["code"] == "data_refused"
    assert [each.status for each in Execution.objects.filter(parent_id=parent)] == ["cancelled"]
    assert tickets() == 0


def test_a_neighbour_that_could_not_be_read_makes_it_no_crash(demo, monkeypatch) -> None:
    unread = begin(make_version(chain(PURE)), {})
    bad = begin(make_version(chain(("n", "control:no_op", {}))), {})
    db.execute(
        f"UPDATE {SCHEMA}.workflows_version SET definition ="  # noqa: S608 - a constant
        " replace(definition::text, 'action:formula', 'action:gone')::json"
    )
    monkeypatch.setattr(registry, "_versions", Shelf(registry.NODES_KEPT))

    # Its neighbour is set aside after the load; then the database refuses.
    def refuse() -> None:
        db.fetch(REFUSED, {})

    with hooked("turn.after_decide", refuse):
        assert len(work(Worker())) == 2

    assert (execution(unread).status, execution(bad).status) == ("queued", "failed")
    assert execution(bad).error["code"] == "data_refused"
    assert ticket(unread, "crash_count", "unreadable_since IS NOT NULL") == (0, True)


def test_what_was_open_in_an_execution_that_is_refused_ends_with_it(demo) -> None:
    #  start ──► delay ──► n
    version = make_version(
        chain(
            ("delay", "control:delay", {"config": {"duration": "1h"}}), ("n", "control:no_op", {})
        )
    )
    execution_id = begin(version, {})
    work(Worker())
    assert steps(execution_id)["delay"].status == "waiting"

    with refusing(execution_id):
        hasten(execution_id)
        work_to_the_end(Worker())

    assert execution(execution_id).status == "failed"
    assert [step.status for step in steps(execution_id).values()] == ["completed", "cancelled"]
    assert tickets() == 0


def test_a_moment_at_the_end_of_the_calendar_fails_its_node_at_once(demo) -> None:
    delay = ("delay", "control:delay", {"config": {"until": "{{ trigger }}"}})
    execution_id = begin(make_version(chain(delay)), "9999-12-31T23:59:59-23:59")

    work(Worker())

    ended = execution(execution_id)
    assert (ended.error["code"], ended.error["node"]) == ("moment_invalid", "delay")
