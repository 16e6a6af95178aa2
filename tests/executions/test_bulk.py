"""One wish for many executions, with an answer for each."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.ids import uuid7
from apps.dispatch.models import Ticket
from apps.executions.models import Execution
from tests.callers import make_caller
from tests.executions.makers import begin, chain, make_version, work_until_ended, work_until_idle

ADD = ("add", "action:formula", {"config": {"expression": "1"}})
FAIL = ("fail", "control:stop_and_error", {"config": {"error_message": "no"}})


@pytest.fixture
def owner(demo, redis_server):
    from apps.tenants import facade as tenants

    return make_caller(tenants.current(), "owner")


def ended(version, count: int) -> list[str]:
    return [str(work_until_ended(begin(version, {})).pk) for _ in range(count)]


def test_each_of_many_is_cancelled_or_told_why_not(owner) -> None:
    version = make_version(chain(ADD))
    done, live, nobody = ended(version, 1)[0], str(begin(version, {})), str(uuid7())

    answer = owner.post("/executions/cancel", {"ids": [done, live, nobody, live]})

    assert answer.status_code == 200
    assert [(each["id"], each["code"]) for each in answer.json()["results"]] == [
        (done, "execution_finished"),
        (live, ""),
        (nobody, "execution_not_found"),
    ]
    assert work_until_ended(UUID(live)).status == "cancelled"


def test_what_waits_of_one_workflow_is_cancelled_by_what_it_has_in_common(owner) -> None:
    one, other = make_version(chain(ADD)), make_version(chain(ADD))
    mine, theirs = begin(one, {}), begin(other, {})

    answer = owner.post(
        "/executions/cancel", {"status": ["queued"], "workflow_id": str(one.workflow_id)}
    )

    assert [each["id"] for each in answer.json()["results"]] == [str(mine)]
    work_until_idle()
    stands = dict(Execution.objects.values_list("pk", "status"))
    assert stands == {mine: "cancelled", theirs: "completed"}


def test_each_of_many_is_retried_once_under_one_key(owner) -> None:
    ids = ended(make_version(chain(FAIL)), 2)
    live = str(begin(make_version(chain(ADD)), {}))
    body = {"ids": [*ids, live], "start_at": "failed"}

    first = owner.post("/executions/retry", body, Idempotency_Key="k" * 255).json()["results"]
    again = owner.post("/executions/retry", body, Idempotency_Key="k" * 255).json()["results"]

    assert [each["code"] for each in first] == ["", "", "execution_live"]
    assert again == first
    new = Execution.objects.filter(retry_of__in=ids)
    assert {str(each.pk) for each in new} == {each["execution_id"] for each in first[:2]}


def test_the_newest_failed_ones_are_retried_up_to_a_hundred(owner, monkeypatch) -> None:
    from apps.executions.services import bulk

    monkeypatch.setattr(bulk, "MOST", 2)
    ids = ended(make_version(chain(FAIL)), 3)

    results = owner.post("/executions/retry", {"status": ["failed"]}).json()["results"]

    assert [each["id"] for each in results] == [ids[2], ids[1]]
    assert Execution.objects.filter(retry_of__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("cancel", {}, "invalid"),
        ("cancel", {"ids": ["x"]}, "invalid"),
        ("cancel", {"status": ["failed"]}, "status_unfit"),
        ("cancel", {"status": ["failed"], "ids": [str(uuid7())]}, "invalid"),
        ("retry", {"status": ["queued"]}, "status_unfit"),
        ("retry", {"ids": [str(uuid7()) for _ in range(101)]}, "invalid"),
        ("retry", {"status": ["failed"], "start_at": "node"}, "invalid"),
    ],
)
def test_a_wish_that_means_nothing_is_refused(owner, path, body, code) -> None:
    answer = owner.post(f"/executions/{path}", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_who_may_only_look_changes_none_of_many(owner) -> None:
    from apps.tenants import facade as tenants

    live = str(begin(make_version(chain(ADD)), {}))
    viewer = make_caller(tenants.current(), "viewer")

    for path in ("cancel", "retry"):
        assert viewer.post(f"/executions/{path}", {"ids": [live]}).status_code == 403
    assert (Execution.objects.count(), Ticket.objects.get().request) == (1, "")


def test_each_of_many_costs_the_same(owner) -> None:
    version = make_version(chain(ADD))

    def asked(count: int) -> int:
        ids = [str(begin(version, {})) for _ in range(count)]
        with CaptureQueriesContext(connection) as seen:
            assert owner.post("/executions/cancel", {"ids": ids}).status_code == 200
        return len(seen)

    asked(1)
    one, three = asked(1), asked(3)
    assert three - one == 2 * (asked(2) - one)
