"""Synchronous callers: run on the spot when that is safe, queued when it is not, answered when there is an answer."""

import threading

import pytest
from django.db import transaction

from apps.core import db
from apps.dispatch import facade as dispatch
from apps.executions import facade as executions
from apps.executions.models import Execution, Step
from apps.executions.services import inline
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


def what(version, trigger) -> executions.Start:
    return executions.Start(
        workflow_id=version.workflow_id,
        version_id=version.pk,
        trigger_node="start",
        trigger_kind="manual",
        trigger=trigger,
    )


def run_now(version, trigger=None, *, body_bytes: int = 10) -> executions.Begun:
    with transaction.atomic():
        begun = executions.start_and_run(what(version, trigger), body_bytes=body_bytes)
    begun.published()
    return begun


def test_a_pure_execution_runs_in_the_callers_transaction_without_a_ticket(demo) -> None:
    begun = run_now(make_version(chain(RESPOND)), {"n": 7})

    assert begun.answer.response == {"status": 201, "headers": {}, "body": {"n": 7}}
    done = execution(begun.execution_id)
    assert (done.status, done.output, done.seq) == ("completed", {"n": 7}, 2)
    assert [(step.node_id, step.status) for step in steps(done.pk).values()] == [
        ("start", "completed"),
        ("answer", "completed"),
    ]
    assert tickets() == 0


def test_an_execution_that_rolls_back_with_its_cause_never_was(demo) -> None:
    version = make_version(chain(RESPOND))

    @transaction.atomic
    def cause() -> None:
        executions.start_and_run(what(version, {"n": 1}), body_bytes=1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cause()

    assert Execution.objects.count() == 0
    assert Step.objects.count() == 0


def test_what_waits_becomes_a_queued_execution_in_the_same_transaction(demo) -> None:
    version = make_version(
        chain(("wait", "control:delay", {"config": {"duration": "100ms"}}), RESPOND)
    )

    begun = run_now(version, {"n": 1})

    assert begun.answer is None
    waiting = execution(begun.execution_id)
    assert (waiting.status, waiting.reason, tickets()) == ("waiting", "delay", 1)
    done = work_until_ended(begun.execution_id)
    assert (done.status, done.output) == ("completed", {"n": 1})
    assert [step.seq for step in steps(done.pk).values()] == sorted(
        step.seq for step in steps(done.pk).values()
    )


def test_a_workflow_that_acts_on_the_world_is_queued(demo) -> None:
    document = chain(("call", "action:http", {"config": {"url": "https://example.com"}}))

    begun = run_now(make_version(document), {})

    assert begun.answer is None
    assert execution(begun.execution_id).status == "queued"
    assert tickets() == 1


def test_a_large_body_is_queued(demo) -> None:
    begun = run_now(
        make_version(chain(RESPOND)), {"n": 1}, body_bytes=inline.LARGEST_BODY_BYTES + 1
    )

    assert begun.answer is None
    assert tickets() == 1


def test_nobody_overtakes_an_older_execution_of_the_same_workflow(demo) -> None:
    version = make_version(chain(RESPOND))
    begin(version, {"n": 1})

    begun = run_now(version, {"n": 2})

    assert begun.answer is None
    assert tickets() == 2


def test_a_tenant_at_its_cap_is_queued(demo) -> None:
    db.execute(
        "UPDATE public.dispatch_fair SET cap = 0 WHERE schema = %(schema)s", {"schema": SCHEMA}
    )

    begun = run_now(make_version(chain(RESPOND)), {"n": 2})

    assert begun.answer is None
    assert tickets() == 1


def test_a_failing_execution_answers_with_its_error(demo) -> None:
    document = chain(("bad", "action:formula", {"config": {"expression": "1 / 0"}}))

    begun = run_now(make_version(document), {})

    assert (begun.answer.status, begun.answer.error["node"]) == ("failed", "bad")
    assert execution(begun.execution_id).status == "failed"


def test_a_caller_that_waits_is_woken_by_the_commit_that_answers(demo) -> None:
    version = make_version(
        chain(RESPOND, ("after", "control:delay", {"config": {"duration": "1h"}}))
    )
    execution_id = dispatch_id()
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
            stack.enter_context(executions.seat(dispatch_id()))
            for _ in range(settings.GORAX_WEB_THREADS // 2)
        ]
        assert None not in seats
        with executions.seat(dispatch_id()) as one_more:
            assert one_more is None
    with executions.seat(dispatch_id()) as again:
        assert again is not None


def dispatch_id():
    from apps.core.ids import uuid7

    return uuid7()


def work_elsewhere() -> None:
    from apps.executions.services import loop

    try:
        loop.work("threads")
    finally:
        db.give_back()


def test_the_queue_of_an_unknown_tenant_is_no_queue(demo) -> None:
    assert dispatch.queue_of("t_nobody", dispatch_id()) is None
