"""A wish for all executions that fit: done in batches that are one commit each, whoever dies meanwhile."""

import threading
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.dispatch.models import Alarm
from apps.executions.models import Execution, Wish
from apps.executions.queries import fitting
from apps.executions.services import deleting, forgetting, fulfilling
from apps.tenants import facade as tenants
from apps.tenants.models import Membership
from apps.workflows.models import Share, Workflow
from tests.callers import make_caller
from tests.entries import recorded
from tests.eventually import eventually
from tests.executions.crew import Killed, dying_at
from tests.executions.makers import begin, chain, make_version, work_until_ended, work_until_idle

ADD = ("add", "action:formula", {"config": {"expression": "1"}})
FAIL = ("fail", "control:stop_and_error", {"config": {"error_message": "Card declined"}})


@pytest.fixture
def owner(demo, redis_server):
    return make_caller(tenants.current(), "owner")


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(fulfilling, "BATCH", 2)
    fulfilling._resting.clear()


def ended(version, count: int) -> list[UUID]:
    return [work_until_ended(begin(version, {})).pk for _ in range(count)]


def wished(caller, action: str, key: str | None = None, **body):
    headers = {} if key is None else {"Idempotency_Key": key}
    answer = caller.post(f"/executions/wishes/{action}", body, **headers)
    assert answer.status_code in {200, 202}, answer.json()
    return answer.json()


def who(role: str) -> UUID:
    return Membership.objects.get(tenant_id=tenants.current().id, role=role).user_id


def fulfil() -> int:
    rounds = 0
    while fulfilling.fulfil_due():
        rounds += 1
        assert rounds < 50, "it never ends"
    return rounds


def shown(caller, wish) -> dict:
    return caller.get(f"/executions/wishes/{wish['id']}").json()


def left() -> set[UUID]:
    return set(Execution.objects.values_list("pk", flat=True))


def test_all_that_fit_are_deleted_in_batches_and_no_others(owner) -> None:
    failing, other = make_version(chain(FAIL)), make_version(chain(FAIL))
    ended(failing, 5)
    (kept,) = ended(other, 1)
    live = begin(failing, {})

    wish = wished(owner, "delete", status=["failed"], workflow_id=str(failing.workflow_id))
    assert (wish["status"], wish["expected"], wish["has_more"], wish["done"]) == (
        "running",
        5,
        False,
        0,
    )

    assert fulfil() == 3
    told = shown(owner, wish)
    assert (told["status"], told["done"], told["refused"]) == ("completed", 5, [])
    assert told["ended_at"] is not None
    assert left() == {kept, live}
    assert not Alarm.objects.exists()


def test_the_errors_words_say_which(owner) -> None:
    ended(make_version(chain(FAIL)), 1)
    (kept,) = ended(
        make_version(
            chain(("no", "control:stop_and_error", {"config": {"error_message": "Timeout"}}))
        ),
        1,
    )

    wish = wished(owner, "delete", error="card decl")
    fulfil()

    assert shown(owner, wish)["done"] == 1
    assert left() == {kept}


def test_what_is_live_is_cancelled_and_what_has_ended_is_no_part_of_it(owner) -> None:
    version = make_version(chain(ADD))
    (done,) = ended(version, 1)
    live = [begin(version, {}) for _ in range(3)]

    wish = wished(owner, "cancel")
    assert wish["expected"] == 3
    fulfil()
    work_until_idle()

    stands = dict(Execution.objects.values_list("pk", "status"))
    assert stands == {done: "completed", **dict.fromkeys(live, "cancelled")}


def test_what_runs_again_is_no_part_of_its_own_wish(owner) -> None:
    old = ended(make_version(chain(FAIL)), 3)

    wish = wished(owner, "retry", status=["failed"], start_at="failed")
    fulfil()
    work_until_idle()
    fulfil()

    new = Execution.objects.filter(retry_of__isnull=False)
    assert sorted(new.values_list("retry_of", flat=True)) == sorted(old)
    assert shown(owner, wish)["done"] == 3


