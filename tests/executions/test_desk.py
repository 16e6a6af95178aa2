"""The operators' page of the queue: what waits, runs and rests, and what they do about it, told to both trails."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.dispatch import facade as dispatch
from apps.executions.services.worker import Worker
from apps.tenants import facade as tenants
from tests.entries import recorded
from tests.executions.crew import ONE_TURN, claim, expire, ticket, work_to_the_end
from tests.executions.makers import SCHEMA, begin, chain, execution, make_version
from tests.tenants.desk import Desk, operator, seated

PURE = ("pure", "action:formula", {"config": {"expression": "1 + 1"}})
REST = ("rest", "control:delay", {"config": {"duration": "1h"}})
PAGE = "/admin/queue/"
OURS = f"{PAGE}?tenant=demo"


@pytest.fixture
def desk(demo, redis_server) -> Desk:
    return seated(Desk(), operator())


def test_each_tenant_says_what_waits_runs_and_rests(desk) -> None:
    version, rests = make_version(chain(PURE)), make_version(chain(REST))
    begin(rests, {})
    work_to_the_end(Worker())
    for _ in range(3):
        begin(version, {})
    claim(Worker(), ONE_TURN)

    (line,) = dispatch.lines()

    assert (line.schema, line.waits, line.held, line.rests, line.gated) == (SCHEMA, 2, 1, 1, 0)
    assert line.oldest_s > 0
    page = desk.get(PAGE).content.decode()
    assert f'href="{OURS}"' in page
    assert '<meta http-equiv="refresh" content="5">' in page


def test_a_page_costs_the_same_whatever_waits(desk) -> None:
    version = make_version(chain(PURE))

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(OURS).status_code == 200
        return len(asked)

    begin(version, {})
    one = cost()
    for _ in range(9):
        begin(version, {})

    assert cost() == one


def test_an_operator_pauses_resumes_and_cancels_and_both_trails_say_so(desk) -> None:
    execution_id = begin(make_version(chain(PURE)), {})

    for act, request in (("pause", "pause"), ("resume", ""), ("cancel", "cancel")):
        answer = desk.submit(OURS, do=act, execution=str(execution_id))
        assert (answer.status_code, answer["Location"]) == (302, OURS)
        assert ticket(execution_id, "request") == (request,)

    work_to_the_end(Worker())
    assert execution(execution_id).status == "cancelled"
    acts = ["pause", "resume", "cancel"]
    theirs = [each for each in recorded(schema="public") if each.action.endswith("_asked")]
    assert [each.action for each in theirs] == [f"execution.{act}_asked" for act in acts]
    assert {(each.actor_kind, each.after["tenant"]) for each in theirs} == {("operator", SCHEMA)}
    told = [each for each in recorded(schema=SCHEMA) if each.actor_kind == "operator"]
    assert [each.action for each in told] == [
        "execution.paused",
        "execution.resumed",
        "execution.cancelled",
    ]


def test_what_rests_is_woken(desk) -> None:
    execution_id = begin(make_version(chain(REST)), {})
    work_to_the_end(Worker())

    desk.submit(OURS, do="wake", execution=str(execution_id))

    assert ticket(execution_id, "is_poked") == (True,)
    assert len(recorded("execution.woken", schema=SCHEMA)) == 1


def test_what_dead_workers_hold_is_freed_and_what_the_living_hold_is_not(desk) -> None:
    version = make_version(chain(PURE))
    dead, living = Worker(), Worker()
    first = begin(version, {})
    claim(dead, ONE_TURN)
    second = begin(version, {})
    claim(living, ONE_TURN)
    expire(dead)
    assert "its worker is dead" in desk.get(OURS).content.decode()

    desk.submit(PAGE, do="free")

    assert ticket(first, "token") == (None,)
    assert ticket(second, "token") != (None,)
    (entry,) = recorded("lease.freed", schema="public")
    assert entry.after == {"count": 1}


@pytest.mark.parametrize("act", ["cancel", "explode", ""])
@pytest.mark.parametrize("execution_id", ["01990000-0000-7000-8000-000000000000", "nonsense", ""])
def test_what_is_not_there_is_refused_with_a_message(desk, act: str, execution_id: str) -> None:
    answer = desk.submit(OURS, do=act, execution=execution_id)

    assert answer.status_code == 302
    assert recorded(schema=SCHEMA) == []
    assert [each for each in recorded(schema="public") if each.action.endswith("_asked")] == []


def test_another_tenants_execution_is_not_reached_by_naming_this_one(desk) -> None:
    execution_id = begin(make_version(chain(PURE)), {})
    stranger = operator("stranger@x.test")
    tenants.provision(slug="other", name="Other", owner_id=stranger.pk)

    desk.submit(f"{PAGE}?tenant=other", do="cancel", execution=str(execution_id))

    assert ticket(execution_id, "request") == ("",)
