"""Executions over HTTP: what is shown, to whom, and what stopping one means."""

from uuid import UUID

import pytest

from apps.core import db
from apps.executions.services.worker import Worker
from tests.callers import make_caller
from tests.executions.crew import claim, hasten, work_to_the_end
from tests.executions.makers import begin, chain, execution, make_version

PURE = ("pure", "action:formula", {"config": {"expression": "20 + 22"}})
REST = ("rest", "control:delay", {"config": {"duration": "1h"}})


@pytest.fixture
def owner(demo, redis_server):
    from apps.tenants import facade as tenants

    return make_caller(tenants.current(), "owner")


def set_cap(cap: int) -> None:
    db.execute(
        "UPDATE public.dispatch_fair SET cap = %(cap)s WHERE schema = 't_demo'", {"cap": cap}
    )


def stand(caller, *execution_ids) -> list[tuple[str, str]]:
    """Status and reason as each execution shows them, which must be as the list does."""
    shown = [caller.get(f"/executions/{each}").json() for each in execution_ids]
    listed = {each["id"]: each for each in caller.get("/executions").json()["results"]}
    stands = [(each["status"], each["reason"]) for each in shown]
    assert [
        (listed[each["id"]]["status"], listed[each["id"]]["reason"]) for each in shown
    ] == stands
    return stands


def found(caller, query: str) -> list[UUID]:
    """The executions of a list, in its order."""
    return [UUID(each["id"]) for each in caller.get(f"/executions?{query}").json()["results"]]


def test_who_waits_because_the_tenant_is_at_its_limit_says_so(owner) -> None:
    version = make_version(chain(PURE))
    set_cap(1)
    first = begin(version, {})
    assert stand(owner, first) == [("queued", "")]
    claim(worker := Worker())

    second = begin(version, {})

    assert stand(owner, first, second) == [("queued", ""), ("queued", "tenant_limit")]
    assert execution(second).reason == ""
    worker.hand_back(list(worker._held.values()))
    assert stand(owner, second) == [("queued", "")]


def test_what_is_not_due_yet_waits_for_its_time_and_not_for_a_limit(owner) -> None:
    resting = begin(make_version(chain(REST)), {})
    work_to_the_end(Worker())
    set_cap(0)

    assert stand(owner, resting) == [("waiting", "delay")]
    hasten(resting)
    assert stand(owner, resting) == [("waiting", "delay")]


def test_a_page_asks_the_queue_once_whatever_its_length(owner, monkeypatch) -> None:
    version = make_version(chain(PURE))
    set_cap(0)
    for _ in range(5):
        begin(version, {})
    owner.get("/executions")
    asked, really = [], db.fetch
    monkeypatch.setattr(db, "fetch", lambda *given: asked.append(given[0]) or really(*given))

    shown = owner.get("/executions").json()["results"]

    assert [each["reason"] for each in shown] == ["tenant_limit"] * 5
    assert len([statement for statement in asked if "dispatch_ticket" in statement]) == 1


def test_who_was_asked_to_end_is_cancelling_until_its_owner_has_obeyed(owner) -> None:
    execution_id = begin(make_version(chain(REST)), {})
    other = begin(make_version(chain(REST)), {})
    work_to_the_end(Worker())

    answer = owner.post(f"/executions/{execution_id}/cancel")

    assert answer.status_code == 202
    assert (answer.json()["id"], answer.json()["status"]) == (str(execution_id), "cancelling")
    assert stand(owner, execution_id, other) == [
        ("cancelling", "cancelled_by_user"),
        ("waiting", "delay"),
    ]
    assert (execution(execution_id).status, execution(execution_id).reason) == ("waiting", "delay")
    assert found(owner, "status=cancelling") == [execution_id]
    assert found(owner, "status=cancelling&status=waiting") == [other, execution_id]

    work_to_the_end(Worker())

    assert stand(owner, execution_id) == [("cancelled", "cancelled_by_user")]
    assert found(owner, "status=cancelling") == []
    assert owner.post(f"/executions/{execution_id}/cancel").status_code == 409