@pytest.mark.parametrize("place", ["wish.before_commit", "wish.after_commit"])
@pytest.mark.parametrize("action", ["retry", "delete"])
def test_whoever_dies_in_the_middle_is_followed_by_somebody_who_goes_on(
    owner, action, place
) -> None:
    old = ended(make_version(chain(FAIL)), 5)
    wish = wished(owner, action, status=["failed"])

    for nth in (1, 2):
        with dying_at(place, nth=nth), pytest.raises(Killed):
            fulfil()
    fulfil()

    told = shown(owner, wish)
    assert (told["status"], told["done"], told["refused"]) == ("completed", 5, [])
    if action == "delete":
        assert left() == set()
    else:
        again = Execution.objects.filter(retry_of__isnull=False)
        assert sorted(again.values_list("retry_of", flat=True)) == sorted(old)


def test_one_that_is_refused_stops_nobody_else_and_is_counted(owner, monkeypatch) -> None:
    ids = ended(make_version(chain(ADD)), 3)
    remove = deleting.remove

    def broken(execution_id):
        if execution_id == ids[1]:
            raise RuntimeError("no")
        return remove(execution_id)

    monkeypatch.setattr(deleting, "remove", broken)
    wish = wished(owner, "delete")
    fulfil()

    told = shown(owner, wish)
    assert (told["status"], told["done"]) == ("completed", 2)
    assert [(each["code"], each["count"]) for each in told["refused"]] == [("internal", 1)]
    assert left() == {ids[1]}


def test_a_batch_that_the_database_refuses_is_no_batch_and_rests(owner, monkeypatch) -> None:
    ended(make_version(chain(ADD)), 3)
    wish = wished(owner, "delete")
    monkeypatch.setattr(fulfilling, "_note", lambda *_: 1 / 0)

    assert fulfil() == 0
    assert (shown(owner, wish)["done"], len(left())) == (0, 3)
    monkeypatch.undo()
    assert fulfilling.fulfil_due() == 0
    fulfilling._resting.clear()
    fulfil()
    assert (shown(owner, wish)["done"], len(left())) == (3, 0)


def test_a_wish_is_stopped_where_it_is(owner) -> None:
    ended(make_version(chain(ADD)), 5)
    wish = wished(owner, "delete")
    assert fulfilling.fulfil_due() == 1

    stopped = owner.post(f"/executions/wishes/{wish['id']}/stop")

    assert (stopped.status_code, stopped.json()["status"], stopped.json()["done"]) == (
        200,
        "stopped",
        2,
    )
    assert fulfil() == 0
    assert len(left()) == 3
    again = owner.post(f"/executions/wishes/{wish['id']}/stop")
    assert (again.status_code, again.json()["code"]) == (409, "wish_over")


def test_a_key_makes_one_wish_of_many_calls(owner) -> None:
    ended(make_version(chain(ADD)), 1)

    first = wished(owner, "delete", key="k", status=["completed"])
    again = wished(owner, "delete", key="k", status=["completed"])
    other = owner.post("/executions/wishes/delete", {"status": ["failed"]}, Idempotency_Key="k")

    assert again["id"] == first["id"]
    assert Wish.objects.count() == 1
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_it_is_one_act_in_the_trail_with_its_filter_and_what_it_came_to(owner) -> None:
    version = make_version(chain(ADD))
    ended(version, 3)
    wish = wished(owner, "delete", status=["completed"])
    fulfil()

    made = [each for each in recorded() if each.target_kind == "wish"]
    assert [each.action for each in made] == ["execution.wished", "execution.wish_ended"]
    said = {"status": ["completed"], "workflow_id": None, "error": None}
    assert [each.after["filter"] for each in made] == [said, said]
    assert {each.target_id for each in made} == {wish["id"]}
    assert {each.actor_id for each in made} == {who("owner")}
    assert (made[1].after["done"], made[1].after["refused"]) == (3, {})
    assert not [each for each in recorded() if each.action == "execution.deleted"]


def test_nobody_touches_what_is_restricted_from_them(owner, demo) -> None:
    mine, theirs, seen = (make_version(chain(ADD)) for _ in range(3))
    for version in (mine, theirs, seen):
        ended(version, 1)
    editor = make_caller(tenants.current(), "editor")
    Workflow.objects.filter(pk__in=[theirs.workflow_id, seen.workflow_id]).update(
        is_restricted=True
    )
    Share.objects.create(
        workflow_id=seen.workflow_id, kind="member", subject=str(who("editor")), level="viewer"
    )

    wish = wished(editor, "retry", status=["completed"])
    assert wish["expected"] == 2
    fulfil()

    told = shown(editor, wish)
    again = Execution.objects.filter(retry_of__isnull=False)
    assert list(again.values_list("workflow_id", flat=True)) == [mine.workflow_id]
    assert (told["done"], [each["count"] for each in told["refused"]]) == (1, [1])


