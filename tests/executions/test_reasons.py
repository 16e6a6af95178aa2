"""Why an execution waits and why it died, by each way to get there, as the API says it."""

import contextlib
from uuid import UUID

import pytest

from apps.core import db
from apps.executions.services.worker import Worker
from tests.callers import make_caller
from tests.executions.crew import Killed, bury, dying_at, work
from tests.executions.makers import (
    begin,
    call,
    chain,
    execution,
    make_version,
    work_until_ended,
    work_until_idle,
)

REST = ("rest", "control:delay", {"config": {"duration": "1h"}})
ADD = ("add", "action:formula", {"config": {"expression": "1"}})


@pytest.fixture
def owner(demo, redis_server):
    from apps.tenants import facade as tenants

    return make_caller(tenants.current(), "owner")


def stand(caller, execution_id: UUID) -> tuple[str, str]:
    said = caller.get(f"/executions/{execution_id}").json()
    return said["status"], said["reason"]


def delayed(owner, receiver) -> UUID:
    first = begin(make_version(chain(REST)), {})
    work_until_idle()
    return first


def retrying(owner, receiver) -> UUID:
    policy = {"attempts": 3, "first_wait_s": 100, "longest_wait_s": 100, "backoff": "fixed"}
    made = {**call(f"{receiver.url}/flaky/2"), "retry": policy}
    first = begin(make_version(chain(("flaky", "action:http", made))), {})
    work_until_idle()
    return first


def over_limit(owner, receiver) -> UUID:
    db.execute("UPDATE public.dispatch_fair SET cap = 0 WHERE schema = 't_demo'")
    return begin(make_version(chain(ADD)), {})


def lost(owner, receiver) -> UUID:
    made = {**call(f"{receiver.url}/ok"), "on_unknown": "stop"}
    first = begin(make_version(chain(("one", "action:http", made))), {})
    worker = Worker()
    with dying_at("step.after_effect"):
        with contextlib.suppress(Killed):
            work(worker)
        worker.waiting.shutdown(wait=True)
    bury(worker)
    work_until_idle()
    return first


def stopped(owner, receiver) -> UUID:
    stop = ("stop", "control:stop_and_error", {"config": {"error_message": "no"}})
    return work_until_ended(begin(make_version(chain(stop)), {})).pk


def cancelled(owner, receiver) -> UUID:
    first = delayed(owner, receiver)
    owner.post(f"/executions/{first}/cancel")
    return work_until_ended(first).pk


def overdue(owner, receiver) -> UUID:
    slow = ("slow", "action:http", call(f"{receiver.url}/slow/5000"))
    return work_until_ended(begin(make_version(chain(slow, settings={"timeout_s": 1})), {})).pk


def hungry(owner, receiver) -> UUID:
    script = "const a = []; while (true) a.push(new Array(100000).fill(1));"
    made = {"config": {"language": "javascript", "script": script, "memory_mb": 16}}
    return work_until_ended(begin(make_version(chain(("code", "action:code", made))), {})).pk


def paused(owner, receiver) -> UUID:
    first = delayed(owner, receiver)
    owner.post(f"/executions/{first}/pause")
    work_until_idle()
    return first


@pytest.mark.parametrize(
    ("make", "status", "reason"),
    [
        (delayed, "waiting", "delay"),
        (retrying, "waiting", "retry"),
        (over_limit, "queued", "tenant_limit"),
        (lost, "waiting", "worker_lost"),
        (paused, "paused", ""),
        (stopped, "failed", "node_failed"),
        (cancelled, "cancelled", "cancelled_by_user"),
        (overdue, "timed_out", "deadline"),
        (hungry, "failed", "out_of_memory"),
    ],
)
def test_each_way_to_wait_or_to_die_is_named(owner, receiver, make, status, reason) -> None:
    first = make(owner, receiver)

    assert stand(owner, first) == (status, reason)


def test_a_lost_worker_stays_the_reason_when_a_person_says_that_it_failed(owner, receiver) -> None:
    first = lost(owner, receiver)

    owner.post(f"/executions/{first}/steps/one/decide", {"decision": "fail"})
    work_until_ended(first)

    assert stand(owner, first) == ("failed", "worker_lost")
    assert execution(first).error["code"] == "worker_lost"
