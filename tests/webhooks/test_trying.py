"""Trying a webhook: deliveries of one's own making, and filters before they are saved."""

import json
from dataclasses import replace
from uuid import UUID

import pytest

from apps.executions.models import Execution
from apps.webhooks.models import WebhookEvent
from apps.webhooks.services import previewing, sample
from apps.workflows.models import Trigger
from tests.callers import make_caller
from tests.counting import queries_on
from tests.webhooks.deliveries import post
from tests.workflows.documents import hook

SCHEMES = ["none", "signature", "github", "stripe", "slack", "standard", "basic", "api_key"]


@pytest.fixture
def owner(tenant, redis_server):
    return make_caller(tenant, "owner")


@pytest.fixture
def listening(owner):
    """Make a live webhook with a config; its id."""

    def make(**config) -> str:
        document = hook(**{"path": "tried", "auth_type": "none"} | config)
        workflow = owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]
        assert owner.post(f"/workflows/{workflow}/publish").status_code == 200
        webhook = str(Trigger.objects.get().pk)
        if config.get("auth_type", "none") != "none":
            owner.post(f"/webhooks/{webhook}/regenerate-secret")
        assert owner.post(f"/workflows/{workflow}/activate").status_code == 200
        return webhook

    return make


@pytest.mark.parametrize("auth_type", SCHEMES)
def test_a_trial_is_signed_as_the_webhook_wants_it(owner, listening, auth_type) -> None:
    extra = {"username": "ann"} if auth_type == "basic" else {}
    extra |= {"key_header": "x-our-key"} if auth_type == "api_key" else {}
    webhook = listening(auth_type=auth_type, **extra)

    answer = owner.post(f"/webhooks/{webhook}/test-delivery", {"body": {"n": 1}})

    event, execution = WebhookEvent.objects.get(), Execution.objects.get()
    assert answer.status_code == 200
    assert answer.json() == {
        "status": 202,
        "content_type": "application/json",
        "body": {
            "event_id": str(event.pk),
            "execution_id": str(execution.pk),
            "status_url": f"http://demo.localhost/api/v1/executions/{execution.pk}",
        },
        "is_whole": True,
        "event_id": str(event.pk),
        "execution_id": str(execution.pk),
        "status_url": f"http://demo.localhost/api/v1/executions/{execution.pk}",
    }
    assert event.trigger["body"] == {"n": 1}
    assert not {"authorization", "x-our-key", "x-webhook-signature"} & set(event.trigger["headers"])


def test_a_trial_has_the_method_query_and_headers_it_is_given(owner, listening) -> None:
    webhook = listening(methods=["POST", "PUT"])
    given = {
        "method": "PUT",
        "query": "a=1&a=2",
        "headers": {"X-GitHub-Event": "push", "content-type": "text/plain"},
        "body": "as it is",
    }

    owner.post(f"/webhooks/{webhook}/test-delivery", given)

    trigger = WebhookEvent.objects.get().trigger
    assert (trigger["method"], trigger["query"]) == ("PUT", {"a": ["1", "2"]})
    assert trigger["headers"]["x-github-event"] == "push"
    assert trigger["body"] == "as it is"


def test_nobody_proves_to_be_somebody_else_by_a_header_of_a_trial(owner, listening) -> None:
    webhook = listening(auth_type="signature")
    forged = {"headers": {"x-webhook-signature": "sha256=00"}, "body": 1}

    answer = owner.post(f"/webhooks/{webhook}/test-delivery", forged).json()

    assert answer["status"] == 202


@pytest.mark.parametrize(
    ("config", "given", "status", "code"),
    [
        ({}, {"method": "DELETE"}, 405, "method_not_allowed"),
        ({"allowed_ips": ["192.0.2.1"]}, {}, 403, "address_refused"),
        ({}, {"headers": {"content-type": "text/plain; charset=x"}, "body": "a"}, 400, "charset_unknown"),
    ],
)  # fmt: skip
def test_what_the_door_refuses_is_told_as_its_sender_would_hear_it(
    owner, listening, config, given, status, code
) -> None:
    webhook = listening(**config)

    answer = owner.post(f"/webhooks/{webhook}/test-delivery", given)

    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["body"]["code"]) == (status, code)
    assert (body["event_id"], body["execution_id"]) == (None, None)
    assert WebhookEvent.objects.count() == 0