def test_what_somebody_may_is_asked_anew_by_each_batch(owner) -> None:
    ended(make_version(chain(ADD)), 5)
    admin = make_caller(tenants.current(), "admin")
    wish = wished(admin, "delete")
    assert fulfilling.fulfil_due() == 1

    Membership.objects.filter(user_id=who("admin")).update(role="viewer")
    assert fulfil() == 1

    told = shown(owner, wish)
    assert (told["status"], told["reason"], told["done"], len(left())) == (
        "failed",
        "forbidden",
        2,
        3,
    )


def test_who_has_left_has_no_wishes(owner) -> None:
    ended(make_version(chain(ADD)), 1)
    admin = make_caller(tenants.current(), "admin")
    wish = wished(admin, "delete")

    Membership.objects.filter(user_id=who("admin")).delete()
    fulfil()

    assert (shown(owner, wish)["reason"], len(left())) == ("left", 1)


def test_a_wish_is_its_makers_and_a_managers(owner) -> None:
    editor, viewer = (make_caller(tenants.current(), role) for role in ("editor", "viewer"))
    wish = wished(editor, "cancel")

    assert shown(owner, wish)["id"] == wish["id"]
    for path in ("", "/stop"):
        call = viewer.post if path else viewer.get
        assert call(f"/executions/wishes/{wish['id']}{path}").status_code == 404
    assert viewer.get("/executions/wishes").json()["results"] == []
    assert [each["id"] for each in editor.get("/executions/wishes").json()["results"]] == [
        wish["id"]
    ]


def test_no_more_than_five_are_under_way(owner) -> None:
    for _ in range(5):
        wished(owner, "cancel")

    refused = owner.post("/executions/wishes/cancel", {})

    assert (refused.status_code, refused.json()["code"]) == (409, "wishes_full")


@pytest.mark.parametrize(
    ("action", "body", "code"),
    [
        ("cancel", {"status": ["failed"]}, "status_unfit"),
        ("delete", {"status": ["running"]}, "status_unfit"),
        ("retry", {"start_at": "node"}, "invalid"),
        ("delete", {"error": " , "}, "search_unfit"),
        ("delete", {"ids": []}, "invalid"),
    ],
)
def test_a_wish_that_means_nothing_is_refused(owner, action, body, code) -> None:
    answer = owner.post(f"/executions/wishes/{action}", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Wish.objects.exists()


def test_those_that_fit_are_counted_as_far_as_that_is_worth_it(owner, monkeypatch) -> None:
    ended(make_version(chain(ADD)), 3)

    assert owner.get("/executions/count?status=completed").json() == {"count": 3, "has_more": False}
    assert owner.get("/executions/count?status=failed").json() == {"count": 0, "has_more": False}
    monkeypatch.setattr(fitting, "MOST_COUNTED", 2)
    assert owner.get("/executions/count").json() == {"count": 2, "has_more": True}
    assert owner.get("/executions/count?status=nope").status_code == 400


def test_each_execution_of_a_batch_costs_the_same(owner, monkeypatch) -> None:
    monkeypatch.setattr(fulfilling, "BATCH", 50)

    def asked(count: int) -> int:
        ended(version, count)
        wished(owner, "delete")
        with CaptureQueriesContext(connection) as seen:
            assert fulfilling.fulfil_due() == 1
        return len(seen)

    version = make_version(chain(ADD))
    asked(1)
    one, three = asked(1), asked(3)
    assert three - one == 2 * (asked(2) - one)


def test_wishes_are_forgotten_a_month_after_their_end(owner) -> None:
    old, new = wished(owner, "cancel"), wished(owner, "cancel")
    fulfil()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE executions_wish SET ended_at = now() - interval '31 days' WHERE id = %s",
            [old["id"]],
        )

    forgetting.forget_old()

    assert [str(each) for each in Wish.objects.values_list("pk", flat=True)] == [new["id"]]


def test_a_thread_of_a_worker_does_what_is_wished_until_it_is_told_to_stop(owner) -> None:
    ended(make_version(chain(ADD)), 3)
    stopping = threading.Event()
    thread = fulfilling.start_thread(stopping)
    try:
        wish = wished(owner, "delete")
        assert eventually(lambda: shown(owner, wish)["status"] == "completed")
    finally:
        stopping.set()
        thread.join(10)

    assert (thread.is_alive(), left()) == (False, set())
