"""Synchronous callers: run on the spot when that is safe, queued when it is not, answered when there is an answer."""

import json
import threading
from uuid import UUID

from apps.core import db
from apps.core.ids import uuid7
from apps.dispatch import facade as dispatch
from apps.executions import facade as executions
from apps.executions.models import Execution, Step
from apps.executions.services import inline, news
from tests.executions.makers import (
    SCHEMA,
    begin,
    chain,
    execution,
    make_version,
    steps,
    tickets,
    work_until_ended,
)

RESPOND = (
    "answer",
    "action:respond",
    {"config": {"status": 201, "body": {"n": "{{ trigger.n }}"}}},
)
WAIT = ("wait", "control:delay", {"config": {"duration": "100ms"}})


def what(version, trigger) -> executions.Start:
    return executions.Start(
        workflow_id=version.workflow_id,
        version_id=version.pk,
        trigger_node="start",
        trigger_kind="manual",
        trigger=trigger,
        execution_id=uuid7(),
    )


def store(start: executions.Start, ran: executions.Ran, *, causes: int = 1) -> UUID:
    """Store what has run as an accept does: by one statement, if there is a cause."""
    cause = f"cause AS (SELECT FROM generate_series(1, {causes}))"
    statement = f"WITH {cause}, {executions.storing('cause')} SELECT 1"
    params = {
        **executions.starting_params(start),
        **ran.params(),
        "trigger": json.dumps(start.trigger),
    }
    db.execute(db.in_schema(statement, SCHEMA), params)
    ran.published()
    return start.execution_id


def ran_and_stored(version, trigger) -> tuple[executions.Ran, UUID]:
    start = what(version, trigger)
    ran = executions.run_ahead(start, body_bytes=10)
    return ran, store(start, ran)


def test_a_pure_execution_is_stored_as_it_has_run_and_without_a_ticket(demo) -> None:
    ran, execution_id = ran_and_stored(make_version(chain(RESPOND)), {"n": 7})

    assert ran.answer.response == {"status": 201, "headers": {}, "body": {"n": 7}}
    done = execution(execution_id)
    assert (done.status, done.output, done.seq) == ("completed", {"n": 7}, 2)
    assert [(step.node_id, step.status, step.seq) for step in steps(done.pk).values()] == [
        ("start", "completed", 1),
        ("answer", "completed", 2),
    ]
    assert tickets() == 0


def test_an_answer_that_was_given_is_not_announced_to_those_who_wait(demo, monkeypatch) -> None:
    told: list[news.News] = []
    monkeypatch.setattr(news.publisher, "tell", lambda _, each: told.append(each))

    ran_and_stored(make_version(chain(RESPOND)), {"n": 7})

    assert [(each.status, each.seq, each.has_answer) for each in told] == [("completed", 2, False)]


def test_nothing_of_what_has_run_is_stored_without_its_cause(demo) -> None:
    start = what(make_version(chain(RESPOND, WAIT)), {"n": 1})

    store(start, executions.run_ahead(start, body_bytes=1), causes=0)

    assert (Execution.objects.count(), Step.objects.count(), tickets()) == (0, 0, 0)


def test_what_waits_is_stored_with_a_ticket_for_the_rest(demo) -> None:
    ran, execution_id = ran_and_stored(make_version(chain(WAIT, RESPOND)), {"n": 1})

    assert ran.answer is None
    waiting = execution(execution_id)
    assert (waiting.status, waiting.reason, tickets()) == ("waiting", "delay", 1)
    done = work_until_ended(execution_id)
    assert (done.status, done.output) == ("completed", {"n": 1})
    assert [step.seq for step in steps(done.pk).values()] == sorted(
        step.seq for step in steps(done.pk).values()
    )


def test_what_a_success_saw_is_not_kept_if_its_workflow_says_so(demo) -> None:
    document = chain(RESPOND, settings={"save_successful_data": False})

    ran, execution_id = ran_and_stored(make_version(document), {"n": 1})

    assert ran.answer.response["body"] == {"n": 1}
    answer = steps(execution_id)["answer"]
    assert (answer.status, answer.input, answer.output) == ("completed", None, None)


def test_a_workflow_that_acts_on_the_world_is_queued(demo) -> None:
    document = chain(("call", "action:http", {"config": {"url": "https://example.com"}}))

    assert executions.run_ahead(what(make_version(document), {}), body_bytes=10) is None


def test_a_workflow_that_may_start_others_is_queued(demo) -> None:
    another = str(uuid7())
    calling = chain(("call", "control:sub_workflow", {"config": {"workflow_id": another}}))
    telling = chain(RESPOND, settings={"error_workflow_id": another})

    for document in (calling, telling):
        assert executions.run_ahead(what(make_version(document), {}), body_bytes=10) is None


