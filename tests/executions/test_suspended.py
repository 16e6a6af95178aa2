"""A suspended tenant: what is under way is recorded, nothing more begins, and resuming loses nothing."""

from apps.core import db, tenancy
from apps.core.failpoints import hooked
from apps.dispatch import facade as dispatch
from apps.executions.services import dispatcher
from apps.executions.services.doctor import examine
from apps.executions.services.worker import Worker
from apps.tenants import facade as tenants
from tests.callers import make_caller
from tests.eventually import eventually
from tests.executions.crew import ONE_CALL, claim, let_finish, work, work_to_the_end
from tests.executions.makers import (
    SCHEMA,
    begin,
    call,
    chain,
    execution,
    make_version,
    paths,
    steps,
)

PURE = ("pure", "action:formula", {"config": {"expression": "1 + 1"}})


def suspend() -> None:
    demo = tenants.by_schema(SCHEMA)
    assert demo is not None
    tenants.suspend(demo.id)


def resume() -> None:
    demo = tenants.by_schema(SCHEMA)
    assert demo is not None
    tenants.resume(demo.id)


def calls(url: str, many: int) -> dict:
    return chain(*((f"call-{n}", "action:http", call(f"{url}/ok")) for n in range(many)))


def test_the_call_under_way_is_recorded_and_the_next_one_waits_for_the_resume(receiver) -> None:
    execution_id = begin(make_version(calls(receiver.url, 3)), {})
    worker = Worker()
    suspended = []

    def suspend_in_the_first_call() -> None:
        if not suspended:
            suspended.append(True)
            with tenancy.entered(tenancy.PUBLIC):
                suspend()
            worker.renew()

    with hooked("step.before_effect", suspend_in_the_first_call, nth=None):
        work(worker)
        let_finish(worker)
        while work(worker):
            let_finish(worker)

    assert paths(receiver) == ["/ok"]
    found = steps(execution_id)
    assert found["call-0"].status == "completed"
    assert "call-1" not in found or found["call-1"].status == "queued"
    assert execution(execution_id).ended_at is None
    assert dispatcher.sweep(works=False) == 0
    assert examine() == []

    resume()
    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"
    assert paths(receiver) == ["/ok"] * 3
    assert examine() == []


def test_what_is_resumed_before_the_next_heartbeat_goes_on_where_it_is(receiver) -> None:
    execution_id = begin(make_version(calls(receiver.url, 2)), {})
    worker = Worker()
    suspend()
    resume()
    worker.renew()

    work_to_the_end(worker)

    assert execution(execution_id).status == "completed"


def test_a_heartbeat_says_whose_tickets_belong_to_a_suspended_tenant(demo) -> None:
    begin(make_version(chain(PURE)), {})
    worker = Worker()
    (holding,) = claim(worker)

    suspend()
    worker.renew()
    during = holding.is_suspended
    resume()
    worker.renew()

    assert (during, holding.is_suspended) == (True, False)
    assert [each.is_suspended for each in dispatch.held_by(worker.id)] == [False]


def test_its_host_its_keys_and_its_webhooks_are_refused_with_one_code(demo, redis_server) -> None:
    owner = make_caller(tenants.current(), "owner")
    suspend()

    answers = [owner.get("/workflows"), owner.post("/executions/cancel", {"status": ["queued"]})]

    assert [each.status_code for each in answers] == [403, 403]
    assert {each.json()["code"] for each in answers} == {"tenant_suspended"}


def test_resuming_needs_no_bell_the_next_sweep_finds_what_is_due(demo) -> None:
    execution_id = begin(make_version(chain(PURE)), {})
    suspend()
    assert work(Worker(), ONE_CALL) == []
    resume()

    assert dispatcher.sweep(works=False) >= 1
    assert eventually(lambda: bool(db.fetch("SELECT 1 FROM public.dispatch_ticket")))
    work_to_the_end(Worker())
    assert execution(execution_id).status == "completed"