def test_a_filtered_trial_has_an_event_and_no_execution(owner, listening) -> None:
    webhook = listening(condition="false")

    answer = owner.post(f"/webhooks/{webhook}/test-delivery", {"body": {}}).json()

    assert answer["body"]["filtered"] is True
    assert (answer["event_id"] is None, answer["execution_id"]) == (False, None)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"method": "FETCH"}, "/method"),
        ({"headers": {"a b": "x"}}, "/headers/a b"),
        ({"headers": {"a": "x\ny"}}, "/headers/a"),
        ({"headers": {str(n): "" for n in range(51)}}, "/headers"),
        ({"secret": "x"}, "/secret"),
    ],
)
def test_a_trial_that_nobody_could_send_is_named_by_its_field(
    owner, listening, given, path
) -> None:
    answer = owner.post(f"/webhooks/{listening()}/test-delivery", given)

    assert (answer.status_code, answer.json()["errors"][0]["path"].startswith(path)) == (422, True)


def test_a_paused_webhook_takes_no_trial(owner, listening) -> None:
    webhook = listening()
    owner.patch(f"/webhooks/{webhook}", {"is_paused": True})

    answer = owner.post(f"/webhooks/{webhook}/test-delivery", {})

    assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found")


def test_a_trial_goes_to_no_webhook_that_has_the_path_by_now(owner, listening, monkeypatch) -> None:
    webhook = listening()
    door = sample.door_of(UUID(webhook))
    another = replace(door, trigger=replace(door.trigger, id=UUID(int=1)))
    monkeypatch.setattr(sample.accept, "find", lambda path: another)

    answer = owner.post(f"/webhooks/{webhook}/test-delivery", {"body": {}})

    assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found")
    assert not WebhookEvent.objects.exists()


@pytest.fixture
def arrived(listening, sender) -> str:
    webhook = listening()
    for n in range(12):
        post(sender, "tried", {"n": n})
    return webhook


def test_filters_are_judged_over_the_last_ten_events(owner, arrived) -> None:
    path = f"/webhooks/{arrived}/filters/judge"
    wanted = [{"path": "$.body.n", "operator": "gte", "value": 10}]

    with queries_on("webhooks_event") as found:
        rows = owner.post(path, {"filters": wanted}).json()["results"]

    assert len(found) == 1
    assert [row["status"] for row in rows] == ["accepted"] * 2 + ["filtered"] * 8
    assert rows[-1]["reason"] == "$.body.n gte did not hold"
    newest = WebhookEvent.objects.order_by("-pk").first()
    assert rows[0]["event_id"] == str(newest.pk)


def test_filters_that_take_long_are_judged_over_as_many_events_as_there_is_time_for(
    owner, arrived, monkeypatch
) -> None:
    monkeypatch.setattr(previewing, "JUDGING_S", -1.0)

    judged = owner.post(f"/webhooks/{arrived}/filters/judge", {"filters": []}).json()["results"]

    assert {(each["status"], each["reason"]) for each in judged} == {
        ("filter_error", previewing.UNJUDGED.reason)
    }


def test_a_condition_is_judged_with_them(owner, arrived) -> None:
    path = f"/webhooks/{arrived}/filters/judge"

    def said(condition: str) -> dict:
        body = {"filters": [], "condition": condition}
        return owner.post(path, body).json()["results"][0]

    assert said("trigger.body.n == 11")["status"] == "accepted"
    assert said("trigger.body.n == 3")["status"] == "filtered"
    assert said("trigger.body.n +")["status"] == "filter_error"


def test_a_filter_that_cannot_be_read_is_named_by_its_place(owner, arrived) -> None:
    wrong = [{"path": "$.a", "operator": "exists"}, {"path": "$.a", "operator": "smells"}]

    answer = owner.post(f"/webhooks/{arrived}/filters/judge", {"filters": wrong})

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["errors"]] == ["/filters/1/operator"]
    many = [{"path": "$.a", "operator": "exists"}] * 51
    assert owner.post(f"/webhooks/{arrived}/filters/judge", {"filters": many}).status_code == 422


