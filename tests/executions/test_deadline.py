"""`timeout_s`: the execution's own time, also while a call is under way, with company or alone."""

import pytest

from apps.executions.services.worker import Worker
from tests.eventually import eventually
from tests.executions.crew import let_finish, work, work_to_the_end
from tests.executions.makers import (
    begin,
    call,
    chain,
    edges,
    execution,
    make_version,
    nodes,
    paths,
    steps,
    tickets,
)

SOON = {"timeout_s": 1}


def slow(url: str) -> dict:
    return call(f"{url}/slow/30000")


def side_by_side(url: str) -> dict:
    #  start ──► one
    #  start ──► two
    parts = nodes(
        ("start", "trigger:manual", {}),
        ("one", "action:http", slow(url)),
        ("two", "action:http", slow(url)),
    )
    return {"nodes": parts, "edges": edges("start>one", "start>two"), "settings": SOON}


@pytest.mark.parametrize("company", ["alone", "in a chain", "beside another"])
def test_an_execution_whose_time_is_up_ends_although_a_call_is_under_way(receiver, company) -> None:
    document = {
        "alone": chain(("one", "action:http", slow(receiver.url)), settings=SOON),
        "in a chain": chain(
            ("one", "action:http", slow(receiver.url)),
            ("then", "action:http", call(f"{receiver.url}/ok")),
            settings=SOON,
        ),
        "beside another": side_by_side(receiver.url),
    }[company]
    execution_id = begin(make_version(document), {})
    worker = Worker()

    # Calls beside others hear of it by the next renewal.
    assert eventually(lambda: (worker.renew(), work(worker)) and execution(execution_id).ended_at)
    let_finish(worker)

    done = execution(execution_id)
    assert (done.status, done.reason, done.error["code"]) == ("timed_out", "deadline", "deadline")
    assert steps(execution_id)["one"].status == "cancelled"
    assert "/ok" not in paths(receiver)
    assert tickets() == 0


def test_a_call_that_ends_in_time_is_not_touched(receiver) -> None:
    document = chain(
        ("one", "action:http", call(f"{receiver.url}/slow/200")), settings={"timeout_s": 25}
    )
    execution_id = begin(make_version(document), {})
    worker = Worker()

    work_to_the_end(worker)
    let_finish(worker)

    assert execution(execution_id).status == "completed"
