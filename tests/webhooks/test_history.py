"""Webhooks as people see them, what arrived, and doing it again."""

import pytest
from django.db import connection

from apps.core.ids import uuid7
from apps.executions.models import Execution
from apps.webhooks.models import WebhookEvent
from apps.webhooks.queries import history
from apps.workflows.models import Trigger
from tests.callers import make_caller
from tests.counting import queries_on
from tests.webhooks.deliveries import post
from tests.workflows.documents import hook


@pytest.fixture
def owner(tenant, redis_server):
    return make_caller(tenant, "owner")


def test_a_webhook_says_where_to_send_and_what_to_mind(owner, live) -> None:
    live(hook(path="orders", condition="true"))

    row = owner.get("/webhooks").json()["results"][0]

    assert row["url"] == "http://demo.localhost/webhooks/orders"
    assert (row["auth_type"], row["methods"]) == ("none", ["POST"])
    assert (row["is_active"], row["is_paused"]) == (True, False)
    assert row["warnings"] == ["unverified"]
    assert row["condition"] == "true"
    assert owner.get(f"/webhooks/{row['id']}").json() == row


def test_a_page_of_webhooks_costs_four_queries_however_many_they_are(owner, live) -> None:
    for number in range(5):
        live(hook(path=f"hook{number}"), name=str(number))

    with queries_on("w") as found:
        rows = owner.get("/webhooks").json()["results"]

    assert [row["path"] for row in rows] == [f"hook{number}" for number in reversed(range(5))]
    assert [row["workflow_name"] for row in rows] == ["4", "3", "2", "1", "0"]
    assert len(found) == 4


def test_webhooks_can_be_narrowed_to_a_workflow(owner, live) -> None:
    live(hook(path="one"), name="one")
    workflow = live(hook(path="two"), name="two")

    rows = owner.get(f"/webhooks?workflow_id={workflow.pk}").json()["results"]

    assert [row["path"] for row in rows] == ["two"]
    assert owner.get("/webhooks?workflow_id=x").status_code == 400


def test_pausing_is_told_and_felt(owner, live, sender) -> None:
    live(hook(path="orders"))
    path = f"/webhooks/{Trigger.objects.get().pk}"

    answer = owner.patch(path, {"is_paused": True})

    assert (answer.status_code, answer.json()["is_paused"]) == (200, True)
    assert post(sender, "orders", {}).status_code == 404
    assert owner.patch(path, {}).status_code == 422


def test_the_history_tells_what_became_of_each_delivery(owner, live, sender) -> None:
    live(hook(path="orders", condition="trigger.body.n > 1"))
    for body in ({"n": 2}, {"n": 1}, {"n": "x"}):
        post(sender, "orders", body, Idempotency_Key=str(body["n"]))
    path = f"/webhooks/{Trigger.objects.get().pk}/events"

    rows = owner.get(path).json()["results"]

    assert [row["status"] for row in rows] == ["filter_error", "filtered", "accepted"]
    assert [row["delivery_key"] for row in rows] == [f"idempotency-key:{n}" for n in ("x", 1, 2)]
    assert [bool(row["execution_id"]) for row in rows] == [False, False, True]
    assert "trigger" not in rows[0]
    filtered = owner.get(f"{path}?status=filtered").json()["results"]
    assert [row["id"] for row in filtered] == [rows[1]["id"]]
    assert owner.get(f"{path}?status=lost").status_code == 400
    assert owner.get(f"/events/{rows[2]['id']}").json()["trigger"]["body"] == {"n": 2}


def test_the_history_of_a_page_costs_one_query_on_events(owner, live, sender) -> None:
    live(hook(path="orders"))
    for number in range(5):
        post(sender, "orders", {"n": number})

    with queries_on("webhooks_event") as found:
        owner.get(f"/webhooks/{Trigger.objects.get().pk}/events?limit=3")

    assert len(found) == 1
    assert '"trigger"' not in found[0]


@pytest.fixture
def event(live, sender, redis_server) -> str:
    live(hook(path="orders"))
    return post(sender, "orders", {"n": 1}).json()["event_id"]


def test_a_replay_is_a_new_execution_of_what_is_live_today(owner, event) -> None:
    answer = owner.post(f"/events/{event}/replay")

    assert answer.status_code == 202
    first, second = Execution.objects.order_by("pk")
    assert answer.json()["execution_id"] == str(second.pk)
    assert (str(second.replay_of), second.trigger) == (event, first.trigger)
    assert second.started_by is not None
    assert first.replay_of is None
    assert WebhookEvent.objects.get().execution_id == first.pk


def test_a_replay_can_be_repeated_under_a_key(owner, event) -> None:
    path = f"/events/{event}/replay"

    first = owner.post(path, Idempotency_Key="r1")
    again = owner.post(path, Idempotency_Key="r1")
    other = owner.post(path, {"apply_filters": True}, Idempotency_Key="r1")

    assert (first.status_code, again.status_code, other.status_code) == (202, 200, 409)
    assert again.json() == {**first.json(), "duplicate": True}
    assert Execution.objects.count() == 2


def test_a_key_answers_the_first_replay_whatever_has_changed_since(owner, event) -> None:
    path, judged = f"/events/{event}/replay", {"apply_filters": True}
    first = owner.post(path, judged, Idempotency_Key="r1")
    workflow_id = Trigger.objects.get().workflow_id

    Trigger.objects.update(condition="false")
    filtered_today = owner.post(path, judged, Idempotency_Key="r1")
    owner.post(f"/workflows/{workflow_id}/deactivate")
    inactive_today = owner.post(path, judged, Idempotency_Key="r1")

    for again in (filtered_today, inactive_today):
        assert (again.status_code, again.json()) == (200, {**first.json(), "duplicate": True})
    assert Execution.objects.count() == 2


def test_a_filtered_event_can_be_replayed_with_or_without_todays_filters(
    owner, live, sender
) -> None:
    live(hook(path="orders", condition="false"))
    event = post(sender, "orders", {"n": 1}).json()["event_id"]

    judged = owner.post(f"/events/{event}/replay", {"apply_filters": True})
    forced = owner.post(f"/events/{event}/replay")

    assert (judged.status_code, judged.json()) == (202, {"filtered": True})
    assert forced.status_code == 202
    assert Execution.objects.count() == 1


def test_an_event_of_an_inactive_webhook_is_not_replayed(owner, event) -> None:
    owner.post(f"/workflows/{Trigger.objects.get().workflow_id}/deactivate")

    answer = owner.post(f"/events/{event}/replay")

    assert (answer.status_code, answer.json()["code"]) == (409, "webhook_inactive")
    assert Execution.objects.count() == 1


def test_a_rare_status_is_found_without_a_walk_through_the_history(tenant, live) -> None:
    workflow = live(hook(path="orders"))
    webhook_id = Trigger.objects.get().pk
    rare = 3
    WebhookEvent.objects.bulk_create(
        WebhookEvent(
            id=uuid7(),
            webhook_id=webhook_id,
            workflow_id=workflow.pk,
            execution_id=None if number == rare else uuid7(),
            status="filtered" if number == rare else "accepted",
            size_bytes=1,
            trigger={},
        )
        for number in range(3_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE webhooks_event")

    rows = history.events(webhook_id, "filtered").order_by("-pk")[:21]

    assert len(rows) == 1
    plan = rows.explain(analyze=True)
    (found,) = [line for line in plan.splitlines() if "Index Cond" in line and "filtered" in line]
    assert str(webhook_id) in found
    assert "Rows Removed by Filter" not in plan
