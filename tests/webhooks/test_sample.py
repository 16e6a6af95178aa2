"""The sample delivery: a push that the server signs itself, and sends through the webhook's own door."""

import json

import pytest

from apps.executions.models import Execution
from apps.webhooks.models import WebhookEvent
from apps.workflows.models import Trigger
from tests.callers import make_caller
from tests.workflows.documents import hook


@pytest.fixture
def owner(tenant, redis_server):
    return make_caller(tenant, "owner")


def make(owner, **config) -> str:
    """A live webhook; its id."""
    document = hook(path="sample", **config)
    workflow = owner.post("/workflows", {"name": "w", "definition": document}).json()["id"]
    owner.post(f"/workflows/{workflow}/publish")
    webhook = str(Trigger.objects.get().pk)
    if config["auth_type"] != "none":
        owner.post(f"/webhooks/{webhook}/regenerate-secret")
    owner.post(f"/workflows/{workflow}/activate")
    return webhook


def test_a_sample_is_verified_stored_and_started_like_any_delivery(owner) -> None:
    webhook = make(owner, auth_type="github")

    answer = owner.post(f"/webhooks/{webhook}/sample-delivery")

    assert answer.status_code == 202
    event = WebhookEvent.objects.get()
    execution = Execution.objects.get()
    assert answer.json() == {
        "event_id": str(event.pk),
        "execution_id": str(execution.pk),
        "status_url": f"http://demo.localhost/api/v1/executions/{execution.pk}",
    }
    trigger = execution.trigger
    assert trigger["body"]["ref"] == "refs/heads/main"
    assert trigger["headers"]["x-github-event"] == "push"
    assert "x-hub-signature-256" not in json.dumps(trigger)


def test_each_sample_is_a_delivery_of_its_own(owner) -> None:
    webhook = make(owner, auth_type="github")

    first, second = (owner.post(f"/webhooks/{webhook}/sample-delivery").json() for _ in range(2))

    assert first["event_id"] != second["event_id"]
    assert Execution.objects.count() == 2


def test_a_filter_may_keep_the_sample_out(owner) -> None:
    never = [{"path": "$.body.ref", "operator": "equals", "value": "refs/heads/other"}]
    webhook = make(owner, auth_type="github", filters=never)

    answer = owner.post(f"/webhooks/{webhook}/sample-delivery").json()

    assert (answer["execution_id"], answer["status_url"]) == (None, None)
    assert Execution.objects.count() == 0


@pytest.mark.parametrize("auth_type", ["signature", "none"])
def test_a_webhook_that_would_not_take_it_is_sent_nothing(owner, auth_type) -> None:
    webhook = make(owner, auth_type=auth_type)

    answer = owner.post(f"/webhooks/{webhook}/sample-delivery")

    assert (answer.status_code, answer.json()["code"]) == (409, "sample_refused")
    assert WebhookEvent.objects.count() == 0


def test_a_paused_webhook_is_not_there(owner) -> None:
    webhook = make(owner, auth_type="github")
    owner.patch(f"/webhooks/{webhook}", {"is_paused": True})

    answer = owner.post(f"/webhooks/{webhook}/sample-delivery")

    assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found")