def test_a_large_body_is_queued(demo) -> None:
    start = what(make_version(chain(RESPOND)), {"n": 1})

    assert executions.run_ahead(start, body_bytes=inline.LARGEST_BODY_BYTES) is not None
    assert executions.run_ahead(start, body_bytes=inline.LARGEST_BODY_BYTES + 1) is None


def test_more_than_200_nodes_are_queued(demo, monkeypatch) -> None:
    monkeypatch.setattr(inline, "BUDGET_S", 60.0)

    def version(count: int):
        idle = [(f"n{number}", "control:no_op", {}) for number in range(count - 1)]
        return make_version(chain(*idle))

    assert executions.run_ahead(what(version(200), {}), body_bytes=10).answer.status == "completed"
    assert executions.run_ahead(what(version(201), {}), body_bytes=10) is None


def test_what_is_not_done_when_its_time_is_up_is_stored_with_a_ticket_and_goes_on(
    demo, monkeypatch
) -> None:
    version = make_version(chain(RESPOND))
    monkeypatch.setattr(inline, "BUDGET_S", 0.0)

    ran, execution_id = ran_and_stored(version, {"n": 3})

    assert ran.answer is None
    assert (execution(execution_id).ended_at, tickets()) == (None, 1)
    done = work_until_ended(execution_id)
    assert (done.status, done.response["body"], tickets()) == ("completed", {"n": 3}, 0)


def test_time_in_which_others_had_the_processor_does_not_count(demo, monkeypatch) -> None:
    monkeypatch.setattr(inline, "BUDGET_S", 1e-9)
    monkeypatch.setattr(inline, "spent_s", lambda: 7.0)

    ran = executions.run_ahead(what(make_version(chain(RESPOND)), {"n": 1}), body_bytes=10)

    assert ran.answer.status == "completed"


def test_nobody_overtakes_an_older_execution_of_the_same_workflow(demo) -> None:
    version = make_version(chain(RESPOND))
    begin(version, {"n": 1})

    assert executions.run_ahead(what(version, {"n": 2}), body_bytes=10) is None


def test_a_tenant_at_its_cap_is_queued(demo) -> None:
    db.execute(
        "UPDATE public.dispatch_fair SET cap = 0 WHERE schema = %(schema)s", {"schema": SCHEMA}
    )

    start = what(make_version(chain(RESPOND)), {"n": 2})

    assert executions.run_ahead(start, body_bytes=10) is None


def test_a_failing_execution_answers_with_its_error(demo) -> None:
    document = chain(("bad", "action:formula", {"config": {"expression": "1 / 0"}}))

    ran, execution_id = ran_and_stored(make_version(document), {})

    assert (ran.answer.status, ran.answer.error["node"]) == ("failed", "bad")
    assert execution(execution_id).status == "failed"


def test_a_caller_that_waits_is_woken_by_the_commit_that_answers(demo) -> None:
    version = make_version(
        chain(RESPOND, ("after", "control:delay", {"config": {"duration": "1h"}}))
    )
    execution_id = uuid7()
    with executions.seat(execution_id) as seat:
        begin(version, {"n": 5}, execution_id=execution_id)
        worker = threading.Thread(target=work_elsewhere)
        worker.start()
        answer = seat.wait(10.0)
    worker.join()

    assert answer.response["body"] == {"n": 5}
    assert answer.status == "waiting"
    assert execution(execution_id).ended_at is None


def test_a_caller_gives_up_when_its_time_is_over(demo) -> None:
    execution_id = begin(make_version(chain(RESPOND)), {"n": 5})

    with executions.seat(execution_id) as seat:
        assert seat.wait(0.01) is None


def test_only_half_of_the_web_threads_may_wait(demo, settings) -> None:
    from contextlib import ExitStack

    with ExitStack() as stack:
        seats = [
            stack.enter_context(executions.seat(uuid7()))
            for _ in range(settings.GORAX_WEB_THREADS // 2)
        ]
        assert None not in seats
        with executions.seat(uuid7()) as one_more:
            assert one_more is None
    with executions.seat(uuid7()) as again:
        assert again is not None


def work_elsewhere() -> None:
    from apps.executions.services import loop

    try:
        loop.work("threads")
    finally:
        db.give_back()


def test_the_queue_of_an_unknown_tenant_is_no_queue(demo) -> None:
    assert dispatch.queue_of("t_nobody", uuid7()) is None
