"""A delivery that comes again is the same delivery: answered with the first ids, never run twice."""

import threading

import pytest

from apps.core import failpoints, tenancy
from apps.executions.models import Execution
from apps.webhooks.models import WebhookDelivery, WebhookEvent
from apps.workflows.models import Trigger
from tests.webhooks.deliveries import post
from tests.workflows.documents import hook


@pytest.fixture(autouse=True)
def _inside(request, redis_server):
    """Tests without real commits work inside the tenant; rate limits are counted in Redis."""
    if "tenant_committed" not in request.fixturenames:
        request.getfixturevalue("tenant")


def test_a_known_delivery_answers_200_with_the_first_ids(sender, live, rows) -> None:
    live(hook(path="orders"))
    first = post(sender, "orders", {"n": 1}, Idempotency_Key="d1")
    before = rows()

    again = post(sender, "orders", {"n": 1}, Idempotency_Key="d1")

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == {**first.json(), "duplicate": True}
    assert rows() == before


def test_the_same_id_with_another_body_is_a_conflict(sender, live, rows) -> None:
    live(hook(path="orders"))
    post(sender, "orders", {"n": 1}, Idempotency_Key="d1")
    before = rows()

    answer = post(sender, "orders", {"n": 2}, Idempotency_Key="d1")

    assert (answer.status_code, answer.json()["code"]) == (409, "delivery_id_reused")
    assert rows() == before


def test_equal_bodies_without_an_id_are_two_deliveries(sender, live) -> None:
    live(hook(path="orders"))

    answers = [post(sender, "orders", {"n": 1}) for _ in range(2)]

    assert [each.status_code for each in answers] == [202, 202]
    assert (Execution.objects.count(), WebhookDelivery.objects.count()) == (2, 0)


def test_a_filtered_delivery_is_known_again_too(sender, live) -> None:
    live(hook(path="orders", condition="false"))

    first = post(sender, "orders", {"n": 1}, Idempotency_Key="d1")
    again = post(sender, "orders", {"n": 1}, Idempotency_Key="d1")

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == {**first.json(), "duplicate": True}
    assert WebhookEvent.objects.count() == 1
    assert Trigger.objects.get().filtered_count == 1


def test_two_webhooks_may_get_the_same_id(sender, live) -> None:
    live(hook(path="one"), name="one")
    live(hook(path="two"), name="two")

    answers = [post(sender, path, {}, Idempotency_Key="d1") for path in ("one", "two")]

    assert [each.status_code for each in answers] == [202, 202]


def test_the_configured_path_counts_before_any_header(sender, live) -> None:
    live(hook(path="orders", deduplication_path="$.body.id"))

    first = post(sender, "orders", {"id": "evt_1", "n": 1}, Idempotency_Key="a")
    again = post(sender, "orders", {"id": "evt_1", "n": 1}, Idempotency_Key="b")
    other = post(sender, "orders", {"id": "evt_2", "n": 1}, Idempotency_Key="a")
    without = [post(sender, "orders", {"n": 3}) for _ in range(2)]

    assert (first.status_code, again.status_code, other.status_code) == (202, 200, 202)
    assert [each.status_code for each in without] == [202, 202]
    keys = WebhookDelivery.objects.order_by("key").values_list("key", flat=True)
    assert list(keys) == ["path:evt_1", "path:evt_2"]


def test_an_id_that_cannot_be_kept_is_refused(sender, live, rows) -> None:
    live(hook(path="orders", deduplication_path="$.body.id"))

    for answer in (
        post(sender, "orders", {"id": "x" * 300}),
        post(sender, "orders", {}, Idempotency_Key="y" * 300),
    ):
        assert answer.status_code == 400
        assert [each["path"] for each in answer.json()["errors"]] == ["/delivery_id"]
    assert rows()["webhooks_event"] == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_equal_deliveries_at_once_one_is_accepted(
    tenant_committed, redis_server, live, rows
) -> None:
    from django.db import connection
    from django.test import Client

    from tests.webhooks.deliveries import HOST

    live(hook(path="orders"))
    answers = []

    def send() -> None:
        try:
            answers.append(post(Client(HTTP_HOST=HOST), "orders", {"n": 1}, Idempotency_Key="d1"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each.status_code for each in answers) == [200] * 7 + [202]
    assert len({each.json()["execution_id"] for each in answers}) == 1
    assert rows() == {
        "webhooks_event": 1,
        "webhooks_delivery": 1,
        "executions_execution": 1,
        "dispatch_ticket": 1,
    }


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_after_the_commit_has_accepted_once(
    tenant_committed, redis_server, live, rows, sender
) -> None:
    live(hook(path="orders"))
    sender.raise_request_exception = False

    def die() -> None:
        raise failpoints.FailpointError("dead before the answer")

    with failpoints.hooked("accept.after_commit", die):
        assert post(sender, "orders", {"n": 1}, Idempotency_Key="d1").status_code == 500
    again = post(sender, "orders", {"n": 1}, Idempotency_Key="d1")

    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    assert rows()["executions_execution"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_before_the_statement_has_accepted_nothing(
    tenant_committed, redis_server, live, rows, sender
) -> None:
    live(hook(path="orders"))
    sender.raise_request_exception = False

    def die() -> None:
        raise failpoints.FailpointError("dead before the statement")

    with failpoints.hooked("accept.before_insert", die):
        assert post(sender, "orders", {"n": 1}, Idempotency_Key="d1").status_code == 500
    assert rows()["webhooks_event"] == 0

    assert post(sender, "orders", {"n": 1}, Idempotency_Key="d1").status_code == 202


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_was_not_confirmed_is_looked_up_before_answering(
    tenant_committed, redis_server, live, rows, sender, monkeypatch
) -> None:
    from django.db import OperationalError

    from apps.core import db

    live(hook(path="orders"))
    fetch, calls = db.fetch, []

    def lose_the_confirmation(statement, params=()):
        found = fetch(statement, params)
        calls.append(statement)
        if "webhooks_event" in statement and len(calls) == 1:
            raise OperationalError("the connection was lost on COMMIT")
        return found

    monkeypatch.setattr(db, "fetch", lose_the_confirmation)
    answer = post(sender, "orders", {"n": 1})

    assert answer.status_code == 202
    assert rows()["executions_execution"] == 1
    with tenancy.entered("t_demo"):
        assert answer.json()["execution_id"] == str(Execution.objects.get().pk)


@pytest.mark.django_db(transaction=True)
def test_what_was_not_stored_is_answered_with_try_again(
    tenant_committed, redis_server, live, rows, sender, monkeypatch
) -> None:
    from django.db import OperationalError

    from apps.core import db

    live(hook(path="orders"))
    fetch = db.fetch

    def lose_the_connection(statement, params=()):
        if "webhooks_event" in statement and "INSERT" in statement:
            raise OperationalError("the connection was lost")
        return fetch(statement, params)

    monkeypatch.setattr(db, "fetch", lose_the_connection)
    answer = post(sender, "orders", {"n": 1})

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer["Retry-After"]) >= 1
    assert rows()["webhooks_event"] == 0
