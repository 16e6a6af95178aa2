"""Executions over HTTP: what is shown, to whom, and what stopping one means."""

from uuid import UUID

import pytest

from apps.core import db, tenancy
from apps.executions.services.worker import Worker
from tests.callers import make_caller
from tests.executions.crew import claim, hasten, work_to_the_end
from tests.executions.makers import begin, chain, execution, make_version, tickets

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


@pytest.fixture
def stranger(demo, redis_server):
    """The owner of another tenant, at its host."""
    from apps.accounts import facade as accounts
    from apps.tenants import facade as tenants

    with tenancy.entered(tenancy.PUBLIC):
        user = accounts.install(
            email="owner@other.test", password="a password", name="Other", is_operator=False
        )
    tenants.provision(slug="other", name="Other", owner_id=user.id)
    return make_caller(tenants.by_host("other.localhost"), "owner")


def test_a_list_is_filtered_by_statuses_and_by_workflow(owner) -> None:
    pure, resting = make_version(chain(PURE)), make_version(chain(REST))
    done, waiting = begin(pure, {}), begin(resting, {})
    work_to_the_end(Worker())
    queued = begin(pure, {})

    assert found(owner, "") == [queued, waiting, done]
    assert found(owner, "status=completed") == [done]
    assert found(owner, "status=completed&status=waiting") == [waiting, done]
    assert found(owner, f"workflow_id={pure.workflow_id}") == [queued, done]
    assert found(owner, f"workflow_id={pure.workflow_id}&status=waiting") == []
    assert found(owner, f"workflow_id={queued}") == []


@pytest.mark.parametrize(
    ("query", "path", "code"),
    [
        ("status=done", "/status", "unknown_status"),
        ("status=completed&status=", "/status", "unknown_status"),
        ("workflow_id=7", "/workflow_id", "malformed"),
    ],
)
def test_a_filter_that_means_nothing_is_refused_by_its_name(owner, query, path, code) -> None:
    answer = owner.get(f"/executions?{query}")

    assert answer.status_code == 400
    assert [(each["path"], each["code"]) for each in answer.json()["errors"]] == [(path, code)]


def test_pages_are_turned_both_ways_and_keep_their_filter(owner) -> None:
    version = make_version(chain(PURE))
    ids = [begin(version, {}) for _ in range(5)][::-1]
    begin(make_version(chain(PURE)), {})

    pages = []
    url = f"/executions?limit=2&workflow_id={version.workflow_id}"
    while url:
        page = owner.get(url).json()
        pages.append([UUID(each["id"]) for each in page["results"]])
        url = page["next"] and page["next"].partition("/api/v1")[2]
    back = owner.get(page["previous"].partition("/api/v1")[2]).json()

    assert pages == [ids[:2], ids[2:4], ids[4:]]
    assert [UUID(each["id"]) for each in back["results"]] == ids[2:4]


def test_an_execution_shows_its_data_and_its_steps_only_when_asked(owner) -> None:
    execution_id = begin(make_version(chain(PURE)), {"n": 1})
    work_to_the_end(Worker())

    shown = owner.get(f"/executions/{execution_id}").json()
    with_steps = owner.get(f"/executions/{execution_id}?include=steps").json()

    assert "steps" not in shown
    assert {name: shown[name] for name in ("status", "reason", "trigger", "output", "error")} == {
        "status": "completed",
        "reason": "",
        "trigger": {"n": 1},
        "output": 42,
        "error": None,
    }
    steps = with_steps["steps"]
    assert [(each["node_id"], each["status"], each["output"]) for each in steps] == [
        ("start", "completed", {"n": 1}),
        ("pure", "completed", 42),
    ]
    assert [each["seq"] for each in steps] == [1, 2]
    assert (shown["seq"], with_steps["trigger"]) == (2, {"n": 1})


def test_a_failure_is_shown_with_the_node_that_failed(owner) -> None:
    bad = ("bad", "action:formula", {"config": {"expression": "1 / 0"}})
    execution_id = begin(make_version(chain(bad)), {})
    work_to_the_end(Worker())

    shown = owner.get(f"/executions/{execution_id}?include=steps").json()

    assert (shown["status"], shown["reason"], shown["error"]["node"]) == (
        "failed",
        "node_failed",
        "bad",
    )
    assert shown["steps"][-1]["error"]["code"] == shown["error"]["code"]


def test_cancelling_ends_what_waits_and_asking_twice_is_fine(owner) -> None:
    execution_id = begin(make_version(chain(REST, PURE)), {})
    work_to_the_end(Worker())

    answers = [owner.post(f"/executions/{execution_id}/cancel").status_code for _ in range(2)]
    work_to_the_end(Worker())

    assert answers == [202, 202]
    shown = owner.get(f"/executions/{execution_id}?include=steps").json()
    assert (shown["status"], shown["reason"]) == ("cancelled", "cancelled_by_user")
    assert {each["node_id"]: each["status"] for each in shown["steps"]}["rest"] == "cancelled"
    assert tickets() == 0


def test_what_has_ended_is_not_cancelled_and_does_not_change(owner) -> None:
    execution_id = begin(make_version(chain(PURE)), {})
    work_to_the_end(Worker())
    before = owner.get(f"/executions/{execution_id}?include=steps").json()

    answer = owner.post(f"/executions/{execution_id}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "execution_finished")
    assert owner.get(f"/executions/{execution_id}?include=steps").json() == before


def asked() -> list[str]:
    """What the tickets were asked."""
    return [row[0] for row in db.fetch("SELECT request FROM public.dispatch_ticket")]


def test_who_may_only_look_cancels_nothing(owner) -> None:
    from apps.tenants import facade as tenants

    viewer = make_caller(tenants.current(), "viewer")
    execution_id = begin(make_version(chain(REST)), {})

    answer = viewer.post(f"/executions/{execution_id}/cancel")

    assert answer.status_code == 403
    assert viewer.get(f"/executions/{execution_id}").json()["status"] == "queued"
    assert asked() == [""]


def test_another_tenants_owner_finds_and_cancels_nothing(owner, stranger) -> None:
    execution_id = begin(make_version(chain(REST)), {})
    before = owner.get(f"/executions/{execution_id}").json()

    answers = [
        stranger.get(f"/executions/{execution_id}"),
        stranger.post(f"/executions/{execution_id}/cancel"),
    ]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (404, "execution_not_found")
    ] * 2
    assert found(stranger, "") == []
    assert owner.get(f"/executions/{execution_id}").json() == before
    assert asked() == [""]
