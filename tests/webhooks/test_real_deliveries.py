"""What GitHub really sends, signed as GitHub signs: all of it is taken, and kept as it was."""

import pytest

from apps.executions.models import Execution
from apps.webhooks.models import WebhookDelivery, WebhookEvent
from apps.webhooks.services import demo, secrets
from apps.workflows.models import Trigger
from apps.workflows.services import drafts, publish
from tests.real_input.github import delivery_headers, payloads, raw
from tests.workflows.documents import hook


@pytest.fixture
def send(tenant, redis_server, sender):
    """Deliver to a GitHub webhook made of `document`; the answer."""

    def make(document):
        workflow = drafts.create(name="hub", description="", draft=document, actor_id=None)
        publish.publish(workflow.pk, actor_id=None)
        secret = secrets.renew(Trigger.objects.get().pk).reveal()
        publish.activate(workflow.pk)
        path = Trigger.objects.get().path

        def deliver(event, payload, **changes):
            body = raw(payload)
            headers = {**delivery_headers(event, body, secret, **changes)}
            content_type = headers.pop("Content-Type")
            return sender.post(
                f"/webhooks/{path}", data=body, content_type=content_type, headers=headers
            )

        return deliver

    return make


def test_every_real_delivery_is_accepted_once_and_kept_as_it_was(send) -> None:
    deliver = send(hook(path="hub", auth_type="github"))
    found = payloads()

    answers = [deliver(event, payload) for event, _, payload in found]

    assert {each.status_code for each in answers} == {202}
    stored = {
        str(event.pk): event.trigger for event in WebhookEvent.objects.filter(status="accepted")
    }
    for (event, _, payload), answer in zip(found, answers, strict=True):
        kept = stored[answer.json()["event_id"]]
        assert kept["body"] == payload
        assert kept["headers"]["x-github-event"] == event
        assert "x-hub-signature-256" not in kept["headers"]
    assert Execution.objects.count() == WebhookDelivery.objects.count() == len(found)


def test_the_demo_starts_for_pushes_to_main_and_for_nothing_else(send) -> None:
    deliver = send(demo.definition("http://127.0.0.1:1/ok"))
    found = payloads()

    started = {
        event: payload["ref"]
        for event, _, payload in found
        if "execution_id" in deliver(event, payload).json()
    }
    push = next(payload for event, _, payload in found if event == "push")
    to_main = deliver("push", {**push, "ref": "refs/heads/main", "deleted": False})

    assert set(started.values()) <= {"refs/heads/main"}
    assert "execution_id" in to_main.json()
    assert Trigger.objects.get().filtered_count == len(found) - len(started)


def test_a_redelivery_of_github_keeps_its_id_and_is_known(send) -> None:
    deliver = send(hook(path="hub", auth_type="github"))
    event, _, payload = payloads()[0]

    first = deliver(event, payload, delivery_id="72d3162e-cc78-11e3-81ab-4c9367dc0958")
    again = deliver(event, payload, delivery_id="72d3162e-cc78-11e3-81ab-4c9367dc0958")

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["event_id"] == first.json()["event_id"]