def test_a_webhook_tells_what_arrived_last_and_how_much_in_a_day(owner, arrived) -> None:
    WebhookEvent.objects.filter(pk=WebhookEvent.objects.order_by("pk").first().pk).update(
        status="filtered", execution_id=None
    )

    row = owner.get("/webhooks").json()["results"][0]

    newest = WebhookEvent.objects.order_by("-pk").first()
    assert row["last_event"]["id"] == str(newest.pk)
    assert row["last_event"]["execution_id"] == str(newest.execution_id)
    assert row["day"] == {"accepted": 11, "filtered": 1, "filter_error": 0, "is_capped": False}


def test_a_webhook_at_which_nothing_arrived_says_so(owner, listening) -> None:
    listening()

    row = owner.get("/webhooks").json()["results"][0]

    assert row["last_event"] is None
    assert row["day"] == {"accepted": 0, "filtered": 0, "filter_error": 0, "is_capped": False}


def test_the_history_is_a_table_that_no_spreadsheet_takes_for_a_formula(
    owner, listening, sender
) -> None:
    webhook = listening(condition="trigger.body.n > 1")
    post(sender, "tried", {"n": 1})
    kept = post(sender, "tried", {"n": 2}, Idempotency_Key="=1+1").json()

    answer = owner.get(f"/webhooks/{webhook}/events/export")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="events-{webhook}.csv"'
    head, newest, oldest = answer.getvalue().decode().splitlines()
    assert head == "id,created_at,status,reason,delivery_key,caller,size_bytes,execution_id"
    assert newest.startswith(kept["event_id"])
    assert newest.endswith(kept["execution_id"])
    assert ",idempotency-key:=1+1," in newest
    assert ",filtered,the condition did not hold," in oldest
    narrowed = owner.get(f"/webhooks/{webhook}/events/export?status=accepted").getvalue()
    assert len(narrowed.decode().splitlines()) == 2
    assert owner.get(f"/webhooks/{webhook}/events/export?status=lost").status_code == 400


def test_an_event_is_replayed_with_what_is_different(owner, listening, sender) -> None:
    listening(condition="trigger.body.n > 1")
    event = post(sender, "tried", {"n": 1}).json()["event_id"]
    path = f"/events/{event}/replay"
    changed = {"body": {"n": 2}, "headers": {"x-tried": "again"}, "apply_filters": True}

    answer = owner.post(path, changed, Idempotency_Key="k")
    other = owner.post(path, changed | {"body": {"n": 3}}, Idempotency_Key="k")

    assert (answer.status_code, other.status_code) == (202, 409)
    execution = Execution.objects.get()
    assert execution.trigger["body"] == {"n": 2}
    assert execution.trigger["headers"] == {"x-tried": "again"}
    assert execution.trigger["path"] == "tried"
    assert WebhookEvent.objects.get().trigger["body"] == {"n": 1}
    assert owner.post(path, {"headers": []}).status_code == 422


def test_an_answer_of_the_workflow_is_shown_as_its_sender_gets_it(owner) -> None:
    document = hook(path="asked", auth_type="none", mode="sync")
    document["nodes"].append(
        {
            "id": "answer",
            "type": "action:respond",
            "data": {
                "name": "Answer",
                "config": {"status": 201, "body": json.dumps({"made": True})},
            },
        }
    )
    document["edges"] = [{"id": "e", "source": "hook", "target": "answer"}]
    workflow = owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]
    assert owner.post(f"/workflows/{workflow}/publish").status_code == 200
    assert owner.post(f"/workflows/{workflow}/activate").status_code == 200
    webhook = str(Trigger.objects.get().pk)

    answer = owner.post(f"/webhooks/{webhook}/test-delivery", {"body": {}}).json()

    assert answer["status"] == 201
    assert answer["body"] == {"made": True}
    assert answer["execution_id"] == str(Execution.objects.get().pk)
